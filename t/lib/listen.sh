# listen.sh — the program realtime by itself, and clients that listen to it in the background; after larder.sh.
#
#     begin_realtime                                  # leaves $W/live.sock (HTTP) and $W/stream.sock (FastCGI)
#     client ws ws "/api/v1/realtime/ws?token=$TOKEN"
#     say ws '{"action":"ping"}'; heard ws pong 'it answers'
#
# What a client hears is in $W/NAME (live.pl). All of it ends with the script.

# begin_realtime [NAME=VALUE…]: at $W/live.sock and $W/stream.sock. end_realtime stops it.
# shellcheck disable=SC2086
begin_realtime() {
    (exec env $settings $LARDER_TEST_SETTINGS LARDER_LOG_LEVEL=INFO "$@" "$BIN/realtime" -p "$W/live.sock" \
        -s "$W/stream.sock" --data "$W/data") 2>>"$W/live.log" &
    live_pid=$!
    until_true test -S "$W/live.sock"
}
end_realtime() { kill -TERM "$live_pid" 2>/dev/null; wait "$live_pid" 2>/dev/null; live_pid=''; }
stop_all() {
    for n in $clients; do kill "$n" 2>/dev/null; done
    [ -z "$live_pid" ] || end_realtime
    clean_up
}
live_pid='' clients=''
trap stop_all EXIT

# until_true COMMAND…: for at most 15 seconds.
until_true() { tries=0; until "$@" >/dev/null 2>&1; do tries=$((tries + 1)); [ $tries -lt 150 ] || return 1; sleep 0.1; done; }
# client NAME ws|sse PATH [FIELD…]: in the background; hears into $W/NAME, is told by say NAME TEXT.
client() {
    name=$1; shift
    mkfifo "$W/$name.in"
    perl t/lib/live.pl "$W/live.sock" "$@" <>"$W/$name.in" >"$W/$name" 2>>"$W/log" &
    clients="$clients $!"
}
say() { printf '%s\n' "$2" >"$W/$1.in"; }
# heard NAME PATTERN WHAT: sooner or later.
heard() { if until_true grep -qE "$2" "$W/$1"; then tap 0 "$3"; else tap 1 "$3" "$1 heard: $(tail -n 12 "$W/$1" | cut -c1-200)"; fi; }
heard_not() { if grep -qE "$2" "$W/$1"; then tap 1 "$3" "$1 heard: $(grep -E "$2" "$W/$1" | cut -c1-200)"; else tap 0 "$3"; fi; }
# ask PATH [CURL OPTION…]: an answer that ends.
ask() { path=$1; shift; method=GET; STATUS=$(curl -s -g -m 20 -o "$W/body" -D "$W/headers" -w '%{http_code}' --unix-socket "$W/live.sock" "$@" "http://localhost$path"); }
note() { post /api/v1/records/notes "{\"text\":\"$1\"}"; NOTE=$(value .id); }
# id_of NAME: the last one it heard.
id_of() { sed -n 's/^id: *//p' "$W/$1" | tail -n 1; }
