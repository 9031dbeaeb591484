#!/bin/sh
# 36-records.t — records are made, read, changed and removed over HTTP, by those who may.
. t/lib/larder.sh

open='"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""'
collection '{"name":"towns","fields":[{"name":"name","type":"text","required":true,"unique":true}],'"$open}"
collection '{"name":"people","fields":[
    {"name":"name","type":"text","required":true,"pii":true,"mask_type":"name"},
    {"name":"mail","type":"email","pii":true,"mask_type":"email"},
    {"name":"site","type":"url"},{"name":"age","type":"number"},{"name":"active","type":"boolean"},
    {"name":"born","type":"date"},{"name":"seen","type":"datetime"},{"name":"extra","type":"json"},
    {"name":"level","type":"text","default":"basic"},
    {"name":"home","type":"reference","collection":"towns","on_delete":"set_null"},
    {"name":"office","type":"reference","collection":"towns","on_delete":"restrict"}],'"$open}"
collection '{"name":"rooms","fields":[{"name":"town","type":"reference","collection":"towns","on_delete":"cascade","required":true}],'"$open}"
collection '{"name":"tasks","fields":[{"name":"title","type":"text"},{"name":"is_public","type":"boolean"},{"name":"level","type":"text"}],
    "list_rule":"is_public = true || created_by = @request.auth.id","view_rule":"is_public = true || created_by = @request.auth.id",
    "create_rule":"@request.auth.id != \"\"","update_rule":"created_by = @request.auth.id","delete_rule":"@owns_record()"}'
collection '{"name":"logs","fields":[{"name":"level","type":"text"}],"create_rule":"@request.data.level = \"info\" || @request.data.level = \"error\""}'
collection '{"name":"staff","fields":[{"name":"name","type":"text"},{"name":"email","type":"email"},{"name":"salary","type":"number"}],'"$open"',
    "list_fields":["name","email"],"view_fields":["name","email"],"create_fields":["name","email"],"update_fields":["name"]}'
collection '{"name":"users","fields":[{"name":"nick","type":"text"}],'"$open}"

# ---- a record's life ----------------------------------------------------------------------------
sign_up acme owner@acme.example.com
post /api/v1/records/people '{"name":"Ann Lee","mail":"ann@example.com","site":"https://a.example","age":30.5,"active":true,
    "born":"1990-02-28","seen":"2024-01-01T13:00:00+01:00","extra":{"tags":["x",1,null]}}'
status 201 'a record is made'
id=$(value .id)
has "$id" '-7' 'its id is a UUID'
json 'keys_unsorted | .[0:7]' '["id","account_id","created_at","created_by","updated_at","updated_by","account_name"]' 'the system members come first'
json '[.account_id, .created_by, .updated_by, .account_name]' "[\"$ACCOUNT\",\"$USER_ID\",\"$USER_ID\",null]" 'it says whose it is'
json '.created_at == .updated_at and (.created_at | test("^[0-9-]{10}T[0-9:]{8}\\.[0-9]{6}\\+00:00$"))' true 'and since when'
json '[.name,.mail,.age,.active,.born,.seen,.level,.home]' '["Ann Lee","ann@example.com",30.5,true,"1990-02-28","2024-01-01T12:00:00Z","basic",null]' 'all of it comes back'
json .extra '{"tags":["x",1,null]}' 'JSON too'
get "/api/v1/records/people/$id"
status 200 'it is read'
header Content-Type application/json 'as JSON'
tag=$(header_value ETag)
header Cache-Control 'private, no-cache' 'to be kept by nobody else, and not unasked'
get "/api/v1/records/people/$id" -H "If-None-Match: $tag"
status 304 'unchanged, it is not sent again'
get "/api/v1/records/people/$id?fields=age,zzz"
json 'keys' '["account_id","account_name","age","created_at","created_by","id","updated_at","updated_by"]' 'fields= leaves the rest out'
get "/api/v1/people/$id"
json .age 30.5 'the short form reads the same'
patch "/api/v1/records/people/$id" '{"age":31}'
status 200 'some fields change'
json '[.age,.name,.created_at == .updated_at]' '[31,"Ann Lee",false]' 'the others stay'
patch "/api/v1/records/people/$id" '{"age":32}' -H "If-Match: $tag"
status 412 'who read an older version may not overwrite'
get "/api/v1/records/people/$id"
patch "/api/v1/records/people/$id" '{"age":32}' -H "If-Match: $(header_value ETag)"
status 200 'who read this one may'
put "/api/v1/records/people/$id" '{"name":"Ann","active":null}'
status 200 'a put writes anew'
json '[.name,.age,.active,.level]' '["Ann",32,false,"basic"]' 'and keeps what has no default'
put "/api/v1/records/people/$id" '{"age":1}'
status 400 'but needs what is required'
json '.details[0]' '{"field":"name","message":"Required field '"'name'"' is missing","code":"required_missing"}' 'and says so'
put "/api/v1/records/people/$id" '{}' -H 'If-Match: "nothing"'
status 400 'the body is looked at before the version'
delete "/api/v1/records/people/$id" -H "If-Match: $tag"
status 412 'an old version is not deleted either'
delete "/api/v1/records/people/$id"
status 204 'it is deleted'
is "$(body)$(header_value Content-Type)" '' 'without a body or a type'
for method in GET DELETE; do
    request $method "/api/v1/records/people/$id"
    status 404 "$method: it is gone"
done
json . '{"error":"Not found","message":"Record not found"}' 'in the words of the contract'

# ---- what does not fit --------------------------------------------------------------------------
refuses() { # JSON FIELD CODE MESSAGE
    post /api/v1/records/people "$1"
    status 400 "refused: $1"
    json '[.error, .details[-1].field, .details[-1].code]' "[\"Validation error\",\"$2\",\"$3\"]" "for $3"
    json '.details[-1].message' "$4" 'and says why'
}
refuses '{"name":5}' name invalid_type 'Expected text value, got int'
refuses '{"name":null}' name required_null "Required field 'name' cannot be null"
refuses '{"name":"a","age":"5"}' age invalid_type 'Expected number value, got str'
refuses '{"name":"a","age":true}' age invalid_type 'Expected number value, got bool'
refuses '{"name":"a","active":1}' active invalid_type 'Expected boolean value, got int'
refuses '{"name":"a","mail":"nobody"}' mail invalid_email_format 'Invalid email format'
refuses '{"name":"a","site":"ftp://a.example"}' site invalid_url_format 'Invalid URL format. Must start with http:// or https://'
refuses '{"name":"a","born":"1990-02-30"}' born invalid_date_format 'Invalid date format. Use YYYY-MM-DD format'
refuses '{"name":"a","seen":"noon"}' seen invalid_datetime_format 'Invalid datetime format. Use ISO 8601 format (e.g., 2024-01-01T12:00:00Z)'
refuses '{"name":"a","home":" "}' home empty_reference 'Reference ID cannot be empty'
refuses '{"name":"a","home":"none"}' home invalid_reference "Referenced record 'none' not found in collection 'towns'"
refuses '{"name":"a","zzz\"; DROP TABLE col_people; --":1}' 'zzz\"; DROP TABLE col_people; --' unknown_field "Unknown field 'zzz\"; DROP TABLE col_people; --' not defined in collection schema"
post /api/v1/records/people '{"name":"a","id":"x","created_by":"me"}'
status 422 'system members are refused'
json '[.detail.field_type, .detail.unauthorized_fields, .message]' '["system",["created_by","id"],"Cannot create system fields via API: created_by, id"]' 'each by name'
for body in '[]' '"x"' 'null' '5'; do
    post /api/v1/records/people "$body"
    status 422 "a record is an object, not $body"
done
for body in '{"name":"a"' '{name:"a"}' "{'name':'a'}" '{"name":"a"} x' '{"name":NaN}' '{"name":"\ud800"}' '{"name":"a\u0000b"}'; do
    post /api/v1/records/people "$body"
    case $STATUS in 4??) ok "no JSON: $body" true ;; *) status 422 "no JSON: $body" ;; esac
done
printf '{"name":"\377\376"}' >"$W/bad"
post /api/v1/records/people -f "$W/bad"
status 422 'broken UTF-8 is refused'
for path in /api/v1/records/people/%00 /api/v1/records/people/%zz '/api/v1/records/people/'"'"'%20OR%201=1' /api/v1/records/pe%22ople/x /api/v1/records/PEOPLE/x; do
    get "$path"
    case $STATUS in 400 | 404 | 422) ok "nothing at $path" true ;; *) status 404 "nothing at $path" ;; esac
done
get /api/v1/records/people/x
status 404 'an id is any text'
post /api/v1/records/nowhere '{}'
status 404 'an unknown collection'
json . '{"error":"Not found","message":"Collection '"'nowhere'"' not found"}' 'is named'
request PUT /api/v1/records/people '{}'
status 422 'a collection is put by a key only'
get /api/v1/records/people
json .total 0 'none of this left anything'

# ---- unique, references -------------------------------------------------------------------------
post /api/v1/towns '{"name":"Ulm"}'
status 201 'a town'
ulm=$(value .id)
post /api/v1/towns '{"name":"Ulm"}'
status 400 'a second one of the name is refused'
json . '{"error":"Validation error","message":"Field '"'name'"' must be unique","details":[{"field":"name","message":"Value must be unique","code":"unique"}]}' 'by field'
post /api/v1/towns '{"name":"Bonn"}'; bonn=$(value .id)
patch "/api/v1/towns/$bonn" '{"name":"Ulm"}'
status 400 'nor may another take it'
post /api/v1/people "{\"name\":\"Bea\",\"home\":\"$ulm\",\"office\":\"$bonn\"}"
status 201 'references are written'
bea=$(value .id)
post /api/v1/rooms "{\"town\":\"$ulm\"}"; room=$(value .id)
delete "/api/v1/towns/$bonn"
status 409 'restrict keeps the target'
json . '{"error":"Conflict","message":"Cannot delete record: it is referenced by other records"}' 'and says so'
delete "/api/v1/towns/$ulm"
status 204 'set_null and cascade let it go'
get "/api/v1/people/$bea"
json '[.home,.office]' "[null,\"$bonn\"]" 'the one is emptied'
get "/api/v1/rooms/$room"
status 404 'the other went along'
delete "/api/v1/people/$bea"; delete "/api/v1/towns/$bonn"
status 204 'the child first, then the parent'

# ---- rules --------------------------------------------------------------------------------------
post /api/v1/records/tasks '{"title":"open","is_public":true}'; status 201 'a public task'
post /api/v1/records/tasks '{"title":"mine","is_public":false}'; status 201 'a private one'
private=$(value .id)
superadmin; get /api/v1/records/tasks
json .total 2 'a superadmin sees both'
anonymous
get /api/v1/records/tasks
status 400 'nobody in particular must say which account'
body_has X-Account-ID 'by the header'
get /api/v1/records/tasks -H 'X-Account-ID: acme'
status 401 'an expression wants somebody'
header WWW-Authenticate Bearer 'signed in'
get /api/v1/records/people -H 'X-Account-ID: nowhere'
status 404 'an unknown account'
get /api/v1/records/people -H 'X-Account-ID: ACME'
status 200 'a public list is for all'
get /api/v1/records/logs -H 'X-Account-ID: acme'
status 403 'a locked one for none'
json .detail 'Access denied: list is locked for this collection' 'with a text for the client'
post /api/v1/records/people '{"name":"Zoe Orr"}' -H 'X-Account-ID: acme'
status 201 'a public create rule lets strangers write'
json '[.created_by,.updated_by,.name]' '["anonymous","anonymous","Z*** O***"]' 'and masks what they wrote'
zoe=$(value .id)
patch "/api/v1/records/people/$zoe" '{"name":"Z*** O***","age":4}' -H 'X-Account-ID: acme'
status 200 'who sends the mask back'
json '[.name,.updated_by]' '["Z*** O***","anonymous"]' 'sees the mask'
delete "/api/v1/records/tasks/$private" -H 'X-Account-ID: acme'
status 401 'and deletes nothing of others'
sign_in acme owner@acme.example.com
get "/api/v1/records/people/$zoe" -H 'X-Account-ID: nowhere'
json .name 'Zoe Orr' 'the value is as it was; the header means nothing to those signed in'
get "/api/v1/records/people/$zoe" -H 'Authorization: Bearer nonsense'
status 401 'a bad token is not a stranger'
post /api/v1/records/logs '{"level":"info"}'
status 201 'a rule knows what is submitted'
post /api/v1/records/logs '{"level":"debug"}'
status 400 'and refuses it'
json .detail 'Record does not satisfy collection rules' 'in the words of the contract'
get /api/v1/records/nowhere
status 403 'a list of nothing'
json .detail 'Permission denied for list on nowhere (no rules defined)' 'is not told apart'
superadmin; get /api/v1/records/nowhere
status 404 'but to superadmins'

# ---- field lists --------------------------------------------------------------------------------
sign_in acme owner@acme.example.com
post /api/v1/records/staff '{"name":"Al","salary":1}'
status 422 'a field outside the list is refused'
json '.detail | [.error,.field_type,.unauthorized_fields,.allowed_fields]' '["Field access denied","restricted",["salary"],["email","name"]]' 'by name'
post /api/v1/records/staff '{"name":"Al","email":"al@example.com"}'
status 201 'the others are written'
json 'has("salary")' false 'and the hidden one is not shown'
al=$(value .id)
patch "/api/v1/records/staff/$al" '{"email":"b@example.com"}'
status 422 'the list of an update is its own'
body_has 'Permission denied to update fields: email' 'and names the operation'
patch "/api/v1/records/staff/$al" '{"name":"Bo"}'
json '[.name,.email,has("salary")]' '["Bo","al@example.com",false]' 'what may be viewed is shown'
for query in 'filter=salary%20%3E%200' 'filter=salary%20IS%20NULL'; do
    get "/api/v1/records/staff?$query"
    status 400 "a hidden field cannot be asked for: $query"
done
get '/api/v1/records/staff?sort=salary&fields=salary,name'
json '.items[0] | has("salary")' false 'nor sorted by, nor chosen'
superadmin; get "/api/v1/records/staff/$al"
json 'has("salary")' true 'superadmins see it'

# ---- forms of the path --------------------------------------------------------------------------
sign_in acme owner@acme.example.com
post /api/v1/records/users '{"nick":"n"}'
status 201 'a collection may be called users'
get /api/v1/records
status 404 'records is no collection of the short form'
get /api/v1/hooks/x
status 404 'nor is what others are called'
head_of "/api/v1/records/people/$zoe"
status 200 'HEAD asks for the head'

# ---- subscribe is no record ---------------------------------------------------------------------
stream=/api/v1/realtime/subscribe?collections
for of in "$TOKEN" ''; do
    TOKEN=$of
    get /api/v1/records/people/subscribe; status 307 'listening goes to the stream, whoever asks'
    header Location "$stream=people" 'with the collection'
    is "$(body)$(header_value Content-Type)" '' 'and nothing else is said'
done
get '/api/v1/people/subscribe?token=a.b-c&since=7'; header Location "$stream=people&token=a.b-c&since=7" 'in the short form, too; the query goes along'
ends=%0D%0A; [ "$FRONT" != lighttpd ] || ends=%20           # which refuses line ends itself
get "/api/v1/records/a%26b$ends%58:%20y/subscribe"; header Location "$stream=a%26b${ends}X%3A%20y" 'a name stays a name'
get /api/v1/records/nothing/subscribe; header Location "$stream=nothing" 'an unknown collection is not told apart'
get /api/v1/hooks/subscribe; status 404 'what others are called has no short form'
post /api/v1/records/people/subscribe '{}'; status 405 'there is nothing to post'
LARDER_TEST_SETTINGS="$LARDER_TEST_SETTINGS LARDER_BASE_PATH=/base"
[ -n "$FRONT" ] || { get '/api/v1/records/people/subscribe?x=1'; header Location "/base$stream=people&x=1" 'below the base path'; }
