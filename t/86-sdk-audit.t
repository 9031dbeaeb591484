#!/bin/sh
# 86-sdk-audit.t — the audit trail through the published SDK.
. t/lib/node.sh
node_test audit.mjs
