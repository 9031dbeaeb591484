#!/bin/sh
# 77-proof.t — checkpoints over the audit trail, and what they are for: whatever is done to the trail, verify names it.
LARDER_TEST_SETTINGS="LARDER_JOB_WORKER_ENABLED=0"
. t/lib/larder.sh

audit() { larder audit "$@" 2>&1; }
group() { TOKEN=$1; post /api/v1/groups "{\"name\":\"$2\",\"description\":\"$3\"}"; [ "$STATUS" = 201 ] || diag "no group: $(body)"; }
newest() { sql "SELECT max(id) FROM audit_log WHERE account_id = '$1'"; }

sign_up acme owner@acme.co; acme=$TOKEN acme_id=$ACCOUNT
sign_up other rival@other.co; other=$TOKEN other_id=$ACCOUNT
group "$acme" 'Größe \"1\"/😀' 'line\ntwo \\ \u0007\u007f'; group "$other" theirs

# ---- keys ----------------------------------------------------------------------------------------
keys=$W/data/keys.conf
is "$(sed -n 's/^AUDIT_SIGNING_KEY = //p' "$keys" | grep -cE '^[0-9a-f]{64}$')" 1 'an installation has a key of its own for the trail'
sed '/^AUDIT_SIGNING_KEY/d' "$keys" >"$W/old"; printf '# the last line has no end' >>"$W/old"; cat "$W/old" >"$keys"
is "$(audit checkpoint)" 'Error: There is no AUDIT_SIGNING_KEY to sign checkpoints with: larder init-db adds one to keys.conf' 'without one nothing is signed'
larder migrate upgrade >/dev/null
is "$(sed -n 's/^AUDIT_SIGNING_KEY = //p' "$keys" | grep -cE '^[0-9a-f]{64}$') $(stat -c %a "$keys")" '1 600' 'an older installation gets one'
is "$(grep -c '' "$keys") $(grep -cxFf "$W/old" "$keys")" '5 4' 'and keeps what it had'
sum=$(sha256sum <"$keys"); larder migrate upgrade >/dev/null; is "$(sha256sum <"$keys")" "$sum" 'once'
hasnt "$(larder info)" "$(sed -n 's/^AUDIT_SIGNING_KEY = //p' "$keys")" 'which nobody is told'
key=$(audit public-key); is "$(echo "$key" | grep -cE '^[0-9a-f]{64}$')" 1 'the public one is'

# ---- making --------------------------------------------------------------------------------------
has "$(audit verify)" 'chains: valid' 'before the first checkpoint the chains are proven'
is "$(audit checkpoint)" 'Checkpoints signed: 1' 'the first'
is "$(audit checkpoint)" 'Nothing has changed since the last checkpoint.' 'and no second without a change'
first_end=$(newest "$acme_id")
group "$acme" second; group "$other" second; group "$acme" third
audit checkpoint >/dev/null
second_end=$(newest "$acme_id")
covered=$(sql 'SELECT max(id) FROM audit_log')
log=$W/data/audit-checkpoints.ndjson
is "$(grep -c '"checkpoint"' "$log") $(stat -c %a "$log")" '2 600' 'each is a line of a file, too'
group "$acme" fourth
is "$(audit verify | head -n 1)" '2 checkpoints; 6 entries are under none yet' 'what came since is under none'
sql 'SELECT document FROM audit_checkpoints WHERE number = 2' >"$W/document"
is "$(jq -c '[.format,.number,.previous,.key,(.heads | length)]' "$W/document")" \
    "[\"larder checkpoint 1\",2,\"$(sql 'SELECT document FROM audit_checkpoints WHERE number = 1' | tr -d '\n' | sha256sum | cut -d' ' -f1)\",\"$key\",2]" \
    'a document says which it follows, who signs and which chains have moved'

# ---- a file, and nothing else --------------------------------------------------------------------
offline() { env -i PATH="$PATH" "$BIN/larder" audit "$@" 2>&1; }
audit export >"$W/all"
has "$(offline verify --file "$W/all" --public-key "$key")" 'chains: valid' 'an export is proven without database or settings'
is "$(sql 'SELECT count(*) FROM audit_log')" "$(grep -c '^{"entry"' "$W/all")" 'it is all there'
is "$(head -n 2 "$W/all" | tail -n 1 | jq '.entry | length')" 21 'with all columns'
audit export | perl t/lib/rehash.pl | sort >"$W/again"
audit export | jq -r 'select(.entry) | .entry | "UPDATE audit_log SET checksum = '"'\(.checksum)'"', previous_hash = \(if .previous_hash then "'"'\(.previous_hash)'"'" else "NULL" end) WHERE id = \(.id);"' | sort >"$W/ours"
ok 'somebody else computes the same checksums' cmp "$W/again" "$W/ours"
audit export --account acme --file "$W/acme"
is "$(jq -r '.entry.account_id // empty' "$W/acme" | sort -u)" "$acme_id" 'one account has an export of its own'
has "$(offline verify --file "$W/acme" --public-key "$key")" '1 chains: valid' 'which is proven alone'
is "$(audit export --account nobody)" "Error: Account 'nobody' not found" 'somebody unknown has none'
spoiled() { sed "$2" "$W/all" >"$W/spoiled"; has "$(offline verify --file "$W/spoiled" --public-key "$key")" "$3" "$1"; }
spoiled 'a value in it that was changed is found' "s/\"new_value\":\"theirs\"/\"new_value\":\"ours\"/" 'Checksum mismatch'
spoiled 'so is a line that is missing' "/\"id\":$((first_end - 2)),/d" "Previous hash mismatch"
spoiled 'a checkpoint that is missing' '/"checkpoint":{"number":1/d' 'Checkpoint 1: Missing'
spoiled 'a line that is none' "5s/.*/{\"entry\":7}/" 'Line 5: '
spoiled 'a file without its header' 1d 'Line 1: not the header of an export'
has "$(offline verify --file "$W/all" --public-key "$(printf %064d 1)")" 'Signed with an unknown key' 'and the key of somebody else'
has "$(offline verify --file "$W/all")" "Signed with $key, says the file" 'without a key it says whose it was'

# ---- one entry -----------------------------------------------------------------------------------
superadmin
get "/api/v1/audit-logs/$first_end/proof"; status 200 'one entry is proven'
cp "$W/body" "$W/proof"
json '[.entry.id,.checkpoint.number,.key]' "[$first_end,1,\"$key\"]" 'under the checkpoint that came next'
has "$(offline check-proof "$W/proof" --public-key "$key")" "Entry $first_end: valid, under checkpoint 1 of 20" 'to who has nothing but the key'
is "$(audit prove "$first_end" | jq -cS .)" "$(jq -cS . "$W/proof")" 'the command line has the same'
id=1; while [ $id -le "$covered" ]; do audit prove $id >"$W/one"; offline check-proof "$W/one" --public-key "$key" | tail -n 1 | cut -d, -f1; id=$((id + 17)); done |
    sed 's/[0-9][0-9]*/N/' | sort -u >"$W/verdicts"
is "$(cat "$W/verdicts")" 'Entry N: valid' 'each has its own'
disproved() { jq -c "$2" "$W/proof" >"$W/lie"; has "$(offline check-proof "$W/lie" --public-key "$key")" "$3" "$1"; }
disproved 'a changed value is not proven' '.entry.new_value = "x"' 'The entry does not have its checksum'
disproved 'nor another id' '.entry.id += 1' 'The path does not lead'
disproved 'nor another place' '.index += 1' 'The path does not lead'
disproved 'nor a shorter path' '.path = .path[1:]' 'The path does not lead'
disproved 'nor another document' '.checkpoint.document |= sub("\"number\":1"; "\"number\":3")' 'signature is not valid'
disproved 'nor something else' '.proof = "x"' 'That is no proof'
has "$(offline check-proof "$W/proof" --public-key "$(printf %064d 1)")" 'signed with another key' 'nor what others signed'
get "/api/v1/audit-logs/$(newest "$acme_id")/proof"; status 409 'what is under no checkpoint yet cannot be proven'
has "$(body)" 'is not under a checkpoint yet: the next is signed within 60 minutes' 'and is told what to do'
get /api/v1/audit-logs/999999/proof; status 404 'what is not there has no proof'
json .detail 'Audit log entry 999999 not found' 'in the same words'
get /api/v1/audit-logs/x/proof; status 422 'an id is a number'
TOKEN=$acme; get "/api/v1/audit-logs/$first_end/proof"; status 403 'an account does not see the trail'
TOKEN=$other; get "/api/v1/audit-logs/$first_end/proof"; status 403 'least of all another'
anonymous; get "/api/v1/audit-logs/$first_end/proof"; status 401 'nor does nobody'

# ---- whatever its owner does ---------------------------------------------------------------------
if [ "$DB" = postgres ]; then
    lift() { for t in audit_log audit_checkpoints audit_checkpoint_heads audit_prunes; do sql "ALTER TABLE $t DISABLE TRIGGER USER"; done; }
    stand() { for t in audit_log audit_checkpoints audit_checkpoint_heads audit_prunes; do sql "ALTER TABLE $t ENABLE TRIGGER USER"; done; }
else
    lift() { sql "SELECT sql || ';' FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'prevent_audit%'" >"$W/triggers"
        sql "$(sql "SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'prevent_audit%'")"; }
    stand() { sql "$(cat "$W/triggers")"; }
fi
is "$(sql 'DELETE FROM audit_log' 2>&1 | grep -c 'Audit log entries are immutable and cannot be deleted')" 1 'even the owner has to lift the triggers first'
is "$(sql "UPDATE audit_checkpoints SET document = ''" 2>&1 | grep -c 'Audit checkpoints are immutable and cannot be updated')" 1 'those of the checkpoints, too'
for t in log checkpoints; do sql "CREATE TABLE kept_$t AS SELECT * FROM audit_$t"; done
# tampered NAME SQL EXPECTED…: what is found then, and that it is as it was before.
tampered() {
    name=$1; lift; sql "$2" >/dev/null; shift 2
    audit verify >"$W/found" && diag "verify succeeded: $name"
    for part; do has "$(head -n 12 "$W/found" | cut -c1-200)" "$part" "$name"; done
    is "$(tail -n 1 "$W/found" | grep -c 'NOT VALID')" 1 'is not valid'
    for t in log checkpoints; do sql "DELETE FROM audit_$t; INSERT INTO audit_$t SELECT * FROM kept_$t"; done >/dev/null
    sql 'DELETE FROM audit_prunes' >/dev/null; stand
}
tampered 'a value that was changed' "UPDATE audit_log SET new_value = 'x' WHERE id = $first_end" "Entry $first_end: Checksum mismatch. Expected "
is "$(grep -c ^Entry "$W/found")" 1 'is one fault: the first of its chain'
tampered 'an entry that was deleted' "DELETE FROM audit_log WHERE id = $((second_end - 2))" "Entry $((second_end - 1)): Previous hash mismatch. Expected "
tampered 'the last entries' "DELETE FROM audit_log WHERE account_id = '$acme_id' AND id > $((second_end - 3))" \
    "Checkpoint 2: Head mismatch. Expected entry $second_end of account $acme_id"
lift; sql "UPDATE audit_log SET new_value = 'x' WHERE id = $first_end" >/dev/null; rehashed=$(audit export | perl t/lib/rehash.pl); stand
tampered 'a chain that was hashed anew' "UPDATE audit_log SET new_value = 'x' WHERE id = $first_end; $rehashed" 'Checkpoint 1: Root mismatch' "Checkpoint 1: Head mismatch. Expected entry $first_end"
is "$(grep -c ^Entry "$W/found")" 0 'although each entry follows from the one before'
tampered 'the newest checkpoint' 'DELETE FROM audit_checkpoints WHERE number = 2' 'Checkpoint 2: In audit-checkpoints.ndjson, but not in the database'
tampered 'one before it' 'DELETE FROM audit_checkpoints WHERE number = 1' 'Checkpoint 1: Missing'
tampered 'another document' "UPDATE audit_checkpoints SET document = replace(document, '2026', '2027') WHERE number = 1; UPDATE audit_checkpoints SET document = replace(document, '\"rows\":', '\"rows\":1') WHERE number = 2" \
    'Checkpoint 2: Signature mismatch' 'Checkpoint 2: Not the one of audit-checkpoints.ndjson'
tampered 'another signature' "UPDATE audit_checkpoints SET signature = (SELECT min(signature) FROM audit_checkpoints)" 'Signature mismatch'
one=$(sql "SELECT min(id) FROM audit_log WHERE account_id = '$acme_id'") two=$(sql "SELECT min(id) FROM audit_log WHERE account_id = '$other_id'")
[ "$one" -lt "$two" ] && earlier=$one || earlier=$two       # it comes first wherever it goes
tampered 'entries of two accounts that were swapped' "UPDATE audit_log SET account_id = CASE id WHEN $one THEN '$other_id' ELSE '$acme_id' END WHERE id IN ($one, $two)" "Entry $earlier: Checksum mismatch" 'Previous hash mismatch. Expected None'
tampered 'another number' "UPDATE audit_log SET id = id + 1000000 WHERE id > $covered; UPDATE audit_log SET id = -id WHERE id = $second_end; UPDATE audit_log SET id = $covered + 1 WHERE id = -$second_end" 'Checkpoint 2: '
lift; sql "UPDATE audit_checkpoint_heads SET checksum = 'x' WHERE number = 2" >/dev/null; stand
has "$(audit verify)" 'Checkpoint 2: The table of heads says otherwise' 'what finds them must agree with what was signed'
heads=$(jq -r '.heads[] | "UPDATE audit_checkpoint_heads SET checksum = '"'\(.[2])'"' WHERE last_id = \(.[1]);"' "$W/document")
lift; sql "$heads" >/dev/null; stand
tampered 'a prune that never was' "DELETE FROM audit_log WHERE id <= $first_end; INSERT INTO audit_prunes VALUES (1, '{}', '00', NULL, 1)" 'Prune 1: The trail does not tell of it' 'Prune 1: Not a document of ours' 'Previous hash mismatch'
has "$(audit verify)" 'chains: valid' 'as it was, it is proven'
lift; sql 'DELETE FROM audit_checkpoints WHERE number = 2' >/dev/null; stand
has "$(audit checkpoint)" 'but not in the database; nothing is signed until that is explained' 'nothing is signed over what was cut off'
lift; sql 'DELETE FROM audit_checkpoints; INSERT INTO audit_checkpoints SELECT * FROM kept_checkpoints' >/dev/null; stand
head -n 1 "$log" >"$W/short"; cp "$W/short" "$log"; printf '{"checkpoint":{"num' >>"$log"
has "$(audit verify)" 'chains: valid' 'a file that lacks the newest is no fault: another host may have signed'
audit checkpoint >/dev/null
is "$(jq -c .checkpoint.number "$log" | tr '\n' ' ')" '1 2 3 ' 'it gets what it lacks, and loses what was torn'

# ---- without its history nothing is written ------------------------------------------------------
if [ "$DB" = postgres ]; then
    sql "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no room''; END'"
    sql 'CREATE TRIGGER refuse BEFORE INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse()'
else
    sql "CREATE TRIGGER refuse BEFORE INSERT ON audit_log BEGIN SELECT RAISE(ABORT, 'no room'); END"
fi
TOKEN=$acme; post /api/v1/groups '{"name":"untold"}'; status 500 'a trail that cannot be written fails the write'
hasnt "$(body)" 'no room' 'and says no more'
is "$(sql "SELECT count(*) FROM groups WHERE name = 'untold'")" 0 'which is not there'
if [ "$DB" = postgres ]; then sql 'DROP TRIGGER refuse ON audit_log'; else sql 'DROP TRIGGER refuse'; fi
post /api/v1/groups '{"name":"told"}'; status 201 'afterwards it is written'

# ---- what is old ---------------------------------------------------------------------------------
is "$(audit prune --older-than 1 | tail -n 1)" 'Entries pruned: 0' 'what is young stays'
before=$(sql 'SELECT count(*) FROM audit_log')
audit prune --older-than 0 --archive "$W/archive" >"$W/pruned"
is "$(head -n 1 "$W/pruned")" "$W/archive/audit-000001-000003.ndjson" 'what is under a checkpoint goes into a file'
has "$(offline verify --file "$W/archive/audit-000001-000003.ndjson" --public-key "$key")" 'chains: valid' 'that is proven alone'
is "$(grep -c '^{"entry"' "$W/archive/audit-000001-000003.ndjson") $(stat -c %a "$W/archive"/*)" "$(sed -n 's/^Entries pruned: //p' "$W/pruned") 600" 'with all that was deleted'
is "$(sql "SELECT count(*) FROM audit_log WHERE id <= $first_end")" 0 'and is gone'
has "$(audit verify)" 'chains: valid' 'what stays is proven'
is "$(sql 'DELETE FROM audit_log' 2>&1 | grep -c 'immutable and cannot be deleted')" 1 'the triggers stand again'
is "$(sql "SELECT count(*) FROM audit_log WHERE table_name = 'audit_prunes' AND column_name = 'archive' AND new_value = 'audit-000001-000003.ndjson'")" 3 'the trail tells of it'
group "$other" 'after the prune'
has "$(audit verify)" 'chains: valid' 'a chain goes on where it was'
audit export >"$W/all"
has "$(offline verify --file "$W/all" --public-key "$key")" 'chains: valid' 'an export is proven, too'
audit export --account acme >"$W/acme"
has "$(offline verify --file "$W/acme" --public-key "$key")" '1 chains: valid' 'and one account alone'
for t in log checkpoints prunes; do sql "DROP TABLE IF EXISTS kept_$t"; sql "CREATE TABLE kept_$t AS SELECT * FROM audit_$t"; done 2>/dev/null
again() { name=$1; lift; sql "$2" >/dev/null; has "$(audit verify)" "$3" "$name"
    for t in log prunes; do sql "DELETE FROM audit_$t; INSERT INTO audit_$t SELECT * FROM kept_$t"; done >/dev/null; stand; }
again 'nothing more may be missing at the beginning' "DELETE FROM audit_log WHERE id IN (SELECT min(id) FROM audit_log WHERE account_id = '$acme_id')" 'Previous hash mismatch'
again 'nor what says that it was pruned' "DELETE FROM audit_prunes" 'Previous hash mismatch'
again 'nor may it be said of more' "UPDATE audit_prunes SET document = replace(document, '\"number\":3', '\"number\":4'), number = 4 WHERE number = 3" 'Prune 4: '
has "$(audit verify)" 'chains: valid' 'as it was, it is proven'
superadmin; get "/api/v1/audit-logs/$first_end/proof"; status 404 'what is archived is not there any more'
is "$(audit prune --older-than 0 --no-archive | tail -n 1)" 'Entries pruned: 0' 'without a new checkpoint there is nothing to prune'
audit checkpoint >/dev/null; group "$acme" last
audit prune --older-than 0 --no-archive >"$W/pruned"
is "$(cat "$W/pruned" | sed 's/[1-9][0-9]*/N/')" 'Entries pruned: N' 'an archive may be left out'
has "$(audit verify)" 'chains: valid' 'what stays is proven as well'
