#!/bin/sh
# 86-sdk-computed.t — the published JavaScript SDK, unchanged, defines computed fields and reads by them.
. t/lib/node.sh
node_test computed.mjs
