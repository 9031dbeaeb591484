#!/bin/sh
# 78-proof-postgres.t — the same over lighttpd and PostgreSQL.
FRONT=lighttpd DB=postgres
export FRONT DB
. t/77-proof.t
