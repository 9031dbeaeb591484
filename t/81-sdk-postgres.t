#!/bin/sh
# 81-sdk-postgres.t — the same over nginx and PostgreSQL.
FRONT=nginx DB=postgres
. t/lib/node.sh
node_test life.mjs
