#!/bin/bash
# 70-pool.t — the processes of a program: started, replaced, reloaded and stopped without losing a request.
START=later
. t/lib/larder.sh
plan 17
start
pids=''
stop_all() { for p in $pids; do kill -TERM "$p" 2>/dev/null; wait "$p" 2>/dev/null; done; pids=''; }
trap 'stop_all; clean_up' EXIT
# shellcheck disable=SC2086
program() { exec env $settings $LARDER_TEST_SETTINGS LARDER_DATA_DIR="$W/data" "$BIN/system" -s "$W/system.sock" "$@"; }
children() { pgrep -P "$1" | sort | tr '\n' ' ' | sed 's/ $//'; }
until_true() { for _ in $(seq 100); do eval "$1" && return 0; sleep 0.1; done; return 1; }

program -n 3 2>>"$W/log" & parent=$!
pids=$parent
until_true '[ -S "$W/system.sock" ]'
is "$(stat -c %a "$W/system.sock")" 660 'the socket is not for others'
until_true '[ "$(children $parent | wc -w)" = 3 ]'
is "$(children $parent | wc -w)" 3 'as many children as asked for'
with_settings "$BIN/system" -s "$W/system.sock" -n 1 2>"$W/second"
is $? 1 'a second program does not take a living socket'
has "$(cat "$W/second")" 'cannot listen' 'and says why'

PORT=$((10000 + $$ % 9999))
cat >"$W/front.conf" <<CONF
server.port = $PORT
server.bind = "127.0.0.1"
server.document-root = "$W"
server.modules = ("mod_fastcgi")
fastcgi.server = ("/" => (("socket" => "$W/system.sock", "check-local" => "disable", "fix-root-scriptname" => "enable")))
CONF
lighttpd -D -f "$W/front.conf" >>"$W/log" 2>&1 & pids="$! $pids"
URL=http://127.0.0.1:$PORT
until_true '[ "$(curl -s -o /dev/null -w "%{http_code}" $URL/live)" = 200 ]'
get /live
status 200 'it answers'

# Reloads in a stream of requests.
first=$(children $parent)
: >"$W/stop"
(while [ -e "$W/stop" ]; do curl -s -o /dev/null -w '%{http_code}\n' "$URL/ready"; done >"$W/codes1") & one=$!
(while [ -e "$W/stop" ]; do curl -s -o /dev/null -w '%{http_code}\n' "$URL/ready"; done >"$W/codes2") & two=$!
for _ in 1 2 3 4 5; do sleep 0.3; kill -HUP $parent; done
sleep 0.5; rm "$W/stop"; wait $one $two
is "$(sort -u "$W/codes1" "$W/codes2")" 200 'no request is lost by a reload'
[ "$(cat "$W/codes1" "$W/codes2" | wc -l)" -gt 20 ]; tap $? 'and there were some'
until_true '[ "$(children $parent | wc -w)" = 3 ]'
isnt "$(children $parent)" "$first" 'the children are new'

# A child that dies is replaced.
victim=$(children $parent | cut -d' ' -f1)
kill -KILL "$victim"
until_true '[ "$(children $parent | wc -w)" = 3 ] && ! children $parent | grep -qw $victim'
is "$(children $parent | wc -w)" 3 'a killed child is replaced'
get /live
status 200 'and the others answer meanwhile'

# Log rotation.
kill -USR1 $parent
get /live
status 200 'the log can be reopened'

# The parent is killed: nobody stays behind.
orphans=$(children $parent)
kill -KILL $parent; wait $parent 2>/dev/null
until_true '! kill -0 $orphans 2>/dev/null'
left=''; for p in $orphans; do kill -0 "$p" 2>/dev/null && left="$left $p"; done
is "$left" '' 'children end with their parent'

# A dead socket is taken over; TERM ends everything.
program -n 2 2>>"$W/log" & parent=$!
pids="$pids $parent"
until_true '[ "$(curl -s -o /dev/null -w "%{http_code}" $URL/live)" = 200 ]'
get /live
status 200 'a socket that nobody listens at is taken over'
two=$(children $parent)
kill -TERM $parent; wait $parent
is $? 0 'TERM ends the program well'
left=''; for p in $two; do kill -0 "$p" 2>/dev/null && left="$left $p"; done
is "$left" '' 'with its children'
[ ! -e "$W/system.sock" ]; tap $? 'and its socket'
touch "$W/file"
with_settings "$BIN/system" -s "$W/file" 2>"$W/second"
[ -f "$W/file" ]; tap $? 'another kind of file is left alone'
