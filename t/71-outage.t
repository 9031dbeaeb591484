#!/bin/bash
# 71-outage.t — a database that goes away, and a request that wants too much memory, are told and survived.
DB=postgres FRONT=lighttpd START=later
. t/lib/larder.sh
plan 17
start LARDER_REQUEST_MEMORY_MB=1

sign_up acme owner@acme.example.com
postgres_as "$(postgres_bin)/pg_ctl" -D "$postgres_home/data" -m immediate -w -s stop
get /live
status 200 'alive without a database'
get /health
status 200 'healthy too'
get /ready
status 503 'but not ready'
body_is '{"status":"not_ready","service":"SnackBase","database":"disconnected"}' 'in the words of the contract'
get /api/v1/auth/me
status 503 'a read says so'
header Retry-After 1 'and when to come back'
post /api/v1/auth/login '{"account":"acme","email":"owner@acme.example.com","password":"x"}'
status 503 'so does a write'
get /api/v1/auth/nothing
status 404 'what needs no database goes on'

postgres_as "$(postgres_bin)/pg_ctl" -D "$postgres_home/data" -l "$postgres_home/log" -w -s start
for _ in $(seq 50); do get /ready; [ "$STATUS" = 200 ] && break; sleep 0.1; done
status 200 'ready again when it is back'
get /api/v1/auth/me
status 200 'a read works'
sign_in acme owner@acme.example.com
get /api/v1/auth/me
status 200 'a write, too'

# A body that grows past the memory of a request: 60,000 members of an object.
jq -nc '[range(60000) | {key: "k\(.)", value: .}] | from_entries' >"$W/wide"
post /api/v1/auth/login -f "$W/wide"
status 413 'too much memory is refused'
has "$(body)" memory 'with its reason'
get /api/v1/auth/me
status 200 'and another child goes on'
START=again FRONT=''
stop_server; URL=''
post /api/v1/auth/login -f "$W/wide"
status 413 'as plain CGI, too'
get /live
status 200 'which serves the next'
is "$(grep -c '"event":"memory_full"' "$W/log")" 2 'the log knows'
