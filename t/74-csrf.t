#!/bin/sh
# 74-csrf.t — the forms of all pages are taken from their own session alone, and the pages of all accounts shown to their own people.
LARDER_TEST_SETTINGS="LARDER_SIGN_IN_ATTEMPTS=0"
. t/lib/browser.sh
browser_test fences.mjs PAGES="$("$BIN/admin" --pages; "$BIN/auth" --pages)"
