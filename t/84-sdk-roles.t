#!/bin/sh
# 84-sdk-roles.t — roles, permissions and groups through the published SDK.
. t/lib/node.sh
node_test roles.mjs
