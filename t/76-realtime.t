#!/bin/sh
# 76-realtime.t — events over server-sent events, WebSocket and long polls, at the sockets of realtime itself.
START=later
. t/lib/larder.sh
. t/lib/listen.sh
plan 90
start LARDER_REALTIME_HEARTBEAT=2

R=/api/v1/realtime


sign_up other rival@other.example.com; RIVAL=$TOKEN RIVALS=$ACCOUNT
sign_up acme owner@acme.example.com; OWNER=$TOKEN OWNERS=$REFRESH
collection '{"name":"notes","fields":[{"name":"text","type":"text"}],"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""}'
collection '{"name":"plans","fields":[{"name":"text","type":"text"}],"list_rule":null,"view_rule":null,"create_rule":"","update_rule":"","delete_rule":""}'
superadmin; ROOT=$TOKEN
TOKEN=$OWNER
begin_realtime

# --- who is refused, and how ---
ask "$R/subscribe"; status 401 'nobody listens without a token'; json .detail 'Missing token' 'in the words of the contract'
ask "$R/subscribe?token=x.y.z" -H "Authorization: Bearer $OWNER"; json .detail 'Invalid token' 'the token of the query counts first'
ask "$R/subscribe?token=" -H 'Authorization: Bearer sb_at.bad'; status 401 'a bad header is a bad token'
ask "$R/subscribe" -X POST -H "Authorization: Bearer $OWNER"; status 405 'streams are read'
ask "$R/subscribe?token=$OWNER&collections=notes&collections=plans&filter=text%20%3D%20%27a%27"; status 422 'a filter needs one collection'
ask "$R/subscribe?token=$OWNER&since=soon"; status 422 'since is a number'
ask "$R/subscribe?token=$OWNER&poll=1&wait=26"; status 422 'a poll waits 25 seconds at most'
ask "$R/subscribe?token=$OWNER&account_id=$RIVALS"; status 403 'only superadmins look elsewhere'
ask "$R/subscribe?token=$ROOT&account_id=nowhere"; status 404 'and only at accounts'
ask "$R/elsewhere?token=$OWNER"; status 404 'there is nothing else'
ask "$R/ws?token=$OWNER"; status 426 'no WebSocket without asking for one'
W13='Sec-WebSocket-Version: 13' WUP='Upgrade: websocket' WKEY='Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='
ask "$R/ws?token=$OWNER" -H "$WUP" -H "$WKEY" -H 'Sec-WebSocket-Version: 8'; status 426 'nor of another version'
ask "$R/ws?token=$OWNER" -H "$WUP" -H "$W13" -H 'Sec-WebSocket-Key: short'; status 400 'nor with another key'
ask "$R/ws?token=$OWNER" -H "$WUP" -H "$W13" -H "$WKEY" -H 'Origin: https://evil.example.com'; status 403 'nor from another site'
printf 'GET / HTTP/1.1\nHost: x\n\nGET /' | perl t/lib/live.pl "$W/live.sock" raw >"$W/raw" & slow=$!
has "$(printf 'GET %s/subscribe HTTP/1.1\r\nbad line\r\n\r\n' "$R" | perl t/lib/live.pl "$W/live.sock" raw)" 'HTTP/1.1 400' 'what is no head is refused'
has "$({ printf 'GET / HTTP/1.1\r\nX: '; head -c 40000 /dev/zero | tr '\0' x; } | perl t/lib/live.pl "$W/live.sock" raw)" 'HTTP/1.1 431' 'one without end as well'

# --- live ---
client sse sse "$R/subscribe?token=$OWNER&collections=notes:create,delete&collections=plans"
client all sse "$R/subscribe" "Authorization: Bearer $OWNER"
client root sse "$R/subscribe?token=$ROOT&account_id=*&collections=notes"
client rival sse "$R/subscribe?token=$RIVAL"
client ws ws "$R/ws?token=$OWNER" 'Origin: http://localhost:3000'
heard sse '^retry: 5000$' 'a stream begins at once'
heard sse '^id: [0-9]+$' 'with where it stands'
heard ws '^open 101$' 'a WebSocket opens'
say ws '{"action":"subscribe","collection":"notes"}'
heard ws '^text \{"type":"subscribed","status":"subscribed","collection":"notes","timestamp":"[0-9TZ:.-]+"\}$' \
    'and acknowledges a subscription with type and status'
until_true grep -q '^id' "$W/rival"; until_true grep -q '^id' "$W/all"; until_true grep -q '^id' "$W/root"
START_ID=$(id_of sse)
note hello
heard sse '^data: \{"type":"notes.create".*"hello"' 'a create is told over the stream'
heard all '^data: \{"type":"notes.create".*"hello"' 'also to who named no collection'
heard ws '^text \{"type":"notes.create".*"hello"' 'and over the WebSocket'
heard root '"hello"' 'and to a superadmin who looks at all'
post /api/v1/records/plans '{"text":"secret"}'
patch "/api/v1/records/notes/$NOTE" '{"text":"changed"}'
delete "/api/v1/records/notes/$NOTE"
heard sse '"notes.delete"' 'a delete is told'
heard ws '"notes.update".*changed' 'an update, too'
heard_not sse '"notes.update"' 'but not to who did not ask for updates'
heard_not all 'data:.*secret' 'nor what is locked'
say ws '!ping'; heard ws '^pong are you there' 'pings are answered'
say ws '!split {"action":"ping"}'; heard ws '^text {"type":"pong"}' 'a message may come in pieces'
say ws '{"action":"unsubscribe","collection":"notes"}'; heard ws '"type":"unsubscribed","status":"unsubscribed","collection":"notes"' 'a subscription ends'
note unheard
heard all '"unheard"' 'others go on'
heard_not ws unheard 'while it hears no more'
rules notes '{"list_rule":null,"view_rule":null}'; note locked
rules notes '{"list_rule":"","view_rule":""}'; note open
heard all '"open"' 'rules count from the next event'
heard_not all '"locked"' 'also when they lock'
get /metrics
has "$(body)" 'larder_realtime_connections{transport="ws"} 1' 'open connections are counted'
has "$(body)" 'larder_realtime_events_total{outcome="filtered"}' 'and what became of events'
heard ws '^text {"type":"heartbeat"' 'heartbeats'
heard ws '^ping' 'and pings'
heard sse '^: ping' 'a stream, too'
heard sse '^event: heartbeat' 'has both'

# --- what a client may say wrong ---
say ws '{'; heard ws '^text {"error":"Invalid JSON"}' 'what is no JSON'
say ws '[1]'; heard ws '^text {"error":"Invalid message"}' 'or no object'
say ws '{"action":"subscribe"}'; heard ws '^text {"error":"Missing collection"}' 'or names nothing'
say ws '{"action":"dance"}'
n=0; while [ $n -lt 101 ]; do n=$((n + 1)); printf '{"action":"subscribe","collection":"c%s"}\n' $n; done >"$W/many"
say ws "$(cat "$W/many")"
heard ws '^text {"error":"Max subscriptions reached \(100\)"}' 'or wants a hundred and one'
say ws '{"action":"subscribe","collection":"c1","operations":["create"]}'
until_true sh -c "[ \$(grep -c '\"collection\":\"c1\"' '$W/ws') = 2 ]"
is "$(grep -c '"subscribed","collection":"c1",' "$W/ws")" 2 'to replace one of them is no other'
is "$(grep -c dance "$W/ws")" 0 'another action is no matter'
say ws '!close 1000'; heard ws '^close 1000' 'a close is answered'
client big ws "$R/ws" "Authorization: Bearer $OWNER"; say big '!big 65537'; heard big '^close 1009' 'a message has 64 KiB at most'
client bare ws "$R/ws?token=$OWNER"; say bare '!hex 81026869'; heard bare '^close 1002' 'clients mask what they say'
client wild ws "$R/ws?token=$OWNER"; say wild '!hex 818200000000fffe'; heard wild '^close 1007' 'in UTF-8'

# --- who comes back ---
AT=$(id_of all)
for n in 1 2 3; do note "missed-$n"; done
client back sse "$R/subscribe?collections=notes" "Authorization: Bearer $OWNER" "Last-Event-ID: $AT"
heard back missed-3 'what was missed is told'
note after
heard back after 'then what comes'
is "$(grep -o '"text":"[a-z0-9-]*"' "$W/back" | tr -d '\n')" '"text":"missed-1""text":"missed-2""text":"missed-3""text":"after"' 'each once, in order'
client wsback ws "$R/ws?token=$OWNER&since=$AT"; say wsback '{"action":"subscribe","collection":"notes"}'
heard wsback '"after"' 'over a WebSocket as well'
is "$(grep -c '^text.*"notes.create"' "$W/wsback")" 4 'each once'
say wsback "{\"action\":\"subscribe\",\"collection\":\"plans\",\"since\":$AT}"; say wsback '{"action":"subscribe","collection":"notes"}'
note later
heard wsback later 'one subscription may begin earlier than others'
is "$(grep -c '^text.*"after"' "$W/wsback")" 2 'and hears again only what it asked for'
client rivalback sse "$R/subscribe?token=$RIVAL&since=0"
client future sse "$R/subscribe?token=$OWNER&last_event_id=999999999"
heard future '^event: reset' 'a place that is not there is gone'
client junk sse "$R/subscribe?token=$OWNER&last_event_id=yesterday"
heard junk '^event: reset' 'so is what is no place'
ask "$R/subscribe?token=$OWNER&poll=1&since=$AT&collections=notes"
is "$(value '[.events[] | .data.text] | join(" ")')" 'missed-1 missed-2 missed-3 after later' 'a poll has what is there'
LAST=$(value .last_id)
ask "$R/subscribe?token=$OWNER&poll=1&since=$LAST&wait=0"; json .events '[]' 'or nothing'
client poll sse "$R/subscribe?token=$OWNER&poll=1&since=$LAST&collections=notes"
heard poll '^."events":.$' 'or waits'; note polled
heard poll '"polled".*"last_id":[0-9]+}' 'for it'
perl t/lib/live.pl "$W/stream.sock" fcgi "$R/subscribe?token=$OWNER&collections=notes&since=$LAST" >"$W/fcgi" & clients="$clients $!"
heard fcgi polled 'FastCGI carries streams'
note by-fcgi; heard fcgi by-fcgi 'as they come'
has "$(perl t/lib/live.pl "$W/stream.sock" fcgi "$R/ws?token=$OWNER" 'HTTP_UPGRADE=websocket' 'HTTP_SEC_WEBSOCKET_VERSION=13')" 'Status: 426' 'but no WebSocket'
heard_not rival 'data:.*notes' 'another account hears nothing of it'
heard_not rivalback 'data:.*notes' 'nor afterwards'

# --- who may no longer ---
client gone ws "$R/ws" "Sec-WebSocket-Protocol: $OWNER"
heard gone "^open 101 $OWNER" 'a token may come as the protocol, which is then agreed upon'
post /api/v1/auth/logout "{\"refresh_token\":\"$OWNERS\"}"
heard gone '^close 1008 Token expired' 'a session that ends closes its sockets'
heard all '^end' 'and its streams'
heard_not rival '^end' 'no others'
client bad ws "$R/ws?token=$OWNER"; heard bad '^close 1008 Authentication failed' 'a bad token is told by closing'
client none ws "$R/ws"; heard none '^close 1008 Missing token' 'so is none'
for n in 1 2 3; do perl t/lib/live.pl "$W/live.sock" ws "$R/ws?token=bad" </dev/null >/dev/null; done
ask "$R/ws?token=bad" -H "$WUP" -H "$W13" -H "$WKEY"; status 429 'but not for ever'

# --- limits, and the end ---
end_realtime
heard rival '^event: shutdown' 'when it stops it says so'
kill "$slow" 2>/dev/null
sign_in acme owner@acme.example.com; OWNER=$TOKEN
begin_realtime LARDER_REALTIME_CONNECTIONS_PER_USER=3
client one sse "$R/subscribe?token=$OWNER&collections=notes"
client deaf ws "$R/ws?token=$OWNER"
client late late "$R/subscribe?token=$OWNER&collections=notes"; until_true grep -q '^id' "$W/late"
say deaf '{"action":"subscribe","collection":"notes"}'; heard deaf subscribed 'three connections'
heard one '^id' 'are as many as it may'
ask "$R/subscribe?token=$OWNER"; status 429 'have'
say deaf '!deaf'
head -c 120000 /dev/zero | tr '\0' x >"$W/long"
for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do printf '{"text":"%s"}' "$(cat "$W/long")" >"$W/sent-note"; post /api/v1/records/notes -f "$W/sent-note"; done
say late go
until_true grep -q '"why":"slow"' "$W/live.log"
has "$(cat "$W/live.log")" '"why":"slow"' 'who does not read is dropped'
is "$(until_true sh -c "[ \$(grep -c '^data: .*xxx' '$W/one') = 15 ]" && echo all)" all 'and costs the others nothing'
heard late 'end$' 'a stream that is too slow ends as well'
# What is whole of it, as an EventSource takes it.
seen=$(perl -0777 -ne '@b = split /\n\n/, $_, -1; pop @b; print scalar(grep { /^data: .*xxx/m } @b), " ", (map { /^id: (\d+)/m } @b)[-1]' "$W/late")
ask "$R/subscribe?token=$OWNER&collections=notes&poll=1&since=${seen#* }"
while [ "$(value '.events | length')" -gt 0 ] 2>/dev/null; do
    seen="$((${seen% *} + $(value '.events | length'))) $(value .last_id)"
    ask "$R/subscribe?token=$OWNER&collections=notes&poll=1&wait=0&since=${seen#* }"
done
is "${seen% *}" 15 'and misses nothing when it comes back'
end_realtime
is "$(grep -c 'token=' "$W/live.log")" 0 'no token is logged'
is "$(grep -c worker_died "$W/live.log")" 0 'and nothing went wrong'

# --- plain CGI ---
cgi() { with_settings env LARDER_REALTIME_CGI_SECONDS=1 REQUEST_METHOD=GET REQUEST_URI="$1" QUERY_STRING="${1#*\?}" SCRIPT_NAME= REMOTE_ADDR=127.0.0.1 "$BIN/realtime" 2>>"$W/log"; }
has "$(cgi "$R/subscribe?token=$OWNER&collections=notes&since=$LAST")" by-fcgi 'plain CGI streams for a while'
cgi "$R/subscribe?token=$OWNER" | head -c 1 >/dev/null
cgi "$R/ws?token=$OWNER" >"$W/cgi"; has "$(cat "$W/cgi")" 'Status: 426' 'and has no WebSocket'
LARDER_TEST_SETTINGS="$LARDER_TEST_SETTINGS LARDER_REALTIME_CGI_STREAMS=0"
has "$(cgi "$R/subscribe?token=$OWNER")" 'Status: 503' 'as many at once as it may'
done_testing
