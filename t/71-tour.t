#!/bin/sh
# 71-tour.t — every admin page in Chromium: reached by links, sound, small, accessible by day, at night and on a phone.
LARDER_TEST_SETTINGS="LARDER_SIGN_IN_ATTEMPTS=0"
. t/lib/browser.sh
. t/lib/links.sh
mail_setup
node_run t/browser/seeded.mjs SEED="$W/seed"
settle # what the worker writes into the trail comes before the checkpoint, so that the newest entries have proofs
larder audit checkpoint >"$W/checkpoint" || diag "no checkpoint: $(cat "$W/checkpoint")"
browser_test tour.mjs WHO="${WHO:-root}" SEED="$W/seed" PAGES="$("$BIN/admin" --pages; "$BIN/auth" --pages)"
