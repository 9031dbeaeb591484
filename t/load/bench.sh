#!/bin/bash
# bench.sh — the budgets, measured: every row against an empty FastCGI reply in the same run.
#
# Ratios only: the machine's speed drifts, and the load generator shares its processors. DB_ROWS=0 leaves
# PostgreSQL out, BIG_ROWS=0 the tables of 100,000 and a million, PAGE_ROWS=0 the admin pages, RESUME_SECONDS=0 subscribers that are cut;
# SECONDS_EACH sets how long a row runs (the whole stays under seven minutes by default).

cd "$(git rev-parse --show-toplevel 2>/dev/null || echo .)" || exit 1
LARDER_BUILD=${LARDER_BUILD:-build} LARDER_BIN=${LARDER_BIN:-bin}
SECONDS_EACH=${SECONDS_EACH:-3} CONNECTIONS=32
W=$(mktemp -d "${TMPDIR:-/tmp}/larder-bench.XXXXXX")
pids=()
. t/lib/postgres.sh

stop_all() {
    trap - EXIT INT TERM
    for pid in "${pids[@]}"; do kill -TERM "$pid" 2>/dev/null; done
    for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null; done
    [ -z "$POSTGRES_URL" ] || postgres_stop
    rm -rf "$W"
}
trap stop_all EXIT
trap 'exit 1' INT TERM

free_port() { perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport'; }
await() { for _ in $(seq 300); do [ "$(curl -s -o /dev/null -w '%{http_code}' "$1")" = 200 ] && return; sleep 0.1; done; echo "no answer from $1" >&2; exit 1; }

# --- the empty reply, the static file and the empty CGI, through a lighttpd of their own -------------

empty_port=$(free_port)
mkdir -p "$W/www" && head -c 1000 /dev/zero | tr '\0' x >"$W/www/file.txt"
cp "$LARDER_BUILD/load/nop" "$W/www/empty.cgi"
workers=$(($(nproc) * 2))
cat >"$W/empty.conf" <<CONF
server.port = $empty_port
server.bind = "127.0.0.1"
server.document-root = "$W/www"
server.modules = ("mod_fastcgi", "mod_cgi")
server.max-keep-alive-requests = 100000
server.max-connections = 1024
server.max-fds = 4096
cgi.assign = (".cgi" => "")
fastcgi.server = ("/nop" => ((
    "bin-path" => "$PWD/$LARDER_BUILD/load/nop", "socket" => "$W/nop.sock",
    "max-procs" => $workers, "check-local" => "disable")))
CONF
lighttpd -D -f "$W/empty.conf" >>"$W/log" 2>&1 & pids+=($!)
await "http://127.0.0.1:$empty_port/nop"

# --- running one row ---------------------------------------------------------------------------------

# load KIND URL: leaves $rate $p50 $p99 (ms) and $errors.
load() {
    read -r _ rate p50 p99 errors < <(KIND=$1 wrk -t1 -c$CONNECTIONS -d${SECONDS_EACH}s -s t/load/wrk.lua "$2" 2>&1 |
        tee -a "$W/log" | grep '^RESULT')
}
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", (b > 0) ? a / b : 0 }'; }
row() {  # WORK GOAL FIGURE VERDICT NOTE
    printf '%-52s %-18s %-18s %-5s %s\n' "$1" "$2" "$3" "$4" "$5"
}
at_least() { awk -v a="$1" -v b="$2" 'BEGIN { print (a >= b) ? "met" : "MISSED" }'; }
at_most() { awk -v a="$1" -v b="$2" 'BEGIN { print (a <= b) ? "met" : "MISSED" }'; }
# rate_row WORK GOAL: of the last load, against the empty reply.
rate_row() {
    local figure; figure=$(ratio "$rate" "$nop")
    row "$1" ">= $2 x nop" "$figure x ($rate/s)" "$(at_least "$figure" "$2")" \
        "p50 $p50 ms, p99 $p99 ms$([ "$errors" = 0 ] || echo ", $errors ERRORS")"
}
tail_row() { local t; t=$(ratio "$p99" "$p50"); row "  its p99 against its p50" "<= 12 x" "$t x" "$(at_most "$t" 12)"; }
pss() { # PROGRAM… of the server: sum of the proportional set sizes, in KiB
    local sum=0 pid kib
    for pid in $(pgrep -f "^$PWD/$LARDER_BIN/" ); do
        tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q " $W/\| --data $W/" || [ -n "$(grep -sz "LARDER_DATA_DIR=$W/" "/proc/$pid/environ")" ] || continue
        case " $* " in *" $(basename "$(readlink "/proc/$pid/exe")") "*) ;; *) continue ;; esac
        kib=$(awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup" 2>/dev/null)
        sum=$((sum + ${kib:-0}))
    done
    echo $sum
}

. t/load/bigrows.sh
. t/load/fanrows.sh
. t/load/pagerows.sh

# --- one installation: SQLite or PostgreSQL ------------------------------------------------------------

call() { # METHOD PATH JSON: the body
    curl -sf -X "$1" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' --data-binary "$3" "$URL$2" ||
        { echo "bench: $1 $2 failed" >&2; exit 1; }
}
install() { # NAME DATABASE_URL
    PORT=$(free_port) URL=http://127.0.0.1:$PORT
    export LARDER_DATA_DIR=$W/$1 LARDER_PORT=$PORT LARDER_LOG_LEVEL=WARNING LARDER_ENVIRONMENT=development \
        LARDER_REQUIRE_EMAIL_VERIFICATION=0 LARDER_REALTIME_CONNECTIONS_PER_USER=100000 LARDER_SUPERADMIN_EMAIL=root@larder.example.com LARDER_SUPERADMIN_PASSWORD=Root-Pass-word-1
    [ -z "$2" ] || export LARDER_DATABASE_URL=$2
    "$PWD/$LARDER_BIN/larder" --data "$LARDER_DATA_DIR" serve --front lighttpd >>"$W/log" 2>&1 & pids+=($!)
    await "$URL/ready"
    unset TOKEN
    TOKEN=$(curl -sf -H 'Content-Type: application/json' "$URL/api/v1/auth/login" \
        -d '{"account":"system","email":"root@larder.example.com","password":"Root-Pass-word-1"}' | jq -r .token)
    call POST /api/v1/collections '{"name":"messages","fields":[
        {"name":"title","type":"text","required":true},{"name":"status","type":"text"},{"name":"points","type":"number"}],
        "indexes":[["status","-created_at","-id","points","created_by"]],
        "list_rule":"status = \"open\" || created_by = @request.auth.id","view_rule":"status = \"open\" || created_by = @request.auth.id",
        "create_rule":"@request.auth.id != \"\" && @request.data.title != \"\"","update_rule":null,"delete_rule":null}' >/dev/null
    LOGIN='{"account":"bench","email":"bench@bench.example","password":"Correct-Horse-7-Battery"}'
    curl -sf -H 'Content-Type: application/json' "$URL/api/v1/auth/register" -d "${LOGIN/account\":/account_name\":\"bench\",\"account_slug\":}" >/dev/null
    TOKEN=$(curl -sf -H 'Content-Type: application/json' "$URL/api/v1/auth/login" -d "$LOGIN" | jq -r .token)
    export TOKEN LOGIN IDS=$W/ids
    for batch in $(seq 0 19); do    # 2,000 rows of about 500 bytes
        call POST /api/v1/records/messages/batch "$(jq -nc --argjson b "$batch" '{records: [range(100) | . + $b * 100 |
            {title: ("message \(.) " + "lorem ipsum dolor sit amet " * 5), status: (if . % 4 == 0 then "done" else "open" end), points: (. % 100)}]}')"
    done | jq -r '.created[] | select(.status == "open") | .id' >"$W/ids"
    [ -z "$2" ] || psql -q "$2" -c 'ANALYZE'    # what autovacuum does within a minute
}
uninstall() {
    kill -TERM "${pids[-1]}"; wait "${pids[-1]}" 2>/dev/null
    unset 'pids[-1]' LARDER_DATABASE_URL
}

# --- the table -----------------------------------------------------------------------------------------

echo "Larder on $(nproc) processors, $CONNECTIONS connections, $SECONDS_EACH s a row, lighttpd $(lighttpd -v | sed 's/.*lighttpd.\([0-9.]*\).*/\1/;q')"
row WORK GOAL FIGURE '' ''
URL_PATH=/file.txt load plain "http://127.0.0.1:$empty_port"; static=$rate
URL_PATH=/nop load plain "http://127.0.0.1:$empty_port"; nop=$rate
figure=$(ratio "$nop" "$static")
row 'nop: an empty FastCGI reply' '>= 0.28 x static' "$figure x ($nop/s)" "$(at_least "$figure" 0.28)" "static file $static/s"
URL_PATH=/empty.cgi load plain "http://127.0.0.1:$empty_port"; empty_cgi=$rate

install sqlite ''
idle=$(pss admin auth collections files realtime records system worker)
load get "$URL"; rate_row 'record by id, signed in, rules on' 0.70; tail_row; sqlite_get=$rate quiet_p50=$p50
load list "$URL"; rate_row 'list of 30, filter + rule + sort, total remembered' 0.30; tail_row; sqlite_list=$rate
load counted "$URL"; rate_row '  its total counted over 2,000 rows' 0.22
load deep "$URL"; rate_row '  page 50 of the same by offset' 0
load sorted "$URL"; rate_row '  sorted by a field without an index' 0
load create "$URL"; rate_row 'create, durable, audit + event, rules on' 0.30; sqlite_create=$rate
row '  its p99' '<= 10 ms' "$p99 ms" "$(at_most "$p99" 10)"; tail_row
load mixed "$URL"; rate_row '90 % record by id, 10 % create' 0
busy=$(pss records)
(KIND=login wrk -t1 -c8 -d$((SECONDS_EACH + 1))s -s t/load/wrk.lua "$URL" >>"$W/log" 2>&1) & logins=$!
sleep 0.5; load get "$URL"; wait $logins
figure=$(ratio "$p50" "$quiet_p50")
row 'record by id while 8 sign-ins run: p50' '<= 2 x quiet' "$figure x" "$(at_most "$figure" 2)" "$p50 ms against $quiet_p50 ms"
(KIND=login wrk -t1 -c50 -d$((SECONDS_EACH + 1))s -s t/load/wrk.lua "$URL" >>"$W/log" 2>&1) & logins=$!
sleep 0.5; load get "$URL"; hashing=$(pss auth); wait $logins
figure=$(ratio "$rate" "$sqlite_get")
row 'record by id while 50 sign-ins run: rate' '>= 0.80 x quiet' "$figure x ($rate/s)" "$(at_least "$figure" 0.80)" "p99 $p99 ms"
row '  auth with its hashes meanwhile (PSS)' '<= 64 MB + 16' "$((hashing / 1024)) MB" "$(at_most "$hashing" 81920)" 'password_memory_mb = 64'

# Plain CGI: the same installation through mod_cgi.
cgi_port=$(free_port) cgi_programs=$LARDER_BIN
[ ! -x build/static/bin/records ] || cgi_programs=build/static/bin
cat >"$W/cgi.conf" <<CONF
server.port = $cgi_port
server.bind = "127.0.0.1"
server.document-root = "$W/www"
server.modules = ("mod_setenv", "mod_alias", "mod_cgi")
setenv.add-environment = ("LARDER_DATA_DIR" => "$LARDER_DATA_DIR", "LARDER_LOG_LEVEL" => "WARNING")
alias.url = ("/api/v1/records" => "$PWD/$cgi_programs/records")
\$HTTP["url"] =~ "^/api/v1/records" { cgi.assign = ("" => "") }
CONF
lighttpd -D -f "$W/cgi.conf" >>"$W/log" 2>&1 & pids+=($!)
await "http://127.0.0.1:$cgi_port/file.txt"
load get "http://127.0.0.1:$cgi_port"
figure=$(ratio "$rate" "$empty_cgi")
row "plain CGI, record by id ($([ "$cgi_programs" = "$LARDER_BIN" ] && echo dynamic || echo static))" '>= 0.70 x empty' "$figure x ($rate/s)" \
    "$(at_least "$figure" 0.70)" "empty CGI $empty_cgi/s$([ "$errors" = 0 ] || echo ", $errors ERRORS")"
kill -TERM "${pids[-1]}"; wait "${pids[-1]}" 2>/dev/null; unset 'pids[-1]'

fan_rows
[ "${PAGE_ROWS:-1}" = 0 ] || PAGES_MORE='/admin/records/messages' page_rows
[ "${BIG_ROWS:-1}" = 0 ] || big_rows

row 'memory of the suite, idle (PSS)' '<= 30 MB' "$((idle / 1024)) MB" "$(at_most "$idle" 30720)" "$idle KiB"
row '  records under load (PSS, all its processes)' '' "$((busy / 1024)) MB" '' "$busy KiB"
uninstall

if [ "${DB_ROWS:-1}" != 0 ]; then
    POSTGRES_FSYNC=on postgres_start
    install postgres "$POSTGRES_URL"
    for kind in get list create; do
        load $kind "$URL"
        case $kind in get) of=$sqlite_get ;; list) of=$sqlite_list ;; create) of=$sqlite_create ;; esac
        figure=$(ratio "$rate" "$of")
        row "PostgreSQL: $kind" '>= 0.50 x SQLite' "$figure x ($rate/s)" "$(at_least "$figure" 0.50)" \
            "p50 $p50 ms, p99 $p99 ms$([ "$errors" = 0 ] || echo ", $errors ERRORS")"
    done
    uninstall
fi
[ "${RESUME_SECONDS:-60}" = 0 ] || resume_row SQLite t/95-resume.t
[ "${RESUME_SECONDS:-60}" = 0 ] || [ "${DB_ROWS:-1}" = 0 ] || resume_row PostgreSQL t/96-resume-postgres.t
