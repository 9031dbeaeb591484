#!/bin/sh
# 59-worker.t — what is queued is done: mail arrives, failures come again later, nobody works twice at a time.
LARDER_TEST_SETTINGS=LARDER_JOB_WORKER_ENABLED=0        # none but ours
. t/lib/larder.sh
. t/lib/smtp.sh
plan 52

SYSTEM=00000000-0000-0000-0000-000000000000
# queue_mail TO [TRIES [VALUES]]: as message_enqueue does it; leaves $JOB.
queue_mail() {
    n=$((n + 1))
    JOB=$(printf '01890000-0000-7000-8000-%012d' $n)
    payload=$(jq -nc --arg to "$1" --argjson values "${3:-{\}}" --arg account $SYSTEM '{ account_id: $account,
        to_email: $to, template_name: "invitation", locale: "en", provider: null, about: null,
        template_vars: ({ account_name: "Käse & Co", invitation_url: "https://x.example.com/?a=b" } + $values),
        sealed_vars: {} }')
    sql "INSERT INTO jobs (id, queue, handler, payload, status, priority, attempt_number, max_retries,
        retry_delay_seconds, created_at) VALUES ('$JOB', 'default', 'send_email', '$payload', 'pending', 0, 0, ${2:-5}, 30, $n)"
}
n=0
job() { sql "SELECT $1 FROM jobs WHERE id = '$JOB'"; }
like() { if printf '%s\n' "$1" | grep -q -e "$2"; then tap 0 "$3"; else tap 1 "$3" "no '$2' in: $1"; fi; }
job_is() { [ "$(job status)" = "$1" ]; }
hurry() { sql "UPDATE jobs SET run_at = 1 WHERE status = 'retrying'"; }

# --- a mail arrives ---
queue_mail ann@acme.example.com
work
is "$(job status)" retrying 'without a provider a mail waits'
has "$(job error_message)" 'No enabled email provider configured.' 'and its job says why'
mail_setup
hurry; work
smtp_mail 1
is "$(job status)" completed 'with one it is sent'
is "$(cat "$MAIL.to")" ann@acme.example.com 'to whom it was addressed'
is "$(cat "$MAIL.from")" larder@example.com 'from whom the configuration says'
is "$(cat "$MAIL.subject")" "You've been invited to join Käse & Co on SnackBase" 'its subject'
has "$(cat "$MAIL.text")" 'Käse & Co' 'the text is plain'
has "$(cat "$MAIL.html")" 'Käse &amp; Co' 'the HTML is escaped'
like "$(tr -d '\r' <"$MAIL")" '^From: "Larder" <larder@example.com>$' 'the sender has a name'
like "$(tr -d '\r' <"$MAIL")" '^Date: ..., .. ... .... ..:..:.. .0000$' 'a date'
like "$(tr -d '\r' <"$MAIL")" '^Message-ID: <[0-9a-f-]*@example.com>$' 'and an id'
like "$(tr -d '\r' <"$MAIL" | sed -n '/^--=_/,/^$/p' | grep '^Content-Type' | head -n 1)" 'text/plain' 'the text comes first'
is "$(grep -c "$(printf '\r')\$" "$MAIL")" "$(wc -l <"$MAIL")" 'every line ends as it must'
is "$(sql "SELECT status FROM email_logs ORDER BY sent_at, id" | tr '\n' ' ')" 'failed sent ' 'the log of mails has both attempts'

# --- failures ---
for mode in 451 550 554 drop garbage; do
    smtp_mode $mode
    queue_mail bob@acme.example.com
    work
    is "$(job "status || ' ' || attempt_number")" 'retrying 1' "a server that answers $mode is tried again"
done
smtp_mode 550
queue_mail bob@acme.example.com 2
work
has "$(job error_message)" '550 5.1.1 not now, says the test' 'what the server said can be read'
hurry; work
is "$(job status)" dead 'after so many attempts it is given up'
smtp_mode ok
sql "DELETE FROM jobs WHERE status = 'retrying'" >/dev/null
queue_mail 'eve@acme.example.com> SIZE=1
RCPT TO:<bob@acme.example.com'
work
is "$(job status)" retrying 'an address with a line break is refused'
hasnt "$(cat "$SMTP/said")" 'RCPT TO:<eve' 'before anybody hears of it'
queue_mail carl@acme.example.com 5 '{"account_name":"A\r\nBcc: eve@evil.example.com"}'
work
smtp_mail 2
hasnt "$(sed '/^\r$/,$d' "$MAIL")" "$(printf '\nBcc')" 'a line break in a subject makes no header'
queue_mail dora@acme.example.com
sql "UPDATE jobs SET handler = 'nothing' WHERE id = '$JOB'"
work
is "$(job error_message)" 'Unknown handler: nothing' 'what nobody can do is a failure'
queue_mail dora@acme.example.com
sql "UPDATE jobs SET payload = '{\"to_email\":\"a\"}' WHERE id = '$JOB'"
work
is "$(job status)" retrying 'so is what makes no sense'
sql "DELETE FROM jobs WHERE status <> 'running'"

# --- secrets ---
as_superadmin PATCH "/api/v1/admin/configuration/$MAILER/values" "{\"host\":\"127.0.0.1\",\"port\":$SMTP_PORT,\"username\":\"larder\",
    \"password\":\"Hush-Hush-1\",\"use_tls\":false,\"from_email\":\"larder@example.com\",\"reply_to\":\"desk@example.com\"}"
status 200 'the server wants to know who we are'
queue_mail fay@acme.example.com; work
smtp_mail 3
is "$(tail -n 1 "$SMTP/auth")" 'larder Hush-Hush-1' 'we say so'
like "$(tr -d '\r' <"$MAIL")" '^Reply-To: desk@example.com$' 'answers go elsewhere'
smtp_mode 535
queue_mail fay@acme.example.com
work
like "$(job error_message)" '[Ll]ogin denied' 'wrong credentials are a failure'
hasnt "$(job error_message; sql 'SELECT error_message FROM email_logs'; cat "$W/log")" Hush-Hush 'whose secret is nowhere to be read'
smtp_mode ok
as_superadmin PATCH "/api/v1/admin/configuration/$MAILER/values" "{\"host\":\"127.0.0.1\",\"port\":$SMTP_PORT,\"username\":\"larder\",
    \"password\":\"Hush-Hush-2\",\"use_tls\":true,\"from_email\":\"larder@example.com\"}"
queue_mail gil@acme.example.com
work
is "$(job status)" retrying 'where TLS is wanted, a server without it gets nothing'
hasnt "$(cat "$SMTP/auth")" Hush-Hush-2 'least of all the password'
as_superadmin PATCH "/api/v1/admin/configuration/$MAILER/values" "{\"host\":\"127.0.0.1\",\"port\":$SMTP_PORT,\"username\":\"\",
    \"password\":\"\",\"use_tls\":false,\"from_email\":\"larder@example.com\"}"
sql "DELETE FROM jobs WHERE status <> 'running'"

# --- one job, one worker ---
queue_mail hal@acme.example.com
sql "UPDATE jobs SET run_at = 9000000000000000 WHERE id = '$JOB'"
work
is "$(job status)" pending 'what is not due waits'
ok 'one job can be done at once' with_settings "$BIN/worker" --data "$W/data" --job "$JOB"
is "$(job status)" completed 'and is done then'
ok 'not twice' test 1 = "$(with_settings "$BIN/worker" --data "$W/data" --job "$JOB" 2>>"$W/log"; echo $?)"
smtp_mode 451
queue_mail hal@acme.example.com
with_settings "$BIN/worker" --data "$W/data" --job "$JOB" 2>>"$W/log"
is "$?-$(job status)" 1-dead 'who waits for one hears of a failure, which is final'
smtp_mode ok

# --- killed over a mail: it is sent again ---
with_fault() { with_settings LARDER_JOB_EXECUTION_TIMEOUT=1 LARDER_WORKER_LEASE_SECONDS=2 "$@"; }
before=$(smtp_count)
queue_mail ida@acme.example.com
with_fault LARDER_FAULT=mail.sent:kill "$BIN/worker" --data "$W/data" --once 2>>"$W/log"
is "$(job status)" running 'a worker that is killed leaves its job'
is "$(smtp_count)" $((before + 1)) 'the mail had gone out'
await_work() { with_fault "$BIN/worker" --data "$W/data" --once 2>>"$W/log"; job_is completed; }
ok 'another takes over when its time is over' await await_work
is "$(smtp_count)" $((before + 2)) 'and sends it once more'
is "$(job "attempt_number || ' ' || error_message")" '1 Job timed out after 1s' 'which counts as an attempt'

# --- the daemon ---
# shellcheck disable=SC2086
(exec env $settings $LARDER_TEST_SETTINGS "$BIN/larder" --data "$W/data" worker --poll-interval 0.05) 2>>"$W/log" &
daemon=$!
queue_mail jo@acme.example.com
ok 'a daemon does what comes' await job_is completed
queue_mail kim@acme.example.com
ok 'and goes on' await job_is completed
is "$(sql "SELECT COUNT(*) FROM leases WHERE name = 'worker'")" 1 'it says that it lives'
smtp_mode hang
queue_mail lou@acme.example.com
ok '(it waits for the server)' await job_is running
queue_mail max@acme.example.com
smtp_mode ok
with_settings "$BIN/worker" --data "$W/data" --once 2>>"$W/log"
is "$(job status)" pending 'while it works, nobody else does'
kill -TERM $daemon
wait $daemon
is "$? $(job status)" '0 pending' 'told to stop, it takes no other job'
is "$(sql "SELECT COUNT(*) FROM jobs WHERE status = 'running'")" 0 'but ends the one in hand'
is "$(sql "SELECT COUNT(*) FROM leases WHERE name = 'worker'")" 0 'and says that it is gone'
work
is "$(job status)" completed 'the next one does the rest'
