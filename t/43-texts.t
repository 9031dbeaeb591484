#!/bin/sh
# 43-texts.t — what refusals of data routes say, word for word as the contract has it (data.md §1.3, §6.3, §7, §9, §10, §11).
. t/lib/larder.sh

collection '{"name":"things","fields":[{"name":"title","type":"text","required":true},{"name":"n","type":"number"},{"name":"done","type":"boolean"},
    {"name":"at","type":"datetime"},{"name":"day","type":"date"},{"name":"doc","type":"json"},{"name":"mail","type":"email"},{"name":"link","type":"url"},
    {"name":"up","type":"reference","collection":"things","on_delete":"restrict"}],
    "list_rule":"","view_rule":"","create_rule":"title IS NULL || title != \"no\"","update_rule":"","delete_rule":"","update_fields":["title","up"]}'
things_id=$(value .id)
collection '{"name":"shut","fields":[{"name":"a","type":"text"}],"list_rule":"a = \"x\""}'
sign_up acme owner@acme.example.com; member=$TOKEN
post /api/v1/records/things '{"title":"one"}'; id=$(value .id)
post /api/v1/records/things "{\"title\":\"two\",\"up\":\"$id\"}"; two=$(value .id)
many=$(jq -nc '{records: [range(101) | {title: "x"}]}')
nobody=01234567-89ab-4def-8123-456789abcdef

# ---- E5: the item, and a top-level error and message beside it ----------------------------------
# TYPE · the item · METHOD · path below /api/v1, {…} encoded · body. Superadmins ask.
cat >"$W/shapes" <<.
{"type":"greater_than_equal","loc":["query","limit"],"msg":"Input should be greater than or equal to 1","input":"0","ctx":{"ge":1}} GET /records/things?limit=0
{"type":"less_than_equal","loc":["query","limit"],"msg":"Input should be less than or equal to 100","input":"101","ctx":{"le":100}} GET /records/things?limit=101
{"type":"greater_than_equal","loc":["query","skip"],"msg":"Input should be greater than or equal to 0","input":"-1","ctx":{"ge":0}} GET /records/things?skip=-1
{"type":"int_parsing","loc":["query","limit"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"x"} GET /records/things?limit=x
{"type":"bool_parsing","loc":["query","include_count"],"msg":"Input should be a valid boolean, unable to interpret input","input":"maybe"} GET /records/things?include_count=maybe
{"type":"missing","loc":["query","functions"],"msg":"Field required","input":null} GET /records/things/aggregate
{"type":"missing","loc":["body","records"],"msg":"Field required","input":{}} POST /records/things/batch {}
{"type":"list_type","loc":["body","records"],"msg":"Input should be a valid list","input":"x"} POST /records/things/batch {"records":"x"}
{"type":"too_short","loc":["body","records"],"msg":"List should have at least 1 item after validation, not 0","input":[],"ctx":{"field_type":"List","min_length":1,"actual_length":0}} POST /records/things/batch {"records":[]}
{"type":"too_short","loc":["body","ids"],"msg":"List should have at least 1 item after validation, not 0","input":[],"ctx":{"field_type":"List","min_length":1,"actual_length":0}} DELETE /records/things/batch {"ids":[]}
{"type":"dict_type","loc":["body","records",0],"msg":"Input should be a valid dictionary","input":1} POST /records/things/batch {"records":[1]}
{"type":"string_type","loc":["body","ids",1],"msg":"Input should be a valid string","input":2} DELETE /records/things/batch {"ids":["x",2]}
{"type":"missing","loc":["body","records",0,"data"],"msg":"Field required","input":{"id":"x"}} PATCH /records/things/batch {"records":[{"id":"x"}]}
{"type":"string_too_short","loc":["body","name"],"msg":"String should have at least 3 characters","input":"ab","ctx":{"min_length":3}} POST /collections {"name":"ab","schema":[{"name":"a","type":"text"}]}
{"type":"string_too_long","loc":["body","schema",0,"name"],"msg":"String should have at most 64 characters","input":"$(printf 'a%.0s' $(seq 65))","ctx":{"max_length":64}} POST /collections {"name":"abc","schema":[{"name":"$(printf 'a%.0s' $(seq 65))","type":"text"}]}
{"type":"too_short","loc":["body","schema"],"msg":"List should have at least 1 item after validation, not 0","input":[],"ctx":{"field_type":"List","min_length":1,"actual_length":0}} POST /collections {"name":"abc","schema":[]}
{"type":"extra_forbidden","loc":["body","foo"],"msg":"Extra inputs are not permitted","input":1} PUT /collections/things/rules {"foo":1}
{"type":"value_error","loc":["body","list_fields"],"msg":"Value error, Field list must be '*' or a JSON array","input":"{}","ctx":{"error":{}}} PUT /collections/things/rules {"list_fields":"{}"}
{"type":"value_error","loc":["body","list_fields"],"msg":"Value error, All field names must be strings","input":"[1]","ctx":{"error":{}}} PUT /collections/things/rules {"list_fields":"[1]"}
{"type":"json_invalid","loc":["body",1],"msg":"JSON decode error"} POST /records/things {
.
encoded() { printf '%s\n' "$1" | sed 's/{/\n{/; s/}/}\n/' | while IFS= read -r part; do case $part in {*) printf %s "${part#?}" | sed 's/}$//' | jq -sRr @uri | tr -d '\n' ;; *) printf %s "$part" ;; esac; done; }
# One line a case: what is wanted has blanks, and ends before the method; then the path, and the body.
parted() {
    wanted=$(printf %s "$1" | sed -E 's# (GET|POST|PUT|PATCH|DELETE) /(records|collections).*##')
    asked=${1#"$wanted "}; how=${asked%% *}; asked=${asked#* }; path=${asked%% *}; sent=${asked#"$path"}; sent=${sent# }
    request "$how" "/api/v1$path" ${sent:+"$sent"}
}
superadmin
while IFS= read -r line <&3; do
    parted "$line"
    case $line in *json_invalid*) found=$(value '.detail[0] | {type,loc,msg}') ;; *) found=$(value '.detail[0]') ;; esac
    is "$STATUS $found $(value '[(.error | type), (.message | type)] | tojson')" "422 $wanted [\"string\",\"string\"]" "$how $path $(printf %.40s "$sent")"
done 3<"$W/shapes"

# ---- 400 of lists: filters ----------------------------------------------------------------------
said() { is "$STATUS $(body)" "$1" "$2"; }
TOKEN=$member
available='Available fields: account_id, at, created_at, created_by, day, doc, done, id, link, mail, n, title, up, updated_at, updated_by'
all='!=, <, <=, =, >, >=, IN, IS NOT NULL, IS NULL'
cat >"$W/filters" <<.
x = 1#Field 'x' does not exist in collection. $available
@request.auth.id = "x"#Context variables are not allowed in filters: '@request.auth.id'. Use plain field names only (e.g., status, price, created_at).
upper(title) = "x"#Functions are not allowed in filters: 'upper'
done > true#Operator '>' is not supported for field 'done' of type 'boolean'. Allowed operators: !=, =, IS NOT NULL, IS NULL
done IN (true)#Operator 'IN' is not supported for field 'done' of type 'boolean'. Allowed operators: !=, =, IS NOT NULL, IS NULL
n ~ "1%"#Operator '~' is not supported for field 'n' of type 'number'. Allowed operators: $all
at ~ "1%"#Operator '~' is not supported for field 'at' of type 'datetime'. Allowed operators: $all
day ~ "1%"#Operator '~' is not supported for field 'day' of type 'date'. Allowed operators: $all
doc = "x"#Operator '=' is not supported for field 'doc' of type 'json'. Allowed operators: IS NOT NULL, IS NULL
up < "x"#Operator '<' is not supported for field 'up' of type 'reference'. Allowed operators: !=, =, IN, IS NOT NULL, IS NULL
at > "x"#Invalid datetime literal 'x' for field 'at'
at > "x" || done < true#Invalid datetime literal 'x' for field 'at'; Operator '<' is not supported for field 'done' of type 'boolean'. Allowed operators: !=, =, IS NOT NULL, IS NULL
title =& 5#Unexpected character '&'. Did you mean '&&'? at position 7
(title = "a"#Expected RPAREN, found EOF at position 12
title IS x#Expected NULL, found IDENTIFIER at position 9
title = "a" b#Unexpected token after expression at position 12
title = "a#Unterminated string literal at position 10
title \$ 5#Invalid character '\$' at position 6
title & 5#Unexpected character '&'. Did you mean '&&'? at position 6
title | 5#Unexpected character '|'. Did you mean '||'? at position 6
title =#Unexpected token: EOF at position 7
.
while IFS='#' read -r filter message <&3; do
    get "/api/v1/records/things?filter=$(printf %s "$filter" | jq -sRr @uri)"
    is "$STATUS $(body)" "400 $(jq -nc --arg m "$message" '{error: "Invalid filter expression", message: $m}')" "filter: $filter"
done 3<"$W/filters"

# ---- 400, 403, 404, 409 of records --------------------------------------------------------------
cat >"$W/plain" <<.
400 {"error":"Unsupported query parameter","message":"Direct query parameter filtering (e.g., ?status=active) is no longer supported. Use the 'filter' parameter instead: ?filter=status = \"active\""} GET /records/things?status=active
400 {"error":"Unsupported query parameter","message":"Direct query parameter filtering (e.g., ?status=active) is no longer supported. Use the 'filter' parameter instead: ?filter=status = \"active\""} GET /records/things?page=2
400 {"error":"Invalid pagination parameters","message":"Cannot specify both 'cursor' and 'cursor_before'"} GET /records/things?cursor=&cursor_before=
400 {"error":"Invalid expand field","message":"Field 'title' is not a reference field and cannot be expanded"} GET /records/things?expand=title
400 {"error":"Invalid expand field","message":"Field 'x' is not a reference field and cannot be expanded"} GET /records/things/$id?expand=x
404 {"error":"Not found","message":"Record not found"} GET /records/things/$nobody
404 {"error":"Not found","message":"Collection 'x' not found"} GET /records/x/$nobody
404 {"error":"Not found","message":"Record not found"} PATCH /records/things/$nobody {}
404 {"error":"Not found","message":"Record not found"} DELETE /records/things/$nobody
403 {"detail":"Permission denied for list on x (no rules defined)"} GET /records/x
403 {"detail":"Permission denied for list on x (no rules defined)"} GET /records/x/aggregate?functions=count()
403 {"detail":"Access denied: view is locked for this collection"} GET /records/shut/$nobody
403 {"detail":"Access denied: create is locked for this collection"} POST /records/shut {"a":"x"}
400 {"detail":"Record does not satisfy collection rules"} POST /records/things {"title":"no"}
400 {"error":"batch_too_large","message":"Batch size 101 exceeds maximum of 100"} POST /records/things/batch $many
404 {"error":"not_found","message":"Record '$nobody' not found (index 1)"} PATCH /records/things/batch {"records":[{"id":"$id","data":{}},{"id":"$nobody","data":{}}]}
404 {"error":"not_found","message":"Record 'x' not found (index 0)"} DELETE /records/things/batch {"ids":["x"]}
409 {"error":"Conflict","message":"Cannot delete record: it is referenced by other records"} DELETE /records/things/$id
409 {"error":"Conflict","message":"Cannot delete record: it is referenced by other records"} DELETE /records/things/batch {"ids":["$id"]}
400 {"error":"Validation error","details":[{"field":"x","message":"Unknown field 'x' not defined in collection schema","code":"unknown_field"},{"field":"title","message":"Required field 'title' is missing","code":"required_missing"},{"field":"n","message":"Expected number value, got str","code":"invalid_type"},{"field":"done","message":"Expected boolean value, got int","code":"invalid_type"},{"field":"at","message":"Invalid datetime format. Use ISO 8601 format (e.g., 2024-01-01T12:00:00Z)","code":"invalid_datetime_format"},{"field":"day","message":"Invalid date format. Use YYYY-MM-DD format","code":"invalid_date_format"},{"field":"mail","message":"Invalid email format","code":"invalid_email_format"},{"field":"link","message":"Invalid URL format. Must start with http:// or https://","code":"invalid_url_format"},{"field":"up","message":"Reference ID cannot be empty","code":"empty_reference"}]} POST /records/things {"x":1,"n":"1","done":1,"at":"x","day":"x","mail":"x","link":"x","up":" "}
400 {"error":"Validation error","details":[{"field":"title","message":"Required field 'title' cannot be null","code":"required_null"},{"field":"at","message":"Expected datetime string, got list","code":"invalid_type"},{"field":"day","message":"Expected date string, got float","code":"invalid_type"},{"field":"mail","message":"Expected email string, got dict","code":"invalid_type"},{"field":"link","message":"Expected URL string, got bool","code":"invalid_type"},{"field":"up","message":"Expected reference ID (string), got int","code":"invalid_type"}]} POST /records/things {"title":null,"at":[],"day":1.5,"mail":{},"link":true,"up":7}
400 {"error":"Validation error","details":[{"field":"up","message":"Referenced record '$nobody' not found in collection 'things'","code":"invalid_reference"}]} POST /records/things {"title":"a","up":"$nobody"}
400 {"error":"validation_error","index":1,"details":[{"field":"title","message":"Required field 'title' is missing","code":"required_missing"}]} POST /records/things/batch {"records":[{"title":"a"},{},{"x":1}]}
422 {"error":"Field access denied","message":"Cannot create system fields via API: account_id, id","detail":{"error":"Field access denied","message":"Cannot create system fields via API: account_id, id","unauthorized_fields":["account_id","id"],"field_type":"system"}} POST /records/things {"title":"a","id":"x","account_id":"y"}
422 {"error":"Field access denied","message":"Permission denied to update fields: done, n","detail":{"error":"Field access denied","message":"Permission denied to update fields: done, n","unauthorized_fields":["done","n"],"field_type":"restricted","allowed_fields":["title","up"]}} PATCH /records/things/$id {"n":1,"done":true,"title":"a"}
.
while IFS= read -r line <&3; do
    parted "$line"; said "$wanted" "$how $path $(printf %.60s "$sent")"
done 3<"$W/plain"
get '/api/v1/records/things?cursor=%21'; is "$STATUS $(value .error) $(value .message | cut -c1-22)" '400 Invalid cursor Invalid cursor format:' 'a cursor that is none'
get '/api/v1/records/things?cursor_before=x'; is "$STATUS $(value .error) $(value .message | cut -c1-22)" '400 Invalid cursor_before Invalid cursor format:' 'either way'

# ---- who asks -----------------------------------------------------------------------------------
anonymous
get /api/v1/records/things; said '400 {"detail":"X-Account-ID header is required for unauthenticated requests"}' 'nobody, of no account'
get /api/v1/records/things -H 'X-Account-ID: x'; said "404 {\"detail\":\"Account 'x' not found\"}" 'nobody, of none that is there'
get /api/v1/records/shut -H 'X-Account-ID: acme'; said '401 {"detail":"Authentication required to access this resource"}' 'nobody, where a rule would ask who'
header WWW-Authenticate Bearer 'and how to say it'
get /api/v1/collections; said '401 {"detail":"Missing authentication credentials"}' 'nobody, for superadmins'
TOKEN=$member; get /api/v1/collections; said '403 {"detail":"Superadmin access required"}' 'somebody else'
superadmin
get /api/v1/records/x; said "404 {\"error\":\"Not found\",\"message\":\"Collection 'x' not found\"}" 'superadmins are told what is not there'
get '/api/v1/records/x/aggregate?functions=count()'; said "404 {\"error\":\"Collection not found\",\"message\":\"Collection 'x' does not exist\"}" 'in an aggregation too'
post /api/v1/records/things "{\"title\":\"a\",\"account_id\":\"$nobody\"}"; said "404 {\"detail\":\"Account '$nobody' not found\"}" 'an account that is none'
get "/api/v1/collections/$nobody"; said "404 {\"error\":\"Not Found\",\"message\":\"Collection with ID '$nobody' not found\"}" 'nor a collection'
post /api/v1/collections '{"name":"Things","schema":[{"name":"a","type":"text"}]}'; said "409 {\"error\":\"Conflict\",\"message\":\"Collection 'Things' already exists\",\"field\":\"name\"}" 'one that is there'
put "/api/v1/collections/$things_id" '{"name":"other"}'; said '400 {"error":"Validation error","message":"Collection rename is not supported"}' 'another name'
put /api/v1/collections/things/rules '{"list_rule":"nope = 1","view_rule":"@request.auth.x = 1","delete_rule":"@request.data.n = 1"}'
said "400 {\"detail\":\"Invalid list_rule: Field 'nope' does not exist in collection. $available; Invalid view_rule: Invalid context variable '@request.auth.x'. Valid: @request.auth.account_id, @request.auth.email, @request.auth.id, @request.auth.role; Invalid delete_rule: '@request.data.*' can only be used in create/update rules, not in 'delete' rules\"}" 'rules, all at once'
get /api/v1/collections/x/rules; said "404 {\"detail\":\"Collection 'x' not found\"}" 'rules of none'

# ---- aggregation --------------------------------------------------------------------------------
TOKEN=$member
F='Invalid aggregation functions' H='Invalid having expression'
cat >"$W/aggregations" <<.
functions=,#$F#At least one aggregation function is required
functions=count#$F#Invalid aggregation function syntax: 'count'. Expected format: fn() or fn(field_name)
functions=count(*)#$F#Invalid aggregation function syntax: 'count(*)'. Expected format: fn() or fn(field_name)
functions=Median(n)#$F#Unknown aggregation function 'median'. Supported functions: avg, count, max, min, sum
functions=SUM()#$F#Function 'sum' requires a field argument, e.g. sum(field_name)
functions=count(x)#$F#Field 'x' not found in collection schema
functions=max(id)#$F#Field 'id' not found in collection schema
functions=sum(title)#$F#Function 'sum' requires a number field, but field 'title' has type 'text'
functions=min(done)#$F#Function 'min' is not supported for field type 'boolean'. Supported types: date, datetime, email, number, text, url
functions=count(),count()#$F#Duplicate aggregation alias 'count'. Each aggregation function must produce a unique result key
functions=count()&group_by=x#Invalid group_by#Field 'x' not found in collection schema
functions=count()&having={x > 1}#$H#Unknown aggregate alias 'x' in HAVING expression. Valid aliases: count
functions=count()&having={count LIKE 1}#$H#Expected operator after 'count' but got 'LIKE'. Valid operators: !=, <, <=, =, >, >=
functions=count()&having={count >}#$H#Expected a value after operator '>' in HAVING expression
functions=count()&having={count > 1 )}#$H#Unexpected token ')' in HAVING expression
functions=count()&having={(count > 1}#$H#Unexpected end of HAVING expression
functions=count()&having={count > x}#$H#Invalid value 'x' in HAVING expression
functions=count()&filter={x = 1}#Invalid filter expression#Field 'x' does not exist in collection. $available
.
while IFS='#' read -r query title message <&3; do
    get "/api/v1/records/things/aggregate?$(encoded "$query")"
    is "$STATUS $(body)" "400 $(jq -nc --arg e "$title" --arg m "$message" '{error: $e, message: $m}')" "aggregate: $query"
done 3<"$W/aggregations"
