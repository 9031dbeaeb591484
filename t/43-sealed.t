#!/bin/sh
# 43-sealed.t — encrypted fields: sealed in the table, a placeholder everywhere, told to one kind of key alone (data.md §19.1).
LARDER_TEST_SETTINGS='LARDER_LOG_LEVEL=DEBUG LARDER_DB_ECHO=1'
. t/lib/larder.sh
larder() { with_settings "$BIN/larder" --data "$W/data" "$@" 2>>"$W/log"; }

MASK='••••••••'
open='"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""'
vault=/api/v1/records/vault
collection "{\"name\":\"vault\",\"fields\":[{\"name\":\"label\",\"type\":\"text\",\"required\":true},
    {\"name\":\"api_token\",\"type\":\"text\",\"encrypted\":true,\"required\":true},
    {\"name\":\"meta\",\"type\":\"json\",\"encrypted\":true}],$open}"
vault_id=$(value .id)
json '[.schema[] | .encrypted] | tojson' '[false,true,true]' 'a definition says what is encrypted'
collection "{\"name\":\"doors\",\"fields\":[{\"name\":\"key\",\"type\":\"reference\",\"collection\":\"vault\",\"on_delete\":\"cascade\"}],$open}"
# shown WHAT: no plaintext and no ciphertext in the last reply.
shown() { none "$(grep -aE 'plain-|lx1:' "$W/body" "$W/headers")" "no value: $1"; }

# ---- what cannot be encrypted -------------------------------------------------------------------
unfit() { # FIELD CODE MESSAGE
    as_superadmin POST /api/v1/collections "{\"name\":\"unfit\",\"fields\":[{\"name\":\"f\",\"encrypted\":true,$1}]}"
    is "$STATUS $(value '.details[0] | [.field,.code,.message] | tojson')" "400 [\"schema[0].encrypted\",\"$2\",\"$3\"]" "refused: $1"
    json .message "Validation failed: schema[0].encrypted: $3" 'in one message too'
}
for type in number boolean datetime date email url; do unfit "\"type\":\"$type\"" encrypted_type_invalid 'Only fields of type text or json can be encrypted'; done
unfit '"type":"text","unique":true' encrypted_no_unique 'Encrypted fields cannot be unique'
unfit '"type":"text","pii":true' encrypted_no_pii 'Encrypted fields cannot be marked as personal data: nobody sees them'
unfit '"type":"text","default":"x"' encrypted_no_default 'Encrypted fields cannot have a default: it would be no secret'
as_superadmin POST /api/v1/collections '{"name":"unfit","fields":[{"name":"f","type":"text","encrypted":true}],"indexes":[["f"]]}'
is "$STATUS $(value '.details[0].message')" '400 Encrypted fields cannot be indexed' 'nor indexed'
as_superadmin POST /api/v1/collections '{"name":"unfit","fields":[{"name":"f","type":"text","encrypted":"x"}]}'; status 422 'the flag is a boolean'
refused() { # RULE MEMBER: no rule knows what is sealed
    as_superadmin PUT /api/v1/collections/vault/rules "{\"$2\":\"$1\"}"
    is "$STATUS $(value .detail)" "400 Invalid $2: Field 'api_token' is encrypted and cannot be used in rules" "$2: $1"
}
for rule in 'api_token = 1' 'record.api_token IS NULL' '@request.data.api_token = 1' 'label = 1 || !(@request.data.api_token IS NULL)' '@owns_record(api_token)'; do
    refused "$rule" create_rule; refused "$rule" update_rule
done
refused 'api_token = 1' list_rule; refused 'record.api_token != label' view_rule; refused 'api_token IS NULL' delete_rule
as_superadmin POST /api/v1/permissions '{"role_id":2,"collection":"vault","rules":{"update":{"rule":"api_token IS NOT NULL"}}}'
is "$STATUS $(value .message)" "400 Invalid rule for vault/update: Field 'api_token' is encrypted and cannot be used in rules" 'nor a role'"'"'s'

# ---- written ------------------------------------------------------------------------------------
sign_up acme owner@acme.example.com; acme=$ACCOUNT
post $vault '{"label":"one","api_token":"plain-one","meta":{"plain-key":[1,"x"]}}' -H 'Idempotency-Key: first'
status 201 'a record with secrets is made'; id=$(value .id)
json '[.label,.api_token,.meta] | tojson' "[\"one\",\"$MASK\",\"$MASK\"]" 'and shows that they are there'; shown create
post $vault '{"label":"one","api_token":"plain-one","meta":{"plain-key":[1,"x"]}}' -H 'Idempotency-Key: first'
header Idempotency-Replayed true 'the same again'; shown 'a reply kept'
sealed() { sql "SELECT $1 FROM col_vault WHERE id = '${2:-$id}'"; }
has "$(sealed api_token)" lx1: 'the column has it sealed'; has "$(sealed meta)" lx1: 'a document too'
hasnt "$(sealed 'api_token, meta')" plain 'and nothing of it plain'
first=$(sealed api_token); first_meta=$(sealed meta)
for body in "{\"label\":\"two\"}" "{\"api_token\":\"$MASK\",\"meta\":\"$MASK\"}" '{}'; do
    patch $vault/$id "$body"; is "$STATUS $(value '[.api_token,.meta] | tojson')" "200 [\"$MASK\",\"$MASK\"]" "nothing new: PATCH $body"; shown patch
done
put $vault/$id '{"label":"three"}'; status 200 'a PUT may leave out what is there, required or not'; shown put
put $vault/$id "{\"label\":\"three\",\"api_token\":\"$MASK\",\"meta\":\"$MASK\"}"; status 200 'or send it back as shown'
is "$(sealed api_token) $(sealed meta)" "$first $first_meta" 'and what is sealed has stayed'
patch $vault/$id '{"api_token":"plain-one"}'; status 200 'the same value once more'
second=$(sealed api_token)
isnt "$second" "$first" 'is sealed anew'
patch $vault/$id '{"meta":null}'; json .meta null 'null takes it away'
is "$(sealed 'meta IS NULL')" "$(sql 'SELECT 1 = 1')" 'from the table'
patch $vault/$id "{\"meta\":\"$MASK\"}"; json .meta null 'a placeholder is no value'
patch $vault/$id '{"api_token":null}'; json '.details[0].code' required_null 'what is required stays'
patch $vault/$id '{"api_token":7}'; json '.details[0] | [.code,.message] | tojson' '["invalid_type","Expected text value, got int"]' 'of its type'
post $vault '{"label":"x"}'; json '.details[0].code' required_missing 'required is required'
post $vault "{\"label\":\"x\",\"api_token\":\"$MASK\"}"; json '.details[0].code' required_missing 'and a placeholder keeps nothing yet'
patch $vault/$id '{"meta":{"plain":true}}'; status 200 'a document again'
post $vault/batch '{"records":[{"label":"b1","api_token":"plain-b1"},{"label":"b2","api_token":"plain-b2","meta":["plain-b2"]}]}'
status 201 'many at once'; json '[.created[] | [.api_token,.meta]] | tojson' "[[\"$MASK\",null],[\"$MASK\",\"$MASK\"]]" 'shown likewise'; shown 'batch create'
b1=$(value '.created[0].id') b2=$(value '.created[1].id')
patch $vault/batch "{\"records\":[{\"id\":\"$b1\",\"data\":{\"api_token\":\"plain-b3\"}},{\"id\":\"$b1\",\"data\":{\"api_token\":\"$MASK\",\"meta\":{}}}]}"
json '[.updated[] | [.api_token,.meta]] | tojson' "[[\"$MASK\",null],[\"$MASK\",\"$MASK\"]]" 'changed twice in one request'; shown 'batch update'
post /api/v1/records/doors "{\"key\":\"$id\"}"; door=$(value .id)

# ---- read ---------------------------------------------------------------------------------------
everybody() {
    get $vault/$id; json '[.api_token,.meta] | tojson' "[\"$MASK\",\"$MASK\"]" "one, $1"; shown get
    get "$vault?sort=label&fields=api_token"; json '[.items[].api_token] | unique | tojson' "[\"$MASK\"]" "a list, $1"; shown list
    get "$vault?sort=label&cursor=&limit=1"; shown 'by cursor'
    get "/api/v1/records/doors/$door?expand=key"; json '[.key.api_token,.key.meta] | tojson' "[\"$MASK\",\"$MASK\"]" "expanded, $1"; shown expand
    for asked in filter=api_token+%3D+%22plain-one%22 filter=api_token+IS+NULL sort=api_token sort=label,-meta 'cursor=&sort=api_token'; do
        get "$vault?$asked"; status 400 "not asked by, $1: $asked"; shown "$asked"
    done
    for asked in 'functions=count(api_token)' 'functions=max(api_token)' 'functions=count()&group_by=meta' 'functions=count()&filter=meta+IS+NULL'; do
        get "$vault/aggregate?$asked"; status 400 "nor aggregated, $1: $asked"
    done
}
everybody 'its account'
own=$TOKEN
superadmin; root=$TOKEN; everybody superadmin
anonymous; get $vault/$id -H 'X-Account-ID: acme'; json .api_token "$MASK" 'and a stranger'; shown anonymous

# ---- told ---------------------------------------------------------------------------------------
key_of() { as_superadmin POST /api/v1/admin/api-keys "$1"; value .key; }
key=$(key_of "{\"name\":\"key1\",\"account_id\":\"$acme\",\"scopes\":[\"records:secrets:read\"]}")
mere=$(key_of "{\"name\":\"key2\",\"account_id\":\"$acme\",\"scopes\":[\"admin\"]}")
loose=$(key_of '{"name":"key3","scopes":["records:secrets:read"]}')
denied='{"detail":"Reading secrets takes an API key of the account with the scope records:secrets:read"}'
for token in "$own" "$root" "$mere" "$loose"; do
    TOKEN=$token; get $vault/$id/secrets; is "$STATUS $(body)" "403 $denied" "not told to $(printf %.12s "$token")"
    get $vault/$b1/nothing; status 404 'nor is there more'
done
anonymous
get $vault/$id/secrets; status 401 'nor to strangers'
get $vault/$id/secrets -H 'X-Account-ID: acme'; status 401 'of the account'
get $vault/$id/secrets -H "X-API-Key: $key"; status 200 'a key with the scope is told'
json 'tojson' '{"data":{"api_token":"plain-one","meta":{"plain":true}}}' 'what was written'
header Cache-Control no-store 'not to be kept'
header ETag '' 'nor asked for again'
TOKEN=$key
get "/api/v1/vault/$id/secrets?fields=meta"; json 'tojson' '{"data":{"meta":{"plain":true}}}' 'the short form, and one field'
get "$vault/$id/secrets?fields=+meta,,api_token,meta"; json '.data | keys_unsorted | tojson' '["meta","api_token"]' 'those that are named, each once'
get "$vault/$id/secrets?fields="; json '.data | length' 2 'none named: all'
get $vault/$b1/secrets; json 'tojson' '{"data":{"api_token":"plain-b3","meta":{}}}' 'a record of a batch'
patch $vault/$b1 '{"meta":null}'; get $vault/$b1/secrets; json .data.meta null 'nothing is null'
for asked in label nowhere id 'api_token,label'; do
    get "$vault/$id/secrets?fields=$asked"
    is "$STATUS $(body)" "400 {\"error\":\"Validation error\",\"message\":\"Field '${asked#api_token,}' is not an encrypted field\"}" "no secret: $asked"
done
get $vault/01234567-89ab-4def-8123-456789abcdef/secrets; body_is '{"error":"Not found","message":"Record not found"}' 'of a record that is not there'; status 404 'is none'
get $vault/x/secrets; status 404 'whatever it is called'
get /api/v1/records/nowhere/$id/secrets; is "$STATUS $(value .message)" "404 Collection 'nowhere' not found" 'nor of a collection'
head_of $vault/$id/secrets; status 200 'HEAD as GET'
post $vault/$id/secrets '{}'; status 405 'only to read'
rules vault '{"view_rule":null,"list_rule":null}'
get $vault/$id; status 403 'whoever may not view the record'
get $vault/$id/secrets; status 200 'may read its secrets by the scope'
rules vault '{"view_rule":"","list_rule":""}'

# Whatever is written comes back, and nothing else.
jq -nc '["", " ", "lx1:AAAA", "plain\u2022", "••••••• ", "•••••••••", "\"\\\n\t", "😀é", ("plain-x" * 20000), "null", "{}", "%s%n"]' >"$W/texts"
TOKEN=$own
jq -c '{records: [.[] | {label: "t", api_token: ., meta: {v: [., null, 1.5]}}]}' "$W/texts" >"$W/many"; post $vault/batch -f "$W/many"
status 201 'texts of all kinds'; shown 'all kinds'
value '.created[].id' >"$W/ids"; TOKEN=$key
while read -r each <&3; do get "$vault/$each/secrets"; cat "$W/body"; done 3<"$W/ids" >"$W/told"
is "$(jq -sc 'map(.data.api_token)' "$W/told" | sha256sum)" "$(jq -c . "$W/texts" | sha256sum)" 'come back as they were'
is "$(jq -sc 'map(.data.meta.v[0])' "$W/told" | sha256sum)" "$(jq -c . "$W/texts" | sha256sum)" 'in documents too'

# More than 20.
fields=$(for i in $(seq 21); do printf '{"name":"s%d","type":"text","encrypted":true},' "$i"; done)
collection "{\"name\":\"many\",\"fields\":[${fields%,}],$open}"
TOKEN=$own; post /api/v1/records/many '{"s1":"plain-1","s21":"plain-21"}'; many=$(value .id); TOKEN=$key
get "/api/v1/records/many/$many/secrets"; status 400 'not more than 20 at once'
json .message "At most 20 encrypted fields can be read at once: name them in 'fields'" 'as told'
get "/api/v1/records/many/$many/secrets?fields=$(seq -s, -f s%.0f 21)"; status 400 'named or not'
get "/api/v1/records/many/$many/secrets?fields=$(seq -s, -f s%.0f 2 21)"; json '.data | [length, .s21] | tojson' '[20,"plain-21"]' '20 are fine'
get "/api/v1/records/doors/$door/secrets"; json tojson '{"data":{}}' 'where nothing is encrypted there is nothing to tell'

# ---- another account ----------------------------------------------------------------------------
sign_up other owner@other.example.com
theirs=$(key_of "{\"name\":\"key4\",\"account_id\":\"$ACCOUNT\",\"scopes\":[\"records:secrets:read\"]}")
TOKEN=$theirs
get $vault/$id/secrets; is "$STATUS $(body)" '404 {"error":"Not found","message":"Record not found"}' 'a key of another account finds no record'
get $vault/$id/secrets -H 'X-Account-ID: acme'; status 404 'whatever it names'

# ---- moved --------------------------------------------------------------------------------------
sql "UPDATE col_vault SET api_token = (SELECT api_token FROM col_vault WHERE id = '$id') WHERE id = '$b2'"
TOKEN=$key
get $vault/$b2/secrets; status 409 'what was sealed for another record does not open'; shown moved
json .message "The value of field 'api_token' does not open: it was sealed with another key, or for another record" 'and that is all it says'
get "$vault/$b2/secrets?fields=meta"; json .data.meta '["plain-b2"]' 'the other does'
sql "UPDATE col_vault SET meta = api_token WHERE id = '$id'"
get "$vault/$id/secrets?fields=meta"; status 409 'nor what was for another field'
sql "UPDATE col_vault SET meta = 'plain-meta' WHERE id = '$id'"
get "$vault/$id/secrets?fields=meta"; status 409 'nor what was never sealed'; shown unsealed
TOKEN=$own; get $vault/$id; json .meta "$MASK" 'and no reply shows it'; shown 'unsealed in a reply'
patch $vault/$id '{"meta":{"new":1}}'; status 200 'it can be set anew'
TOKEN=$key; get "$vault/$id/secrets?fields=meta"; json .data.meta '{"new":1}' 'and is told again'

# ---- nowhere else -------------------------------------------------------------------------------
TOKEN=$own; delete $vault/$b1; status 204 'a record goes'
none "$(sql "SELECT * FROM audit_log" | grep -E 'plain-|lx1:')" 'the history has neither value nor seal'
is "$(sql "SELECT COUNT(*) FROM audit_log WHERE table_name = 'col_vault' AND column_name = 'api_token' AND operation = 'UPDATE'
    AND record_id = '$id' AND old_value = '$MASK' AND new_value = '$MASK'")" 1 'it tells that one was written'
is "$(sql "SELECT COUNT(*) FROM audit_log WHERE table_name = 'col_vault' AND column_name = 'meta' AND operation = 'UPDATE'
    AND record_id = '$id' AND old_value = '$MASK' AND new_value IS NULL")" 1 'that one was cleared'
is "$(sql "SELECT old_value FROM audit_log WHERE column_name = 'api_token' AND operation = 'DELETE'")" "$MASK" 'that one went with its record'
larder audit verify >"$W/verify" 2>&1; ok 'and its chain holds' [ $? = 0 ]
none "$(sql 'SELECT * FROM event_outbox' | grep -E 'plain-|lx1:')" 'nor has the outbox'
has "$(sql "SELECT * FROM event_outbox")" "\"api_token\":\"$MASK\"" 'it has the placeholder'
none "$(grep -aE 'plain-|lx1:' "$W/log")" 'nor the log, with every statement in it'
has "$(grep -a secrets_read "$W/log" | head -n 1)" "\"record\":\"$id\"" 'which says whose secrets were read'
has "$(grep -a secrets_read "$W/log" | head -n 1)" '"fields":"api_token,meta"' 'and which'
for table in idempotency_keys jobs; do none "$(sql "SELECT * FROM $table" | grep plain-)" "nor $table"; done

# ---- with another key ---------------------------------------------------------------------------
restart() { [ -z "$FRONT" ] || { stop_server; start_server; }; }
kept_settings=$LARDER_TEST_SETTINGS old_key=$(sed -n 's/^ENCRYPTION_KEY *= *//p' "$W/data/keys.conf" | tr -d '"')
isnt "$old_key" '' 'the installation has a key'
LARDER_TEST_SETTINGS="$kept_settings LARDER_ENCRYPTION_KEY=the-next-one"; restart
TOKEN=$key; get "$vault/$id/secrets"; status 409 'with another key nothing opens'; shown 'another key'
TOKEN=$own; patch $vault/$id '{"label":"still"}'; is "$STATUS $(value .api_token)" "200 $MASK" 'and nothing is lost'
LARDER_TEST_SETTINGS="$kept_settings LARDER_ENCRYPTION_KEY=the-next-one LARDER_OLD_ENCRYPTION_KEYS=no-such-key,$old_key"; restart
TOKEN=$key; get "$vault/$id/secrets"; json .data.api_token plain-one 'the old key, named as such, opens'
TOKEN=$own; patch $vault/$id '{"api_token":"plain-next"}'; status 200 'what is written now takes the new one'
LARDER_TEST_SETTINGS="$kept_settings LARDER_ENCRYPTION_KEY=the-next-one"; restart
TOKEN=$key; get "$vault/$id/secrets?fields=api_token"; json .data.api_token plain-next 'and needs no other'
hasnt "$(larder info)" "$old_key" 'no key is told'
