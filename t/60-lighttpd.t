#!/bin/sh
# 60-lighttpd.t — some promises of the 30s over lighttpd and SQLite.
FRONT=lighttpd SAMPLE=yes
. t/lib/again.sh
