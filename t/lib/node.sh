# node.sh — runs a test of t/sdk under Node against the server of larder.sh; its TAP becomes the script's own.

FRONT=${FRONT:-lighttpd}
LARDER_TEST_SETTINGS="LARDER_REQUIRE_EMAIL_VERIFICATION=0 $LARDER_TEST_SETTINGS"
. t/lib/larder.sh

node_test() {
    LARDER_URL=$URL SUPERADMIN_EMAIL=$ROOT_EMAIL SUPERADMIN_PASSWORD=$ROOT_PASSWORD \
        node "t/sdk/$1" >"$W/tap" 2>"$W/node"
    node_code=$?
    cat "$W/tap"
    tap_planned=$(sed -n 's/^1\.\.//p' "$W/tap")
    tap_count=$(grep -cE '^(not )?ok ' "$W/tap")
    tap_failed=$(grep -c '^not ok ' "$W/tap")
    [ $node_code = 0 ] || [ "$tap_failed" != 0 ] || { diag "node ended with $node_code"; sed 's/^/# /' "$W/node"; tap_failed=1; }
}
