#!/bin/sh
# 73-life.t — a whole life by the pages alone, in Chromium: with scripts and a mouse, without scripts and by keyboard.
LARDER_TEST_SETTINGS="LARDER_SIGN_IN_ATTEMPTS=0"
. t/lib/browser.sh
browser_test life.mjs
