#!/bin/sh
# 85-sdk-rules.t — rules checked and tried out through the published JavaScript SDK, unchanged.
. t/lib/node.sh
node_test ruletest.mjs
