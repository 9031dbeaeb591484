#!/bin/sh
# 89-sdk-portable.t — definitions leave and come back through the published JavaScript SDK, unchanged.
. t/lib/node.sh
node_test portable.mjs
