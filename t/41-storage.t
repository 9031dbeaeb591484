#!/bin/sh
# 41-storage.t — files in S3: in, out, in part, gone; which provider is asked; what fails, fails clearly.
. t/lib/larder.sh
. t/lib/s3.sh
. t/lib/smtp.sh
plan 66

s3_start
as_superadmin GET '/api/v1/admin/configuration/system?category=storage_providers'
LOCAL=$(value '.[0].id')
sign_up beta owner@beta.example.com; beta=$TOKEN B=$ACCOUNT
sign_up acme owner@acme.example.com; acme=$TOKEN A=$ACCOUNT
same() { is "$(cksum <"$W/body")" "$(cksum <"$1")" "$2"; }
detail() { status "$1" "$3"; json .detail "$2" '  and says why'; }
enable() { as_superadmin PATCH "/api/v1/admin/configuration/$1" "{\"enabled\":$2}"; }
printf 'hello, bucket' >"$W/hello"
head -c 1500000 /dev/zero | tr '\0' x >"$W/large"

# ---- which provider --------------------------------------------------------------------------------
upload "$W/hello" before.txt text/plain
hasnt "$(value .file.path)" s3/ 'without another provider files stay here'
local=$(value .file.path)
get "/api/v1/files/s3/$A/x.txt"
detail 403 'S3 storage provider is not configured or enabled' 'nothing is in S3 yet'
s3_setup
upload "$W/hello" 'käse.txt' text/plain
status 201 'a file goes to S3'
stored=$(value .file.path)
is "$(echo "$stored" | sed -E "s/^s3\/$A\/[0-9a-f-]{36}\.txt\$/well/")" well 'under its account'
is "$(s3_keys)" "${stored#s3/}" 'where the bucket has it'
is "$(cat "$S3/types/larder/"*)" text/plain 'with its type'
is "$(sql "SELECT provider, filename FROM files WHERE path = '$stored'")" 's3|käse.txt' 'its row says where'
is "$(find "$W/data/files" -type f | wc -l)" 1 'nothing of it stays here'
is "$(cat "$S3/refused" 2>/dev/null)" '' 'every signature was right'

# ---- out -------------------------------------------------------------------------------------------
get "/api/v1/files/$stored"
status 200 'it comes back'; same "$W/hello" '  as it was'
has "$(header_value Content-Type)" text/plain '  as what it is'
has "$(header_value Content-Disposition)" "filename*=UTF-8''k%C3%A4se.txt" '  by its own name'
get "/api/v1/files/$local"
same "$W/hello" 'what is here is still found here'
upload "$W/large" large.txt text/plain; large=$(value .file.path)
get "/api/v1/files/$large"; same "$W/large" 'a large one, too'
get "/api/v1/files/$large" -H 'Range: bytes=700000-700009'
status 206 'or a part of it'; body_is xxxxxxxxxx '  that part'
header Content-Range 'bytes 700000-700009/1500000' '  of the whole'
has "$(tail -n 1 "$S3/asked")" 'bytes=700000-700009 206' '  and no more of it was asked for'
get "/api/v1/files/$stored" -H 'Range: bytes=7-'
body_is bucket 'from somewhere to its end'
head_of "/api/v1/files/$stored"
status 200 'its head alone'; header Content-Length 13 '  with its length'
get "/api/v1/files/s3/$A/none.txt"
detail 404 "File not found: s3/$A/none.txt" 'one that is not there'

# ---- whose -----------------------------------------------------------------------------------------
TOKEN=$beta
get "/api/v1/files/$stored"
detail 403 'Invalid file path: does not belong to this account' 'another account reads nothing'
delete "/api/v1/files/$stored"; status 403 'and deletes nothing'
get "/api/v1/files/s3/$B/../$A/${stored##*/}"; status 403 'by no way'
as_superadmin GET "/api/v1/files/$stored"; status 200 'superadmins read it'
TOKEN=$acme

# ---- what fails ------------------------------------------------------------------------------------
for mode in 403 500 elsewhere moved; do
    s3_mode $mode
    upload "$W/hello" x.txt text/plain
    detail 500 'Failed to upload file' "a bucket that answers $mode takes nothing"
    get "/api/v1/files/$stored"
    detail 500 'Failed to download file' 'and gives nothing'
done
is "$(sql "SELECT COUNT(*) FROM files")" 3 'no row tells of what was not stored'
is "$(find "$W/data/files" -type f | wc -l)" 1 'and nothing lies about'
s3_mode cut
get "/api/v1/files/$large"
isnt "$(wc -c <"$W/body")" 1500000 'a transfer that is cut'
if [ -n "$FRONT" ]; then curl -sf -o "$W/cut" -H "Authorization: Bearer $TOKEN" "$URL/api/v1/files/$large"; isnt $? 0 '  is seen as that'
else is "$(header_value Content-Length)" 1500000 '  is shorter than was said'; fi
s3_mode ok

# ---- switched off ----------------------------------------------------------------------------------
enable "$STORE" false
get "/api/v1/files/$stored"
detail 403 'S3 storage provider is not configured or enabled' 'S3 switched off: what is there is not read'
upload "$W/hello" x.txt text/plain
hasnt "$(value .file.path)" s3/ 'the next provider takes what comes'
enable "$LOCAL" false
upload "$W/hello" x.txt text/plain
detail 400 'No enabled system storage provider configured. Enable a storage provider in system configuration.' 'none at all: 400'
enable "$STORE" true
upload "$W/hello" x.txt text/plain
has "$(value .file.path)" s3/ 'S3 alone'
as_superadmin POST /api/v1/admin/configuration "{\"category\":\"storage_providers\",\"provider_name\":\"s3\",\"display_name\":\"S3\",\"config\":$S3_CONFIG,\"account_id\":\"$A\"}"
detail 400 'Storage providers can only be configured at system level.' 'an account has none of its own'

# ---- gone ------------------------------------------------------------------------------------------
delete "/api/v1/files/$large"; status 204 'a file goes'
hasnt "$(s3_keys)" "${large#s3/}" 'from the bucket, too'
delete "/api/v1/files/$large"; status 404 'only once'
TOKEN=$beta
upload "$W/hello" b.txt text/plain
has "$(s3_keys)" "$B/" 'another account has a file, too'
as_superadmin DELETE "/api/v1/accounts/$B"; status 204 'until it is deleted'
[ -n "$FRONT" ] || work
emptied() { ! s3_keys | grep -q "^$B/"; }
ok 'and takes all of it along' await emptied
is "$(s3_keys | sort -u | sed 's|/.*||' | uniq)" "$A" 'but nothing of others'
hasnt "$(cat "$W/log")" Hush- 'no secret is in the log'
