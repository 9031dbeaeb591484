#!/bin/sh
# 61-nginx.t — some promises of the 30s over nginx and SQLite.
FRONT=nginx SAMPLE=yes
. t/lib/again.sh
