# smtp.sh — mail in tests: a server on the loopback that keeps what it is sent.
#
#     . t/lib/larder.sh
#     . t/lib/smtp.sh
#     mail_setup                  # starts it and makes it the system's mail provider
#     …                           # something that sends mail
#     smtp_mail 1                 # waits for the first message: leaves $MAIL
#     has "$(cat "$MAIL.text")" 'http' 'the link'
#
# $MAIL          the message as it came; .text and .html its parts, decoded; .subject .to .from
# smtp_mode WORD from now on: ok, 451, 550, 535, 554, hang, garbage, drop (t/lib/smtpd.pl)
# work           does what is due in the queue (`worker --once`); over a real web server the worker
#                that `larder serve` runs does, and smtp_mail only waits
smtp_pid=''
smtp_start() {
    SMTP=$W/smtp
    mkdir -p "$SMTP"
    perl t/lib/smtpd.pl "$SMTP" >>"$W/log" 2>&1 &
    smtp_pid=$!
    await test -s "$SMTP/port" || { diag 'the mail server does not start'; exit 1; }
    SMTP_PORT=$(cat "$SMTP/port")
}
smtp_stop() {
    [ -n "$smtp_pid" ] || return 0
    kill -TERM "$smtp_pid" 2>/dev/null
    wait "$smtp_pid" 2>/dev/null
    smtp_pid=''
}
smtp_mode() { echo "$1" >"$SMTP/mode.new"; mv "$SMTP/mode.new" "$SMTP/mode"; }
smtp_count() { find "$SMTP" -name '[0-9]*' ! -name '*.*' | wc -l; }

# await COMMAND…: until it succeeds, for half a minute at most.
await() {
    waited=0
    while ! "$@" 2>/dev/null; do
        waited=$((waited + 1))
        [ $waited -lt 300 ] || return 1
        sleep 0.1
    done
}
# smtp_mail N: the N-th message since the start; without a worker that runs, does the work first.
smtp_mail() {
    MAIL=$SMTP/$1
    [ -f "$MAIL" ] || [ -n "$FRONT" ] || work
    await test -f "$MAIL" || { diag "no message $1 came"; return 1; }
}
work() { with_settings "$BIN/worker" --data "$W/data" --once "$@" 2>>"$W/log"; }

# mail_setup [JSON]: the system's mail goes to our server; JSON holds more members of the configuration.
mail_setup() {
    [ -n "$smtp_pid" ] || smtp_start
    config=$(jq -nc --argjson port "$SMTP_PORT" --argjson more "${1:-{\}}" '{ host: "127.0.0.1", port: $port,
        username: "", password: "", use_tls: false, from_email: "larder@example.com", from_name: "Larder" } + $more')
    as_superadmin POST /api/v1/admin/configuration \
        "{\"category\":\"email_providers\",\"provider_name\":\"smtp\",\"display_name\":\"SMTP\",\"config\":$config}"
    [ "$STATUS" = 200 ] || { diag "cannot set the mail provider: $STATUS $(body)"; exit 1; }
    MAILER=$(value .id)
}
