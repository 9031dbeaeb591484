#!/bin/sh
# 35-collections.t — superadmins define collections, their fields and rules; nobody else does.
. t/lib/larder.sh

field() { printf '{"name":"%s","type":"%s"%s}' "$1" "$2" "$3"; }
all_keys='["collection","default","encrypted","expression","mask_type","name","on_delete","options","pii","required","return_type","searchable","type","unique"]'

# ---- who may ------------------------------------------------------------------------------------
for call in 'GET /api/v1/collections' 'GET /api/v1/collections/names' 'GET /api/v1/collections/x' \
    'POST /api/v1/collections {}' 'PUT /api/v1/collections/x {}' 'DELETE /api/v1/collections/x' \
    'GET /api/v1/collections/x/rules' 'PUT /api/v1/collections/x/rules {}' \
    'POST /api/v1/rules/validate {}' 'GET /api/v1/migrations' 'GET /api/v1/migrations/current' \
    'GET /api/v1/migrations/history'; do
    # shellcheck disable=SC2086
    anonymous; request $call
    status 401 "$call: nobody may without signing in"
done
json .detail 'Missing authentication credentials' 'and is told so'
header WWW-Authenticate Bearer 'and how to'
sign_up acme owner@acme.example.com
for call in 'GET /api/v1/collections' 'GET /api/v1/collections/names' 'GET /api/v1/collections/x' \
    'POST /api/v1/collections {"name":"stolen","schema":[{"name":"a","type":"text"}]}' \
    'PUT /api/v1/collections/x {}' 'DELETE /api/v1/collections/x' \
    'GET /api/v1/collections/x/rules' 'PUT /api/v1/collections/x/rules {"list_rule":""}' \
    'POST /api/v1/rules/validate {}' 'GET /api/v1/migrations' 'GET /api/v1/migrations/current' \
    'GET /api/v1/migrations/history'; do
    # shellcheck disable=SC2086
    request $call
    status 403 "$call: the administrator of an account may not"
done
json .detail 'Superadmin access required' 'and is told so, with the capital the client looks for'

superadmin
get /api/v1/collections
status 200 'the superadmin may'
json 'del(.items)' '{"total":0,"page":1,"page_size":25,"total_pages":0}' 'an empty list has no pages'
json .items '[]' 'and no items'
get /api/v1/collections/names
json . '{"names":[],"total":0}' 'there are no names'

# ---- create -------------------------------------------------------------------------------------
post /api/v1/collections "{\"name\":\"TestCollection\",\"label\":\"ignored\",\"schema\":[$(field title TEXT ',"required":true'),$(field mail email ',"pii":true,"mask_type":"Email"')]}"
status 201 'a collection is created'
id=$(value .id)
json .name TestCollection 'with its name'
json .table_name col_testcollection 'its table in lower case'
json '.schema | length' 2 'its fields'
json '[.schema[] | keys | sort] | unique' "[$all_keys]" 'each with all keys'
json '.schema[0]' '{"name":"title","type":"text","required":true,"default":null,"unique":false,"options":null,"collection":null,"on_delete":null,"pii":false,"mask_type":null,"expression":null,"return_type":null,"encrypted":false,"searchable":false}' 'as they were defined'
json '.schema[1] | [.pii, .mask_type]' '[true,"email"]' 'personal data is marked'
json '[.list_rule, .view_rule, .create_rule, .update_rule, .delete_rule]' '[null,null,null,null,null]' 'the rules are locked'
json '[.list_fields, .view_fields, .create_fields, .update_fields]' '["*","*","*","*"]' 'the field lists are open'
json '[.field_count, .record_count, .has_public_access]' '[2,0,false]' 'with its numbers'
json '.created_at | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{6}\\+00:00$")' true 'and its time'
post /api/v1/collections "{\"name\":\"posts\",\"fields\":[$(field body text)],\"list_rule\":\"\",\"view_rule\":\"body != \\\"\\\"\",\"view_fields\":[\"body\"]}"
status 201 'the fields may be called fields'
json '[.list_rule, .view_rule, .view_fields, .has_public_access]' '["","body != \"\"","[\"body\"]",true]' 'rules come with them'
post /api/v1/collections "{\"name\":\"both\",\"fields\":[],\"schema\":[$(field a text)]}"
status 201 'of both spellings schema wins'
for taken in posts POSTS; do
    post /api/v1/collections "{\"name\":\"$taken\",\"schema\":[$(field a text)]}"
    status 409 "another $taken is refused"
    json . "{\"error\":\"Conflict\",\"message\":\"Collection '$taken' already exists\",\"field\":\"name\"}" 'in these words'
done
for type in text number boolean datetime email url json date; do
    fields="$fields,$(field "f_$type" $type)"
done
post /api/v1/collections "{\"name\":\"every_type\",\"schema\":[${fields#,},$(field f_ref reference ',"collection":"every_type","on_delete":"CASCADE"'),$(field select text ',"unique":true,"options":{"a":[1]},"default":"x"')]}"
status 201 'fields of every type are accepted, and words of SQL as names'
json '.schema[-2] | [.collection, .on_delete]' '["every_type","cascade"]' 'a reference to itself too'
json '.schema[-1] | [.default, .unique, .options]' '["x",true,{"a":[1]}]' 'options and default come back'

# ---- what is refused ----------------------------------------------------------------------------
unfit() {
    post /api/v1/collections "$1"
    status 422 "$3: 422"
    json '.detail[0] | [.type, .loc, .msg]' "$2" "$3"
}
unfit '{"schema":[{"name":"a","type":"text"}]}' '["missing",["body","name"],"Field required"]' 'a name is needed'
unfit '{"name":"ab","schema":[{"name":"a","type":"text"}]}' '["string_too_short",["body","name"],"String should have at least 3 characters"]' 'a name has three characters'
unfit "{\"name\":\"$(printf 'a%.0s' $(seq 65))\",\"schema\":[{\"name\":\"a\",\"type\":\"text\"}]}" '["string_too_long",["body","name"],"String should have at most 64 characters"]' 'and at most 64'
unfit '{"name":"abc"}' '["missing",["body","schema"],"Field required"]' 'fields are needed'
unfit '{"name":"abc","fields":[]}' '["too_short",["body","fields"],"List should have at least 1 item after validation, not 0"]' 'at least one'
unfit '{"name":"abc","schema":"x"}' '["list_type",["body","schema"],"Input should be a valid list"]' 'in a list'
unfit '{"name":"abc","schema":[{"type":"text"},5]}' '["missing",["body","schema",0,"name"],"Field required"]' 'each has a name'
json '.detail[1] | [.type, .loc, .input]' '["model_attributes_type",["body","schema",1],5]' 'and is an object; all faults in one list'
unfit '{"name":"abc","schema":[{"name":"a","type":7}]}' '["string_type",["body","schema",0,"type"],"Input should be a valid string"]' 'a type is a word'
unfit '{"name":"abc","schema":[{"name":"a","type":"text","mask_type":"email"}]}' '["value_error",["body","schema",0],"Value error, mask_type can only be set when pii=True"]' 'a mask needs personal data'
unfit '{"name":"abc","schema":[{"name":"a","type":"text","options":3}]}' '["dict_type",["body","schema",0,"options"],"Input should be a valid dictionary"]' 'options are an object'
unfit '{"name":"abc","schema":[{"name":"a","type":"text"}],"list_rule":{}}' '["string_type",["body","list_rule"],"Input should be a valid string"]' 'a rule is a text'
json '[.error, .message | type]' '["string","string"]' 'a message stands beside the list'
unfit '{"name":"abc","schema":[{"name":"a","type":"text"}],"list_rule":{},"list_fields":7}' '["string_type",["body","list_rule"],"Input should be a valid string"]' 'and so are lists'

wrong() {
    post /api/v1/collections "{\"name\":\"wrong_one\",\"schema\":[$1]$3}"
    status 400 "$2: 400"
    json '[.error, .message]' "[\"Validation error\",\"Validation failed: $2\"]" "$2"
}
post /api/v1/collections '{"name":"9lives","schema":[{"name":"a","type":"text"}]}'
json '[.error, .message]' '["Validation error","Validation failed: name: Collection name must start with a letter and contain only alphanumeric characters and underscores"]' 'a name begins with a letter'
json .details '[{"field":"name","message":"Collection name must start with a letter and contain only alphanumeric characters and underscores","code":"name_invalid_format"}]' 'details say where'
wrong "$(field id text)" "schema[0].name: Field name 'id' is reserved and cannot be used"
wrong "$(field Account_ID text)" "schema[0].name: Field name 'Account_ID' is reserved and cannot be used"
wrong "$(field a text),$(field A text)" "schema[1].name: Duplicate field name 'A'"
wrong "$(field 'a\"; DROP TABLE users; --' text | sed 's/a"/a\\"/')" 'schema[0].name: Field name must start with a letter and contain only alphanumeric characters and underscores'
wrong "$(field 'a\n' text)" 'schema[0].name: Field name must start with a letter and contain only alphanumeric characters and underscores'
wrong "$(field a blob)" "schema[0].type: Invalid field type 'blob'. Valid types: text, number, boolean, datetime, email, url, json, reference, file, date, computed, select, references"
wrong "$(field a computed ",\"expression\":\"b\",\"return_type\":\"number\"")" "schema[0].expression: Invalid expression syntax: Unknown field 'b' in computed expression. Computed fields cannot reference other computed fields or non-existent fields."
wrong "$(field a text ',"encrypted":true,"unique":true')" 'schema[0].encrypted: Encrypted fields cannot be unique'
wrong "$(field a reference)" "schema[0].on_delete: Reference field requires 'on_delete' (cascade/set_null/restrict); schema[0].collection: Reference field requires 'collection' (target collection name)"
wrong "$(field a reference ',"collection":"nowhere","on_delete":"explode"')" "schema[0].on_delete: Invalid on_delete action 'explode'. Valid actions: cascade, set_null, restrict; schema[0].collection: Referenced collection 'nowhere' not found"
wrong "$(field a number ',"default":"7"')" 'schema[0].default: Expected number value, got str'
wrong "$(field a number)" "list_rule: Field 'b' does not exist in collection. Available fields: a, account_id, created_at, created_by, id, updated_at, updated_by" ',"list_rule":"b = 1"'
get '/api/v1/collections?search=wrong_one'
json .total 0 'none of these left anything behind'

# ---- list ---------------------------------------------------------------------------------------
post /api/v1/collections "{\"name\":\"Users_of\",\"schema\":[$(field a text)]}"
get '/api/v1/collections?page=1&page_size=2&sort_by=name&sort_order=asc'
json '[.total, .total_pages, (.items | length)]' '[5,3,2]' 'a page has as many as asked for'
json '[.items[].name]' '["TestCollection","Users_of"]' 'in order'
json '.items[0] | keys' '["created_at","field_count","fields_count","has_public_access","id","name","record_count","records_count","table_name","type","updated_at"]' 'items have both spellings of their counters'
get '/api/v1/collections?page=3&page_size=2&sort_by=name&sort_order=asc'
json '[.items[].name]' '["posts"]' 'the last page has the rest'
get '/api/v1/collections?search=uSERS'
json '[.total, .items[0].name]' '[1,"Users_of"]' 'a search minds no case'
get '/api/v1/collections?search=%25'
json .total 0 'and knows no wildcards'
get '/api/v1/collections?sort_by=nonsense'
json '[.items[0].name, .total]' '["Users_of",5]' 'an unknown order is newest first'
for query in page=0 page_size=0 page_size=101 page=x; do
    get "/api/v1/collections?$query"
    status 422 "$query is refused"
done
get /api/v1/collections/names
json . '{"names":["TestCollection","Users_of","both","every_type","posts"],"total":5}' 'all names, in order'
get "/api/v1/collections/$id"
json '[.name, (.schema | length)]' '["TestCollection",2]' 'one is read by its id'
for call in GET DELETE 'PUT'; do
    request $call /api/v1/collections/col-999 '{}'
    status 404 "$call of one that is not there"
    json . '{"error":"Not Found","message":"Collection with ID '"'col-999'"' not found"}' 'in these words'
done

# ---- change -------------------------------------------------------------------------------------
title=$(field title text ',"required":true') mail=$(field mail email ',"pii":true,"mask_type":"email"')
put "/api/v1/collections/$id" "{\"schema\":[$title,$mail,$(field description text)]}"
status 200 'a field is added'
json '[.schema[].name]' '["title","mail","description"]' 'after the others'
put "/api/v1/collections/$id" "{\"fields\":[$(field title number),$mail]}"
status 400 'a type cannot change, nor a field go'
json '[.error, .message]' '["Validation error","Schema validation failed: title: Type change from '"'text' to 'number'"' is not allowed for data safety; description: Field deletion is not allowed for data safety"]' 'and all of it is said'
put "/api/v1/collections/$id" '{"name":"renamed"}'
json . '{"error":"Validation error","message":"Collection rename is not supported"}' 'a name cannot change'
put "/api/v1/collections/$id" '{"name":"TestCollection","list_rule":"@request.auth.id != \"\"","list_fields":["title"]}'
status 200 'rules alone may change'
json '[.list_rule, .list_fields, (.schema | length)]' '["@request.auth.id != \"\"","[\"title\"]",3]' 'and nothing else then'
put "/api/v1/collections/$id" '{"view_rule":"nope ="}'
status 400 'a rule that cannot be read is refused'
json '.message | startswith("Validation failed: view_rule: ")' true 'by its name'
put "/api/v1/collections/$id" "{\"schema\":[$(field description text),$(field title text ',"unique":true'),$mail,$(field up reference ',"collection":"posts","on_delete":"restrict"')]}"
status 200 'fields are put in another order, options change, a reference is added'
put "/api/v1/collections/$id" "{\"schema\":[$(field description text),$(field title text),$mail,$(field up reference ',"collection":"posts","on_delete":"set_null"')]}"
status 200 'and changed back'
json '.schema[3].on_delete' set_null 'with another way to delete'

# ---- rules --------------------------------------------------------------------------------------
get /api/v1/collections/posts/rules
status 200 'rules are read by the name'
json 'keys' '["collection_id","create_fields","create_rule","created_at","delete_rule","id","list_fields","list_rule","update_fields","update_rule","updated_at","view_fields","view_rule"]' 'all of them'
json '[.list_rule, .create_rule, .view_fields]' '["",null,"[\"body\"]"]' 'as they were given'
get /api/v1/collections/Posts/rules
json . '{"detail":"Collection '"'Posts'"' not found"}' 'names mind their case'
put /api/v1/collections/posts/rules '{"create_rule":"@request.data.body = \"x\" && @owns_record()","list_rule":null,"update_fields":"[\"body\"]","view_fields":null}'
status 200 'rules are changed'
json '[.list_rule, .create_rule, .update_fields, .view_fields]' '[null,"@request.data.body = \"x\" && @owns_record()","[\"body\"]","[\"body\"]"]' 'null locks a rule and leaves a list'
put /api/v1/collections/posts/rules '{"list_rule":"nope = 1 || worse = 2","view_rule":""}'
status 400 'names must be known'
json .detail "Invalid list_rule: Field 'nope' does not exist in collection. Available fields: account_id, body, created_at, created_by, id, updated_at, updated_by; Field 'worse' does not exist in collection. Available fields: account_id, body, created_at, created_by, id, updated_at, updated_by" 'and are named when they are not'
put /api/v1/collections/posts/rules '{"delete_rule":"@request.data.body = 1"}'
json .detail "Invalid delete_rule: '@request.data.*' can only be used in create/update rules, not in 'delete' rules" 'submitted data stands in create and update rules'
put /api/v1/collections/posts/rules '{"list_rule":"  "}'
status 400 'blank is not public'
put /api/v1/collections/posts/rules '{"list_rule":"@nonsense()"}'
json .detail "Invalid list_rule: Unknown macro '@nonsense'" 'macros must be known'
put /api/v1/collections/posts/rules '{"view_rule":"","surprise":1}'
status 422 'unknown keys are refused'
json '.detail[0] | [.type, .loc, .msg, .input]' '["extra_forbidden",["body","surprise"],"Extra inputs are not permitted",1]' 'by name'
for list in '"x"' '"{}"' '"[1]"' '7' '[1]'; do
    put /api/v1/collections/posts/rules "{\"list_fields\":$list}"
    status 422 "$list is no field list"
done
get /api/v1/collections/posts/rules
json '[.list_rule, .view_rule, .delete_rule]' '[null,"body != \"\"",null]' 'none of these changed anything'

validate() { post /api/v1/rules/validate "{\"rule\":\"$1\",\"operation\":\"$2\",\"collectionFields\":[\"status\",\"price\"]}"; }
validate 'status = 1 && price > 2 && !status' list
json . '{"valid":true,"errors":[]}' 'a rule is tried without saving it'
validate 'prize > 2' list
json '[.valid, (.errors | length)]' '[false,1]' 'and its faults told'
validate '@request.data.price > 2' create
json .valid true 'for one operation'
validate '@request.data.price > 2' view
json .valid false 'but not for another'
validate 'price > 2' sideways
status 422 'which must be one of five'

# ---- delete -------------------------------------------------------------------------------------
posts=$(as_superadmin GET '/api/v1/collections?search=posts'; value '.items[0].id')
delete "/api/v1/collections/$posts"
status 409 'what others refer to stays'
json . '{"error":"Conflict","message":"Collection '"'posts' is referenced by 'TestCollection'"'"}' 'and it is said who'
delete "/api/v1/collections/$id"
status 200 'a collection is deleted'
json 'del(.migration_revision)' "{\"message\":\"Collection deleted successfully\",\"collection_id\":\"$id\",\"collection_name\":\"TestCollection\",\"table_name\":\"col_testcollection\",\"records_deleted\":0}" 'with what it was'
revision=$(value .migration_revision)
delete "/api/v1/collections/$posts"
status 200 'and then the other'
get "/api/v1/collections/$id"
status 404 'it is gone'
post /api/v1/collections "{\"name\":\"TESTcollection\",\"schema\":[$(field other number)]}"
status 201 'its name is free again'

# ---- with records in it -------------------------------------------------------------------------
collection "{\"name\":\"filled\",\"schema\":[$(field a text ',"required":true')],\"list_rule\":\"\",\"create_rule\":\"\"}"
filled=$(value .id)
sign_up beta owner@beta.example.com
for n in 1 2; do post /api/v1/records/filled '{"a":"same"}'; done
status 201 'records are written by a tenant'
superadmin
get "/api/v1/collections/$filled"
json .record_count 2 'and counted'
more() { put "/api/v1/collections/$filled" "{\"schema\":[$(field a text "$2"),$1]}"; }
more "$(field must text ',"required":true')"
status 400 'a new required field needs a default then'
json .message 'Schema validation failed: schema[1].required: new required field needs a default because the collection has records' 'and is told so'
more "$(field b text)" ',"unique":true'
status 400 'duplicates keep a field from becoming unique'
json '.details[0] | [.field, .code]' '["schema[0].unique","unique_has_duplicates"]' 'and are named'
more "$(field up reference ',"collection":"filled","on_delete":"cascade","default":"x"')"
status 400 'a new reference cannot have a default then'
get "/api/v1/collections/$filled"
json '[.schema[].name]' '["a"]' 'none of these changed anything'
more "$(field n number ',"required":true,"default":-1.5'),$(field t datetime ',"default":"2024-01-01"'),$(field j json ',"default":{"x":"it'"'"'s"}')"
status 200 'defaults fill what is there'
get /api/v1/records/filled
json '[.items[] | [.n, .t, .j.x]] | unique' '[[-1.5,"2024-01-01T00:00:00Z","it'"'"'s"]]' 'in every record'
delete "/api/v1/collections/$filled"
json .records_deleted 2 'and go with the collection'
get /api/v1/records/filled
status 404 'for everybody'

# ---- history ------------------------------------------------------------------------------------
get /api/v1/migrations
status 200 'the history is listed'
json '.revisions[0] | [.description, .is_dynamic, .isDynamic, .is_head, .is_applied]' '["delete_collection_filled",true,true,true,true]' 'newest first'
json ".revisions[] | select(.revision == \"$revision\") | .description" delete_collection_TestCollection 'the deletion is in it'
json '.total == (.revisions | length) and .current_revision == .revisions[0].revision and .currentRevision == .current_revision' true 'and where it stands'
json '[.revisions[].is_dynamic] | unique' '[false,true]' 'core and dynamic revisions alike'
header Cache-Control 'private, max-age=60' 'it may be kept for a minute'
header ETag "\"$(value .current_revision)\"" 'and has a validator'
get /api/v1/migrations/current
json 'keys' '["appliedAt","createdAt","created_at","description","isDynamic","is_dynamic","revision"]' 'the current one'
get /api/v1/migrations/history
json '[.history[-1].description, .total == (.history | length)]' '["delete_collection_filled",true]' 'the history is told oldest first'
ok 'every change of a definition is in the audit trail, which is whole' larder audit verify
