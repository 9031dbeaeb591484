#!/bin/sh
# 63-nginx-postgres.t — the promises of the 30s over nginx and PostgreSQL: one half of them.
FRONT=nginx DB=postgres HALF=1
. t/lib/again.sh
