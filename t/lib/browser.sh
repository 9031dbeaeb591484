# browser.sh — runs a test of t/browser in a headless Chromium against the server of larder.sh.
#
#     . t/lib/browser.sh
#     browser_test links.mjs      # its TAP becomes the script's own; NAME=VALUE after it is its environment
#
# SHOTS=directory   keeps a picture of every page that is inspected, in each mode
. t/lib/node.sh
mkdir -p "$W/browser"

# Whatever Chromium writes lies below the test's own directory.
browser_test() {
    browser_file=t/browser/$1; shift
    node_run "$browser_file" TMPDIR="$W/browser" HOME="$W/browser" XDG_CONFIG_HOME="$W/browser" XDG_CACHE_HOME="$W/browser" \
        EXCHANGES="$exchanges" "$@"
}
