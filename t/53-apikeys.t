#!/bin/sh
# 53-apikeys.t — a superadmin's API keys, keys that act for an account, legacy keys; who may, how many, and their end.
LARDER_TEST_SETTINGS='LARDER_LOG_LEVEL=DEBUG'
. t/lib/larder.sh

keys=/api/v1/admin/api-keys
UNSEEN='{"detail":"API key not found"}'
# as KEY: the last good reply of /auth/me with that key as X-API-Key, and no bearer token.
me_with() { kept=$TOKEN TOKEN=; get /api/v1/auth/me -H "X-API-Key: $1"; TOKEN=$kept; }
payload() { printf %s "$1" | jq -R 'split(".")[1] | gsub("-";"+") | gsub("_";"/") | @base64d | fromjson' -c; }
secrets=

# Who may.
get $keys; status 401 'nobody is nobody'
sign_up acme owner@acme.co; acme_token=$TOKEN acme=$ACCOUNT
sign_up rival owner@rival.co; rival_token=$TOKEN rival=$ACCOUNT
for call in "get $keys" "post $keys {\"name\":\"mine\"}" "get $keys/$acme" "delete $keys/$acme"; do
    $call; body_is '{"detail":"Superadmin access required"}' "an account's admin may not: ${call%% *}"
done
post $keys '{}'; status 403 'which is asked before what is sent'
superadmin; root=$TOKEN root_id=$USER_ID

# Making one.
post $keys '{}'; status 422 'a name is needed'
json '.detail[0] | [.type, .loc[1]] | join(" ")' 'missing name' 'as a field'
post $keys '{"name":"ab"}'; json '.detail[0].msg' 'String should have at least 3 characters' 'of three characters'
post $keys "{\"name\":\"$(head -c 101 /dev/zero | tr '\0' k)\"}"; json '.detail[0].msg' 'String should have at most 100 characters' 'to a hundred'
post $keys '{"name":"new","expires_at":"tomorrow"}'; json '.detail[0].type' datetime_from_date_parsing 'an expiry is a time'
post $keys '{"name":"new","scopes":"admin"}'; json '.detail[0].type' list_type 'scopes are a list'
post $keys '{"name":"new","scopes":["admin","records:read",7]}'; status 422 'of scopes that are known'
json '[.detail[] | [.type, (.loc | map(tostring) | join(".")), .input] ] | tojson' \
    '[["literal_error","body.scopes.1","records:read"],["literal_error","body.scopes.2",7]]' 'the others are named'
json '.detail[0].msg' "Input should be 'admin' or 'records:secrets:read'" 'in words'
post $keys '{"name":"Nightly ✓"}'; status 201 'a key is made'
key=$(value .key) id=$(value .id)
json 'keys_unsorted | join(" ")' 'name id key expires_at created_at account_id scopes' 'and shown whole'
json '[.name, .expires_at, .account_id, .scopes] | tojson' '["Nightly ✓",null,null,[]]' 'it never expires and is its maker'"'"'s'
is "$(payload "$key" | jq -c 'keys_unsorted')" '["version","type","user_id","email","account_id","role","permissions","issued_at","expires_at","token_id"]' 'what it carries, in the order of the contract'
is "$(payload "$key" | jq -c '[.type,.user_id,.email,.account_id,.role,.permissions,.expires_at,.token_id]')" \
    "[\"api_key\",\"$root_id\",\"$ROOT_EMAIL\",\"00000000-0000-0000-0000-000000000000\",\"admin\",[],null,\"$id\"]" 'and of whom'
hash=$(printf %s "$key" | sha256sum | cut -c1-64)
is "$(sql "SELECT key_hash FROM api_keys WHERE id = '$id'")" "$hash" 'its SHA-256 is kept'
mask="$(printf %s "$hash" | cut -c1-6)...$(printf %s "$hash" | cut -c61-64)"
secrets="$key"

# Looking.
get $keys; status 200 'keys are listed'
json '.items[0] | keys_unsorted | join(" ")' 'name id key last_used_at expires_at is_active created_at account_id scopes' 'each with these members'
json '[.total, .items[0].key, .items[0].is_active, .items[0].last_used_at] | tojson' "[1,\"$mask\",true,null]" 'the key as the ends of its hash'
get $keys/$id; json 'keys_unsorted | join(" ")' 'name id key last_used_at expires_at is_active created_at account_id scopes updated_at' 'one has one more'
json .key "$mask" 'and is masked too'
get $keys/$root_id; body_is "$UNSEEN" 'what is none is not found'
get $keys/x; body_is "$UNSEEN" 'whatever it is'
delete $keys/$root_id; status 404 'nor revoked'
post $keys '{"name":"later","expires_at":"2999-01-01T00:00:00+01:00"}'; later=$(value .key) later_id=$(value .id)
secrets="$secrets $later"
json .expires_at 2998-12-31T23:00:00Z 'an expiry is told in UTC'
is "$(payload "$later" | jq .expires_at)" 32472140400 'and signed in seconds'
get "$keys?limit=1&offset=1"; json '[.total, (.items | length), .items[0].name] | tojson' '[2,1,"Nightly ✓"]' 'the newest come first, in pages for who asks'
get "$keys?limit=-1"; status 422 'of a size that can be'

# Calling with one.
me_with "$key"; status 200 'the key is good'
json '[.user_id, .account_id, .user.token_type] | join(" ")' "$root_id 00000000-0000-0000-0000-000000000000 api_key" 'for its maker'
TOKEN=$key; get $keys; status 200 'as a bearer too, with its rights'
isnt "$(value ".items[] | select(.id == \"$id\") | .last_used_at")" null 'when it was used is seen'
stamp=$(value ".items[] | select(.id == \"$id\") | .last_used_at")
get $keys; json ".items[] | select(.id == \"$id\") | .last_used_at" "$stamp" 'by the minute'
sql "UPDATE api_keys SET last_used_at = last_used_at - 61000000 WHERE id = '$id'"
sql 'UPDATE generation SET identities = identities + 1'
get /api/v1/auth/me; TOKEN=$root; get $keys/$id
isnt "$(value .last_used_at)" "$stamp" 'a minute on it is stamped again'
is "$(sql "SELECT count(*) FROM audit_log WHERE column_name = 'last_used_at' AND operation = 'UPDATE'")" 0 'which the trail is spared'
kept=$TOKEN TOKEN=$acme_token; get /api/v1/auth/me -H "X-API-Key: $key"
json .account_id "$acme" 'a bearer token wins over a key'
TOKEN=$kept
me_with "${key%?}"; status 401 'half a key is none'
post $keys '{"name":"long ago","expires_at":"2001-01-01T00:00:00Z"}'; status 201 'a key may be made that has expired'
old=$(value .key)
me_with "$old"; body_is '{"detail":"Token has expired"}' 'and is of no use'
post $keys '{"name":"epoch","expires_at":0}'; epoch=$(value .key)
me_with "$epoch"; body_is '{"detail":"Token has expired"}' 'nor is one of 1970: that is not never'
secrets="$secrets $old $epoch"

# Revoking.
me_with "$later"; status 200 'another is good'
delete $keys/$later_id; status 204 'and is revoked'
me_with "$later"; body_is '{"detail":"Token has been revoked"}' 'at once'
header WWW-Authenticate Bearer 'with a challenge'
delete $keys/$later_id; status 204 'twice is no error'
get $keys/$later_id; json .is_active false 'it stays in the list'
is "$(sql "SELECT token_type || '/' || reason FROM token_blacklist WHERE id = '$later_id'")" "api_key/Revoked by user $root_id" 'and is on the blacklist'
sql 'DELETE FROM token_blacklist'; sql 'UPDATE generation SET identities = identities + 1'
me_with "$later"; body_is '{"detail":"Token has been revoked"}' 'its row alone says so too'
post $keys '{"name":"doomed"}'; doomed=$(value .key); secrets="$secrets $doomed"
me_with "$doomed"; status 200 'a key'
sql "DELETE FROM api_keys WHERE name = 'doomed'"; sql 'UPDATE generation SET identities = identities + 1'
me_with "$doomed"; body_is '{"detail":"Token has been revoked"}' 'whose row is gone is none'

# Another superadmin's keys are theirs alone.
larder create-superadmin --email other@larder.example.com --password "$ROOT_PASSWORD" --force >/dev/null
sign_in system other@larder.example.com "$ROOT_PASSWORD"; other=$TOKEN
get $keys; json .total 0 'another superadmin sees none of them'
get $keys/$id; body_is "$UNSEEN" 'not by id either'
delete $keys/$id; body_is "$UNSEEN" 'and revokes none'

# No more than ten, however many ask at once.
n=0; while [ $n -lt 9 ]; do n=$((n + 1)); post $keys '{"name":"one of ten"}'; done
secrets="$secrets $(value .key)"
pids=
for n in 1 2 3 4 5; do
    (W=$W/at-once.$n; mkdir "$W"; exchanges=/dev/null; : >"$W/log"; data=${W%/*}/data
        with_settings() { env $settings $LARDER_TEST_SETTINGS LARDER_DATA_DIR="$data" "$@"; }
        trap - EXIT; post $keys '{"name":"the tenth"}'; echo "$STATUS" >"$W/status") &
    pids="$pids $!"
done
# shellcheck disable=SC2086
wait $pids
is "$(cat "$W"/at-once.*/status | sort | uniq -c | awk '{ print $1 "x" $2 }' | paste -sd' ')" '1x201 4x400' 'of five at once one becomes the tenth'
secrets="$secrets $(cat "$W"/at-once.*/body | jq -r '.key // empty')"
post $keys '{"name":"eleventh"}'; body_is '{"detail":"Maximum number of API keys reached (10)"}' 'the eleventh is refused'
get $keys; delete "$keys/$(value '.items[0].id')"
post $keys '{"name":"eleventh"}'; status 201 'unless another has ended'; secrets="$secrets $(value .key)"
TOKEN=$root

# A repeated POST hears of the same key, which is in no table.
post $keys '{"name":"once"}' -H 'Idempotency-Key: once'; once=$(value .key); secrets="$secrets $once"
post $keys '{"name":"once"}' -H 'Idempotency-Key: once'
is "$(value .key)" "$once" 'a repeated request makes no second key'

# A key that acts for an account.
collection '{"name":"notes","fields":[{"name":"title","type":"text"},{"name":"mail","type":"email","pii":true,"mask_type":"email"}],"list_rule":"","view_rule":"",
    "create_rule":"@request.auth.id != \"\"","update_rule":"@owns_record()","delete_rule":"@has_role(\"admin\")"}'
TOKEN=$acme_token; post /api/v1/records/notes '{"title":"of acme","mail":"someone@acme.co"}'; ours=$(value .id)
TOKEN=$rival_token; post /api/v1/records/notes '{"title":"of rival"}'; theirs=$(value .id)
TOKEN=$root
post $keys '{"name":"bad","account_id":"00000000-0000-0000-0000-000000000000"}'
body_is '{"detail":"A key cannot act for the system account"}' 'no service is a superadmin'
post $keys '{"name":"bad","account_id":"01234567-89ab-7def-8123-456789abcdef"}'; body_is '{"detail":"Account not found"}' 'an account must be there'
post $keys "{\"name\":\"Import\",\"account_id\":\"$acme\",\"scopes\":[\"records:secrets:read\"]}"; status 201 'a service key'
service=$(value .key) service_id=$(value .id); secrets="$secrets $service"
json '[.account_id, .scopes] | tojson' "[\"$acme\",[\"records:secrets:read\"]]" 'for an account, with its scopes'
is "$(payload "$service" | jq -c '[.user_id,.account_id,.role,.permissions]')" "[\"$service_id\",\"$acme\",\"user\",[\"records:secrets:read\"]]" 'which it carries'
get "$keys"; json ".items[] | select(.id == \"$service_id\") | .account_id" "$acme" 'the list tells for whom it acts'
me_with "$service"; status 200 'the service is known'
json '[.user_id, .account_id, .email, .role, .user.account_id, .account.slug] | join(" ")' "$service_id $acme key:Import user $acme acme" 'as itself'
TOKEN=$service
get $keys; body_is '{"detail":"Superadmin access required"}' 'it is no superadmin'
get /api/v1/records/notes; json '[.total, .items[0].title] | tojson' '[1,"of acme"]' 'it sees the rows of its account'
isnt "$(value '.items[0].mail')" someone@acme.co 'personal data masked'
get "/api/v1/records/notes/$theirs"; status 404 'and no others'
get /api/v1/records/notes -H 'X-Account-ID: rival'; json .total 1 'whatever account is named'
post /api/v1/records/notes '{"title":"by a service"}'; status 201 'it writes where the rules let it'
json '[.account_id, .created_by] | join(" ")' "$acme $service_id" 'as itself'
patch "/api/v1/records/notes/$(value .id)" '{"title":"changed"}'; status 200 'what it made is its own'
patch "/api/v1/records/notes/$ours" '{"title":"changed"}'; case $STATUS in 403 | 404) tap 0 'what others made is not' ;; *) status 404 'what others made is not' ;; esac
delete "/api/v1/records/notes/$ours"; case $STATUS in 403 | 404) tap 0 'it has not the role admin' ;; *) status 403 'it has not the role admin' ;; esac
TOKEN=$root
post $keys "{\"name\":\"Steward\",\"account_id\":\"$acme\",\"scopes\":[\"admin\"]}"
steward=$(value .key) steward_id=$(value .id); secrets="$secrets $steward"
TOKEN=$steward
get /api/v1/auth/me; json '[.role, .user.account_id] | join(" ")' "admin $acme" 'unless the scope admin says so'
get $keys; status 403 'which still makes no superadmin'
delete "/api/v1/records/notes/$theirs"; status 404 'nor reaches into another account'
delete "/api/v1/records/notes/$ours"; status 204 'but is obeyed in its own'
is "$(sql "SELECT DISTINCT user_id || ' ' || user_email FROM audit_log WHERE record_id = '$ours' AND operation = 'DELETE'")" "$steward_id key:Steward" 'under its own name'

# A service ends with its account, and with its maker.
TOKEN=$root
as_root=$root_id
sql "UPDATE users SET is_active = $([ "$DB" = postgres ] && echo false || echo 0) WHERE id = '$as_root'"; sql 'UPDATE generation SET identities = identities + 1'
me_with "$service"; body_is '{"detail":"User account is inactive"}' 'a service ends with the person who answers for it'
me_with "$key"; body_is '{"detail":"User account is inactive"}' 'as their own keys do'
sql "UPDATE users SET is_active = $([ "$DB" = postgres ] && echo true || echo 1) WHERE id = '$as_root'"; sql 'UPDATE generation SET identities = identities + 1'
me_with "$service"; status 200 'and comes back with them'
delete /api/v1/accounts/$acme; status 204 'the account is deleted'
me_with "$service"; body_is '{"detail":"User does not belong to the specifying account"}' 'and its services with it'
me_with "$key"; status 200 'no other key'

# Legacy keys.
legacy() { # legacy TEXT USER ACCOUNT EXPIRES ACTIVE
    sql "INSERT INTO api_keys (id, account_id, user_id, key_hash, name, expires_at, is_active, created_at, updated_at) VALUES
        ('$(cat /proc/sys/kernel/random/uuid)', '$3', '$2', '$(printf %s "$1" | sha256sum | cut -c1-64)', 'legacy', $4, $5, $(date +%s)000000, 0)"
}
yes=1 no=0; [ "$DB" != postgres ] || { yes=true no=false; }
legacy sb_sk_SY0000_good "$root_id" 00000000-0000-0000-0000-000000000000 NULL $yes
legacy sb_sk_SY0000_late "$root_id" 00000000-0000-0000-0000-000000000000 1 $yes
legacy sb_sk_SY0000_ended "$root_id" 00000000-0000-0000-0000-000000000000 NULL $no
TOKEN=$rival_token; get /api/v1/auth/me; legacy sb_sk_AA0002_member "$(value .user_id)" "$rival" NULL $yes
TOKEN=$root
me_with sb_sk_SY0000_good; json .user_id "$root_id" 'a legacy key is good'
me_with sb_sk_SY0000_late; body_is '{"detail":"API key has expired"}' 'until it expires'
me_with sb_sk_SY0000_ended; body_is '{"detail":"Invalid API key"}' 'or ends'
me_with sb_sk_SY0000_other; body_is '{"detail":"Invalid API key"}' 'an unknown one'
me_with sb_sk_AA0002_member; status 403 'a member has none'
body_is '{"detail":"API keys are restricted to superadmin users"}' 'in words the SDK knows'
header WWW-Authenticate Bearer 'and a challenge'
me_with sb_pk_x; body_is '{"detail":"Invalid API key format"}' 'another form'
TOKEN=sb_sk_SY0000_good; get /api/v1/auth/me
body_is '{"detail":"Invalid token format: must have 3 parts"}' 'as a bearer it is no token'

# Personal tokens, from the command line.
token_create() { larder token create "$@" 2>"$W/said"; }
no_token() { # no_token WORDS NAME ARGUMENTS…
    words=$1 name=$2; shift 2
    is "$(token_create "$@")" '' "$name"; has "$(cat "$W/said")" "$words" "which is told: $words"
}
personal=$(token_create --user owner@rival.co --account rival --name laptop --expires-days 30); secrets="$secrets $personal"
personal_id=$(sed -n 's/^Token \([^ ]*\) of owner@rival.co, shown this once:$/\1/p' "$W/said")
has "$personal" sb_pt. 'a personal token is printed, alone'
is "$(payload "$personal" | jq -c '[.type, .email, .account_id, .role, .token_id, (.expires_at - .issued_at)]')" \
    "[\"personal_token\",\"owner@rival.co\",\"$rival\",\"admin\",\"$personal_id\",2592000]" 'for that person, that long'
TOKEN=$personal; get /api/v1/auth/me
json '[.email, .account.slug, .user.token_type] | join(" ")' 'owner@rival.co rival personal_token' 'and is good'
get $keys; status 403 'for no more than they may'
isnt "$(sql "SELECT last_used_at FROM api_keys WHERE id = '$personal_id'")" '' 'its use is stamped'
TOKEN=$root
me_with "$personal"; body_is '{"detail":"Invalid API key format"}' 'it is no API key'
of_root=$(token_create --user "$ROOT_EMAIL" --account system); secrets="$secrets $of_root"
get $keys; before=$(value .total)
TOKEN=$of_root; get $keys; json .total "$before" 'nor in the list of those'
TOKEN=$root
larder token revoke "$personal_id" >"$W/said"; is "$(cat "$W/said")" "Revoked: $personal_id" 'it is revoked'
TOKEN=$personal; get /api/v1/auth/me; body_is '{"detail":"Token has been revoked"}' 'at once'
ok 'twice is no error' larder token revoke "$personal_id"
larder token revoke "$id" >/dev/null; me_with "$key"; body_is '{"detail":"Token has been revoked"}' 'a key ends so too'
none "$(larder token revoke "$rival" 2>&1 | grep -v "^Error: No token or key has the id '$rival'\$")" 'what is none does not'
larder token revoke nothing 2>/dev/null; is $? 1 'and that is a failure'
no_token "Error: Account 'nowhere' not found" 'no token for an account that is not' --user owner@rival.co --account nowhere
no_token "has no user with email 'nobody@rival.co'" 'nor for nobody' --user nobody@rival.co --account rival
no_token 'must be between 1 and 36500' 'nor for no time' --user owner@rival.co --account rival --expires-days 0
no_token 'Usage: larder token create' 'nor without an account' --user owner@rival.co
no_token 'Error: unexpected argument: --expire' 'nor with a word that means nothing' --user owner@rival.co --account rival --expire 7
TOKEN=$root

# Where the keys are not: the log, the trail, the outbox, the queue, any other reply.
stop_server
sql 'SELECT * FROM audit_log' >"$W/shown"; sql 'SELECT * FROM event_outbox' >>"$W/shown"; sql 'SELECT * FROM jobs' >>"$W/shown"
sql 'SELECT * FROM api_keys' >>"$W/shown"; sql 'SELECT * FROM idempotency_keys' >>"$W/shown"
found=
for secret in $secrets; do
    grep -qF -- "$secret" "$W/log" "$W/shown" && found="$found $secret"
    most=1; [ "$secret" != "$once" ] || most=2
    [ "$(grep -cF -- "$secret" "$exchanges")" -le $most ] || found="$found (told again) $secret"
done
none "$found" "none of $(echo "$secrets" | wc -w) keys can be read where it should not"
isnt "$(grep -c '"path":"/api/v1/admin/api-keys"' "$W/log")" 0 'in a log that was written'
is "$(sql "SELECT DISTINCT new_value FROM audit_log WHERE table_name = 'api_keys' AND column_name = 'key_hash' AND new_value IS NOT NULL")" '***' 'nor its hash in the trail'
ok 'the trail is whole' larder audit verify
