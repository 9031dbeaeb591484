#!/bin/sh
# 67-make-run.t — `make run` in a clean clone: sets everything up, says where it is, and leaves nothing behind.
cd "$(dirname "$0")/.." || exit 1
. t/lib/tap.sh
plan 25
. t/lib/postgres.sh
W=$(mktemp -d "${TMPDIR:-/tmp}/larder run.XXXXXX") || exit 1
make_pid=''
clean_up() {
    trap - EXIT
    [ -z "$make_pid" ] || { kill -TERM "$make_pid"; wait "$make_pid"; } 2>/dev/null
    [ -z "$POSTGRES_URL" ] || postgres_stop
    rm -rf "$W"
}
trap clean_up EXIT
trap 'exit 1' INT TERM

# Ours are known by the clone's path, which no other process has; grep is not told it as an argument.
left_over() { printf %s "$W" | grep -lsaF -f - /proc/[0-9]*/cmdline; }
port() { echo $((10000 + ($$ * 11 + $1 * 4099) % 9999)); }     # below what the kernel gives to clients
code_of() { curl -s -o "$W/reply" -w '%{http_code}' "$@"; }
# make_run ARGUMENT…: in the background; waits for /ready.
make_run() {
    : >"$W/said"
    (cd "$W/clone" && exec env LARDER_APP_NAME='The Pantry' SNACKBASE_ARGON2_MEMORY_KIB=8192 LARDER_APP_VERSION=7.7 \
        SNACKBASE_APP_VERSION=6.6 perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' make --no-print-directory -j2 run PORT="$PORT" "$@") >"$W/said" 2>&1 </dev/null &
    make_pid=$!
    waited=0
    until grep -q 'is ready' "$W/said" && [ "$(code_of "http://127.0.0.1:$PORT/ready")" = 200 ]; do
        waited=$((waited + 1))
        { [ $waited -lt 3000 ] && kill -0 $make_pid 2>/dev/null; } || { diag "$(tail -n 20 "$W/said")"; return 1; }
        sleep 0.1
    done
}
sign_in() {
    code_of "http://127.0.0.1:$PORT/api/v1/auth/login" -H 'Content-Type: application/json' \
        -d "{\"account\":\"system\",\"email\":\"$1\",\"password\":\"$2\"}"
}
# ended: make is gone within 30 s, with everything it started.
ended() {
    waited=0
    while [ -n "$(left_over)" ] && [ $waited -lt 150 ]; do sleep 0.2; waited=$((waited + 1)); done
    left_over
}

ok 'a clone' git clone -q . "$W/clone"
PORT=$(port 1)
ok 'make run builds and serves in it' make_run DATA="$W/one"
has "$(cat "$W/reply")" '"service":"The Pantry","version":"7.7"' 'LARDER_ variables reach the programs, before SNACKBASE_ ones'
has "$(cat "$W/said")" "http://127.0.0.1:$PORT" 'the address is said'
password=$(sed -n 's/^Password *\([^ ]*\).*/\1/p' "$W/said")
isnt "$password" '' 'a password is made up and said'
is "$(sign_in admin@example.com "$password")" 200 'it opens the door'
is "$(stat -c %a "$W/one" "$W/one/keys.conf" | tr '\n' ' ')" '700 600 ' 'data and keys are private'
has "$(cd "$W/clone" && bin/larder --data "$W/one" info)" 'larder.db' 'larder finds the same installation'
kill -TERM "$make_pid"
none "$(ended)" 'SIGTERM to make ends it all'
[ ! -e "$W/clone/build/run/$PORT.pid" ]; tap $? 'the pid file is gone'

PORT=$(port 2)
ok 'it serves the same data again' make_run DATA="$W/one"
hasnt "$(cat "$W/said")" Password 'the password is not said twice'
is "$(sign_in admin@example.com "$password")" 200 'and still opens the door'
kill -INT "$make_pid"
none "$(ended)" 'SIGINT to make alone ends it all'

PORT=$(port 3)
ok 'nginx, and a superadmin of our own' make_run FRONT=nginx DATA="$W/two" SUPERADMIN_EMAIL=me@larder.example.com SUPERADMIN_PASSWORD='Mine-0wn-Password'
hasnt "$(cat "$W/said")" Mine-0wn-Password 'the password given is not repeated'
is "$(sign_in me@larder.example.com Mine-0wn-Password)" 200 'it opens the door'
larder_pid=$(cat "$W/clone/build/run/$PORT.pid")
workers=$(left_over | wc -l)
kill -HUP "$larder_pid"; sleep 1
is "$(code_of "http://127.0.0.1:$PORT/ready")" 200 'it answers after a reload'
is "$(left_over | wc -l)" "$workers" 'with as many processes'
kill -KILL "$larder_pid"
none "$(ended)" 'nothing survives the death of its parent'
is "$(cd "$W/clone" && git status --porcelain)" '' 'running leaves no untracked file'

PORT=$(port 4)
postgres_start
ok 'PostgreSQL' make_run DB="$POSTGRES_URL" DATA="$W/four"
is "$(sign_in admin@example.com "$(sed -n 's/^Password *\([^ ]*\).*/\1/p' "$W/said")")" 200 'its superadmin signs in'
kill -TERM "$make_pid"
none "$(ended)" 'and it ends as well'
postgres_stop

PORT=$(port 5)
(cd "$W/clone" && timeout 60 make --no-print-directory run PORT="$PORT" FRONT=nothing DATA="$W/three") >"$W/said" 2>&1 </dev/null
has "$(cat "$W/said")" 'FRONT' 'an unknown front end is refused in words'
done_testing
