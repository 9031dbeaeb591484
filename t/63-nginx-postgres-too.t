#!/bin/sh
# 63-nginx-postgres-too.t — the promises of the 30s over nginx and PostgreSQL: the other half.
FRONT=nginx DB=postgres HALF=2
. t/lib/again.sh
