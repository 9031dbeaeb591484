#!/bin/sh
# 82-sdk-admin.t — the published SDK configures providers and reads the dashboard.
. t/lib/node.sh
node_test admin.mjs
