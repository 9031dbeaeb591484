#!/bin/sh
# 80-sdk.t — the published JavaScript SDK, unchanged, over lighttpd and SQLite.
. t/lib/node.sh
node_test life.mjs
