#!/bin/sh
# 60-lighttpd.t — the promises of the 30s over lighttpd and SQLite.
FRONT=lighttpd
. t/lib/again.sh
