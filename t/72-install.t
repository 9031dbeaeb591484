#!/bin/sh
# 72-install.t — `make install`, and a lighttpd that starts the programs itself from the printed configuration.
START=later
. t/lib/larder.sh
plan 15

ok 'make install' make -s install DESTDIR="$W/root" PREFIX=/opt
installed() { env -i PATH="$PATH" LARDER_ARGON2_MEMORY_KIB=8192 "$W/root/opt/bin/larder" --data "$W/data" "$@"; }
has "$(installed --version)" ', version ' 'the link in bin runs'
installed init-db >"$W/said"; is $? 0 'an installation is made'
installed create-superadmin --email "$ROOT_EMAIL" --password "$ROOT_PASSWORD" --force >"$W/said"
has "$(installed migrate current)" '(head)' 'its schema is current'
none "$(find "$W/data" -type f -perm /077)" 'nobody else may read it'

PORT=$((20000 + ($$ * 17) % 30000)) URL=http://127.0.0.1:$PORT
mkdir -p "$W/data/run"
{
    printf 'server.bind = "127.0.0.1"\nserver.port = %s\nserver.document-root = "%s"\n' "$PORT" "$W/root"
    installed server-config lighttpd
} >"$W/lighttpd.conf"
PATH=$PATH:/usr/sbin
ok 'lighttpd accepts what is printed' lighttpd -tt -f "$W/lighttpd.conf"
env -i PATH="$PATH" LARDER_ARGON2_MEMORY_KIB=8192 lighttpd -D -f "$W/lighttpd.conf" 2>>"$W/log" & server_pid=$!
for _ in $(seq 100); do [ "$(curl -s -o "$W/body" -w '%{http_code}' "$URL/ready")" = 200 ] && break; sleep 0.1; done
get /ready; json .status ready 'it starts the programs'
superadmin
collection '{"name":"notes","fields":[{"name":"text","type":"text"}],"list_rule":"","create_rule":""}'
post /api/v1/records/notes '{"text":"x"}'; status 201 'writes have their pool'
get /api/v1/records/notes; json .total 1 'reads theirs'
post /api/v1/auth/register "{\"account_slug\":\"acme\",\"account_name\":\"Acme\",\"email\":\"ann@acme.example.com\",\"password\":\"$PASSWORD\"}"
installed user verify ann@acme.example.com --account acme >/dev/null; sign_in acme ann@acme.example.com
collection '{"name":"ticks","fields":[{"name":"n","type":"number"}],"list_rule":"","view_rule":"","create_rule":""}'
read -r heard best _ <<EOT
$(perl t/lib/prompt.pl "$URL" ticks "$TOKEN" 5 2>&1)
EOT
is "$heard" 5 "realtime tells events at once ($best ms)"
upgrade() { curl -s -m 2 -o "$W/body" -w '%{http_code}' "$URL/api/v1/realtime/ws$1" -H 'Connection: Upgrade' -H 'Upgrade: websocket' \
    -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='; }
is "$(upgrade "?token=$TOKEN")" 101 'and by WebSocket'
is "$(upgrade; body | tr -d '\0-\37\177-\377')" '101Missing token' 'which says what it misses'
get /static/openapi.json; status 200 'static files are served'
stop_server
left_over() { printf %s "$W/" | grep -lsaF -f - /proc/[0-9]*/cmdline; }
for _ in $(seq 100); do [ -n "$(left_over)" ] || break; sleep 0.1; done
none "$(left_over)" 'the programs end with it'
for name in nginx apache systemd; do installed server-config $name || echo "not $name"; done >"$W/said" 2>&1
none "$(grep -nE '^not |\{\{|Error' "$W/said")" 'the other configurations are printed, too'
