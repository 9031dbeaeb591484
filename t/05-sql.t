#!/bin/sh
# 05-sql.t — statements on tenant tables name the tenant, and every SQL constant is understood by both engines.
. t/lib/larder.sh
. t/lib/postgres.sh
plan 4

perl t/lib/sqltexts.pl libcore/*/*.c >"$W/sql"
ok "SQL constants were found ($(wc -l <"$W/sql"))" [ "$(wc -l <"$W/sql")" -gt 30 ]

# Statements on a tenant table that name no tenant, each with the reason why that is right.
cat >"$W/known" <<'EOT'
FROM api_keys k LEFT JOIN users: a key is looked up by its hash before its account is known
FROM invitations i JOIN accounts a ON a.id = i.account_id WHERE i.token_hash: an invitation is found by its token before its account is known
WITH RECURSIVE chained (account_id) AS: a checkpoint is about the chains of all accounts
FROM audit_checkpoint_heads h JOIN audit_log l: likewise, what is under one
FROM audit_checkpoint_heads WHERE number = :number: the auditor compares the heads of all chains
FROM audit_checkpoint_heads WHERE last_id >=: likewise, what may be pruned
FROM audit_log WHERE id = :id: superadmins prove one entry, whosever it is
SELECT created_at FROM event_outbox: the gauges of /metrics are those of the installation
FROM event_outbox WHERE id > :after ORDER BY id: realtime reads the events of all accounts, and tells each its own
SELECT MAX(id) AS id FROM event_outbox: likewise, where it begins
JOIN event_outbox o ON o.id BETWEEN: likewise, what was committed late
SELECT id, created_at FROM event_outbox ORDER BY id LIMIT: events go when they are old, whosever they are
DELETE FROM event_outbox WHERE id: likewise
WHERE token_hash = :hash AND used_at IS NULL: what a mailed link carries is looked up before its account is known
FROM jobs: the worker does the jobs of all accounts, and superadmins look at them
UPDATE jobs SET: likewise
FROM email_logs WHERE id = :id: superadmins read the log of all accounts
FROM configurations WHERE id: superadmins change a row by its id alone, whoever's it is
FROM configurations ORDER BY updated_at: superadmins see what was last configured anywhere
FROM email_templates WHERE id = :id: superadmins keep the templates of all accounts
FROM audit_log ORDER BY id DESC LIMIT: superadmins see what was done last anywhere
FROM audit_log WHERE id = :id: superadmins read the trail of all accounts
SELECT min(id) AS id, 0 AS occurred_at FROM audit_log: how long the trail is
SELECT account_id FROM audit_log WHERE table_name: superadmins look at removed records, whosever they were
FROM audit_log WHERE id >= : superadmins count what was done a day, over all accounts
AS previous FROM users: superadmins count the people of all accounts
FROM users WHERE created_at >= :first: the same by day
FROM users u LEFT JOIN accounts a ON a.id = u.account_id ORDER BY u.created_at DESC: and see who came last
FROM refresh_tokens WHERE is_revoked = :no AND expires_at > :now) AS active_sessions: and what is in use
DELETE FROM refresh_tokens WHERE expires_at: housekeeping, what has expired goes whosever it was
DELETE FROM idempotency_keys WHERE created_at: likewise
FROM email_verification_tokens WHERE expires_at: likewise
FROM password_reset_tokens WHERE expires_at: likewise
DELETE FROM file_orphans WHERE EXISTS: the sweep of files, whosever they are
INSERT INTO file_orphans: likewise
FROM file_orphans o JOIN files f: likewise
FROM codelist_values WHERE codelist_id = :list LIMIT 1: a list of the system stays while any account has extended it
SELECT max(id) FROM audit_log WHERE id > 0: superadmins are told of what is new anywhere
FROM audit_log WHERE id > :id LIMIT 1001: likewise, how much
SELECT count(*), COALESCE(sum(size), 0) FROM files: superadmins see what all files weigh
SELECT status, sent_at FROM email_logs: and whether the last mail went out, whosever it was
FROM file_uses WHERE collection_id = :id LIMIT 10001: superadmins are told what goes with a collection, of all accounts
EOT
sed 's/: .*//' "$W/known" >"$W/known.parts"
tenants=$(sed -n 's/^@tenant \([a-z_]*\);.*/\1/p' schema/*.sql | paste -sd'|')
none "$(grep -wE "(FROM|JOIN|INTO|UPDATE) ($tenants)" "$W/sql" | grep -v ':account\b' | grep -vFf "$W/known.parts")" \
    'a statement on a tenant table binds :account'

tab=$(printf '\t')
# One statement a line, so that the number of the line in an error tells which.
only_sqlite='sqlite_|pragma_|last_insert_rowid' only_postgres='pg_|information_schema|lastval|current_schema|SKIP LOCKED'
grep -vE "$tab.*($only_postgres|UPDATE sqlite_)" "$W/sql" >"$W/for-sqlite"
sed "s/^[^$tab]*$tab/EXPLAIN /; s/\$/;/" "$W/for-sqlite" >"$W/sqlite.sql"
none "$(sqlite3 "$W/data/larder.db" <"$W/sqlite.sql" 2>&1 >/dev/null)" 'SQLite understands them all'

# A name becomes $n; what is compared with a number of ours is told to be one, as the driver does.
postgres_start
settings="$settings LARDER_DATABASE_URL=$POSTGRES_URL"
larder init-db --force >"$W/init" 2>&1 || diag "$(cat "$W/init")"
grep -vE "$tab.*($only_sqlite)" "$W/sql" | perl -ne '
    my ($file, $sql) = split /\t/; my (%n, $i); chomp $sql;
    $sql =~ s/(?<![:\w]):([A-Za-z_]\w*)/"\$" . ($n{$1} ||= ++$i)/ge;
    print "PREPARE s$. AS $sql; -- $file\n"' >"$W/postgres.sql"
none "$(psql -qX -v VERBOSITY=terse "$POSTGRES_URL" -f "$W/postgres.sql" 2>&1 |
    sed -n 's/.*:\([0-9]*\): ERROR: /\1 /p' | while read -r n why; do echo "$(sed -n "${n}p" "$W/postgres.sql" | cut -c1-200): $why"; done)" \
    'PostgreSQL understands them all'
postgres_stop
