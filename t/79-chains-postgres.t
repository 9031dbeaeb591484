#!/bin/sh
# 79-chains-postgres.t — the same over lighttpd and PostgreSQL.
FRONT=lighttpd DB=postgres
export FRONT DB
. t/79-chains.t
