#!/bin/sh
# 89-sdk-codelists.t — codelists through the published SDK.
. t/lib/node.sh
node_test codelists.mjs
