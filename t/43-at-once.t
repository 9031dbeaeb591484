#!/bin/sh
# 43-at-once.t — many callers at the same moment: one winner, everybody obeys, nobody hears a 5xx.
FRONT=${FRONT:-lighttpd}
. t/lib/larder.sh
. t/lib/atonce.sh

answers() { is "$(at_once "$2" "$3" "$4" "$6")" "$5" "$1"; }     # NAME N METHOD PATH EXPECTED [JSON]

open='"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""'
collection '{"name":"items","fields":[{"name":"code","type":"text","unique":true},{"name":"n","type":"number"}],'"$open}"
items=/api/v1/records/items
sign_up acme owner@acme.example.com

# ---- one winner ---------------------------------------------------------------------------------
answers 'a unique value is taken once' 24 POST $items '201 x1 400 x23' '{"code":"same","n":#}'
answers 'by one batch, too' 16 POST $items/batch '201 x1 400 x15' '{"records":[{"code":"b-#"},{"code":"shared"}]}'
get "$items?limit=1"; json .total 3 'and nothing of the others is there'
register='{"account_slug":"same","account_name":"Same","email":"a#@same.example.com","password":"'$PASSWORD'"}'
token=$TOKEN; superadmin
answers 'a provider is configured once' 8 POST /api/v1/admin/configuration '200 x1 409 x7' \
    '{"category":"email_providers","provider_name":"smtp","display_name":"Mail","config":{"password":"p-#"}}'

# ---- codelists: what one list may have once -------------------------------------------------------
lists=/api/v1/codelists
answers 'a code of a list is given once' 8 POST $lists '201 x1 409 x7' '{"code":"sizes","name":"n#","scope":"system","is_extensible":true}'
answers 'so is a code of a value' 8 POST $lists/sizes/manage/values '201 x1 409 x7' '{"code":"same"}'
answers 'different ones do not disturb each other' 8 POST $lists/sizes/manage/values '201 x8' '{"code":"v#"}'
answers 'a language has one label' 8 POST $lists/sizes/manage/values/same/labels '200 x8' '[{"language":"en","label":"l#"}]'
get $lists/sizes/manage/values; json '[.[] | select(.code == "same") | .labels | length]' '[1]' 'whoever was the last'
TOKEN=$token
answers 'defaults take the place of each other' 8 PUT "$lists/sizes/values/v#/override" '200 x8' '{"is_default":true}'
get $lists/sizes/overrides; json '[length, (map(select(.is_default)) | length)]' '[8,1]' 'one is left'
answers 'one override is set by many' 8 PUT $lists/sizes/values/same/override '200 x8' '{"sort_order":#}'
get $lists/sizes/overrides; json length 9 'once'
post $lists '{"code":"mine","name":"Mine"}'
(W=$W/adder; mkdir -p "$W"; at_once 16 POST $lists/mine/manage/values '{"code":"v#"}') >"$W/added" & adder=$!
delete "$lists/mine?hard=true"; status 200 'a list goes while values come'
wait $adder
is "$(tr ' ' '\n' <"$W/added" | grep -cvE '^(201|404|x.*)$')" 0 'which are in it or find none'
is "$(sql 'SELECT count(*) FROM codelist_values WHERE codelist_id NOT IN (SELECT id FROM codelists)')" 0 'none is left over'
TOKEN=
answers 'a slug is taken once' 8 POST /api/v1/auth/register '201 x1 409 x7' "$register"
answers 'others are not disturbed' 6 POST /api/v1/auth/register '201 x6' \
    '{"account_slug":"new-#","account_name":"New","email":"a@new.example.com","password":"'$PASSWORD'"}'
for i in 1 2 3 4 5 6; do
    larder user verify a@new.example.com --account new-$i >/dev/null
    post /api/v1/auth/login "{\"account\":\"new-$i\",\"email\":\"a@new.example.com\",\"password\":\"$PASSWORD\"}"
    value .account.account_code
done >"$W/codes"
is "$(sort -u "$W/codes" | grep -c '^[A-Z][A-Z][0-9]*$')" 6 'and each has a code of its own'
answers 'a refresh token is used once' 12 POST /api/v1/auth/refresh '200 x1 401 x11' "{\"refresh_token\":\"$REFRESH\"}"
next=$(cat "$W"/each.* | jq -r 'select(.refresh_token) | .refresh_token')
post /api/v1/auth/refresh "{\"refresh_token\":\"$next\"}"; status 200 'and the winner goes on'
superadmin
answers 'an address is had once' 6 POST /api/v1/users '201 x1 409 x5' \
    "{\"email\":\"one@acme.example.com\",\"account_id\":\"$(get '/api/v1/accounts?search=acme'; value '.items[0].id')\",\"role_id\":2,\"password\":\"$PASSWORD\"}"
answers 'accounts of one name are all made' 6 POST /api/v1/accounts '201 x6' '{"name":"Twins"}'
get '/api/v1/accounts?search=twins'; json '[.items[] | .slug, .account_code] | unique | length' 12 'each with a slug and a code of its own'

TOKEN=$token
post /api/v1/invitations '{"email":"guest@acme.example.com"}'; invitation=/api/v1/invitations/$(value .token)
TOKEN=
answers 'an invitation is accepted once' 8 POST "$invitation/accept" '200 x1 404 x7' "{\"password\":\"$PASSWORD\"}"
TOKEN=$token
answers 'a group has a name of its own' 12 POST /api/v1/groups '201 x1 409 x11' '{"name":"same"}'
get '/api/v1/groups?search=same'; group=/api/v1/groups/$(value '.[0].id')
get /api/v1/auth/me; me=$(value .user_id)
answers 'a member joins once' 12 POST "$group/users" '201 x1 409 x11' "{\"user_id\":\"$me\"}"
answers 'and who is out is out' 12 DELETE "$group/users/$me" '204 x12'
answers 'a group goes once' 12 DELETE "$group" '204 x1 404 x11'
as_superadmin GET /api/v1/roles; TOKEN=$root_token
answers 'a role has a name of its own' 12 POST /api/v1/roles '201 x1 409 x11' '{"name":"same"}'
role=/api/v1/roles/$(cat "$W"/each.* | jq -r '.id // empty')
answers 'a permission is one' 12 POST /api/v1/permissions '201 x12' \
    "{\"role_id\":${role##*/},\"collection\":\"items\",\"rules\":{\"read\":{\"rule\":\"n = #\"},\"delete\":{\"rule\":\"n = #\"}}}"
get "$role/permissions"; json '.permissions | length' 1 'however many give it'
json '.permissions[0] | .read == .delete' true 'and each of them whole'
answers 'many changes do not get in each other'\''s way' 24 PUT "$role/permissions/bulk" '200 x24' \
    '{"updates":[{"collection":"items","operation":"read","rule":"n = #"},{"collection":"*","operation":"read","rule":null}]}'
answers 'it goes once' 12 DELETE "/api/v1/permissions/$(value '.permissions[0].permission_id')" '204 x1 404 x11'
answers 'so does a role' 12 DELETE "$role" '204 x1 404 x11'
answers 'and nothing is granted to it any more' 6 POST /api/v1/permissions '404 x6' \
    "{\"role_id\":${role##*/},\"collection\":\"items\",\"rules\":{\"read\":{\"rule\":\"true\"}}}"

# ---- everybody obeys ----------------------------------------------------------------------------
TOKEN=$token
for round in 1 2 3 4 5; do
    rules items '{"list_rule":null,"create_rule":null}'
    answers "every reader obeys a lock ($round)" 8 GET "$items" '403 x8'
    answers "every writer, too ($round)" 4 POST $items '403 x4' '{"n":1}'
    rules items '{"list_rule":"","create_rule":""}'
    answers "and its end ($round)" 8 GET "$items?limit=1" '200 x8'
done
post /api/v1/auth/logout '{}'
status 200 'out'
answers 'is out for every reader' 8 GET $items '401 x8'
answers 'for the writer' 4 POST $items '401 x4' '{"n":1}'
answers 'for definitions' 2 GET /api/v1/collections '401 x2'
answers 'for who I am' 2 GET /api/v1/auth/me '401 x2'

sign_up far far@far.example.com
answers 'a person is known to every reader' 8 GET $items '200 x8'
as_superadmin PUT "/api/v1/users/$USER_ID/password" '{"new_password":"Another-Horse-2"}'
answers 'and with another password to none' 8 GET $items '401 x8'
answers 'nor to the writer' 4 POST $items '401 x4' '{"n":1}'
sign_in far far@far.example.com Another-Horse-2
answers 'known again' 8 GET $items '200 x8'
as_superadmin DELETE "/api/v1/accounts/$ACCOUNT"
answers 'with the account everybody is gone' 8 GET $items '401 x8'
answers 'for the writer, too' 4 POST $items '401 x4' '{"n":1}'

# ---- definitions change under them --------------------------------------------------------------
sign_in acme owner@acme.example.com
as_superadmin GET '/api/v1/collections?search=items'; id=$(value '.items[0].id')
rm -f "$W"/each.*
at_once 600 GET "$items?limit=2&skip=#" >"$W/reads" &
mkdir "$W/writer" "$W/batcher"
(W=$W/writer; at_once 600 POST $items '{"n":#}') >"$W/writes" &
(W=$W/batcher; at_once 200 POST $items/batch '{"records":[{"n":1},{"n":2}]}') >"$W/batches" &
for tick in $(seq 100); do
    [ -s "$W/each.9" ] && [ -s "$W/writer/each.9" ] && [ -s "$W/batcher/each.9" ] && break
    sleep 0.02
done
fields='{"name":"code","type":"text","unique":true},{"name":"n","type":"number"}'
for i in 1 2 3 4; do
    fields="$fields,{\"name\":\"more$i\",\"type\":\"text\",\"default\":\"d\"}"
    as_superadmin PUT "/api/v1/collections/$id" "{\"fields\":[$fields]}"
    status 200 "a field is added while they work ($i)"
done
as_superadmin DELETE "/api/v1/collections/$id"
status 200 'and all is taken away'
for tick in $(seq 1200); do         # each is written when its last reply is there
    [ -s "$W/reads" ] && [ -s "$W/writes" ] && [ -s "$W/batches" ] && break
    sleep 0.1
done
ok 'everybody was answered' test -s "$W/reads" -a -s "$W/writes" -a -s "$W/batches"
is "$(tr ' ' '\n' <"$W/reads" | grep -cvE '^(200|403|x.*)$')" 0 'readers heard 200 or 403'
is "$(tr ' ' '\n' <"$W/writes" | grep -cvE '^(201|404|x.*)$')" 0 'writers 201 or 404'
is "$(tr ' ' '\n' <"$W/batches" | grep -cvE '^(201|404|x.*)$')" 0 'batches 201 or 404'
diag "readers: $(cat "$W/reads"); writers: $(cat "$W/writes"); batches: $(cat "$W/batches")"
ok 'the trail is whole' larder audit verify
