#!/bin/sh
# 89-sdk-macros.t — stored SQL macros through the published JavaScript SDK, unchanged.
. t/lib/node.sh
node_test macros.mjs
