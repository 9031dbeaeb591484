#!/bin/sh
# 42-dashboard.t — the figures that superadmins see first (identity.md §19): counts, windows, series, what was last done.
LARDER_TEST_SETTINGS=LARDER_JOB_WORKER_ENABLED=0       # jobs stay as they are
. t/lib/larder.sh

D=/api/v1/dashboard/stats
rows() {
    if [ "$DB" = postgres ]; then psql -qXAt -v ON_ERROR_STOP=1 "$POSTGRES_URL" -c "$1"
    else sqlite3 "$W/data/larder.db" "$1"; fi
}
day() { date -u -d "$1 days ago" +%F; }
# born TABLE CONDITION DAYS: those rows were made so many days ago, at this time of the day.
born() { rows "UPDATE $1 SET created_at = $(($(date +%s) - $3 * 86400 + 60))000000 WHERE $2" >/dev/null; }

# ---- who may -------------------------------------------------------------------------------------
sign_up acme owner@acme.co; acme=$TOKEN acme_id=$ACCOUNT
get $D; status 403 'not for administrators of an account'
body_is '{"detail":"Superadmin access required"}' 'who are told'
anonymous; get $D; status 401 'nor for nobody'

# ---- nothing much --------------------------------------------------------------------------------
superadmin; root=$TOKEN
get $D
status 200 'a superadmin sees it'
json 'keys_unsorted | sort | join(" ")' \
    "active_sessions feature_counts hook_executions_summary jobs_by_status new_accounts_7d new_users_7d previous_period public_collections_count range recent_audit_logs recent_registrations records_by_collection system_health time_series total_accounts total_collections total_records total_users webhook_deliveries_summary" \
    'every member of both forms'
json '[.total_accounts, .total_users, .total_collections, .total_records]' '[2,2,0,0]' \
    'the system and its people count too'
json '.system_health' '{"database_status":"connected","storage_usage_mb":0}' 'nothing is stored'
json '.records_by_collection' '[]' 'no collections'
json '[.hook_executions_summary, .webhook_deliveries_summary]' \
    '[{"success":0,"failed":0,"partial":0},{"delivered":0,"failed":0,"pending":0,"retrying":0}]' 'nothing ran'
json '.feature_counts | keys_unsorted | join(" ")' \
    'hooks hooks_enabled webhooks webhooks_enabled workflows endpoints macros api_keys_active invitations_pending' 'features'
json '.jobs_by_status | keys_unsorted | join(" ")' 'pending running completed failed retrying dead' \
    'states of jobs'

# ---- ranges --------------------------------------------------------------------------------------
json '[.range, (.time_series[] | length)]' '["7d",7,7,7]' 'seven days unless asked otherwise'
for range in 7 30 90; do
    get "$D?range=${range}d"
    json '[.range, (.time_series | .accounts_created, .users_created, .audit_by_operation | length)]' \
        "[\"${range}d\",$range,$range,$range]" "exactly $range points"
    today=$(day 0)
    json '.time_series | [.accounts_created, .users_created, .audit_by_operation] | map([.[0].date, .[-1].date] | join(" ")) | unique | join(",")' \
        "$(day $((range - 1))) $today" 'from the oldest day to today'
    json '[.time_series.users_created[].date] | (. == sort) and (unique | length == '"$range)" true \
    'each day once'
done
get "$D?range=1d"; status 422 'no other range'
json '.detail[0] | [.type, .msg, .ctx.expected, (.loc | join("."))] | join("; ")' \
    "literal_error; Input should be '7d', '30d' or '90d'; '7d', '30d' or '90d'; query.range" 'which are told'
get "$D?range="; status 422 'an empty one is none'

# ---- growth --------------------------------------------------------------------------------------
for slug in old older oldest; do sign_up $slug "o@$slug.co"; done
born accounts "slug = 'system'" 1000
born accounts "slug = 'old'" 5;     born users "email = 'o@old.co'" 5
born accounts "slug = 'older'" 10;  born users "email = 'o@older.co'" 10
born accounts "slug = 'oldest'" 40; born users "email = 'o@oldest.co'" 40
TOKEN=$root
get $D
json '[.total_accounts, .new_accounts_7d, .previous_period.new_accounts]' '[5,2,1]' \
    'accounts of the week, and of the one before'
json '[.total_users, .new_users_7d, .previous_period.new_users]' '[5,3,1]' 'users likewise'
json '[.time_series.accounts_created[] | select(.count > 0) | [.date, .count]]' \
    "[[\"$(day 5)\",1],[\"$(day 0)\",1]]" 'each on its day, zeros elsewhere'
get "$D?range=30d"
json '[.new_accounts_7d, .new_users_7d, .previous_period.new_accounts, .previous_period.new_users]' \
    '[3,4,1,1]' 'of 30 days'
json '[.time_series.users_created[] | select(.count > 0) | .count] | add' 4 'the series agrees'
get "$D?range=90d"
json '[.new_accounts_7d, .previous_period]' '[4,{"new_accounts":0,"new_users":0}]' 'of 90'
json '[.recent_registrations[].email] | join(" ")' "owner@acme.co $ROOT_EMAIL o@old.co o@older.co o@oldest.co" \
    'the newest first'
json '.recent_registrations[0] | [.account_id, .account_code, .account_name, keys_unsorted] | flatten | join(" ")' \
    "$acme_id AA0001 acme id email account_id account_code account_name created_at" 'with their account'

# ---- what there is -------------------------------------------------------------------------------
fields='"fields":[{"name":"n","type":"number"}]'
open='"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""'
shut='"list_rule":"@request.auth.id != \"\"","create_rule":"@request.auth.id != \"\""'
collection "{\"name\":\"few\",$fields,$open}"
collection "{\"name\":\"many\",$fields,$shut}"
collection "{\"name\":\"none\",$fields}"
TOKEN=$acme
for n in 1 2 3; do post /api/v1/records/many "{\"n\":$n}"; done
post /api/v1/records/few '{"n":1}'; few=$(value .id)
patch "/api/v1/records/few/$few" '{"n":2}'
delete "/api/v1/records/few/$few"
post /api/v1/records/few '{"n":3}'
TOKEN=$root
get $D
json '.records_by_collection' '[{"name":"many","count":3},{"name":"few","count":1},{"name":"none","count":0}]' \
    'the fullest first'
json '[.total_collections, .total_records, .public_collections_count]' '[3,4,1]' \
    'collections, records, what is open to all'
json '.time_series.audit_by_operation[-1] | .create > 0 and .update > 0 and .delete > 0' true \
    'what was done today'
for operation in create update delete; do
    json "[.time_series.audit_by_operation[].$operation] | add" \
        "$(rows "SELECT count(*) FROM audit_log WHERE lower(operation) = '$operation'")" \
        "every $operation of the trail"
done
json '.recent_audit_logs | length' 20 'twenty entries of it'
json '.recent_audit_logs[0] | keys_unsorted | join(" ")' \
    'id account_id operation table_name record_id column_name old_value new_value user_id user_email user_name es_username es_reason es_timestamp ip_address user_agent request_id occurred_at checksum previous_hash extra_metadata' \
    'with all that is in it'
json '[.recent_audit_logs[].id] | . == (sort | reverse)' true 'the newest first'
json '.recent_audit_logs[0] | [.table_name, .user_email, .extra_metadata.auth_method] | join(" ")' \
    'col_few owner@acme.co jwt' 'who did what'
is "$(value '.recent_audit_logs[0].id')" "$(rows 'SELECT max(id) FROM audit_log')" 'up to the last one'

# ---- what is in use ------------------------------------------------------------------------------
json .active_sessions "$(rows "SELECT count(*) FROM refresh_tokens WHERE NOT is_revoked AND expires_at > 0")" \
    'open sessions'
before=$(value .active_sessions)
sign_in acme owner@acme.co; post /api/v1/auth/logout "{\"refresh_token\":\"$REFRESH\"}"
sign_in acme owner@acme.co
TOKEN=$root; get $D; json .active_sessions $((before + 1)) 'one that ended is none'
rows "UPDATE refresh_tokens SET expires_at = 1 WHERE account_id = '$acme_id'" >/dev/null
get $D
json '.active_sessions' \
    "$(rows "SELECT count(*) FROM refresh_tokens WHERE NOT is_revoked AND expires_at > 1")" \
    'nor is an expired one'
now=$(date +%s)000000 later=$(($(date +%s) + 1000))000000
job() { rows \
    "INSERT INTO jobs (id, queue, handler, payload, status, priority, attempt_number, max_retries, retry_delay_seconds, created_at) VALUES ('$1', 'q', 'h', '{}', '$2', 0, 0, 3, 60, $now)" >/dev/null; }
jobs_before=$(value '.jobs_by_status.pending')
job j1 pending; job j2 dead; job j3 dead; job j4 retrying
rows "INSERT INTO invitations (id, account_id, email, token_hash, token_enc, groups, expires_at, email_sent, created_at, updated_at) VALUES
    ('i1', '$acme_id', 'a@b.co', 'h1', 'e', '[]', $later, (1=0), $now, $now), ('i2', '$acme_id', 'c@b.co', \
    'h2', 'e', '[]', 1, (1=0), $now, $now)" >/dev/null
user=$(rows "SELECT id FROM users WHERE account_id = '$acme_id'")
key() { rows \
    "INSERT INTO api_keys (id, account_id, user_id, key_hash, name, expires_at, is_active, created_at, updated_at) VALUES ('$1', '$acme_id', '$user', '$1', 'k', $2, (1=$3), $now, $now)" >/dev/null; }
key k1 NULL 1; key k2 "$later" 1; key k3 1 1; key k4 NULL 0
mkdir -p "$W/data/files/a/b"
head -c 1500000 /dev/zero >"$W/data/files/a/b/c"; head -c 1000 /dev/zero >"$W/data/files/d"; ln -s / \
    "$W/data/files/root"
rows "INSERT INTO macros (name, sql_query, parameters, created_at, updated_at) VALUES ('one', 'SELECT 1', '[]', $now, $now)" >/dev/null
get $D
json '.jobs_by_status | [.dead, .retrying, .running]' '[2,1,0]' 'jobs by their state'
json '.jobs_by_status.pending' $((jobs_before + 1)) 'those that wait'
json '.feature_counts | [.invitations_pending, .api_keys_active, .macros]' '[1,2,1]' \
    'open invitations, live keys, macros'
json '.system_health.storage_usage_mb' 1.43 'what is stored, in MiB'

# ---- the trail by time ---------------------------------------------------------------------------
# A trail of its own age: rows before the range are not counted, whatever their number.
if [ -z "$DB" ]; then
    was=$(value '[.time_series.audit_by_operation[].create] | add')
    sqlite3 "$W/data/larder.db" \
    "DROP TRIGGER prevent_audit_log_update; UPDATE audit_log SET occurred_at = occurred_at - 8 * 86400000000 WHERE id <= (SELECT max(id) FROM audit_log) / 2"
    young=$(rows \
    "SELECT count(*) FROM audit_log WHERE operation = 'CREATE' AND id > (SELECT max(id) FROM audit_log) / 2")
    get $D; json '[.time_series.audit_by_operation[].create] | add' "$young" "of $was rows those of the week"
    get "$D?range=30d"; json '[.time_series.audit_by_operation[].create] | add' "$was" 'and all in a month'
fi
