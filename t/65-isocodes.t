#!/bin/sh
# 65-isocodes.t — real input: the ISO codes of countries, subdivisions and languages, over lighttpd and SQLite.
. t/lib/node.sh
node_test isocodes.mjs
