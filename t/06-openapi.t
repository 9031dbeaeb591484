#!/bin/sh
# 06-openapi.t — the committed reference is what the programs' tables say, and holds together.
cd "$(dirname "$0")/.." || exit 1
. t/lib/tap.sh
plan 7
BIN=${LARDER_BIN:-bin} doc=static/openapi.json
W=$(mktemp -d "${TMPDIR:-/tmp}/larder-openapi.XXXXXX") || exit 1
trap 'rm -rf "$W"' EXIT

for p in $(grep -lE '\bserve(_looping)?\(argc' cgi-bin/*.c | xargs -n1 basename -s .c); do
    "$BIN/$p" --routes >"$W/$p.json" || echo "$p does not print its routes" >>"$W/bad"
done
"$BIN/system" --join-openapi "$W"/*.json >"$W/openapi" || echo 'the fragments do not join' >>"$W/bad"
cmp -s "$W/openapi" $doc || echo "$doc is stale: run make openapi" >>"$W/bad"
none "$(cat "$W/bad" 2>/dev/null)" "$doc is current"

operations='.paths | to_entries[] | .key as $path | .value | to_entries[] | .key as $method | .value'
is "$(jq -r .openapi $doc)" 3.1.0 'it is OpenAPI 3.1'
none "$(jq -r "[$operations | .operationId] | group_by(.)[] | select(length > 1) | .[0]" $doc)" \
    'operation ids are unique'
none "$(jq -r "$operations | select(.summary == null) | \"\(\$method) \(\$path)\"" $doc)" 'every operation has a title'
none "$(jq -r "$operations"' | ([.parameters[] | select(.in == "path") | .name] | sort) as $declared
    | ([$path | scan("{([^}]*)}")[0]] | sort) as $used | select($declared != $used) | $path' $doc)" \
    'path parameters are declared, all of them'
none "$(jq -r '. as $d | [.. | objects | ."$ref"? // empty] | unique[]
    | select((ltrimstr("#/") | split("/")) as $p | $d | getpath($p) == null)' $doc)" 'references lead somewhere'
none "$(jq -r '. as $d | [.paths[][] | .security[] | keys[]] | unique[]
    | select($d.components.securitySchemes[.] == null)' $doc)" 'security schemes are declared'
