#!/bin/sh
# 59-slice.t — where no worker runs, a request's mail is sent by a process that starts when its reply is gone.
LARDER_TEST_SETTINGS='LARDER_WORKER_SLICE=1 LARDER_JOB_WORKER_ENABLED=0 LARDER_WORKER_LEASE_SECONDS=2'
. t/lib/larder.sh
. t/lib/smtp.sh
plan 11

has_mail() { [ "$(smtp_count)" = "$1" ]; }
is_idle() { [ "$(sql "SELECT (SELECT COUNT(*) FROM jobs WHERE status <> 'completed') + (SELECT COUNT(*) FROM leases WHERE name = 'worker')")" = 0 ]; }
forgot() { post /api/v1/auth/forgot-password '{"account":"acme","email":"ann@acme.example.com"}'; }
mail_setup
sign_up acme ann@acme.example.com
anonymous
ok 'whoever signs up gets a mail by nobody but us' await has_mail 1
ok 'and then nobody works any more' await is_idle

forgot
status 200 'somebody forgot a password'
ok 'that mail comes, too: also the job that a job has made is done' await has_mail 2
await is_idle

# What hangs is the worker: neither the reply nor the web server, which waits for the end of the output.
smtp_mode hang
if [ -z "$FRONT" ]; then
    body='{"account":"acme","email":"ann@acme.example.com"}'
    with_settings REQUEST_METHOD=POST REQUEST_URI=/api/v1/auth/forgot-password CONTENT_TYPE=application/json \
        CONTENT_LENGTH=${#body} GATEWAY_INTERFACE=CGI/1.1 "$BIN/auth" <<END 2>"$W/errors" | cat >"$W/reply"
$body
END
    has "$(cat "$W/reply")" 'Status: 200' 'a reply does not wait for a mail server that hangs'
else
    forgot
    status 200 'a reply does not wait for a mail server that hangs'
fi
running() { [ "$(sql "SELECT COUNT(*) FROM jobs WHERE handler = 'send_email' AND status = 'running'")" = 1 ]; }
ok 'while it hangs the mail is at work' await running
holder=$(sql "SELECT holder FROM leases WHERE name = 'worker'")
forgot
sleep 1
is "$(sql "SELECT holder FROM leases WHERE name = 'worker'")" "$holder" 'while one works, no other does'
is "$(sql "SELECT COUNT(*) FROM jobs WHERE status = 'running'")" 1 'what comes meanwhile waits'
smtp_mode ok
ok 'and is done by the same one' await has_mail 4
await is_idle

larder worker --poll-interval 0.05 2>>"$W/log" &
job=$!
is_held() { [ "$(sql "SELECT COUNT(*) FROM leases WHERE name = 'worker'")" = 1 ]; }
await is_held
worker=$(sql "SELECT holder FROM leases WHERE name = 'worker'" | cut -d: -f2)
forgot
ok 'where a worker runs, it does the work' await has_mail 5
is "$(sql "SELECT holder FROM leases WHERE name = 'worker'" | cut -d: -f2)" "$worker" 'alone'
kill -TERM "$worker"
wait $job
