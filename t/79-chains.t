#!/bin/sh
# 79-chains.t — eight processes write to three accounts at once, while others sign and prune: no chain forks or loses an entry.
LARDER_TEST_SETTINGS="LARDER_JOB_WORKER_ENABLED=0 LARDER_AUDIT_RETENTION_DAYS=30"
. t/lib/larder.sh

audit() { larder audit "$@" 2>&1; }
work() { with_settings "$BIN/worker" --data "$W/data" --once 2>>"$W/log"; }
WRITERS=8 TURNS=6

collection '{"name":"items","fields":[{"name":"n","type":"number"}],"create_rule":"@request.auth.id != \"\"","list_rule":""}'
tokens=''
for name in one two three; do sign_up $name owner@$name.co; tokens="$tokens $TOKEN"; done

# ---- at once -------------------------------------------------------------------------------------
# Each has a place of its own for what it sends and hears. Every third request is a batch.
writer() {
    mkdir "$W/writer$1" && ln -s "$W/data" "$W/writer$1/data"
    W=$W/writer$1 turn=0
    while [ $turn -lt $TURNS ]; do
        turn=$((turn + 1))
        # shellcheck disable=SC2086
        set -- "$1" $tokens
        shift $((($1 + turn) % 3)); TOKEN=$2; set -- "${W##*writer}"
        if [ $((turn % 3)) = 0 ]; then post /api/v1/records/items/batch '{"records":[{"n":1},{"n":2},{"n":3}]}'
        else post /api/v1/records/items '{"n":1}'; fi
        echo "$STATUS" >>"$W/heard"
    done
}
writers=''
for i in $(seq $WRITERS); do (trap - EXIT; writer "$i") & writers="$writers $!"; done
rounds=0
for pid in $writers; do
    while kill -0 "$pid" 2>/dev/null; do
        rounds=$((rounds + 1))
        audit checkpoint; audit prune --older-than 0 --archive "$W/archive"
    done
done >"$W/kept"
for pid in $writers; do wait "$pid"; done
is "$(cat "$W"/writer*/heard | sort | uniq -c | tr -s ' \n' ' ')" " $((WRITERS * TURNS)) 201 " 'everybody was served'
none "$(grep Error "$W/kept")" 'checkpoints were signed and entries pruned meanwhile'
is "$(sql 'SELECT count(*) FROM col_items')" $((WRITERS * TURNS / 3 * 5)) 'everything is there'
has "$(audit verify)" 'chains: valid' 'no chain is broken'
is "$(sql 'SELECT count(*) FROM (SELECT account_id FROM audit_log GROUP BY account_id, previous_hash HAVING count(*) > 1) forks')" 0 'none forks'
audit checkpoint >"$W/said"
key=$(audit public-key)
for file in "$W"/archive/*.ndjson; do audit verify --file "$file" --public-key "$key" | tail -n 1; done | sed 's/.*: //' | sort -u >"$W/verdicts"
is "$(cat "$W/verdicts")" valid 'every archive is proven'
is "$(cat "$W"/archive/*.ndjson | jq -r 'select(.checkpoint) | .checkpoint.number' | sort -n | tr '\n' ' ')" \
    "$(seq "$(sql 'SELECT max(number) FROM audit_prunes')" | tr '\n' ' ')" 'none lacks a checkpoint'
records=$(cat "$W"/archive/*.ndjson | jq -r 'select(.entry.table_name == "col_items" and .entry.column_name == "id") | .entry.record_id' | sort | uniq -c | awk '$1 == 1' | wc -l)
is $((records + $(sql "SELECT count(*) FROM audit_log WHERE table_name = 'col_items' AND column_name = 'id'"))) \
    $((WRITERS * TURNS / 3 * 5)) 'each entry is in the database or in one archive'

# ---- from time to time ---------------------------------------------------------------------------
count() { sql 'SELECT count(*) FROM audit_checkpoints'; }
sign_in one owner@one.co; post /api/v1/groups '{"name":"a"}'
before=$(count); work
is "$(count)" $((before + 1)) 'the worker signs a checkpoint'
post /api/v1/groups '{"name":"b"}'; work
is "$(count)" $((before + 1)) 'but not at once another'
sql "UPDATE leases SET expires_at = 1 WHERE name = 'audit checkpoints'" >/dev/null
work & one=$!; work & two=$!; wait $one; wait $two
is "$(count)" $((before + 2)) 'when it is due again, one of them does'
is "$(sql "SELECT count(*) FROM audit_log WHERE table_name LIKE 'audit_check%'")" 0 'which is no change that the next one would sign'
is "$(ls "$W/data/audit-archive" 2>/dev/null)" '' 'what is young stays'
if [ "$DB" = postgres ]; then sql 'ALTER TABLE audit_checkpoints DISABLE TRIGGER USER'; else sql 'DROP TRIGGER prevent_audit_checkpoints_update'; fi
sql 'UPDATE audit_checkpoints SET created_at = created_at - 2678400000000'; sql "UPDATE leases SET expires_at = 1 WHERE name = 'audit retention'" >/dev/null
post /api/v1/groups '{"name":"c"}'; work
is "$(ls "$W/data/audit-archive" | grep -cE '^audit-[0-9]{6}-[0-9]{6}\.ndjson$')" 1 'what is old goes into an archive'
has "$(audit verify)" 'chains: valid' 'and the chains are proven'
