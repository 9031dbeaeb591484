#!/bin/sh
# 39-bulk.t — writes by filter, by key, and to several collections at once: all or nothing of each.
. t/lib/larder.sh

open='"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""'
collection '{"name":"posts","fields":[{"name":"title","type":"text","required":true},{"name":"slug","type":"text","unique":true},
    {"name":"n","type":"number","unique":true},{"name":"secret","type":"text"},{"name":"extra","type":"json"}],'"$open"',
    "list_fields":["title","slug","n","extra"],"view_fields":["title","slug","n","extra"]}'
collection '{"name":"comments","fields":[{"name":"post","type":"reference","collection":"posts","on_delete":"restrict"},
    {"name":"text","type":"text"}],'"$open}"
collection '{"name":"owned","fields":[{"name":"text","type":"text"},{"name":"code","type":"text","unique":true}],
    "list_rule":"text != \"hidden\"","view_rule":"","create_rule":"@request.data.text != \"no\"",
    "update_rule":"created_by = @request.auth.id && @request.data.text != \"stop\"","delete_rule":"created_by = @request.auth.id"}'
collection '{"name":"shut","fields":[{"name":"text","type":"text","unique":true}],"list_rule":""}'
collection '{"name":"batch","fields":[{"name":"text","type":"text"}],"list_rule":""}'
posts=/api/v1/records/posts owned=/api/v1/records/owned
sign_up beta owner@beta.example.com
post $posts '{"title":"beta","slug":"x","n":7}'
beta=$(value .id) beta_token=$TOKEN
sign_up acme owner@acme.example.com
acme=$ACCOUNT owner=$TOKEN

# ---- by key ----------------------------------------------------------------------------------------
put "$posts?key=slug" '{"title":"one","slug":"x","n":1}'
status 201 'a record is made where there is none, whatever others have'
json '[.title,.slug]' '["one","x"]' 'as asked'
one=$(value .id)
put "$posts?key=slug" '{"slug":"x","title":"two"}'
status 200 'the second time it is changed'
json '[.id,.title,.n]' "[\"$one\",\"two\",1]" 'and keeps what was not given'
put '/api/v1/posts?key=n' '{"n":1,"slug":"y"}'
json '[.id,.title,.slug]' "[\"$one\",\"two\",\"y\"]" 'by a number, in the short form too'
get "$posts"; json .total 1 'it is one record'
put "$posts?key=slug" '{"slug":"new"}'
status 400 'a new one must be whole'
json '.details[0].code' required_missing 'and is told what is missing'
put "$posts?key=slug" '{"title":"x"}'
status 400 'the key must be given'
json '.details' '[{"field":"slug","message":"Field '"'slug'"' is the key of the upsert and must be given","code":"required_missing"}]' 'in the shape of faults'
put "$posts?key=slug" '{"title":"x","slug":null}'; status 400 'null is no key'
put "$posts?key=slug" '{"title":"x","slug":5}'; status 400 'nor is a value of another type'
for key in title nothing id account_id "slug'"; do
    put "$posts?key=$key" '{"title":"x","slug":"x"}'; status 400 "$key is no unique field"
done
json .field key 'the parameter is named'
put "$posts" '{"title":"x","slug":"x"}'; status 422 'a key must be named'
put "$posts?key=slug" '{"title":"x","slug":"q","id":"mine"}'; status 422 'system fields stay ours'
put "$posts?key=slug" "{\"title\":\"x\",\"slug\":\"q\",\"account_id\":\"$ACCOUNT\"}"; status 422 'the account, too'
put "$owned?key=code" '{"code":"c","text":"no"}'; status 400 'the create rule holds'
put "$owned?key=code" '{"code":"c","text":"yes"}'; status 201 'for the ones that it lets'
put "$owned?key=code" '{"code":"c","text":"stop"}'; status 404 'the update rule holds, too'
put "/api/v1/records/shut?key=text" '{"text":"a"}'; status 403 'a locked collection is locked'
put "/api/v1/records/nowhere?key=text" '{"text":"a"}'; status 404 'an unknown one unknown'
as_superadmin PUT "$posts?key=slug" "{\"account_id\":\"$acme\",\"slug\":\"y\",\"title\":\"root\"}"
status 200 'a superadmin names the account'
json '[.id,.title]' "[\"$one\",\"root\"]" 'whose record it finds'
if [ -n "$FRONT" ]; then
    . t/lib/atonce.sh
    is "$(at_once 12 PUT "$posts?key=slug" '{"slug":"race","title":"#"}')" '200 x11 201 x1' 'of many at once, one makes it'
fi

# ---- several collections ---------------------------------------------------------------------------
post /api/v1/batch '{"operations":[
    {"operation":"create","collection":"posts","data":{"title":"p","slug":"p"}},
    {"operation":"create","collection":"comments","data":{"post":{"$id":0},"text":"first"}},
    {"operation":"create","collection":"comments","data":{"post":{"$id":0},"text":"second"}},
    {"operation":"update","collection":"posts","id":{"$id":0},"data":{"title":"P","extra":{"$id":0}}},
    {"operation":"upsert","collection":"posts","key":"slug","data":{"slug":"p","n":3}},
    {"operation":"delete","collection":"comments","id":{"$id":2}}]}'
status 200 'six writes to two collections'
json '[.count,[.results[] | [.operation,.status]]]' '[6,[["create",201],["create",201],["create",201],["update",200],["upsert",200],["delete",204]]]' 'each says what it came to'
json '[.results[4].record | .title,.n,.extra]' '["P",3,{"$id":0}]' 'they see each other, and a json field keeps any object'
json '.results | [.[0].id == .[1].record.post, .[0].id == .[4].id, .[5].record]' '[true,true,null]' 'links are the ids'
p=$(value '.results[0].id')
get "/api/v1/comments?filter=post='$p'"; json '[.items[].text]' '["first"]' 'it is all there'
get /api/v1/batch; status 405 'the word is no short form of a collection that is called so'
post /api/v1/batch "{\"operations\":[{\"operation\":\"create\",\"collection\":\"posts\",\"data\":{\"title\":\"gone\"}},
    {\"operation\":\"update\",\"collection\":\"posts\",\"id\":\"$beta\",\"data\":{\"title\":\"mine\"}}]}"
status 404 "another tenant's record does not exist"
json . '{"error":"Not found","message":"Record not found","index":1}' 'and it is told which operation it was'
post /api/v1/batch '{"operations":[{"operation":"create","collection":"posts","data":{"title":"gone"}},
    {"operation":"create","collection":"posts","data":{"title":7}}]}'
json '[.index,.error,.details[0].code]' '[1,"Validation error","invalid_type"]' 'a bad value'
post /api/v1/batch '{"operations":[{"operation":"create","collection":"posts","data":{"title":"gone"}},
    {"operation":"create","collection":"shut","data":{"text":"x"}}]}'
status 403 'a locked collection'
json '[.index,(.detail | type)]' '[1,"string"]' 'as the SDK reads it'
post /api/v1/batch '{"operations":[{"operation":"create","collection":"posts","data":{"title":"gone","updated_at":"x"}}]}'
status 422 'a system field'
json '[.index,.detail.unauthorized_fields]' '[0,["updated_at"]]' 'by name'
post /api/v1/batch '{"operations":[{"operation":"create","collection":"posts","data":{"title":"gone"}},
    {"operation":"create","collection":"nowhere","data":{"text":"x"}}]}'
json '[.index,.message]' '[1,"Collection '"'nowhere'"' not found"]' 'an unknown collection'
post /api/v1/batch '{"operations":[{"operation":"create","collection":"comments","data":{"post":{"$id":0}}}]}'
status 400 'nothing is linked to itself'
post /api/v1/batch "{\"operations\":[{\"operation\":\"update\",\"collection\":\"posts\",\"id\":\"$p\",\"data\":{\"title\":\"gone\"},\"if_match\":\"\\\"0-0\\\"\"}]}"
status 412 'an old version is not overwritten'
get "$posts?filter=title='gone'"; json .total 0 'nothing of them is left'
for operation in 5 null '{}' '{"operation":"create"}' '{"operation":"drop","collection":"posts"}' '{"operation":"create","collection":"posts"}' \
    '{"operation":"create","collection":"posts","data":[]}' '{"operation":"update","collection":"posts","data":{}}' \
    '{"operation":"update","collection":"posts","id":5,"data":{}}' '{"operation":"upsert","collection":"posts","data":{}}' \
    '{"operation":"delete","collection":5,"id":"x"}' '{"operation":"delete","collection":"posts","id":{"$id":"0"}}'; do
    post /api/v1/batch "{\"operations\":[$operation]}"; status 422 "no operation: $operation"
done
for body in '{}' '{"operations":[]}' '{"operations":{}}' '[]'; do post /api/v1/batch "$body"; status 422 "no list: $body"; done
post /api/v1/batch "{\"operations\":[$(seq 101 | sed 's/.*/{"operation":"delete","collection":"posts","id":"x"}/' | paste -sd,)]}"
json .error batch_too_large 'a hundred and one are too many'
post /api/v1/batch '{"operations":[{"operation":"create","collection":"posts","data":{"title":"once"}}]}' -H 'Idempotency-Key: k1'
again=$(value '.results[0].id')
post /api/v1/batch '{"operations":[{"operation":"create","collection":"posts","data":{"title":"once"}}]}' -H 'Idempotency-Key: k1'
json '.results[0].id' "$again" 'a repeated request is done once'
anonymous
post /api/v1/batch '{"operations":[{"operation":"create","collection":"posts","data":{"title":"anybody"}}]}' -H 'X-Account-ID: acme'
json '.results[0].record.created_by' anonymous 'who is not signed in may what the rules let'
post /api/v1/batch '{"operations":[{"operation":"create","collection":"posts","data":{"title":"x"}}]}'; status 400 'with an account'
TOKEN=$owner

# ---- by filter -------------------------------------------------------------------------------------
for i in 1 2 3 4; do post $posts "{\"title\":\"bulk\",\"secret\":\"s$i\"}"; done
patch "$posts?filter=title='bulk'&dry_run=true" '{"title":"done"}'
json '[.count,(.updated | length),.dry_run]' '[4,4,true]' 'what would be changed'
get "$posts?filter=title='bulk'"; json .total 4 'is not'
patch "$posts?filter=title='bulk'" '{"title":"done"}'
json '[.count,(.updated | length),.dry_run]' '[4,4,null]' 'four are changed'
get "$posts?filter=title='done'"; json .total 4 'and are'
patch "$posts?filter=title='done'" '{"slug":"same"}'
status 400 'they cannot share a value that is unique'
json '[.details[0].code,(.id | length)]' '["unique",36]' 'and the record is named'
get "$posts?filter=slug='same'"; json .total 0 'none of them was changed'
patch "$posts?filter=title='done'" '{"title":5}'; status 400 'a bad value'
patch "$posts?filter=title='nobody'" '{"title":5}'; status 400 'is bad though nothing is found'
patch "$posts?filter=title='nobody'" '{"title":"x"}'; json .count 0 'a good one is good then'
patch "$posts?filter=title='done'" '{"account_id":"x"}'; status 422 'a system field'
patch "$posts?filter=secret='s1'" '{"title":"x"}'
status 400 'a hidden field'
hidden=$(body)
patch "$posts?filter=secrex='s1'" '{"title":"x"}'
is "$(printf %s "$hidden" | sed s/secret/secrex/)" "$(body)" 'is as unknown as one that is not there'
delete "$posts?filter=secret='s1'"; status 400 'for deleting as well'
for filter in '' '?filter=' '?filter=%20' '?dry_run=true'; do
    patch "$posts$filter" '{"title":"x"}'; status 400 "a filter is needed to change: $filter"
    delete "$posts$filter"; status 400 "and to delete: $filter"
done
delete "$posts?filter=title%20%3D"; status 400 'one that can be read'
post $owned '{"text":"hidden"}'; post $owned '{"text":"a"}'; post $owned '{"text":"b"}'
as_superadmin POST $owned "{\"text\":\"a\",\"account_id\":\"$acme\"}"
patch "$owned?filter=true" '{"text":"c"}'
json .count 3 'only those that may be listed and changed are found'
patch "$owned?filter=true" '{"text":"stop"}'; json .count 0 'none when the rule says so'
delete "$owned?filter=true&dry_run=1"; json '[.count,.dry_run]' '[3,true]' 'what would be deleted'
delete "/api/v1/owned?filter=text='c'"; json .count 3 'three are deleted, in the short form'
get $owned; json '[.items[].text]' '["a"]' 'the others are left'
delete "$posts?filter=true"
status 409 'one is still referred to'
json '[.error,.id]' "[\"Conflict\",\"$p\"]" 'namely this'
get "$posts?filter=title='done'"; json .total 4 'so none is deleted'
patch '/api/v1/records/shut?filter=true' '{"text":"x"}'; status 403 'a locked collection is locked'
delete '/api/v1/records/shut?filter=true'; status 403 'to both'
patch '/api/v1/records/nowhere?filter=true' '{"text":"x"}'; status 404 'an unknown one unknown'
delete "$posts?filter=id='$beta'"; json . '{"deleted":[],"count":0}' "another tenant's are not found"
TOKEN=$beta_token; get "$posts/$beta"; json .title beta 'nor touched'

# ---- limits ----------------------------------------------------------------------------------------
LARDER_TEST_SETTINGS="$LARDER_TEST_SETTINGS LARDER_BULK_MAX_SIZE=3"
if [ -n "$FRONT" ]; then stop_server; start_server; fi
TOKEN=$owner
patch "$posts?filter=title='done'" '{"title":"x"}'
status 400 'more than the limit'
json . '{"error":"batch_too_large","message":"The filter finds more than 3 records: ask for fewer"}' 'is refused'
larder audit verify >"$W/verified" 2>&1
is "$? $(grep -c valid "$W/verified")" '0 1' 'every chain of the trail is whole'
