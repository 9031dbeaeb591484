#!/bin/sh
# 79-prompt.t — no web server holds events back: each is heard before the next one happens, and soon.
START=later
. t/lib/larder.sh
plan 13
start
FRONT=lighttpd
start_server
collection '{"name":"ticks","fields":[{"name":"n","type":"number"}],"list_rule":"","view_rule":"","create_rule":"@request.auth.id != \"\""}'
sign_up acme owner@acme.example.com

# prompt WHAT URL: the machine may be busy, so that only the best of many has to be quick.
prompt() {
    read -r heard best median <<EOT
$(perl t/lib/prompt.pl "$2" ticks "$TOKEN" 20 2>&1)
EOT
    is "$heard" 20 "$1: each event is heard before the next one"
    ok "$1: within 200 ms (the best $best ms, half of them within $median ms)" [ "${best%.*}" -lt 200 ]
}
# curl says 101 and is cut off when nothing more comes.
upgrade() { curl -s -m 1 -o /dev/null -w '%{http_code}' "$1/api/v1/realtime/ws?token=$TOKEN" -H 'Connection: Upgrade' -H 'Upgrade: websocket' \
    -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='; }
logs_no_token() { hasnt "$(cat "$W/log")" "$TOKEN" "$1: no log has the token"; }
prompt lighttpd "$URL"
is "$(upgrade "$URL")" 101 'lighttpd: a WebSocket passes'
logs_no_token lighttpd

# As a host may have it that has nothing but FastCGI.
sed 's|proxy.server = .*|fastcgi.server = ( "/" => (( "socket" => "'"$W"'/data/run/stream.sock", "check-local" => "disable",|
    s|"disable-time" => 0 )) )|"disable-time" => 0 )) )|
    /proxy.header/d' "$W/data/run/lighttpd.site" >"$W/fastcgi.site"
fastcgi_port=$((PORT + 1))
sed "s|lighttpd.site|../../fastcgi.site|; s|^server.port = .*|server.port = $fastcgi_port|" "$W/data/run/lighttpd.conf" >"$W/fastcgi.conf"
PATH=$PATH:/usr/sbin
lighttpd -D -f "$W/fastcgi.conf" 2>>"$W/log" & fastcgi_pid=$!
for _ in $(seq 100); do [ "$(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$fastcgi_port/ready")" = 200 ] && break; sleep 0.1; done
prompt 'lighttpd, FastCGI' "http://127.0.0.1:$fastcgi_port"
is "$(upgrade "http://127.0.0.1:$fastcgi_port")" 426 'where no WebSocket passes it is refused at once'
kill -TERM "$fastcgi_pid"; wait "$fastcgi_pid" 2>/dev/null

stop_server
FRONT=nginx
start_server
prompt nginx "$URL"
is "$(upgrade "$URL")" 101 'nginx: a WebSocket passes'
logs_no_token nginx

# A gone caller is noticed: connections do not pile up.
listening() { sed -n 's/^[a-z_]*realtime_connections{[^}]*} //p' "$W/body" | awk '{ n += $1 } END { print n + 0 }'; }
gone=''
for _ in $(seq 10); do curl -sN -m 0.5 -o /dev/null "$URL/api/v1/realtime/subscribe?token=$TOKEN" & gone="$gone $!"; done
# shellcheck disable=SC2086
wait $gone
for _ in $(seq 100); do get /metrics; [ "$(listening)" = 0 ] && break; sleep 0.1; done
is "$(listening)" 0 'who has gone is forgotten'
get /ready; status 200 'all is well'
