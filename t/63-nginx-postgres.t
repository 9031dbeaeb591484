#!/bin/sh
# 63-nginx-postgres.t — the promises of the 30s over nginx and PostgreSQL.
FRONT=nginx DB=postgres
. t/lib/again.sh
