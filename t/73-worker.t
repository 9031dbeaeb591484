#!/bin/sh
# 73-worker.t — larder serve keeps a worker: it does the work, is replaced when it dies, and ends with the house.
FRONT=${FRONT:-lighttpd}
START=later
. t/lib/larder.sh
. t/lib/smtp.sh
plan 12

start LARDER_WORKER_LEASE_SECONDS=2
holder() { sql "SELECT holder FROM leases WHERE name = 'worker'"; }
is_held() { [ -n "$(holder)" ]; }
another_holds() { now=$(holder); [ -n "$now" ] && [ "$now" != "$before" ]; }
has_mail() { [ "$(smtp_count)" -ge "$1" ]; }
forgot() { post /api/v1/auth/forgot-password '{"account":"acme","email":"ann@acme.example.com"}'; }

ok 'a worker runs beside the pools' await is_held
mail_setup
sign_up acme ann@acme.example.com
anonymous
ok 'it sends the mail of a request' await has_mail 1

before=$(holder)
pid=$(echo "$before" | cut -d: -f2)
kill -KILL "$pid"
ok 'another follows one that was killed, when its lease is over' await another_holds
forgot
ok 'and goes on with the work' await has_mail 2

before=$(holder) pid=$(holder | cut -d: -f2)
kill -HUP "$server_pid"
ok 'told to read the settings anew it does so' await another_holds
is "$(holder | cut -d: -f2)" "$pid" 'in the same process'
forgot
ok 'and goes on with the work' await has_mail 3

# The house must have calmed down after the reload: a pool that is replaced answers a moment later.
smtp_mode hang
await get /ready
forgot
running() { [ "$(sql "SELECT COUNT(*) FROM jobs WHERE handler = 'send_email' AND status = 'running'")" = 1 ]; }
ok 'a mail is under way' await running
smtp_mode ok
stop_server
is "$(sql "SELECT COUNT(*) FROM jobs WHERE status = 'running'")" 0 'the house ends when it is sent'
ok 'it was sent once' [ "$(smtp_count)" = 4 ]
ok 'the worker is gone' [ -z "$(holder)" ]
ok 'so is its process' sh -c '! kill -0 "$1" 2>/dev/null' sh "$pid"
