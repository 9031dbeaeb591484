#!/bin/sh
# 86-sdk-aggregate.t — the published JavaScript SDK, unchanged, aggregates records.
. t/lib/node.sh
node_test aggregate.mjs
