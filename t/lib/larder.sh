# larder.sh — a fresh Larder per test: ask it as plain CGI or over a real web server, check what it answers.
#
#     . t/lib/larder.sh
#     plan 2
#     sign_up acme owner@acme.example.com      # leaves $TOKEN, $REFRESH, $ACCOUNT, $USER_ID
#     get /api/v1/auth/me
#     status 200 'a member is known'
#     json .email owner@acme.example.com 'by the address'
#
# FRONT=lighttpd|nginx  over that web server (else the programs run as plain CGI, one process a request)
# DB=postgres           on a temporary PostgreSQL (else SQLite)
# Everything lives in a directory of its own under $TMPDIR and ends with the script.

cd "$(git rev-parse --show-toplevel 2>/dev/null || echo .)" || exit 1
. t/lib/tap.sh
B=${LARDER_BUILD:-build}
BIN=${LARDER_BIN:-bin}
test_name=$(basename "$0" .t)
W=$(mktemp -d "${TMPDIR:-/tmp}/larder-test.XXXXXX") || exit 1
TOKEN='' REFRESH='' ACCOUNT='' USER_ID='' STATUS='' server_pid='' URL=''
ROOT_EMAIL=root@larder.example.com ROOT_PASSWORD='Root-Pass-word-1'
PASSWORD='Correct-Horse-1'
mkdir -p "$B/exchanges"
exchanges=$B/exchanges/$test_name${FRONT:+-$FRONT}${DB:+-$DB}.tsv
: >"$exchanges"

clean_up() {
    code=$?
    trap - EXIT INT TERM
    stop_server
    [ -z "$smtp_pid" ] || smtp_stop
    [ -z "$POSTGRES_URL" ] || postgres_stop
    if [ "$code" = 0 ] && ! done_testing; then code=1; fi
    if [ "$code" != 0 ] && [ -s "$W/log" ]; then diag 'the end of the log:'; tail -n 15 "$W/log" | cut -c1-600 | sed 's/^/# /'; fi
    rm -rf "$W"
    exit "$code"
}
trap clean_up EXIT
trap 'exit 1' INT TERM

# What lives as long as the process is given back by its end, not by us: no leak (units look for those).
export ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1

# What every program of the test is told: little memory for password hashes, since tests sign in often; a worker
# that looks often, and none in the background of which the test knows nothing.
settings="LARDER_ENVIRONMENT=testing LARDER_ARGON2_MEMORY_KIB=8192 LARDER_ARGON2_PASSES=1 LARDER_LOG_LEVEL=WARNING"
settings="$settings LARDER_WORKER_SLICE=0 LARDER_JOB_WORKER_POLL_INTERVAL=0.1"
if [ "$DB" = postgres ]; then
    . t/lib/postgres.sh
    postgres_start
    settings="$settings LARDER_DATABASE_URL=$POSTGRES_URL"
fi

# with_settings COMMAND…: the command with the settings of this test. LARDER_TEST_SETTINGS adds more.
# shellcheck disable=SC2086
with_settings() { env $settings $LARDER_TEST_SETTINGS LARDER_DATA_DIR="$W/data" "$@"; }
larder() { with_settings "$BIN/larder" --data "$W/data" "$@"; }

# sql STATEMENT: asks the database itself, past the programs; values of a row are parted by |.
sql() {
    if [ "$DB" = postgres ]; then psql -qAtX -v ON_ERROR_STOP=1 "$POSTGRES_URL" -c "$1"
    else sqlite3 -cmd '.timeout 10000' "$W/data/larder.db" "$1"; fi
}

# start [NAME=VALUE…]: makes the installation and, with FRONT, serves it. Called when the script begins;
# a script that needs other settings says START=later and calls it itself.
start() {
    LARDER_TEST_SETTINGS="$LARDER_TEST_SETTINGS $*"
    larder init-db --force >"$W/init" 2>&1 </dev/null || { diag 'larder init-db failed:'; sed 's/^/# /' "$W/init"; exit 1; }
    larder create-superadmin --email "$ROOT_EMAIL" --password "$ROOT_PASSWORD" --force >"$W/init" 2>&1 ||
        { diag 'larder create-superadmin failed:'; sed 's/^/# /' "$W/init"; exit 1; }
    [ -z "$FRONT" ] || start_server
}
start_server() {
    tries=0
    while [ $tries -lt 5 ]; do
        tries=$((tries + 1))
        PORT=$((20000 + ($$ * 7 + tries * 4099) % 30000))
        URL=http://127.0.0.1:$PORT
        # shellcheck disable=SC2086
        (exec env $settings $LARDER_TEST_SETTINGS LARDER_PORT=$PORT "$BIN/larder" --data "$W/data" serve --front "$FRONT") >>"$W/log" 2>&1 &
        server_pid=$!
        waited=0
        while kill -0 "$server_pid" 2>/dev/null && [ $waited -lt 300 ]; do
            [ "$(curl -s -o "$W/ready" -w '%{http_code}' "$URL/ready")" = 200 ] && grep -q '"ready"' "$W/ready" && return 0
            sleep 0.1; waited=$((waited + 1))
        done
        stop_server
    done
    diag "$FRONT did not start:"; tail -n 20 "$W/log" | sed 's/^/# /'; exit 1
}
stop_server() {
    [ -n "$server_pid" ] || return 0
    kill -TERM "$server_pid" 2>/dev/null
    wait "$server_pid" 2>/dev/null
    server_pid=
}

# The program that answers a path: as the front ends route it (templates/server).
program_of() {
    case ${1%%\?*} in
    /api/v1/auth | /api/v1/auth/* | /api/v1/accounts* | /api/v1/users* | /api/v1/roles* | /api/v1/permissions* | \
    /api/v1/groups* | /api/v1/invitations* | /api/v1/admin/api-keys* | \
    /verify-email | /reset-password | /accept-invitation | \
    /admin/sign-in | /admin/sign-out | /admin/forgotten | /admin/me/password | \
    /admin/users/new | /admin/users/*/password) echo auth ;;
    /admin/install | /admin/install/*) echo install ;;
    /admin | /admin/* | /api/v1/admin/* | /api/v1/dashboard* | /api/v1/audit-logs*) echo admin ;;
    /api/v1/collections* | /api/v1/rules* | /api/v1/macros* | /api/v1/migrations* | /api/v1/codelists*) echo collections ;;
    /api/v1/files | /api/v1/files/*) echo files ;;
    /api/v1/realtime/*) echo realtime ;;
    /api/v1/?*) echo records ;;
    *) echo system ;;
    esac
}

# request METHOD PATH [JSON] [-H 'Name: value']… [-f FILE]: leaves $STATUS, $W/body and $W/headers.
# A token in $TOKEN is sent, unless a -H says another Authorization; JSON is sent as application/json unless a -H says otherwise.
request() {
    method=$1 path=$2 type='' bearer=$TOKEN; shift 2
    : >"$W/sent"; : >"$W/fields"
    while [ $# -gt 0 ]; do
        case $1 in
        -H) case $2 in [Aa]uthorization:*) bearer='' ;; esac
            case $2 in [Cc]ontent-[Tt]ype:*) type=${2#*: } ;; *) printf '%s\n' "$2" >>"$W/fields" ;; esac; shift 2 ;;
        -f) cp "$2" "$W/sent"; [ -n "$type" ] || type=application/json; shift 2 ;;
        *) printf '%s' "$1" >"$W/sent"; [ -n "$type" ] || type=application/json; shift ;;
        esac
    done
    [ -z "$bearer" ] || printf 'Authorization: Bearer %s\n' "$bearer" >>"$W/fields"
    if [ -n "$URL" ]; then ask_server; else ask_cgi; fi
    printf '%s\t%s\t%s\t%s\n' "$method" "$path" "$STATUS" "$(head -c 100000 "$W/body" | tr '\t\n' '  ')" >>"$exchanges"
}
ask_cgi() {
    set -- REQUEST_METHOD="$method" REQUEST_URI="$path" SCRIPT_NAME= PATH_INFO="${path%%\?*}" GATEWAY_INTERFACE=CGI/1.1 \
        SERVER_PROTOCOL=HTTP/1.1 SERVER_NAME=localhost SERVER_PORT=80 REMOTE_ADDR=127.0.0.1
    case $path in *\?*) set -- "$@" QUERY_STRING="${path#*\?}" ;; *) set -- "$@" QUERY_STRING= ;; esac
    size=$(wc -c <"$W/sent"); [ "$size" = 0 ] && [ -z "$type" ] || set -- "$@" CONTENT_LENGTH="$size"
    [ -z "$type" ] || set -- "$@" CONTENT_TYPE="$type"
    while IFS= read -r field; do
        name=$(printf %s "${field%%:*}" | tr 'a-z-' 'A-Z_')
        set -- "$@" "HTTP_$name=${field#*: }"
    done <"$W/fields"
    with_settings "$@" "$BIN/$(program_of "$path")" <"$W/sent" >"$W/reply" 2>>"$W/log"
    code=$?
    sed '/^\r*$/q' "$W/reply" >"$W/headers"
    tail -c +$(($(wc -c <"$W/headers") + 1)) "$W/reply" >"$W/body"
    STATUS=$(sed -n 's/^Status: *\([0-9]*\).*/\1/p' "$W/headers")
    [ -n "$STATUS" ] || STATUS=$([ -s "$W/headers" ] && echo 200 || echo "none (exit $code)")
}
ask_server() {
    set -- -s --path-as-is -g -X "$method" -D "$W/headers" -o "$W/body" -w '%{http_code}'
    [ "$method" != HEAD ] || set -- "$@" -I
    : >"$W/body"
    while IFS= read -r field; do set -- "$@" -H "$field"; done <"$W/fields"
    if [ -s "$W/sent" ] || [ -n "$type" ]; then set -- "$@" -H "Content-Type: $type" -H Expect: --data-binary @"$W/sent"; fi
    # As fetch does; lighttpd answers 411 to a POST that does not say how long it is.
    [ -s "$W/sent" ] || [ -n "$type" ] || case $method in POST | PUT | PATCH) set -- "$@" -H 'Content-Length: 0' ;; esac
    STATUS=$(curl "$@" "$URL$path")
    [ "$method" != HEAD ] || : >"$W/body"
}
get() { request GET "$@"; }
head_of() { request HEAD "$@"; }
options() { request OPTIONS "$@"; }
post() { request POST "$@"; }
put() { request PUT "$@"; }
patch() { request PATCH "$@"; }
delete() { request DELETE "$@"; }

# upload FILE [NAME [TYPE]]: as a form sends it.
upload() {
    { printf -- '--larder-form\r\nContent-Disposition: form-data; name="file"'
      [ -z "$2" ] || printf '; filename="%s"' "$2"
      [ -z "$3" ] || printf '\r\nContent-Type: %s' "$3"
      printf '\r\n\r\n'; cat "$1"; printf '\r\n--larder-form--\r\n'; } >"$W/form"
    post /api/v1/files/upload -H 'Content-Type: multipart/form-data; boundary=larder-form' -f "$W/form"
}

# value PATH: that member of the last reply; text as it is, anything else as compact JSON.
value() { jq -r "($1) | if type == \"string\" then . else tojson end" "$W/body" 2>/dev/null || echo "no JSON: $(head -c 300 "$W/body")"; }
body() { cat "$W/body"; }

status() { if [ "$STATUS" = "$1" ]; then tap 0 "$2"; else tap 1 "$2" "     got: $STATUS $(head -c 700 "$W/body")
expected: $1 ($method $path)"; fi; }
json() { is "$(value "$1")" "$2" "$3"; }
header_value() { sed -n "s/^$1: *//Ip" "$W/headers" | tr -d '\r' | head -n 1; }
header() { is "$(header_value "$1")" "$2" "$3"; }
body_has() { has "$(body)" "$1" "$2"; }
body_is() { is "$(body)" "$1" "$2"; }

# sign_in ACCOUNT EMAIL [PASSWORD]: leaves $TOKEN and its company.
sign_in() {
    TOKEN=
    post /api/v1/auth/login "{\"account\":\"$1\",\"email\":\"$2\",\"password\":\"${3:-$PASSWORD}\"}"
    [ "$STATUS" = 200 ] || { diag "cannot sign in as $2 of $1: $STATUS $(body)"; exit 1; }
    TOKEN=$(value .token) REFRESH=$(value .refresh_token) ACCOUNT=$(value .account.id) USER_ID=$(value .user.id)
}
# sign_up SLUG EMAIL [PASSWORD]: a new account with its administrator, verified and signed in.
sign_up() {
    TOKEN=
    post /api/v1/auth/register "{\"account_slug\":\"$1\",\"account_name\":\"$1\",\"email\":\"$2\",\"password\":\"${3:-$PASSWORD}\"}"
    [ "$STATUS" = 201 ] || { diag "cannot sign up $2 of $1: $STATUS $(body)"; exit 1; }
    larder user verify "$2" --account "$1" >/dev/null || { diag "cannot verify $2"; exit 1; }
    sign_in "$1" "$2" "$3"
}
superadmin() { sign_in system "$ROOT_EMAIL" "$ROOT_PASSWORD"; }
anonymous() { TOKEN=''; }

# collection JSON: made by the superadmin, who is forgotten again. rules NAME JSON: likewise.
as_superadmin() {
    kept=$TOKEN kept_refresh=$REFRESH kept_account=$ACCOUNT kept_user=$USER_ID
    [ -n "$root_token" ] || { superadmin; root_token=$TOKEN; }
    TOKEN=$root_token
    request "$@"
    TOKEN=$kept REFRESH=$kept_refresh ACCOUNT=$kept_account USER_ID=$kept_user
}
root_token=''
collection() {
    as_superadmin POST /api/v1/collections "$1"
    [ "$STATUS" = 201 ] || { diag "cannot make the collection: $STATUS $(body)"; exit 1; }
}
rules() {
    as_superadmin PUT "/api/v1/collections/$1/rules" "$2"
    [ "$STATUS" = 200 ] || { diag "cannot set the rules of $1: $STATUS $(body)"; exit 1; }
}

[ "$START" = later ] || start
