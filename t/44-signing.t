#!/bin/sh
# 44-signing.t — electronic signatures: who can make one, for what it is good, once, and what the history then says.
START=later
. t/lib/larder.sh
KEY=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
start LARDER_SECRET_KEY=$KEY LARDER_CORS_ORIGINS=https://app.example.com LARDER_SIGN_IN_ATTEMPTS=12

# sign [PASSWORD [REASON]]: leaves $SIG.
sign() {
    post /api/v1/auth/sign "$(jq -nc --arg p "${1-$PASSWORD}" --arg r "${2-Checked and released}" '{password: $p, reason: $r}')"
    SIG=$(value .signature)
}
# signed METHOD PATH [JSON]: with the signature.
signed() { request "$@" -H "X-ES-Signature: $SIG"; }
why() { json '.message' "$1" "$2"; }
posts=/api/v1/records/posts
total() { sql "SELECT count(*) FROM col_posts"; }
# of RECORD: the signers in its history, and how many rows have none.
signers() { sql "SELECT count(*), count(es_username), count(es_reason), count(es_timestamp) FROM audit_log WHERE record_id = '$1'"; }

open='"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""'
collection '{"name":"posts","fields":[{"name":"title","type":"text","required":true},{"name":"n","type":"number"}],'"$open}"
sign_up rival owner@rival.example.com; rival=$TOKEN
sign_up acme owner@acme.example.com; owner=$TOKEN owner_id=$USER_ID acme=$ACCOUNT
as_superadmin POST /api/v1/users "{\"email\":\"ann@acme.example.com\",\"account_id\":\"$acme\",\"role_id\":2,\"password\":\"$PASSWORD\"}"
ann_id=$(value .id); larder user verify ann@acme.example.com --account acme >"$W/n"
sign_in acme ann@acme.example.com; ann=$TOKEN
sign_in acme owner@acme.example.com; again=$TOKEN; TOKEN=$owner

# ---- making one -------------------------------------------------------------------------------------
anonymous; sign; status 401 'nobody signs nothing'
TOKEN=$owner
post /api/v1/auth/sign '{}'; status 422 'a password and a reason are needed'
json '[.detail[].loc[1]] | join(" ")' 'password reason' 'both'
sign "$PASSWORD" ''; status 422 'an empty reason is none'
sign "$PASSWORD" "$(head -c 501 /dev/zero | tr '\0' x)"; status 422 'a long one is no reason'
sign 'Wrong-Horse-1'; status 401 'a wrong password signs nothing'
why 'Invalid credentials' 'in the words of a sign-in'
sign; status 200 'a right one does'
json 'keys | join(" ")' 'expires_in signature' 'that is all there is'
json .expires_in 300 'for five minutes'
sql "SELECT count(*) FROM audit_log WHERE user_id = '$owner_id' AND es_username IS NOT NULL" >"$W/n"; is "$(cat "$W/n")" 0 'nothing is written by it'

# ---- using it ---------------------------------------------------------------------------------------
signed POST $posts '{"n":1}'; status 400 'a write that fails'
signed PATCH $posts/none '{"n":1}'; status 404 'or finds nothing'
signed GET $posts; status 200 'or a read'
signed POST $posts '{"title":"one","n":1}'; status 201 'leaves it good for one that does not'; one=$(value .id)
is "$(signers "$one")" '8|8|8|8' 'every row of the history has it'
is "$(sql "SELECT DISTINCT es_username, es_reason FROM audit_log WHERE record_id = '$one'")" 'owner@acme.example.com|Checked and released' 'who and why'
is "$(sql "SELECT count(*) FROM audit_log WHERE record_id = '$one' AND es_timestamp < occurred_at")" 8 'and when it was signed'
signed PATCH $posts/$one '{"n":2}'; status 400 'once'
why 'This signature has been used' 'as is said'
is "$(sql "SELECT n FROM col_posts WHERE id = '$one'" | sed 's/\.0$//')" 1 'and nothing was done'
patch $posts/$one '{"n":2}'; status 200 'what is not signed needs none'
is "$(signers "$one")" "$(($(signers "$one" | cut -d'|' -f1)))|8|8|8" 'and has none'
sign "$PASSWORD" 'Geprüft: "ok" ☑ \ /'; signed PATCH $posts/$one '{"n":3}'; status 200 'reasons are any text'
is "$(sql "SELECT DISTINCT es_reason FROM audit_log WHERE record_id = '$one' AND es_reason LIKE 'Gepr%'")" 'Geprüft: "ok" ☑ \ /' 'kept as it is'
sign; signed POST "$posts/batch" '{"records":[{"title":"a"},{"title":"b"},{"title":"c"}]}'; status 201 'a batch is one request'
for id in $(value '.created[].id' | jq -r . 2>/dev/null || jq -r '.created[].id' "$W/body"); do signers "$id"; done | sort -u >"$W/n"
is "$(cat "$W/n")" '8|8|8|8' 'all of it is signed'
sign; signed DELETE $posts/$one; status 204 'a removal is signed, too'
is "$(sql "SELECT count(*), count(es_reason) FROM audit_log WHERE record_id = '$one' AND operation = 'DELETE'")" '8|8' 'in all its rows'

# A repeat of the same request, by its key, is the same write.
sign
post $posts '{"title":"key"}' -H "X-ES-Signature: $SIG" -H 'Idempotency-Key: k1'; status 201 'with a key'; first=$(value .id)
post $posts '{"title":"key"}' -H "X-ES-Signature: $SIG" -H 'Idempotency-Key: k1'; status 201 'a repeat'; json .id "$first" 'is the same record'

# Requests of which each has several transactions, or none around its handler.
printf 'title,n\nx,1\ny,2\n' >"$W/csv"
sign; request POST "$posts/import?format=csv" -f "$W/csv" -H 'Content-Type: text/csv' -H "X-ES-Signature: $SIG"; status 200 'an import'
is "$(sql "SELECT count(*), count(es_reason) FROM audit_log WHERE record_id IN (SELECT id FROM col_posts WHERE title IN ('x', 'y'))")" '16|16' 'is signed from end to end'
request POST "$posts/import?format=csv" -f "$W/csv" -H 'Content-Type: text/csv' -H "X-ES-Signature: $SIG"; status 400 'once'
is "$(sql "SELECT count(*) FROM col_posts WHERE title IN ('x', 'y')")" 2 'before anything is read'

# ---- every program ----------------------------------------------------------------------------------
sign
printf 'some words' >"$W/words"
{ printf -- '--b\r\nContent-Disposition: form-data; name="file"; filename="w.txt"\r\nContent-Type: text/plain\r\n\r\n'; cat "$W/words"; printf '\r\n--b--\r\n'; } >"$W/form"
post /api/v1/files/upload -H 'Content-Type: multipart/form-data; boundary=b' -H "X-ES-Signature: $SIG" -f "$W/form"
status 201 'a file is signed'; is "$(sql "SELECT count(*) - count(es_reason) FROM audit_log WHERE table_name = 'files'")" 0 'in its history'
superadmin; root=$TOKEN
sign "$ROOT_PASSWORD" 'New field'; signed POST /api/v1/collections '{"name":"notes","fields":[{"name":"text","type":"text"}]}'; status 201 'so is a collection'
is "$(sql "SELECT DISTINCT es_username FROM audit_log WHERE table_name = 'collections' AND new_value = 'notes'")" "$ROOT_EMAIL" 'by a superadmin'
sign "$ROOT_PASSWORD" 'Joined'; signed POST /api/v1/users "{\"email\":\"bob@acme.example.com\",\"account_id\":\"$acme\",\"role_id\":2,\"password\":\"$PASSWORD\"}"
status 201 'a person'; is "$(signers "$(value .id)" | awk -F'|' '{ print ($1 > 8 && $1 == $4) }')" 1 'whose history says so'
sign "$ROOT_PASSWORD" 'Mail'; signed POST /api/v1/admin/configuration '{"category":"email_providers","provider_name":"smtp","display_name":"S","config":{"host":"localhost","port":25,"from_email":"a@b.co","from_name":"A"}}'
status 200 'a configuration'; is "$(sql "SELECT count(*) > 0 FROM audit_log WHERE table_name = 'configurations' AND es_reason = 'Mail'" | sed 's/1/t/')" t 'likewise'

# ---- whose it is not --------------------------------------------------------------------------------
before=$(total)
refused() { status 400 "$1"; why "$2" "$1, as is said"; }
no='X-ES-Signature is no signature of ours' other='This signature was made in another session'
TOKEN=$owner; sign; good=$SIG
TOKEN=$ann; signed POST $posts '{"title":"no"}'; refused 'a colleague' "$other"
TOKEN=$again; signed POST $posts '{"title":"no"}'; refused 'the same person, signed in elsewhere' "$other"
TOKEN=$rival; signed POST $posts '{"title":"no"}'; refused 'another tenant' "$other"
TOKEN=$root; signed POST $posts "{\"title\":\"no\",\"account_id\":\"$acme\"}"; refused 'a superadmin' "$other"
anonymous
request POST $posts '{"title":"no"}' -H "X-ES-Signature: $SIG" -H 'X-Account-ID: acme'; status 401 'nobody at all'
json '.error // .detail' 'Invalid signature' 'who could have written without it'
TOKEN=$SIG; get /api/v1/auth/me; status 401 'it is no token of a session'
TOKEN=$owner
SIG=$owner; signed POST $posts '{"title":"no"}'; refused 'a token of a session is no signature' "$no"
for SIG in x . .. a.b.c "${good%?}" "${good%.*}." "x$good" "$good.x" "$(head -c 3000 /dev/zero | tr '\0' a)"; do
    signed POST $posts '{"title":"no"}'; [ "$STATUS" = 400 ] || diag "'$SIG' was answered $STATUS"
    [ "$STATUS" = 400 ] && value .message
done | sort | uniq -c >"$W/n"
is "$(sed 's/^ *//' "$W/n")" "9 $no" 'what is none is none'
# forged SECONDS_AGO [KEY [TYPE]]: a signature of the owner as we would make it.
forged() {
    printf %s "$good" | cut -d. -f2 | perl -MMIME::Base64=decode_base64url,encode_base64url -MDigest::SHA=hmac_sha256 -e '
        my ($ago, $key, $type) = @ARGV; $_ = decode_base64url(<STDIN>);
        s/"signed_at":(\d+)/q{"signed_at":} . ($1 - $ago * 1000000)/e; s/"jti":"./"jti":"f/; s/"type":"\w+"/"type":"$type"/;
        my $text = encode_base64url(q({"alg":"HS256","typ":"JWT"}), "") . "." . encode_base64url($_, "");
        print "$text.", encode_base64url(hmac_sha256($text, $key), "");' "$1" "${2:-$KEY}" "${3:-signature}"
}
SIG=$(forged 301); signed POST $posts '{"title":"no"}'; refused 'an old one' 'This signature has expired'
SIG=$(forged 0 other); signed POST $posts '{"title":"no"}'; refused 'one of another key' "$no"
SIG=$(forged 0 $KEY access); signed POST $posts '{"title":"no"}'; refused 'one of another type' "$no"
is "$(total)" "$before" 'none of that did anything'
SIG=$(forged 200); signed POST $posts '{"title":"yes"}'; status 201 'one of three minutes ago is good'
SIG=$good; signed POST $posts '{"title":"yes"}'; status 201 'and what others tried did not use it up'
TOKEN=$again; sign; post /api/v1/auth/logout '{}'; signed POST $posts '{"title":"no"}'; status 401 'with its session it ends'

# ---- at once ----------------------------------------------------------------------------------------
TOKEN=$owner; sign; before=$(total)
if [ -n "$URL" ]; then
    pids=''
    for i in 1 2 3 4 5 6 7 8; do
        curl -s -o "$W/each.$i" -w '%{http_code}\n' -H "Authorization: Bearer $TOKEN" -H "X-ES-Signature: $SIG" -H 'Content-Type: application/json' \
            -d "{\"title\":\"race $i\"}" "$URL$posts" >"$W/code.$i" & pids="$pids $!"
    done
    # shellcheck disable=SC2086
    wait $pids
    is "$(cat "$W"/code.* | sort | uniq -c | awk '{ printf "%s x%s ", $2, $1 }')" '201 x1 400 x7 ' 'of many at once one has it'
else
    signed POST $posts '{"title":"race"}'
fi
is "$(total)" $((before + 1)) 'and one record is there'

# ---- collections that demand it ---------------------------------------------------------------------
collection '{"name":"batches","fields":[{"name":"code","type":"text","unique":true},{"name":"open","type":"boolean"}],"requires_signature":true,
    "list_rule":"","view_rule":"","create_rule":"","update_rule":"open = true","delete_rule":"open = true"}'
batches=/api/v1/records/batches batches_id=$(value .id)
json .requires_signature true 'a collection says so'
TOKEN=$owner
needs() { status 403 "not without: $1"; why "Records of 'batches' are written with an electronic signature, or not at all" 'as is said'; }
post $batches '{"code":"a"}'; needs create
sign; signed POST $batches '{"code":"a","open":true}'; status 201 'with one'; a=$(value .id)
sign; signed POST $batches '{"code":"b","open":false}'; shut=$(value .id)
patch "$batches/$a" '{"code":"x"}'; needs patch
put "$batches/$a" '{"code":"x"}'; needs put
delete "$batches/$a"; needs delete
post $batches/batch '{"records":[{"code":"x"}]}'; needs 'many at once'
patch $batches/batch "{\"records\":[{\"id\":\"$a\",\"data\":{\"code\":\"x\"}}]}"; needs 'changes of many'
delete $batches/batch "{\"ids\":[\"$a\"]}"; needs 'an end of many'
patch "$batches?filter=code='a'" '{"code":"x"}'; needs 'by filter'
delete "$batches?filter=code='a'"; needs 'an end by filter'
put "$batches?key=code" '{"code":"a","open":false}'; needs upsert
post /api/v1/batch "{\"operations\":[{\"operation\":\"delete\",\"collection\":\"batches\",\"id\":\"$a\"}]}"; is "$STATUS" 403 'nor among others'
printf 'code\nx\n' >"$W/csv"; request POST "$batches/import?format=csv" -f "$W/csv" -H 'Content-Type: text/csv'
is "$(sql 'SELECT count(*) FROM col_batches')" 2 'nor from a file'
get "$batches/$a/history"; post "$batches/$a/restore" "{\"version\":$(value '.items[0].version')}"; needs 'to make it what it was'
patch "$batches/$shut" '{"code":"x"}'; status 404 'what may not be changed is not there'; delete "$batches/$shut"; status 404 'for anybody'
TOKEN=$root; delete "$batches/$a"; needs 'superadmins'
TOKEN=$owner
sign; signed PATCH "$batches/$a" '{"code":"a2"}'; status 200 'changes are signed'
sign; signed DELETE "$batches/$a"; status 204 'and ends'
is "$(sql "SELECT count(*) FROM audit_log WHERE table_name = 'col_batches' AND es_reason IS NULL")" 0 'nothing of it is unsigned'
as_superadmin GET /api/v1/collections/export; is "$(value '.collections[] | select(.name == "batches") | .requires_signature')" true 'it is exported'
as_superadmin PUT "/api/v1/collections/$batches_id" '{"requires_signature":false}'; status 200 'it can be taken back'
post $batches '{"code":"c"}'; status 201 'then nobody need sign'

# ---- who cannot sign --------------------------------------------------------------------------------
TOKEN=$root; post /api/v1/admin/api-keys '{"name":"nightly"}'; key=$(value .key)
anonymous
post /api/v1/auth/sign "{\"password\":\"$ROOT_PASSWORD\",\"reason\":\"r\"}" -H "X-API-Key: $key"; status 400 'a key signs nothing'
has "$(value .message)" 'keys and tokens of programs cannot sign' 'as is said'
TOKEN=$root; sign "$ROOT_PASSWORD" r; anonymous
post $posts '{"title":"no"}' -H "X-API-Key: $key" -H "X-ES-Signature: $SIG"; refused 'nor does it use what its maker signed' "$other"
sql "UPDATE users SET auth_provider = 'oauth', auth_provider_name = 'google' WHERE id = '$ann_id'"
TOKEN=$ann; sign; status 400 'who has no password signs nothing'
has "$(value .message)" 'you have none here' 'as is said'
sql "UPDATE users SET auth_provider = 'password', auth_provider_name = NULL WHERE id = '$ann_id'"
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sign 'Wrong-Horse-1'; done; status 401 'who guesses'
sign 'Wrong-Horse-1'; status 429 'is stopped'
sign; status 429 'and must wait'
TOKEN=''; post /api/v1/auth/login "{\"account\":\"acme\",\"email\":\"ann@acme.example.com\",\"password\":\"$PASSWORD\"}"; status 429 'as if they had signed in'
TOKEN=$owner; sign; status 200 'others need not'

options $posts -H 'Origin: https://app.example.com' -H 'Access-Control-Request-Method: POST' -H 'Access-Control-Request-Headers: x-es-signature'
status 200 'pages of other origins may send it'; has "$(header_value Access-Control-Allow-Headers)" x-es-signature 'by its name'
larder audit verify >"$W/verified"; is $? 0 "the trail verifies: $(tail -n 1 "$W/verified")"
if [ -z "$FRONT" ]; then
    LARDER_TEST_SETTINGS="$LARDER_TEST_SETTINGS LARDER_AUDIT_LOGGING_ENABLED=false"
    signed POST $posts '{"title":"no"}'; refused 'without a trail' 'Nothing can be signed while audit logging is off'
    sign; status 400 'nothing is signed'
fi
done_testing
