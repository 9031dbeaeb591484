#!/bin/sh
# 89-sdk-types.t — the generated TypeScript, compiled together with the types of the published JavaScript SDK.
. t/lib/node.sh
node_test types.mjs
