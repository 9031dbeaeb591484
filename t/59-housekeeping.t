#!/bin/sh
# 59-housekeeping.t — once a day what has expired goes, and nothing else.
LARDER_TEST_SETTINGS=LARDER_JOB_WORKER_ENABLED=0
. t/lib/larder.sh
. t/lib/smtp.sh
plan 14

mail_setup
sign_up acme ann@acme.example.com
work
TABLES='refresh_tokens token_blacklist idempotency_keys email_verification_tokens password_reset_tokens jobs'
NOW=$(($(date +%s) * 1000000)) DAY=86400000000

# Of each kind one that is over and one that is not yet.
old=$((NOW - DAY - 60000000)) fresh=$((NOW + 60000000))
twice() { for at in $old $fresh; do sql "$(echo "$1" | sed "s/@at/$at/g")" >/dev/null || diag "$1"; done; }
for table in $TABLES; do sql "DELETE FROM $table" >/dev/null; done
twice "INSERT INTO token_blacklist (id, token_type, revoked_at, expires_at) VALUES ('t@at', 'jwt', 0, @at)"
sql "INSERT INTO token_blacklist (id, token_type, revoked_at) VALUES ('for ever', 'api_key', 0)"
twice "INSERT INTO refresh_tokens (id, token_hash, user_id, account_id, expires_at, is_revoked, created_at, family_id)
    VALUES ('t@at', 'h@at', '$USER_ID', '$ACCOUNT', @at, false, 0, 'f')"
for table in email_verification_tokens password_reset_tokens; do
    twice "INSERT INTO $table (id, account_id, user_id, email, token_hash, expires_at, created_at)
        VALUES ('t@at', '$ACCOUNT', '$USER_ID', '@at', 'h@at', @at, 0)"
done
twice "INSERT INTO idempotency_keys (account_id, user_id, key_hash, request_hash, status, created_at)
    VALUES ('$ACCOUNT', '$USER_ID', 'h@at', 'r', 200, @at)"
job() { sql "INSERT INTO jobs (id, queue, handler, payload, status, priority, attempt_number, max_retries, retry_delay_seconds,
    created_at, completed_at, failed_at) VALUES ('$1$2', 'default', 'h', '{}', '$1', 0, 0, 1, 1, 0, $3, $4)"; }
sql "DELETE FROM event_outbox" >/dev/null
twice "INSERT INTO event_outbox (account_id, event, depth, created_at) VALUES ('$ACCOUNT', 'auth.login', 0, @at)"
gone=$(sql 'SELECT MIN(id) FROM event_outbox')
job completed 1 $((NOW - 8 * DAY)) NULL
job completed 2 $((NOW - 6 * DAY)) NULL
job dead 1 NULL $((NOW - 31 * DAY))
job dead 2 NULL $((NOW - 29 * DAY))

work
is "$(sql 'SELECT COUNT(*) FROM email_verification_tokens')" 2 'once a day is enough'
sql "UPDATE leases SET expires_at = 1 WHERE name = 'housekeeping'"
work
is "$(sql "SELECT id FROM refresh_tokens")" "t$fresh" 'sessions that have expired go'
is "$(sql 'SELECT id FROM token_blacklist ORDER BY expires_at IS NULL, expires_at' | tr '\n' ' ')" "t$fresh for ever " 'and what was refused for so long'
is "$(sql "SELECT key_hash FROM idempotency_keys")" "h$fresh" 'replies of yesterday'
is "$(sql "SELECT id FROM email_verification_tokens")" "t$fresh" 'links to verify an address'
is "$(sql "SELECT id FROM password_reset_tokens")" "t$fresh" 'links to reset a password'
is "$(sql "SELECT created_at FROM event_outbox ORDER BY id LIMIT 1")" $old 'events go once an hour'
sql "UPDATE leases SET expires_at = 1 WHERE name = 'housekeeping_events'"
work
is "$(sql "SELECT created_at FROM event_outbox ORDER BY id LIMIT 1")" $fresh 'those that nobody can resume from'
is "$(sql "SELECT newest FROM event_floor")" "$gone" 'and where they went up to is known'
is "$(sql "SELECT id FROM jobs WHERE handler = 'h' ORDER BY id" | tr '\n' ' ')" 'completed2 dead2 ' 'jobs that are over, each in its time'
is "$(sql "SELECT COUNT(*) FROM audit_log WHERE table_name = 'email_verification_tokens' AND operation = 'DELETE' AND record_id = 't$old'
    AND account_id = '$ACCOUNT'" | sed 's/^[1-9][0-9]*$/some/')" some 'the trail knows of a link that went'
ok 'and is whole' larder audit verify
get /api/v1/auth/me
status 200 'who is signed in stays so'
is "$(sql "SELECT COUNT(*) FROM leases WHERE name = 'housekeeping'")" 1 'tomorrow again'
