#!/bin/sh
# 64-cgi-postgres.t — some promises of the 30s over plain CGI and PostgreSQL.
DB=postgres SAMPLE=yes
. t/lib/again.sh
