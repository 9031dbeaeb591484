#!/bin/sh
# 83-sdk-people.t — accounts and users through the published SDK.
. t/lib/node.sh
node_test people.mjs
