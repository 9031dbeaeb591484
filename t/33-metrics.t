#!/bin/sh
# 33-metrics.t — /metrics adds up what all processes counted, for those who may know.
START=later
. t/lib/larder.sh
plan 31

start LARDER_METRICS_TOKEN=prometheus-secret LARDER_DB_SLOW_MS=1
metric() { grep -F "$1 " "$W/body" | tail -n 1 | awk '{ print $NF }'; }
at_least() { if [ -n "$1" ] && [ "$(printf '%.0f' "$1")" -ge "$2" ]; then tap 0 "$3"; else tap 1 "$3" "got '$1', expected at least $2"; fi; }
at_most() { if [ -n "$1" ] && [ "$(printf '%.0f' "$1")" -le "$2" ]; then tap 0 "$3"; else tap 1 "$3" "got '$1', expected at most $2"; fi; }

sign_up acme owner@acme.example.com
collection '{"name":"notes","fields":[{"name":"text","type":"text"}],"list_rule":"","view_rule":"","create_rule":"","update_rule":null,"delete_rule":null}'
for n in 1 2 3 4 5; do post /api/v1/records/notes "{\"text\":\"secret note $n\"}"; done
for n in 1 2 3; do get /api/v1/records/notes; done
get /api/v1/records/notes/01890a5d-ac96-774b-bcce-b302099a8057
get /api/v2/somewhere
post /api/v1/auth/login '{"account":"acme","email":"owner@acme.example.com","password":"wrong"}'
anonymous

get /metrics
status 200 'this machine may read it'
header Content-Type 'text/plain; version=0.0.4; charset=utf-8' 'in the text format of Prometheus'
is "$(metric 'larder_http_requests_total{method="POST",route="/api/v1/records/{collection}",status="201"}')" 5 'five creates, by the pattern of their route'
is "$(metric 'larder_http_requests_total{method="GET",route="/api/v1/records/{collection}",status="200"}')" 3 'three lists'
is "$(metric 'larder_http_requests_total{method="GET",route="/api/v1/records/{collection}/{id}",status="404"}')" 1 'one that found nothing'
is "$(metric 'larder_http_requests_total{method="",route="unmatched",status="404"}')" 1 'and one without a route'
is "$(metric 'larder_http_errors_total{method="POST",route="/api/v1/auth/login",kind="auth"}')" 1 'refusals by kind'
is "$(metric 'larder_http_request_duration_seconds_count{method="POST",route="/api/v1/records/{collection}"}')" 5 'each request has a duration'
is "$(metric 'larder_http_request_duration_seconds_bucket{method="POST",route="/api/v1/records/{collection}",le="+Inf"}')" 5 'in a histogram'
at_least "$(metric 'larder_http_response_bytes_total{method="GET",route="/api/v1/records/{collection}"}')" 1000 'bytes are counted'
backend=sqlite; [ "$DB" != postgres ] || backend=postgresql
at_least "$(metric "larder_db_queries_total{backend=\"$backend\",op=\"insert\",outcome=\"ok\"}")" 10 'statements by kind'
at_least "$(metric "larder_db_query_duration_seconds_count{backend=\"$backend\",op=\"select\"}")" 5 'with their time'
at_least "$(metric "larder_db_transactions_total{backend=\"$backend\",outcome=\"commit\"}")" 5 'transactions'
at_least "$(metric 'larder_db_rows_total{op="read"}')" 10 'rows'
at_least "$(metric 'larder_db_connects_total{outcome="ok"}')" 1 'connections'
is "$(metric 'larder_auth_events_total{event="login",outcome="refused"}')" 1 'refused sign-ins'
at_least "$(metric 'larder_auth_events_total{event="login",outcome="ok"}')" 2 'and good ones'
at_least "$(metric 'larder_outbox_pending')" 5 'events that wait'
at_least "$(metric 'larder_db_size_bytes')" 1000 'the size of the database'
at_least "$(metric 'larder_cache_lookups_total{cache="callers",outcome="miss"}')" 1 'what is kept in processes, and how often it helped'
is "$(metric 'larder_db_up')" 1 'and that the database answers'
hasnt "$(body)" acme 'no name of an account, no address'
none "$(awk '/^#/ { next } NF != 2 && !/^[a-z_]+\{.*\} [0-9.e+-]+$/ { print }' "$W/body")" 'every line is a comment or a sample'
none "$(awk '/^# TYPE/ { print $3 }' "$W/body" | sort | uniq -d)" 'every name is described once'
none "$(grep -v '^#' "$W/body" | awk '{ sub(/ [^ ]*$/, ""); print }' | sort | uniq -d)" 'every series is there once'
if [ -n "$FRONT" ]; then
    at_least "$(metric 'larder_workers{program="records"}')" 2 'living processes by program'
    at_least "$(metric 'larder_process_resident_bytes{program="auth"}')" 1000000 'and what they hold'
    at_most "$(metric 'larder_http_requests_in_flight{program="records"}')" 0 'nothing is in flight'
else
    ok 'a process that serves once is no worker' [ -z "$(metric 'larder_workers{program="records"}')" ]
    tap 0 'nor has memory to speak of'; tap 0 'nor anything in flight'
fi

get /metrics -H 'X-Forwarded-For: 203.0.113.9'
status 404 'behind a proxy that nobody trusts, no address is believed'
get /metrics -H 'X-Forwarded-For: 203.0.113.9' -H 'Authorization: Bearer prometheus-secret'
status 200 'a token opens it'
superadmin
get /metrics -H 'X-Forwarded-For: 203.0.113.9'
status 200 'and so does being a superadmin'
