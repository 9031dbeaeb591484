#!/bin/sh
# 39-batch.t — a batch is written as a whole or not at all.
. t/lib/larder.sh

open='"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""'
collection '{"name":"items","fields":[{"name":"sku","type":"text","required":true,"unique":true},{"name":"n","type":"number"},
    {"name":"parent","type":"reference","collection":"items","on_delete":"restrict"}],'"$open}"
collection '{"name":"owned","fields":[{"name":"text","type":"text"}],"list_rule":"","view_rule":"",
    "create_rule":"@request.data.text != \"no\"","update_rule":"created_by = @request.auth.id","delete_rule":"created_by = @request.auth.id","update_fields":["text"]}'
collection '{"name":"shut","fields":[{"name":"text","type":"text"}]}'
items=/api/v1/records/items
sign_up acme owner@acme.example.com
acme=$ACCOUNT

total() { get "$items?limit=1"; json .total "$1" "$2"; }

# ---- create -------------------------------------------------------------------------------------
post $items/batch '{"records":[{"sku":"a","n":1},{"sku":"b"},{"sku":"c"}]}'
status 201 'three at once'
json '[.count, [.created[].sku], ([.created[].id] | unique | length)]' '[3,["a","b","c"],3]' 'in their order'
a=$(value '.created[0].id') b=$(value '.created[1].id') c=$(value '.created[2].id')
post /api/v1/items/batch '{"records":[{"sku":"d"}]}'
status 201 'in the short form too'
d=$(value '.created[0].id')
post $items/batch '{"records":[{"sku":"e"},{"sku":"f","n":"x","zzz":1},{"n":1}]}'
status 400 'one bad record'
json '[.error,.index,[.details[].code]]' '["validation_error",1,["unknown_field","invalid_type"]]' 'is the first, and told in full'
total 4 'nothing of it is there'
post $items/batch '{"records":[{"sku":"e"},{"sku":"a"}]}'
status 400 'a value that is taken'
json '[.error,.index,.details]' '["validation_error",1,[{"field":"sku","message":"Value must be unique","code":"unique"}]]' 'is named as well'
post $items/batch '{"records":[{"sku":"e"},{"sku":"e"}]}'
json .index 1 'also within the batch'
post $items/batch '{"records":[{"sku":"e"},{"sku":"f","parent":"none"}]}'
json '[.index,.details[0].code]' '[1,"invalid_reference"]' 'and a reference to nothing'
total 4 'still nothing'
post $items/batch '{"records":[{"sku":"e"},{"sku":"f","id":"mine"}]}'
status 422 'system members are refused'
json .detail.unauthorized_fields '["id"]' 'by name'
post /api/v1/records/owned/batch '{"records":[{"text":"yes"},{"text":"no"}]}'
status 400 'the rule looks at each record'
json .detail 'Record does not satisfy collection rules' 'in the words of the contract'
post /api/v1/records/owned/batch '{"records":[{"text":"yes"},{"text":"well"}]}'
status 201 'and lets good ones pass'
mine=$(value '.created[0].id')
get /api/v1/records/owned; json .total 2 'these two'
post /api/v1/records/shut/batch '{"records":[{"text":"x"}]}'; status 403 'a locked collection stays locked'
post /api/v1/records/nowhere/batch '{"records":[{"text":"x"}]}'; status 404 'an unknown one unknown'

# ---- the shape ----------------------------------------------------------------------------------
for body in '{}' '{"records":[]}' '{"records":{}}' '{"records":null}' '{"records":"x"}' '{"records":[1]}' '{"records":[null]}' '{"records":[[]]}' '[]'; do
    post $items/batch "$body"; status 422 "no batch: $body"
done
post $items/batch '{"records":[{"sku":"e"},5]}'
json '.detail[0] | [.type,.loc,.input]' '["dict_type",["body","records",1],5]' 'the odd one is pointed at'
post $items/batch '{"records":[]}'
json '.detail[0] | [.type,.ctx.min_length]' '["too_short",1]' 'an empty one is too short'
many=$(seq 101 | sed 's/.*/{"sku":"m&"}/' | paste -sd,)
post $items/batch "{\"records\":[$many]}"
status 400 'a hundred and one are too many'
json . '{"error":"batch_too_large","message":"Batch size 101 exceeds maximum of 100"}' 'and the limit is told'
total 4 'none of these left anything'

# ---- update -------------------------------------------------------------------------------------
patch $items/batch "{\"records\":[{\"id\":\"$b\",\"data\":{\"n\":2}},{\"id\":\"$a\",\"data\":{\"n\":3}}]}"
status 200 'two are changed'
json '[.count,[.updated[] | [.sku,.n]]]' '[2,[["b",2],["a",3]]]' 'in their order'
patch $items/batch "{\"records\":[{\"id\":\"$a\",\"data\":{\"n\":4}},{\"id\":\"$a\",\"data\":{\"sku\":\"A\"}}]}"
json '[.updated[] | [.sku,.n]]' '[["a",4],["A",4]]' 'one record twice is changed twice'
patch $items/batch "{\"records\":[{\"id\":\"$a\",\"data\":{\"n\":9}},{\"id\":\"none\",\"data\":{\"n\":9}}]}"
status 404 'an unknown id'
json . '{"error":"not_found","message":"Record '"'none'"' not found (index 1)"}' 'is told with its place'
patch $items/batch "{\"records\":[{\"id\":\"$a\",\"data\":{\"n\":9}},{\"id\":\"$b\",\"data\":{\"n\":\"x\"}}]}"
json '[.error,.index,.details[0].field]' '["validation_error",1,"n"]' 'a bad value'
patch $items/batch "{\"records\":[{\"id\":\"$a\",\"data\":{\"n\":9}},{\"id\":\"$b\",\"data\":{\"sku\":\"A\"}}]}"
json '[.error,.index,.details[0].code]' '["validation_error",1,"unique"]' 'a taken one'
patch $items/batch "{\"records\":[{\"id\":\"$a\",\"data\":{\"n\":9}},{\"id\":\"$b\",\"data\":{\"parent\":\"none\"}}]}"
json '[.error,.index,.details[0].code]' '["validation_error",1,"invalid_reference"]' 'a reference to nothing'
patch $items/batch "{\"records\":[{\"id\":\"$a\",\"data\":{\"n\":9}},{\"id\":\"$b\",\"data\":{\"created_at\":\"x\"}}]}"
status 422 'a system member'
get "$items/$a"; json .n 4 'all of them left the first one alone'
for body in '{"records":[{"data":{}}]}' '{"records":[{"id":"x"}]}' '{"records":[{"id":5,"data":{}}]}' '{"records":[{"id":"x","data":[]}]}'; do
    patch $items/batch "$body"; status 422 "no change: $body"
done
json '.detail[0] | [.type,.loc]' '["dict_type",["body","records",0,"data"]]' 'pointed at'
patch $items/batch "{\"records\":[{\"id\":\"$a\",\"data\":{\"parent\":\"$b\"}}]}"
status 200 'a reference is set'

# ---- delete -------------------------------------------------------------------------------------
delete $items/batch "{\"ids\":[\"$d\",\"none\"]}"; status 404 'all or none'
get "$items/$d"; status 200 'so it is still there'
delete $items/batch "{\"ids\":[\"$d\",\"$b\"]}"
status 409 'a restricted one keeps the other'
json '[.error,.message]' '["Conflict","Cannot delete record: it is referenced by other records"]' 'and says why'
get "$items/$d"; status 200 'which is still there'
delete $items/batch "{\"ids\":[\"$d\",\"$c\",\"$d\"]}"
status 200 'two are deleted'
json . "{\"deleted\":[\"$d\",\"$c\"],\"count\":2}" 'each once'
for body in '{}' '{"ids":[]}' '{"ids":"x"}' '{"ids":[5]}' '{"ids":[null]}'; do
    delete $items/batch "$body"; status 422 "no list of ids: $body"
done
delete $items/batch; status 422 'a body is needed'
total 2 'two are left'

# ---- others' ------------------------------------------------------------------------------------
anonymous
patch /api/v1/records/owned/batch "{\"records\":[{\"id\":\"$mine\",\"data\":{\"text\":\"x\"}}]}" -H 'X-Account-ID: acme'
status 401 'an expression wants somebody signed in'
superadmin
patch /api/v1/records/owned/batch "{\"records\":[{\"id\":\"$mine\",\"data\":{\"text\":\"root\"}}]}"
json '.updated[0] | [.text,.account_id]' "[\"root\",\"$acme\"]" 'a superadmin changes any'
post $items/batch "{\"records\":[{\"sku\":\"s\",\"account_id\":\"$acme\"},{\"sku\":\"s\"}]}"
json '[.created[].account_id]' "[\"$acme\",\"00000000-0000-0000-0000-000000000000\"]" 'and makes for any, record by record'
post $items/batch '{"records":[{"sku":"t"},{"sku":"u","account_id":"nobody"}]}'
status 404 'who must exist'
get "$items?filter=sku='t'"; json .total 0 'or nothing is made'

# ---- the trail ----------------------------------------------------------------------------------
larder audit verify >"$W/verified" 2>&1
is "$? $(grep -c valid "$W/verified")" '0 1' 'every chain of the trail is whole'
