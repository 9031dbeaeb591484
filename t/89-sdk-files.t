#!/bin/sh
# 89-sdk-files.t — files through the published SDK.
. t/lib/node.sh
node_test files.mjs
