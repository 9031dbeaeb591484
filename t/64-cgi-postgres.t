#!/bin/sh
# 64-cgi-postgres.t — the promises of the 30s over plain CGI and PostgreSQL.
DB=postgres
. t/lib/again.sh
