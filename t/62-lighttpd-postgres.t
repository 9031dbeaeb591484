#!/bin/sh
# 62-lighttpd-postgres.t — some promises of the 30s over lighttpd and PostgreSQL.
FRONT=lighttpd DB=postgres SAMPLE=yes
. t/lib/again.sh
