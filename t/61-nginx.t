#!/bin/sh
# 61-nginx.t — the promises of the 30s over nginx and SQLite.
FRONT=nginx
. t/lib/again.sh
