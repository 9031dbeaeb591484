#!/bin/sh
# 59-filesweep.t — files that nobody holds go after their time, where that is wanted; what is left of others goes anyway.
LARDER_TEST_SETTINGS='LARDER_JOB_WORKER_ENABLED=0 LARDER_FILE_ORPHAN_DAYS=7'
. t/lib/larder.sh
. t/lib/smtp.sh
. t/lib/s3.sh
plan 35

s3_start
sign_up beta owner@beta.example.com; beta=$TOKEN B=$ACCOUNT
sign_up acme owner@acme.example.com; A=$ACCOUNT
work
DAY=86400000000 passed=0
COLLECTION=01890000-0000-7000-8000-00000000c011
sql "INSERT INTO collections (id, name, name_key, schema, created_at, updated_at) VALUES ('$COLLECTION', 'notes', 'notes', '[]', 0, 0)" >/dev/null
# held PATH: by a record. sweep [SETTING…]: as tomorrow's housekeeping does; days N: that much later.
held() { sql "INSERT INTO file_uses (account_id, path, collection_id, record_id, field) VALUES ('$A', '$1', '$COLLECTION', '$COLLECTION', 'image')" >/dev/null; }
sweep() {
    sql "UPDATE leases SET expires_at = 1 WHERE name = 'housekeeping'" >/dev/null
    env "$@" true && LARDER_TEST_SETTINGS="$LARDER_TEST_SETTINGS $*" work
}
days() {
    sql "UPDATE file_orphans SET since = since - $1 * $DAY" >/dev/null
    passed=$((passed + $1))
    find "$W/data/files" "$S3/buckets" -type f -exec touch -d "$passed days ago" {} +
}
bring() { upload t/lib/pictures/wide.png "$1" image/png; [ "$STATUS" = 201 ] || diag "$STATUS $(body)"; value .file.path; }
there() { get "/api/v1/files/$1"; is "$STATUS" "$2" "$3"; }
jobs() { sql "SELECT status FROM jobs WHERE handler = 'sweep_files' ORDER BY created_at DESC LIMIT 1"; }

# ---- here ------------------------------------------------------------------------------------------
kept=$(bring kept.png) lone=$(bring lone.png) late=$(bring late.png)
held "$kept"
mkdir -p "$W/data/files/$A/thumbs/${lone#*/}" "$W/data/files/$A/thumbs/${kept#*/}" "$W/data/files/.incoming"
for f in "$A/thumbs/${lone#*/}/1x1.png" "$A/thumbs/${kept#*/}/1x1.png" "$A/thumbs/gone.png/1x1.png" "$A/brought.png" .incoming/cut; do
    mkdir -p "$(dirname "$W/data/files/$f")"; cp t/lib/pictures/wide.png "$W/data/files/$f"
done
cp t/lib/pictures/wide.png "$W/outside.png"; ln -s "$W/outside.png" "$W/data/files/$A/link.png"
mkdir -p "$W/data/files/notes" "$W/data/files/01890000-0000-7000-8000-00000000dead"
cp t/lib/pictures/wide.png "$W/data/files/notes/x.png"
cp t/lib/pictures/wide.png "$W/data/files/01890000-0000-7000-8000-00000000dead/x.png"

sweep
is "$(jobs)" completed 'the sweep is a job'
is "$(sql "SELECT COUNT(*) FROM file_orphans")" 2 'what nobody holds is noticed'
there "$lone" 200 'and left alone at first'
ok 'a temporary file of today stays' test -f "$W/data/files/.incoming/cut"
ok 'a small picture of nothing goes at once' test ! -e "$W/data/files/$A/thumbs/gone.png/1x1.png"
ok 'one of a file stays' test -f "$W/data/files/$A/thumbs/${kept#*/}/1x1.png"
there "$A/brought.png" 200 'bytes without a row stay at first'
days 6; sweep
there "$lone" 200 'after six days, too'
ok 'a temporary file of days ago is gone' test ! -e "$W/data/files/.incoming/cut"
held "$late"
days 2; sweep LARDER_FILE_ORPHAN_DAYS=0
there "$lone" 200 'without the setting nothing ever goes'
sweep
there "$lone" 404 'after seven days it is gone'
ok '  with its bytes' test ! -e "$W/data/files/$lone"
ok '  and its small pictures' test ! -e "$W/data/files/$A/thumbs/${lone#*/}/1x1.png"
is "$(sql "SELECT DISTINCT operation FROM audit_log WHERE table_name = 'files' AND operation = 'DELETE' AND account_id = '$A'")" DELETE 'the trail knows'
ok 'and is whole' larder audit verify
there "$kept" 200 'what a record holds stays'
there "$late" 200 'what was taken up in time, too'
is "$(sql "SELECT COUNT(*) FROM file_orphans")" 0 'and nobody counts its days'
there "$A/brought.png" 404 'bytes that no row knows are gone'
ok 'links are not followed' test -f "$W/outside.png"
ok 'folders that are no account are left alone' test -f "$W/data/files/notes/x.png"
ok 'so are those of accounts that are unknown' test -f "$W/data/files/01890000-0000-7000-8000-00000000dead/x.png"
sql "DELETE FROM file_uses WHERE path = '$late'" >/dev/null
sweep
there "$late" 200 'what was held until yesterday'
is "$(sql "SELECT COUNT(*) FROM file_orphans")" 1 'has its own seven days'

# ---- in S3 -----------------------------------------------------------------------------------------
s3_setup
far=$(bring far.png) near=$(bring near.png)
held "$near"
B3=$S3/buckets/larder
cp t/lib/pictures/wide.png "$B3/$A%2Fthumbs%2Fgone.png%2F1x1.png"
for n in 1 2 3 4 5 6; do cp t/lib/pictures/wide.png "$B3/$A%2Fbrought$n.png"; done
cp t/lib/pictures/wide.png "$B3/backup%2Fx.png"; cp t/lib/pictures/wide.png "$B3/top.png"
cp t/lib/pictures/wide.png "$B3/01890000-0000-7000-8000-00000000dead%2Fx.png"
sweep
is "$(s3_keys | wc -l)" 11 'in S3 as here: at first only small pictures of nothing go'
s3_mode 500
days 8; sweep
is "$(jobs)" completed 'a bucket that fails does not stop it'
is "$(sql "SELECT COUNT(*) FROM files WHERE path = '$far'")" 0 'the row goes'
s3_mode ok
ok 'its bytes could not' test -f "$B3/$(echo "${far#s3/}" | sed 's|/|%2F|')"
sweep
ok 'but do the next day' test ! -e "$B3/$(echo "${far#s3/}" | sed 's|/|%2F|')"
is "$(s3_keys | grep -c brought)" 0 'with what no row knows, page by page'
is "$(s3_keys | sed "s|$A|A|" | sed 's|A/[0-9a-f-]*.png|A/near.png|' | tr '\n' ' ')" \
    '01890000-0000-7000-8000-00000000dead/x.png A/near.png backup/x.png top.png ' 'nothing else'
there "$near" 200 'what a record holds stays'
is "$(sql "SELECT COUNT(*) FROM jobs WHERE handler = 'sweep_files' AND status <> 'completed'")" 0 'every sweep came to its end'
TOKEN=$beta; there "$near" 403 'and nobody else sees it'
is "$(cat "$S3/refused" 2>/dev/null)" '' 'each request was signed well'
