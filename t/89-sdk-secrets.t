#!/bin/sh
# 89-sdk-secrets.t — the published JavaScript SDK, unchanged, reads encrypted fields.
. t/lib/node.sh
node_test secrets.mjs
