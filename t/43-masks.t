#!/bin/sh
# 43-masks.t — personal data through every reply, and its mask sent back through every write (data.md §14).
. t/lib/larder.sh

open='"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""'
people=/api/v1/records/people
collection "{\"name\":\"people\",\"fields\":[{\"name\":\"code\",\"type\":\"text\",\"unique\":true},{\"name\":\"name\",\"type\":\"text\",\"pii\":true,\"mask_type\":\"name\",\"required\":true},
    {\"name\":\"mail\",\"type\":\"email\",\"pii\":true,\"mask_type\":\"email\"},{\"name\":\"ssn\",\"type\":\"text\",\"pii\":true,\"mask_type\":\"ssn\",\"unique\":true},
    {\"name\":\"iq\",\"type\":\"number\",\"pii\":true},{\"name\":\"done\",\"type\":\"boolean\",\"pii\":true},{\"name\":\"born\",\"type\":\"date\",\"pii\":true},
    {\"name\":\"extra\",\"type\":\"json\",\"pii\":true},{\"name\":\"friend\",\"type\":\"reference\",\"collection\":\"people\",\"on_delete\":\"set_null\"}],$open}"
sign_up acme owner@acme.example.com; owner=$TOKEN acme=$ACCOUNT
get /api/v1/groups; group=$(value '.[0].id')
person() { # EMAIL: a member; leaves $TOKEN and $PERSON
    as_superadmin POST /api/v1/users "{\"account_id\":\"$acme\",\"email\":\"$1\",\"password\":\"$PASSWORD\",\"role_id\":2}"; PERSON=$(value .id)
    larder user verify "$1" --account acme >/dev/null; sign_in acme "$1"
}
person seer@acme.example.com; seer=$TOKEN
TOKEN=$owner; post "/api/v1/groups/$group/users" "{\"user_id\":\"$PERSON\"}"; status 201 'one member is in pii_access'
person blind@acme.example.com; blind=$TOKEN
as_superadmin POST /api/v1/admin/api-keys "{\"name\":\"service\",\"account_id\":\"$acme\",\"scopes\":[\"admin\",\"records:secrets:read\"]}"; key=$(value .key)
superadmin; root=$TOKEN
plain='["Ann Lee","ann@acme.co","123-45-6789",120,true,"1990-05-17",{"a":1}]'
masked='["A*** L***","a***@acme.co","***-**-****","***","****","**********","*******"]'
of='[.name,.mail,.ssn,.iq,.done,.born,.extra]'
given='"name":"Ann Lee","mail":"ann@acme.co","ssn":"123-45-6789","iq":120,"done":true,"born":"1990-05-17","extra":{"a":1}'
TOKEN=$owner; post $people "{\"code\":\"a\",$given}"; status 201 'somebody is known'; a=$(value .id)
json "$of | tojson" "$plain" 'to who made the record'
post $people "{\"code\":\"b\",\"name\":\"Bob\",\"friend\":\"$a\"}"; b=$(value .id)

# ---- every reply --------------------------------------------------------------------------------
sees() { # WHO WANTED
    get $people/$a; json "$of | tojson" "$2" "$1: one"
    get /api/v1/people/$a; json "$of | tojson" "$2" "$1: in the short form"
    get "$people?sort=code&limit=1"; json ".items[0] | $of | tojson" "$2" "$1: in a list"
    get "$people?sort=code&limit=1&cursor="; json ".items[0] | $of | tojson" "$2" "$1: in pages"
    get "$people/$b?expand=friend"; json ".friend | $of | tojson" "$2" "$1: expanded"
    get "$people?sort=-code&limit=1&expand=friend"; json ".items[0].friend | $of | tojson" "$2" "$1: expanded in a list"
    patch $people/$a '{"code":"a"}'; json "$of | tojson" "$2" "$1: in the reply of a change"
    put $people/$a '{"name":"Ann Lee"}'; json "$of | tojson" "$2" "$1: of a put"
    patch $people/batch "{\"records\":[{\"id\":\"$a\",\"data\":{}}]}"; json ".updated[0] | $of | tojson" "$2" "$1: of a batch"
    put "$people?key=code" '{"code":"a"}'; json "$of | tojson" "$2" "$1: of an upsert"
    post /api/v1/batch "{\"operations\":[{\"operation\":\"update\",\"collection\":\"people\",\"id\":\"$a\",\"data\":{}}]}"
    is "$(jq -c "[.. | objects | select(has(\"ssn\"))] | .[0] | $of" "$W/body")" "$2" "$1: of several writes"
    post $people "{\"code\":\"c\",$(printf %s "$given" | sed 's/123-45/321-54/')}"; json "$of | tojson" "$(printf %s "$2" | sed 's/123-45/321-54/')" "$1: of a create"
    delete $people/"$(value .id)"; status 204 'which goes again'
    post $people/batch "{\"records\":[{\"code\":\"c\",$(printf %s "$given" | sed 's/123-45/321-54/')}]}"
    json ".created[0] | $of | tojson" "$(printf %s "$2" | sed 's/123-45/321-54/')" "$1: of a batch of creates"; delete $people/"$(value '.created[0].id')"
    get "$people/aggregate?functions=max(ssn),sum(iq)&filter=code+%3D+%22a%22"
    case $2 in "$plain") json '.results[0] | tojson' '{"max_ssn":"123-45-6789","sum_iq":120}' "$1: aggregated" ;; *) status 403 "$1: not aggregated" ;; esac
}
TOKEN=$seer; sees 'in pii_access' "$plain"
TOKEN=$blind; sees 'a member' "$masked"
TOKEN=$key; sees 'a key' "$masked"
anonymous; get $people/$a -H 'X-Account-ID: acme'; json "$of | tojson" "$masked" 'a stranger'
TOKEN=$root; get $people/$a; json "$of | tojson" "$plain" 'a superadmin'

# ---- every write --------------------------------------------------------------------------------
back="\"name\":\"A*** L***\",\"mail\":\"a***@acme.co\",\"ssn\":\"***-**-****\",\"iq\":\"***\",\"done\":\"****\",\"born\":\"**********\",\"extra\":\"*******\""
stays() { is "$STATUS" 200 "sent back by $1"; is "$(sql "SELECT name, mail, ssn, iq, born, extra FROM col_people WHERE id = '$a'")" 'Ann Lee|ann@acme.co|123-45-6789|'"$iq"'|1990-05-17|{"a":1}' 'nothing changes'; }
iq=$(sql "SELECT iq FROM col_people WHERE id = '$a'")
TOKEN=$blind
patch $people/$a "{$back}"; stays PATCH
put $people/$a "{$back}"; stays PUT
patch $people/batch "{\"records\":[{\"id\":\"$a\",\"data\":{$back}}]}"; stays 'a batch'
patch "$people?filter=code+%3D+%22a%22" "{$back}"; stays 'a write by filter'
put "$people?key=code" "{\"code\":\"a\",$back}"; stays 'an upsert'
post /api/v1/batch "{\"operations\":[{\"operation\":\"update\",\"collection\":\"people\",\"id\":\"$a\",\"data\":{$back}}]}"; stays 'several writes'
none "$(sql "SELECT column_name FROM audit_log WHERE table_name = 'col_people' AND operation = 'UPDATE' AND record_id = '$a'" | grep -vE '^updated_(at|by)$')" 'and the history knows of no change'
patch $people/$a '{"name":"A*** B***"}'; sql "SELECT name FROM col_people WHERE id = '$a'" >"$W/name"; is "$(cat "$W/name")" 'A*** B***' 'another text is one'
patch $people/$a '{"name":"Ann Lee","mail":null}'; json '[.name,.mail] | tojson' '["A*** L***",null]' 'null clears'
TOKEN=$seer; patch $people/$a '{"ssn":"***-**-****"}'; json .ssn '***-**-****' 'who sees the value may write what looks like a mask'
