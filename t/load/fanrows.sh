# fanrows.sh — rows of bench.sh about realtime: how late thousands hear of a record, and what each of them takes.
#
# Included by bench.sh, whose installation it uses. The subscribers run on the same processors.

# fan WORK SUBSCRIBERS GOAL OPTIONS…: of t/load/fanout; leaves $peak (KiB of realtime with all of them).
fan() {
    local work=$1 n=$2 goal=$3 heard expected strays p50 worst pid; shift 3
    rm -f "$W/go"; mkfifo "$W/go"
    "$LARDER_BUILD/load/fanout" -p "$PORT" -c ticks -n "$n" -s "$SECONDS_EACH" -r 1 -k "$TOKEN" -t "$TOKEN" "$@" <"$W/go" >"$W/fan" 2>>"$W/log" & pid=$!
    exec 7>"$W/go"
    until grep -q READY "$W/fan" || ! kill -0 $pid 2>/dev/null; do sleep 0.1; done
    peak=$(pss realtime)
    echo go >&7; exec 7>&-
    wait $pid
    read -r _ heard expected strays p50 p99 worst < <(grep '^RESULT' "$W/fan" || echo RESULT 0 1 0 0 99999 0)
    row "$work" "$goal" "p99 $p99 ms" "$([ "$heard $strays" = "$expected 0" ] && at_most "$p99" "${goal//[!0-9]/}" || echo MISSED)" \
        "p50 $p50 ms, worst $worst ms, $heard of $expected heard$([ "$strays" = 0 ] || echo ", $strays BY WHO MAY NOT")"
}

fan_rows() {
    local member account alone
    account=$(call POST /api/v1/auth/login "$LOGIN" | jq -r .account.id)
    TOKEN=$(curl -sf -H 'Content-Type: application/json' "$URL/api/v1/auth/login" \
        -d '{"account":"system","email":"root@larder.example.com","password":"Root-Pass-word-1"}' | jq -r .token)
    call POST /api/v1/collections '{"name":"ticks","fields":[{"name":"n","type":"number"},{"name":"sent","type":"number"},{"name":"pad","type":"text"}],
        "list_rule":"@request.auth.email = \"bench@bench.example\"","view_rule":"@request.auth.email = \"bench@bench.example\"",
        "create_rule":"@request.auth.id != \"\"","update_rule":null,"delete_rule":null}' >/dev/null
    call POST /api/v1/users "{\"email\":\"blind@bench.example\",\"account_id\":\"$account\",\"role_id\":2,\"password\":\"Correct-Horse-7-Battery\"}" >/dev/null
    TOKEN=$(curl -sf -H 'Content-Type: application/json' "$URL/api/v1/auth/login" -d "$LOGIN" | jq -r .token)
    member=$(curl -sf -H 'Content-Type: application/json' "$URL/api/v1/auth/login" -d "${LOGIN//bench@/blind@}" | jq -r .token)
    alone=$(pss realtime)
    fan 'realtime: 100 subscribers, lighttpd, a record a second' 100 '<= 100 ms' -a "$PORT"
    fan '  1,000' 1000 '<= 100 ms' -a "$PORT"
    fan '  4,000' 4000 '<= 100 ms' -a "$PORT"
    fan '  4,000, past lighttpd' 4000 '<= 100 ms' -a "$LARDER_DATA_DIR/run/realtime.sock"
    row '  memory of a subscriber (PSS)' '<= 8 KiB' "$(ratio $((peak - alone)) 4000) KiB" "$(at_most $((peak - alone)) 32000)" "$alone KiB without them"
    fan '  4,000, half of them may not see it' 4000 '<= 100 ms' -a "$PORT" -u "$member"
    fan '  1,000, beside ten that never read' 1000 '<= 100 ms' -a "$PORT" -z 10
    fan '  1,000, each with a filter of its own' 1000 '<= 200 ms' -a "$PORT" -f
}

# Whether anything was lost or told twice, by the test that the suite runs for eight seconds.
resume_row() { # ENGINE SCRIPT
    local said
    said=$(env -i PATH="$PATH" TMPDIR="${TMPDIR:-/tmp}" RESUME_SECONDS="${RESUME_SECONDS:-60}" "$2" 2>&1)
    row "resume: 20 subscribers cut each second, $1" '0 lost, 0 twice' "$(printf '%s\n' "$said" | grep -c '^ok') of 9 ok" \
        "$(printf '%s\n' "$said" | grep -q '^not ok' && echo MISSED || echo met)" "${RESUME_SECONDS:-60} s$(printf '%s\n' "$said" | sed -n 's/.*\((.*cuts)\).*/ \1/p')"
}
