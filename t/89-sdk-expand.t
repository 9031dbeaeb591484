#!/bin/sh
# 89-sdk-expand.t — the published JavaScript SDK, unchanged, writes choices and lists, and expands them.
. t/lib/node.sh
node_test expand.mjs
