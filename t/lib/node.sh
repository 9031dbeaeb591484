# node.sh — runs a test of t/sdk under Node against the server of larder.sh; its TAP becomes the script's own.

FRONT=${FRONT:-lighttpd}
LARDER_TEST_SETTINGS="LARDER_REQUIRE_EMAIL_VERIFICATION=0 $LARDER_TEST_SETTINGS"
. t/lib/larder.sh

# node_run FILE [NAME=VALUE…]: as often as a script likes, between checks of its own. One that ends without its plan has failed.
node_run() {
    node_file=$1; shift
    env TAP_COUNT=$tap_count LARDER_URL="$URL" SUPERADMIN_EMAIL="$ROOT_EMAIL" SUPERADMIN_PASSWORD="$ROOT_PASSWORD" "$@" \
        node "$node_file" >"$W/tap" 2>"$W/node" &
    node_pid=$!
    wait $node_pid
    node_code=$?
    node_pid=''
    grep -v '^1\.\.' "$W/tap"
    node_end=$(sed -n 's/^1\.\.//p' "$W/tap")
    node_failed=$(grep -c '^not ok ' "$W/tap")
    tap_count=$((tap_count + $(grep -cE '^(not )?ok ' "$W/tap"))) tap_failed=$((tap_failed + node_failed))
    [ "$node_end" = "$tap_count" ] || node_code="$node_code, before its plan"
    [ "$node_code" = 0 ] || [ "$node_failed" != 0 ] ||
        { diag "node ended with $node_code"; sed 's/^/# /' "$W/node"; tap_failed=$((tap_failed + 1)); }
}
node_stop() {
    [ -z "$node_pid" ] || { kill -TERM "$node_pid"; wait "$node_pid"; cat "$W/tap"; } 2>/dev/null
    return "$1"
}
node_pid=''
trap 'node_stop $?; clean_up' EXIT
node_test() { node_run "t/sdk/$1"; }
