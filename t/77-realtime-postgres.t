#!/bin/sh
# 77-realtime-postgres.t — realtime on PostgreSQL: the same, and a database that goes away for a while.
DB=postgres
export DB
t/76-realtime.t | sed 's/^/    /' >"${TMPDIR:-/tmp}/larder-77.$$"; grep -q '^ *not ok\|^ *# planned' "${TMPDIR:-/tmp}/larder-77.$$"; bad=$?
said=$(grep -A 12 '^ *not ok\|^ *# planned' "${TMPDIR:-/tmp}/larder-77.$$"); rm -f "${TMPDIR:-/tmp}/larder-77.$$"
START=later
. t/lib/larder.sh
. t/lib/listen.sh
plan 8
is "$bad" 1 "t/76-realtime.t on PostgreSQL"; [ "$bad" = 1 ] || diag "$said"
start
sign_up acme owner@acme.example.com
collection '{"name":"notes","fields":[{"name":"text","type":"text"}],"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""}'
begin_realtime
R=/api/v1/realtime
client sse sse "$R/subscribe?token=$TOKEN&collections=notes"; heard sse '^id' 'somebody listens'
note() { post /api/v1/records/notes "{\"text\":\"$1\"}"; }
note before
heard sse before 'and hears'
postgres_as "$(postgres_bin)/pg_ctl" -D "$postgres_home/data" -m immediate -w -s stop
until_true sh -c "curl -s --unix-socket '$W/live.sock' -o '$W/body' -w '%{http_code}' 'http://l$R/subscribe?token=$TOKEN' -m 5 | grep -q 503"
ask "$R/subscribe?token=$TOKEN"; status 503 'without a database nobody can come'
heard_not sse '^end' 'who is there stays'
postgres_as "$(postgres_bin)/pg_ctl" -D "$postgres_home/data" -l "$postgres_home/log" -w -s start
note after; note later
heard sse later 'and hears on when it is back'
is "$(grep -o '"text":"[a-z]*"' "$W/sse" | tr -d '\n')" '"text":"before""text":"after""text":"later"' 'each event once'
client again sse "$R/subscribe?token=$TOKEN&since=0"; heard again later 'and others may come'
done_testing
