#!/bin/sh
# 40-references.t — a references field names several records: of its account, as long as they are there.
. t/lib/larder.sh

open='"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""'
field() { printf '{"name":"%s","type":"%s"%s}' "$1" "$2" "$3"; }
refs() { field "$1" references ",\"collection\":\"$2\",\"on_delete\":\"${3:-set_null}\"$4"; }
ref() { field "$1" reference ",\"collection\":\"$2\",\"on_delete\":\"$3\""; }
collection '{"name":"tags","fields":['"$(field name text)],$open}"
collection '{"name":"posts","fields":['"$(field title text),$(refs tags tags),$(refs kept tags restrict),$(refs must tags set_null ',"required":true'),$(refs few tags cascade ',"options":{"max":2}')],$open}"
posts=/api/v1/records/posts tags=/api/v1/records/tags

# ---- definitions --------------------------------------------------------------------------------
superadmin
wrong() { # FIELD MESSAGE CODE
    post /api/v1/collections "{\"name\":\"wrong_one\",\"schema\":[$1]}"
    status 400 "$3: 400"
    json '[.message, .details[0].code]' "[\"Validation failed: $2\",\"$3\"]" "$2"
}
wrong "$(field a references)" "schema[0].on_delete: Reference field requires 'on_delete' (cascade/set_null/restrict); schema[0].collection: Reference field requires 'collection' (target collection name)" reference_on_delete_required
wrong "$(refs a nowhere)" "schema[0].collection: Referenced collection 'nowhere' not found" reference_collection_not_found
wrong "$(refs a tags set_null ',"unique":true')" "schema[0].unique: A field of several values cannot be unique" unique_not_allowed
wrong "$(refs a tags set_null ',"options":{"max":1001}')" "schema[0].options: 'max' must be a whole number between 1 and 1000" options_max_invalid
wrong "$(refs a tags set_null ',"options":{"most":1}')" "schema[0].options: Unknown option 'most'" options_invalid
wrong "$(refs a tags set_null ',"options":["x"]')" 'schema[0].options: A references field takes no options but {\"max\": n}' options_invalid
wrong "$(refs a tags set_null ',"default":"x"')" 'schema[0].default: Expected list of reference IDs, got str' default_invalid
post /api/v1/collections "{\"name\":\"wrong_one\",\"schema\":[$(refs a tags)],\"indexes\":[[\"a\"]]}"
json '.details[0].code' index_field_type 'there is no index on a list'
post /api/v1/collections '{"name":"view_of","type":"view","query":"SELECT id, account_id, name FROM col_tags","fields":[{"name":"name","type":"text"}]}'; status 201 'a view'
wrong "$(refs a view_of)" "schema[0].collection: Collection 'view_of' is a view: nothing can refer to it" reference_to_view
wrong "$(ref a view_of restrict)" "schema[0].collection: Collection 'view_of' is a view: nothing can refer to it" reference_to_view
post /api/v1/collections '{"name":"view_too","type":"view","query":"SELECT id, account_id, name FROM col_tags","fields":[{"name":"name","type":"references","collection":"tags"}]}'
json '.details[0] | [.code,.message]' '["view_field_invalid","A view has no computed, encrypted or file fields, and no lists: its query can compute and join"]' 'nor has a view lists'
get /api/v1/collections?search=view_of; delete "/api/v1/collections/$(value '.items[0].id')"
long=$(printf 'c%.0s' $(seq 64)); longer=$(printf 'f%.0s' $(seq 64))
post /api/v1/collections "{\"name\":\"$long\",\"schema\":[$(refs "$longer" tags),$(refs "${longer%ff}gg" "$long")],$open}"
status 201 'the longest names do'
long_id=$(value .id)

# ---- records ------------------------------------------------------------------------------------
sign_up acme owner@acme.example.com
tag() { post $tags "{\"name\":\"$1\"}"; value .id; }
a=$(tag a) b=$(tag b) c=$(tag c)
post $posts "{\"title\":\"one\",\"tags\":[\"$b\",\"$a\"],\"must\":[\"$a\"]}"
status 201 'a record that names two'
one=$(value .id)
json .tags "[\"$b\",\"$a\"]" 'in the order that was sent'
get "$posts/$one"; json '[.tags,.kept,.must]' "[[\"$b\",\"$a\"],null,[\"$a\"]]" 'and so they are read'
post $posts "{\"title\":\"two\",\"tags\":[],\"must\":[\"$c\"]}"; two=$(value .id)
json .tags '[]' 'none is an empty list'
refuses() { # BODY FIELD CODE MESSAGE
    patch "$posts/$one" "$1"
    status 400 "$3: 400"
    json '.details[0] | [.field,.code,.message]' "[\"$2\",\"$3\",\"$4\"]" "$4"
}
refuses "{\"tags\":\"$a\"}" tags invalid_type 'Expected list of reference IDs, got str'
refuses "{\"tags\":[\"$a\",7]}" tags invalid_type 'Expected reference ID (string), got int'
refuses "{\"tags\":[\"$a\",null]}" tags invalid_type 'Expected reference ID (string), got NoneType'
refuses "{\"tags\":[\"$a\",\" \"]}" tags empty_reference 'Reference ID cannot be empty'
refuses "{\"tags\":[\"$a\",\"$b\",\"$a\"]}" tags duplicate_value "Value '$a' is given twice"
refuses "{\"few\":[\"$a\",\"$b\",\"$c\"]}" few too_many_values 'At most 2 values are allowed, got 3'
refuses '{"must":[]}' must required_empty "Required field 'must' cannot be empty"
refuses '{"must":null}' must required_null "Required field 'must' cannot be null"
refuses "{\"tags\":[\"$a\",\"none\",\"$one\",\"it's\"],\"kept\":[\"no\"]}" tags invalid_reference "Referenced record 'none' not found in collection 'tags'"
json '[.details[] | [.field, .message]]' "[[\"tags\",\"Referenced record 'none' not found in collection 'tags'\"],[\"tags\",\"Referenced record '$one' not found in collection 'tags'\"],[\"tags\",\"Referenced record 'it's' not found in collection 'tags'\"],[\"kept\",\"Referenced record 'no' not found in collection 'tags'\"]]" 'every one that is not there is named'
refuses "{\"tags\":[$(seq -s, 1001 | sed 's/[0-9]*/"&"/g')]}" tags too_many_values 'At most 1000 values are allowed, got 1001'
get "$posts/$one"; json .tags "[\"$b\",\"$a\"]" 'what was refused changed nothing'
patch "$posts/$one" "{\"tags\":[\"$c\",\"$b\"]}"; json .tags "[\"$c\",\"$b\"]" 'a list is written anew'
patch "$posts/$one" '{"title":"uno"}'; json .tags "[\"$c\",\"$b\"]" 'or stays'
put "$posts/$one" "{\"title\":\"one\",\"must\":[\"$a\"]}"; json .tags "[\"$c\",\"$b\"]" 'under a put as well'
post $posts/batch "{\"records\":[{\"title\":\"x\",\"must\":[\"$a\"]},{\"title\":\"y\",\"must\":[\"$a\",\"zzz\"]}]}"
json '[.index,.details[0].code]' '[1,"invalid_reference"]' 'a batch looks at each'
list() { get "$1?sort=$2&filter=$3"; json "[.items[].$2]" "$4" "$5"; }
list $posts title "tags=%22$b%22" '["one"]' 'found by one of those it names'
list $posts title "tags=%22$a%22" '[]' 'not by one it named'
list $posts title "tags%20IN%20(%22$a%22,%22$c%22)" '["one"]' 'by some'
list $posts title 'tags%20IS%20NULL' '["two"]' 'none is null'
list $posts title 'tags.name=%22c%22%20%26%26%20must.name=%22a%22' '["one"]' 'by what those say'
list $tags name 'posts_via_tags.title=%22one%22' '["b","c"]' 'and they by who names them'
list $tags name 'posts_via_must.title=%22two%22%20||%20posts_via_tags.tags.name=%22c%22' '["b","c"]' 'to and fro'
get "$posts?sort=tags"; status 400 'there is no order of lists'
get "$posts/aggregate?functions=count(tags)&group_by=tags"; status 400 'nor a group'
get "$posts/aggregate?functions=count(tags)"; json '.results[0].count_tags' 2 'but they are counted'
superadmin
is "$(sql "SELECT old_value || ' ' || new_value FROM audit_log WHERE column_name = 'tags' AND operation = 'UPDATE'")" "[\"$b\",\"$a\"] [\"$c\",\"$b\"]" 'the history has the lists'
links() { sql "SELECT count(*) FROM $(link_of "$1") l, col_tags t WHERE t.id = l.target_id AND t.name = '$2'"; }
if [ "$DB" = postgres ]; then link_of() { sql "SELECT quote_ident(tablename) FROM pg_tables WHERE tablename LIKE 'link!_posts!_$1!_%' ESCAPE '!'"; }
else link_of() { sql "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'link!_posts!_$1!_%' ESCAPE '!'"; }; fi
is "$(links tags a) $(links tags b) $(links tags c) $(links must a)" '0 1 1 1' 'the pairs are those of the lists'
# Killed between the pairs and the commit: neither the record nor its pairs are there.
if [ -z "$FRONT" ]; then
    sign_in acme owner@acme.example.com
    kept_settings=$LARDER_TEST_SETTINGS LARDER_TEST_SETTINGS="$LARDER_TEST_SETTINGS LARDER_FAULT=record.inserted:kill"
    post $posts "{\"title\":\"killed\",\"must\":[\"$a\",\"$b\"]}"
    LARDER_TEST_SETTINGS=$kept_settings
    is "$(echo "$STATUS" | cut -c1-4) $(links must a) $(links must b)" 'none 1 0' 'a create that dies leaves no pairs'
    get "$posts?filter=title=%22killed%22"; json .total 0 'nor a record'
fi

# ---- other accounts -----------------------------------------------------------------------------
sign_up other b@other.example.com
theirs=$(tag theirs); OTHER=$ACCOUNT
post $posts "{\"title\":\"theirs\",\"must\":[\"$theirs\",\"$a\"]}"
status 400 'a list ends at the fence'
json '[.details[] | .message]' "[\"Referenced record '$a' not found in collection 'tags'\"]" 'as if there were none'
post $posts "{\"title\":\"theirs\",\"must\":[\"$theirs\"]}"; theirs_post=$(value .id); status 201 'their own do'
get $posts; json .total 1 'and nothing else is theirs'
superadmin
patch "$posts/$theirs_post" "{\"tags\":[\"$a\"]}"; status 400 'a superadmin does not cross it either'
patch "$posts/$theirs_post" "{\"tags\":[\"$theirs\"]}"; status 200 'inside it he may'
post $posts "{\"title\":\"for them\",\"account_id\":\"$OTHER\",\"must\":[\"$theirs\"]}"; status 201 'and for them'

# ---- who goes -----------------------------------------------------------------------------------
sign_in acme owner@acme.example.com
delete "$tags/$b"; status 204 'a tag goes'
get "$posts/$one"; json .tags "[\"$c\"]" 'and leaves the lists'
is "$(sql "SELECT new_value FROM audit_log WHERE column_name = 'tags' AND operation = 'UPDATE' ORDER BY id DESC LIMIT 1")" "[\"$c\"]" 'which the history knows'
b=$(tag b)
patch "$posts/$one" "{\"kept\":[\"$b\"]}"
delete "$tags/$b"; status 409 'restrict keeps it'
json . '{"error":"Conflict","message":"Cannot delete record: it is referenced by other records"}' 'and says so'
get "$tags/$b"; status 200 'it is still there'
delete $tags/batch "{\"ids\":[\"$c\",\"$b\"]}"; status 409 'in a batch too'
get "$posts/$one"; json '[.tags,.kept]' "[[\"$c\"],[\"$b\"]]" 'which then did nothing'
patch "$posts/$one" '{"kept":[]}'
delete "$tags/$b"; status 204 'until the list lets it go'
delete "$tags/$c"; status 409 'a required list does not become empty'
get "$posts/$two"; json .must "[\"$c\"]" 'it stays'
patch "$posts/$two" "{\"must\":[\"$c\",\"$a\"]}"
delete "$tags/$c"; status 204 'one of several may go'
get "$posts/$two"; json .must "[\"$a\"]" 'and the others stay'
d=$(tag d)
patch "$posts/$two" "{\"few\":[\"$a\",\"$d\"]}"
delete "$tags/$d"; status 204 'cascade'
get "$posts/$two"; status 404 'takes the records along that name it'
is "$(sql "SELECT count(*) FROM audit_log WHERE record_id = '$two' AND operation = 'DELETE'" | sed 's/^[1-9][0-9]*$/some/')" some 'which the history knows'
get "$posts/$one"; status 200 'and no others'
get $posts; json .total 1 'nor is it counted'

# ---- circles and chains -------------------------------------------------------------------------
collection '{"name":"nodes","fields":['"$(field name text),$(refs near nodes cascade),$(refs far nodes restrict),$(refs soft nodes),$(ref up nodes cascade)],$open}"
nodes=/api/v1/records/nodes
sign_in acme owner@acme.example.com
node() { post $nodes "$1"; value .id; }
n1=$(node '{"name":"1"}')
patch "$nodes/$n1" "{\"near\":[\"$n1\"],\"far\":[\"$n1\"],\"soft\":[\"$n1\"]}"; status 200 'a record names itself'
delete "$nodes/$n1"; status 204 'and goes nevertheless'
n1=$(node '{"name":"1"}') n2=$(node "{\"name\":\"2\",\"near\":[\"$n1\"]}") n3=$(node "{\"name\":\"3\",\"near\":[\"$n2\"],\"far\":[\"$n1\",\"$n2\"]}")
patch "$nodes/$n1" "{\"near\":[\"$n3\"]}"
delete "$nodes/$n1"; status 204 'a circle goes'
get $nodes; json .total 0 'all of it'
n1=$(node '{"name":"1"}') n2=$(node "{\"name\":\"2\",\"near\":[\"$n1\"]}") n3=$(node "{\"name\":\"3\",\"up\":\"$n2\",\"far\":[\"$n1\"]}") n4=$(node "{\"name\":\"4\",\"near\":[\"$n3\"],\"soft\":[\"$n1\",\"$n3\"]}")
patch "$nodes/$n1" "{\"up\":\"$n4\"}"
n5=$(node "{\"name\":\"5\",\"soft\":[\"$n4\",\"$n3\"]}")
delete "$nodes/$n1"; status 204 'one of both kinds of references too'
get $nodes; json '[.total, .items[0].name, .items[0].soft]' '[1,"5",[]]' 'and who stays knows nothing of it'
n1=$(node '{"name":"1"}') n2=$(node "{\"name\":\"2\",\"near\":[\"$n1\"]}") n3=$(node "{\"name\":\"3\",\"far\":[\"$n2\"]}")
delete "$nodes/$n1"; status 409 'who is held by another holds what holds him'
get $nodes; json .total 4 'and nothing went'
delete $nodes/batch "{\"ids\":[\"$n3\",\"$n2\",\"$n1\",\"$n5\"]}"; json .count 4 'in the right order all go'

# ---- definitions change -------------------------------------------------------------------------
superadmin
get /api/v1/collections?search=posts; posts_id=$(value '.items[0].id')
get "/api/v1/collections/$posts_id"; schema=$(value .schema)
change() { put "/api/v1/collections/$posts_id" "{\"schema\":$(printf %s "$schema" | jq -c "$1")}"; }
change '. + [{"name":"more","type":"references","collection":"tags","on_delete":"restrict"}]'; status 200 'a list is added'
schema=$(value .schema)
change '. + [{"name":"x","type":"references","collection":"tags","on_delete":"cascade","default":["x"]}]'; status 400 'not with a default, when there are records'
change '(.[] | select(.name == "more") | .collection) = "posts"'; status 400 'what it names stays'
change '(.[] | select(.name == "more") | .type) = "reference"'; status 400 'and that it is a list'
sign_in acme owner@acme.example.com
patch "$posts/$one" "{\"more\":[\"$a\"]}"; status 200 'it is used'
superadmin
change '(.[] | select(.name == "more") | .options) = {"max":1} | (.[] | select(.name == "tags") | .options) = {"max":1}'; status 200 'fewer than before, when no record has more'
change '(.[] | select(.name == "more") | .on_delete) = "set_null" | (.[] | select(.name == "must") | .on_delete) = "set_null" | (.[] | select(.name == "must") | .required) = false'; status 200 'what happens to it changes'
sign_in acme owner@acme.example.com
delete "$tags/$a"; status 204 'and then happens'
get "$posts/$one"; json '[.more,.must]' '[[],[]]' 'to the lists'
superadmin
get /api/v1/collections?search=tags; tags_id=$(value '.items[0].id')
delete "/api/v1/collections/$tags_id"; status 409 'a collection that is named stays'
json '.message | test("^Collection .tags. is referenced by ")' true 'and it is said by whom'
delete "/api/v1/collections/$long_id"; status 200 'one that names goes'
is "$(if [ "$DB" = postgres ]; then sql "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'link!_ccc%' ESCAPE '!'"; else sql "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'link!_ccc%' ESCAPE '!'"; fi)" 0 'with its pairs'
get /api/v1/collections/export; jq -c '{data: (. + {collections: [.collections[] | select(.name == "tags" or .name == "posts" or .name == "nodes")]}), strategy: "error"}' "$W/body" >"$W/export"
sed -i 's/"tags"/"tags2"/g; s/"posts"/"posts2"/g; s/"nodes"/"nodes2"/g' "$W/export"
jq '(.data.collections[] | select(.name == "posts2" or .name == "nodes2") | .schema[] | select(.name == "tags2") | .name) = "tags"' "$W/export" >"$W/import"
jq '.data.collections += [{"name":"ring_a","schema":[{"name":"b","type":"references","collection":"ring_b","on_delete":"restrict"}],"rules":{"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":"","list_fields":"*","view_fields":"*","create_fields":"*","update_fields":"*"}},{"name":"ring_b","schema":[{"name":"a","type":"references","collection":"ring_a","on_delete":"set_null"}],"rules":{"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":"","list_fields":"*","view_fields":"*","create_fields":"*","update_fields":"*"}}]' "$W/import" >"$W/sent.json"
post /api/v1/collections/import -f "$W/sent.json"
json '[.success, .imported_count]' '[true,5]' 'an import makes them, targets first, circles as well'
sign_in acme owner@acme.example.com
post /api/v1/records/ring_a '{}'; ra=$(value .id)
post /api/v1/records/ring_b "{\"a\":[\"$ra\"]}"; rb=$(value .id)
patch "/api/v1/records/ring_a/$ra" "{\"b\":[\"$rb\"]}"; status 200 'and they work'
delete "/api/v1/records/ring_b/$rb"; status 409 'with their keys'

# ---- the end of an account ----------------------------------------------------------------------
t1=$(tag last); post $posts "{\"title\":\"last\",\"kept\":[\"$t1\"],\"must\":[\"$t1\"],\"more\":[\"$t1\"]}"; status 201 'some more'
TARGET=$ACCOUNT
superadmin
delete "/api/v1/accounts/$TARGET"; status 204 'an account goes with what holds together'
is "$(sql "SELECT count(*) FROM $(link_of kept)") $(sql "SELECT count(*) FROM $(link_of must)")" '0 2' 'and only its own'
