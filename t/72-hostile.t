#!/bin/sh
# 72-hostile.t — markup, quotes, bidi, braces, endless and empty values in every place a tenant has: pages show them as texts.
LARDER_TEST_SETTINGS="LARDER_SIGN_IN_ATTEMPTS=0"
. t/lib/browser.sh
browser_test hostile.mjs PAGES="$("$BIN/admin" --pages; "$BIN/auth" --pages)"
