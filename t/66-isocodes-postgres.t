#!/bin/sh
# 66-isocodes-postgres.t — the same over nginx and PostgreSQL.
FRONT=nginx DB=postgres
. t/lib/node.sh
node_test isocodes.mjs
