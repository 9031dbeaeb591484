#!/bin/sh
# 62-lighttpd-postgres.t — the promises of the 30s over lighttpd and PostgreSQL.
FRONT=lighttpd DB=postgres
. t/lib/again.sh
