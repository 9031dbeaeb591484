#!/bin/sh
# 43-encryption.t — a field that has values becomes an encrypted one, and plain again (data.md §19.1).
. t/lib/larder.sh

MASK='••••••••'
open='"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""'
notes=/api/v1/records/notes
collection "{\"name\":\"notes\",\"fields\":[{\"name\":\"label\",\"type\":\"text\"},{\"name\":\"pin\",\"type\":\"text\"},{\"name\":\"meta\",\"type\":\"json\"},
    {\"name\":\"code\",\"type\":\"text\",\"unique\":true},{\"name\":\"mail\",\"type\":\"text\",\"pii\":true},{\"name\":\"level\",\"type\":\"text\",\"default\":\"x\"},
    {\"name\":\"kind\",\"type\":\"text\"},{\"name\":\"n\",\"type\":\"number\"},
    {\"name\":\"read\",\"type\":\"text\"},{\"name\":\"sum\",\"type\":\"computed\",\"expression\":\"upper(read)\",\"return_type\":\"text\"}],\"indexes\":[[\"kind\"]],$open}"
id=$(value .id)
convert() { as_superadmin POST "/api/v1/collections/$id/fields/$1/encryption" "{\"encrypted\":$2}"; }
column() { sql "SELECT $1 FROM col_notes ORDER BY label"; }

sign_up acme owner@acme.example.com; acme=$TOKEN acme_id=$ACCOUNT
post $notes '{"label":"a","pin":"plain-a","meta":{"k":"plain"},"code":"c"}'; a=$(value .id)
post $notes '{"label":"b","pin":"","meta":[]}'; b=$(value .id)
post $notes '{"label":"c"}'; c=$(value .id)
as_superadmin POST /api/v1/admin/api-keys "{\"name\":\"key\",\"account_id\":\"$acme_id\",\"scopes\":[\"records:secrets:read\"]}"; key=$(value .key)
sign_up rival owner@rival.example.com; rival=$TOKEN
post $notes '{"label":"d","pin":"plain-d"}'; d=$(value .id)

# ---- who, and what not --------------------------------------------------------------------------
TOKEN=$acme; post "/api/v1/collections/$id/fields/pin/encryption" '{"encrypted":true}'; status 403 'superadmins only'
anonymous; post "/api/v1/collections/$id/fields/pin/encryption" '{"encrypted":true}'; status 401 'who say who they are'
TOKEN=$acme
as_superadmin POST /api/v1/collections/nowhere/fields/pin/encryption '{"encrypted":true}'
is "$STATUS $(value .message)" "404 Collection with ID 'nowhere' not found" 'of a collection that is there'
convert nowhere true; is "$STATUS $(value .message)" "404 Field 'nowhere' not found" 'a field that is there'
for body in '{}' '{"encrypted":null}' '{"encrypted":"maybe"}'; do as_superadmin POST "/api/v1/collections/$id/fields/pin/encryption" "$body"; status 422 "to what: $body"; done
refused() { convert "$1" true; is "$STATUS $(value .message)" "400 $2" "not $1"; }
refused code 'Schema validation failed: schema[3].encrypted: Encrypted fields cannot be unique'
refused mail 'Schema validation failed: schema[4].encrypted: Encrypted fields cannot be marked as personal data: nobody sees them'
refused level 'Schema validation failed: schema[5].encrypted: Encrypted fields cannot have a default: it would be no secret'
refused n 'Schema validation failed: schema[7].encrypted: Only fields of type text or json can be encrypted'
refused kind 'Validation failed: indexes[0][0]: Encrypted fields cannot be indexed'
convert read true; is "$STATUS $(value .message | cut -c1-50)" '400 Schema validation failed: schema[9].expression: In' 'not what something is computed from'
rules notes '{"update_rule":"pin != label"}'
refused pin "Validation failed: update_rule: Field 'pin' is encrypted and cannot be used in rules"
rules notes '{"update_rule":""}'
as_superadmin GET "/api/v1/collections/$id"; schema=$(value .schema)
as_superadmin PUT "/api/v1/collections/$id" "{\"schema\":$(printf %s "$schema" | jq -c 'map(if .name == "pin" then .encrypted = true else . end)')}"
is "$STATUS $(value '.details[0] | [.field,.code] | tojson')" '400 ["pin","encryption_change_not_allowed"]' 'a changed definition does not do it'
is "$(column pin)" "$(printf 'plain-a\n\n\nplain-d')" 'and nothing was'

# ---- sealed -------------------------------------------------------------------------------------
audited() { sql "SELECT COUNT(*) FROM audit_log WHERE table_name = 'col_notes'"; }
before=$(audited) events=$(sql 'SELECT COUNT(*) FROM event_outbox')
convert pin true; status 200 'a field is encrypted'
json '[.schema[] | select(.encrypted) | .name] | tojson' '["pin"]' 'as its definition says'
convert meta true; status 200 'another'
none "$(column 'pin, meta' | grep plain)" 'what was plain is sealed'
is "$(column pin | grep -c lx1:) $(column meta | grep -c lx1:)" '3 2' 'what was empty stays so'
is "$(($(audited) - before))" 5 'each value has a row in the history'
none "$(sql "SELECT old_value, new_value FROM audit_log WHERE table_name = 'col_notes' AND operation = 'UPDATE'" | grep -v "^$MASK|$MASK\$")" 'that tells neither'
is "$(sql 'SELECT COUNT(*) FROM event_outbox')" "$events" 'no record is another one by it'
larder audit verify >"$W/verify" 2>&1; ok 'the chain holds' [ $? = 0 ]
get $notes/$a; json '[.pin,.meta,.updated_at == .created_at] | tojson' "[\"$MASK\",\"$MASK\",true]" 'replies show placeholders'
get "$notes?filter=pin+%3D+%22plain-a%22"; status 400 'and nobody asks by it'
TOKEN=$key; get $notes/$a/secrets; json .data '{"pin":"plain-a","meta":{"k":"plain"}}' 'the key is told'
get $notes/$b/secrets; json .data '{"pin":"","meta":[]}' 'what is empty too'
get $notes/$c/secrets; json .data '{"pin":null,"meta":null}' 'and that there is none'
get $notes/$d/secrets; status 404 'of its account alone'
sealed=$(column pin)
convert pin true; status 200 'once more changes nothing'
is "$(column pin)" "$sealed" 'at all'
# Views and macros see what replies do.
as_superadmin POST /api/v1/collections '{"name":"pins","type":"view","query":"SELECT id, account_id, label AS name, pin AS text, pin IS NULL AS none FROM col_notes",
    "fields":[{"name":"name","type":"text"},{"name":"text","type":"text"},{"name":"none","type":"boolean"}],"list_rule":""}'
status 201 'a view may have the column'; view=$(value .id)
TOKEN=$acme; get '/api/v1/records/pins?sort=name'
json '[.items[] | [.name,.text,.none]] | tojson' "[[\"a\",\"$MASK\",false],[\"b\",\"$MASK\",false],[\"c\",null,true]]" 'it sees the placeholder'
get '/api/v1/records/pins?filter=text+~+%22lx1%25%22'; json .total 0 'and cannot be asked for more'
as_superadmin POST /api/v1/macros '{"name":"sealed","sql_query":"SELECT 1 FROM col_notes WHERE id = $1 AND pin LIKE '"'lx1%'"'","parameters":["id"]}'
status 201 'a macro too'
rules notes '{"list_rule":"@sealed(id)"}'; get $notes; json .total 0 'does not find a seal'
rules notes '{"list_rule":""}'
as_superadmin POST "/api/v1/collections/$view/fields/text/encryption" '{"encrypted":true}'
is "$STATUS $(value .message)" "400 Collection 'pins' is a view: its records cannot be written" 'nothing of a view is sealed'
# Written by who had read the old definition.
sql "UPDATE col_notes SET pin = 'late' WHERE id = '$c'"
convert pin true; TOKEN=$key; get "$notes/$c/secrets?fields=pin"; json .data.pin late 'a late value is found'

# ---- and back -----------------------------------------------------------------------------------
TOKEN=$rival; patch $notes/$d '{"pin":"plain-e"}'; status 200 'somebody writes'
kept=$(sql "SELECT pin FROM col_notes WHERE id = '$a'")
sql "UPDATE col_notes SET pin = '$kept' WHERE id = '$b'"
convert pin false
is "$STATUS $(value .message)" "409 The value of field 'pin' in record '$b' does not open: it was sealed with another key, or for another record" 'what does not open stops it'
is "$(column pin | grep -c lx1:)" 4 'and all stays sealed'
TOKEN=$acme; patch $notes/$b '{"pin":""}'; status 200 'set anew'
convert pin false; status 200 'a field is plain again'
is "$(column pin)" "$(printf 'plain-a\n\nlate\nplain-e')" 'as it was'
convert meta false; TOKEN=$acme; get $notes/$a; json '[.pin,.meta] | tojson' '["plain-a",{"k":"plain"}]' 'and is read again'
none "$(sql "SELECT old_value, new_value FROM audit_log WHERE table_name = 'col_notes' AND operation = 'UPDATE' AND column_name IN ('pin','meta')" |
    grep -v "^$MASK|$MASK\$")" 'the history tells none of it'
TOKEN=$key; get $notes/$a/secrets; json tojson '{"data":{}}' 'there is no secret left'

# Many pages.
TOKEN=$acme
for _ in 1 2 3 4 5; do
    jq -nc '{records: [range(90) | {label: "m", pin: "plain-m\(.)"}]}' >"$W/many"; post $notes/batch -f "$W/many"
done
status 201 'many records'
convert pin true; status 200 'are sealed'
is "$(column pin | grep -c lx1:)" 454 'all of them'
convert pin false; status 200 'and opened'
is "$(column pin | grep -c plain-m)" 450 'all of them too'
