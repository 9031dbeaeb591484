#!/bin/sh
# 42-transfer.t — records leave as CSV, NDJSON and JSON and come back: as lists show them, by the way of single writes.
. t/lib/larder.sh

R=/api/v1/records
fields='{"name":"title","type":"text","required":true},{"name":"price","type":"number"},{"name":"open","type":"boolean"},{"name":"at","type":"datetime"},{"name":"day","type":"date"},{"name":"extra","type":"json"},{"name":"code","type":"text","unique":true},{"name":"mail","type":"email","pii":true,"mask_type":"email"},{"name":"secret","type":"text"}'
open_rules='"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""'
shown='"list_fields":["title","price","open","at","day","extra","code","mail"]'
collection "{\"name\":\"goods\",\"schema\":[$fields],$open_rules,$shown}"
collection "{\"name\":\"copies\",\"schema\":[$fields],$open_rules}"
# send FILE QUERY [TYPE]: an import.
send() { request POST "$R/${into:-copies}/import?$2" -f "$1" -H "Content-Type: ${3:-text/plain}"; }
lines() { printf '%b' "$1" >"$W/lines"; send "$W/lines" "format=csv&$2"; }
count() { get "$R/${into:-copies}?limit=1"; value .total; }
empty() { sql "DELETE FROM col_${into:-copies}" >/dev/null; as_superadmin PATCH "$R/${into:-copies}?filter=true" '{}'; }
cells() { sed 's/\r$//; /^[0-9a-f-]\{36\},/s/^\([^,]*,\)\{7\}//' "$W/body"; }     # without what every record has
fields_of='del(.id, .account_id, .created_at, .created_by, .updated_at, .updated_by, .account_name)'

sign_up acme owner@acme.example.com; acme=$TOKEN ACME=$ACCOUNT
as_superadmin POST /api/v1/users "{\"email\":\"member@acme.example.com\",\"account_id\":\"$ACME\",\"role_id\":2,\"password\":\"$PASSWORD\"}"
larder user verify member@acme.example.com --account acme >/dev/null; sign_in acme member@acme.example.com; member=$TOKEN
sign_up rival owner@rival.example.com; rival=$TOKEN
TOKEN=$acme
cat >"$W/first.json" <<'.'
{"records":[
{"title":"plain","price":1.5,"open":true,"at":"2026-01-02T03:04:05.678Z","day":"2026-01-02","extra":{"a":[1,"x",null]},"code":"a1","mail":"ann@example.com","secret":"s"},
{"title":"comma, \"quote\"\r\nand line é 漢","price":-7,"open":false,"extra":"just text","code":"=1+1","mail":"bob@example.com"},
{"title":"","price":0,"extra":[],"code":""},
{"title":"\u0001\t\\ /","extra":12.5,"code":"null","secret":"hidden"},
{"title":"@SUM(A1)","extra":true,"code":" blank "}]}
.
post $R/goods/batch -f "$W/first.json"; status 201 'five records'

# ---- out ----------------------------------------------------------------------------------------
get "$R/goods/export?format=ndjson"; status 200 'as NDJSON'
header Content-Type application/x-ndjson 'of its type'
is "$(header_value Content-Disposition | sed 's/[0-9]/9/g')" 'attachment; filename="goods_9999-99-99.ndjson"' 'as a file'
is "$(wc -l <"$W/body" | tr -d ' ')" 5 'a line each'
cp "$W/body" "$W/all.ndjson"
get "$R/goods?sort=created_at,id"
is "$(jq -cS '.account_name = "acme"' "$W/all.ndjson")" "$(jq -cS '.items[] | .account_name = "acme"' "$W/body")" 'what the list shows, in the order they were made'
get "$R/goods/export?format=json"; status 200 'as JSON'
header Content-Type application/json 'of its type'
is "$(jq -c '.[]' "$W/body")" "$(jq -c . "$W/all.ndjson")" 'an array of the same'
get "$R/goods/export"; status 200 'as CSV, if nothing is said'
header Content-Type 'text/csv; charset=utf-8; header=present' 'of its type'
cp "$W/body" "$W/all.csv"
is "$(head -n 1 "$W/body" | tr -d '\r')" 'id,account_id,created_at,created_by,updated_at,updated_by,account_name,title,price,open,at,day,extra,code,mail' 'a header of what is shown'
is "$(cells | sed -n 2p)" 'plain,1.5,true,2026-01-02T03:04:05.678Z,2026-01-02,"{""a"":[1,""x"",null]}",a1,ann@example.com' 'values as they are'
is "$(cells | sed -n 3,4p)" '"comma, ""quote""
and line é 漢",-7,false,,,"""just text""",=1+1,bob@example.com' 'quoted where they must be; JSON as JSON'
is "$(cells | sed -n 5p)" '"",0,false,,,[],"",' 'no text is quoted, no value is nothing'
is "$(tail -c 2 "$W/body" | od -An -tx1 | tr -d ' ')" 0d0a 'lines end as RFC 4180 says'
get "$R/goods/export?safe=true&fields=title,price,code"
is "$(cells | sed -n '4p;7p')" "and line é 漢\",-7,'=1+1
'@SUM(A1),,\" blank \"" 'safe: no text calculates, numbers stay'
get "$R/goods/export?format=ndjson&filter=price%20%3C%3D%200&sort=-price&fields=price"
is "$(jq -c '[.price, has("title"), has("id")]' "$W/body" | tr '\n' ' ')" '[0,false,true] [-7,false,true] ' 'filter, sort and fields hold as in lists'
get "/api/v1/goods/export?format=ndjson&filter=code%3D%27a1%27"; is "$(jq -r .title "$W/body")" plain 'the short form too'
get "$R/goods/export?filter=price%20%3E%20100"; is "$(wc -l <"$W/body" | tr -d ' ')" 1 'of nothing only the header'
get "$R/goods/export?format=json&filter=price%20%3E%20100"; json . '[]' 'or an empty array'
get "$R/goods/export?format=ndjson&filter=price%20%3E%20100"; is "$STATUS $(body)" '200 ' 'or nothing'
head_of "$R/goods/export"; status 200 'who only asks for the head gets no rows'

# ---- whose, and what of it ----------------------------------------------------------------------
TOKEN=$rival
get "$R/goods/export?format=ndjson"; is "$STATUS $(body)" '200 ' 'another account has none of it'
get "$R/goods/export?format=ndjson&filter=account_id%3D%27$ACME%27"; is "$(body)" '' 'however it asks'
post $R/goods '{"title":"of rival"}'
as_superadmin GET "$R/goods/export?format=ndjson"; is "$(jq -r .title "$W/body" | grep -c .) $(jq -r .account_name "$W/body" | sort -u | tr '\n' ' ')" '6 acme rival ' 'superadmins have all, with names'
TOKEN=$member
get "$R/goods/export"; is "$(head -n 1 "$W/body" | tr -d '\r' | cut -d, -f8-)" 'title,price,open,at,day,extra,code,mail' 'a hidden column is none'
is "$(grep -c 'hidden' "$W/body")" 0 'nor are its values there'
is "$(sed -n 2p "$W/body" | tr -d '\r' | sed 's/.*,//')" 'a***@example.com' 'who sees masks gets masks'
get "$R/goods/export?format=ndjson"; is "$(jq -cS . "$W/body")" "$(get "$R/goods?sort=created_at,id"; jq -cS '.items[]' "$W/body")" 'as the list shows them to this one'
for query in 'filter=secret%3D%27s%27' 'filter=nothing%3D%27s%27'; do
    get "$R/goods/export?$query"; status 400 "$query"
done
is "$(value .message | sed 's/nothing/secret/')" "$(get "$R/goods/export?filter=secret%3D%27s%27"; value .message)" 'a hidden field is refused as one that is not'
is "$(get "$R/goods/export?sort=secret&fields=secret,title"; cut -d, -f8- "$W/body" | head -c 3000 | cksum)" "$(get "$R/goods/export?sort=nothing&fields=nothing,title"; cut -d, -f8- "$W/body" | head -c 3000 | cksum)" 'sorted by and asked for as one that is not'
as_superadmin POST /api/v1/collections '{"name":"locked","schema":[{"name":"a","type":"text"}]}'
get $R/locked/export; status 403 'a locked collection is locked'
get $R/nowhere/export; status 403 'as one that is not there'
as_superadmin GET $R/nowhere/export; status 404 'of which superadmins hear'
anonymous; get $R/goods/export -H 'X-Account-ID: acme'; status 200 'a public one is public'
get $R/goods/export; status 400 'for who says whose'
rules goods '{"list_rule":"code = \"a1\""}'
TOKEN=$member; get "$R/goods/export?format=ndjson"; is "$(jq -r .code "$W/body")" a1 'a rule holds'
anonymous; get $R/goods/export -H 'X-Account-ID: acme'; status 401 'for nobody not at all'
rules goods '{"list_rule":""}'
TOKEN=$acme
for query in 'format=xml' 'safe=perhaps'; do get "$R/goods/export?$query"; status 422 "$query is refused"; done
for query in 'filters=x' 'limit=3' 'expand=x'; do get "$R/goods/export?$query"; status 400 "$query too: it would export more than was meant"; done
get "$R/goods/export?filter=price%20%3E"; status 400 'and what is no filter'
json .error 'Invalid filter expression' 'before anything is sent'

# ---- there and back -----------------------------------------------------------------------------
for format in csv ndjson json; do
    get "$R/goods/export?format=$format"; cp "$W/body" "$W/file"
    send "$W/file" "format=$format"; status 200 "$format: an export can be imported"
    json 'del(.errors)' '{"mode":"commit","total":5,"created":5,"updated":0,"failed":0,"complete":true}' 'all of it'
    json .errors '[]' 'without a fault'
    get "$R/copies/export?format=ndjson"
    is "$(jq -cS "$fields_of | del(.secret)" "$W/body")" "$(jq -cS "$fields_of" "$W/all.ndjson")" 'and is the same again'
    is "$(jq -r .account_id "$W/body" | sort -u)" "$ACME" "in one's own account"
    is "$(jq -r .id "$W/body" "$W/all.ndjson" | sort | uniq -d)" '' 'as records of their own'
    empty
done

# ---- in: previews, faults by line ---------------------------------------------------------------
table='title,price,open,extra,code\n'
lines "${table}one,1,yes,\"[1]\",x1\n\ntwo,,,,x2\nthree,abc,perhaps,{,x1\n\"fo\nur\",2,no,,\n,,,,\"\"\nsix,1\n" mode=preview
status 200 'a preview'
json '[.mode, .total, .created, .failed, .complete]' '["preview",6,3,3,true]' 'counts what would be'
json '[.errors[] | [.line, .field, .code]]' '[[5,"extra","invalid_json"],[8,"title","required_null"],[9,null,"cells"]]' 'names what would not, by line'
json '.preview[0]' '{"title":"one","price":1,"open":true,"extra":[1],"code":"x1"}' 'and shows what was understood'
json '.preview | length' 4 'as far as it was'
is "$(count)" 0 'and nothing is there'
lines "${table}one,1,yes,\"[1]\",x1\nthree,abc,perhaps,null,x1\n" mode=preview
json '[.errors[] | [.line, .field, .code, .message]]' '[[3,"price","invalid_type","Expected number value, got str"],[3,"open","invalid_type","Expected boolean value, got str"]]' 'types refuse in the words of single writes'
lines "${table}one,1,,,x1\ntwo,2,,,x1\n" mode=preview
json '[.created, .errors]' '[1,[{"line":3,"field":"code","message":"Value must be unique","code":"unique"}]]' 'what is unique is so within the file'
lines "${table}one,1,,,x1\ntwo,2,,,x1\nthree,x,,,x3\n" ''
status 400 'all or nothing'
json '[.error, .message, .created, .failed, (.errors | map(.line))]' '["Validation error","Nothing was imported: not every record can be",0,2,[3,4]]' 'is nothing, and says why'
is "$(count)" 0 'really nothing'
lines "${table}one,1,,,x1\ntwo,2,,,x1\nthree,x,,,x3\nfour,4,,,x4\n" on_error=skip
status 200 'or what can be'
json '[.created, .failed, (.errors | map([.line, .code]))]' '[2,2,[[3,"unique"],[4,"invalid_type"]]]' 'is there, the rest is told'
is "$(count)" 2 'and no more'
lines 'code,price\nx1,10\nx9,9\n' 'upsert=code&on_error=skip'
json '[.created, .updated, .failed, .errors[0].field]' '[0,1,1,"title"]' 'an upsert changes what is there, and makes what may be'
get "$R/copies?filter=code%3D%27x1%27"; json '.items[0] | [.title, .price]' '["one",10]' 'only what the file says'
lines 'code,price\nx1,10\n' upsert=title; status 400 'only by what is unique'
json .message "'title' is not a unique field of this collection" 'as for one record'
empty
printf '{"title":"a"}\n{"title":\n[1]\n\n{"title":"b","id":"mine","created_by":"me"}\n{"title":"c","nothing":1}' >"$W/lines"
send "$W/lines" on_error=skip application/x-ndjson; status 200 'lines of JSON, by their type'
json '[.created, (.errors | map([.line, .code]))]' '[2,[[2,"json_invalid"],[3,"dict_type"],[6,"unknown_field"]]]' 'a bad line spoils no other'
get "$R/copies?filter=title%3D%27b%27"; isnt "$(value '.items[0].id')" mine 'nobody gives ids'
isnt "$(value '.items[0].created_by')" me 'nor says who made it'
empty
printf '[{"title":"a"}, {"title":"b"}' >"$W/lines"
send "$W/lines" on_error=skip application/json; status 200 'an array that is cut'
json '[.created, .complete, (.errors | map([.line, .code, .message]))]' '[1,false,[[1,"malformed","The array does not end"]]]' 'says what came of it: of what was whole'
empty; send "$W/lines" '' application/json; status 400 'and nothing if it was to be all'
json '[.created, .complete]' '[0,false]' 'and says so'
printf '{"title":"a"}' >"$W/lines"
send "$W/lines" on_error=skip application/json; status 400 'an object is no array'
json '[.message, .errors[0].message]' '["Nothing was imported: the file cannot be read","The file must be a JSON array"]' 'which is said'
lines 'title,nothing,else\nx,1,2\n' ''; status 400 'unknown columns'
json . "{\"error\":\"Validation error\",\"message\":\"Unknown columns: 'nothing', 'else'\"}" 'are named before anything is done'
lines 'title,title\nx,y\n' ''; status 400 'a column twice'
lines '' ''; status 400 'no header at all'
lines 'title\n"open\n' on_error=skip; status 400 'a quote without its pair'
json '.errors[0] | [.line, .message]' '[2,"A quoted cell does not end"]' 'is told where it begins'
lines 'title\na\nb\0377\nc\n' on_error=skip; status 200 'bytes that are no text'
json '[.created, .complete, .errors[0].line, .errors[0].message]' '[1,false,3,"Invalid UTF-8"]' 'end it'
empty
printf '\357\273\277title,open\r\n"a,\r\nb",TRUE\r\n' >"$W/lines"; send "$W/lines" '' 'text/csv; charset=utf-8'
json '[.created, .total]' '[1,1]' 'a mark and other line ends do no harm'
get $R/copies; json '.items[0] | [.title, .open]' '["a,\r\nb",true]' 'what is quoted is kept'
empty
printf 'x' >"$W/lines"; send "$W/lines" ''; status 400 'a file that says nothing of itself'
json .message 'Say what the file is: format=csv, ndjson or json' 'is asked'
for query in format=xml mode=try on_error=ignore; do send "$W/lines" "$query"; status 422 "$query is refused"; done
send "$W/lines" 'format=csv&dry_run=true'; status 400 'so is what it does not know: it would have written'

# ---- in: who may --------------------------------------------------------------------------------
row='title\nmine\n'
rules copies '{"create_rule":"title != \"no\" && created_by = @request.auth.id","create_fields":["title"]}'
TOKEN=$member
lines 'title\nyes\nno\n' on_error=skip; json '[.created, (.errors | map([.line, .code, .message]))]' '[1,[[3,"invalid","Record does not satisfy collection rules"]]]' 'a rule looks at each'
lines 'title,price\nyes,1\n' on_error=skip; json '[.created, (.errors | map([.line, .code, .message]))]' '[0,[[2,"field_access","Permission denied to create fields: price"]]]' 'field lists hold'
lines "title,account_id\nyes,00000000-0000-0000-0000-000000000000\n" ''; json .created 1 'an account is not chosen'
get "$R/copies?sort=-created_at&limit=1"; json '.items[0].account_id' "$ACME" "it is one's own"
lines "$row" "account_id=$ACME"; status 403 'nor by a parameter'
rules copies '{"create_rule":null,"create_fields":"*"}'
lines "$row" on_error=skip; status 403 'a locked collection takes none'
hasnt "$(body)" total 'before it is read'
anonymous; lines "$row" ''; status 400 'nobody must say whose'
request POST "$R/copies/import?format=csv" -f "$W/lines" -H 'Content-Type: text/csv' -H 'X-Account-ID: acme'; status 401 'and may not either'
rules copies '{"create_rule":""}'
request POST "$R/copies/import?format=csv" -f "$W/lines" -H 'Content-Type: text/csv' -H 'X-Account-ID: acme'; status 401 'even where everybody may: one by one'
json .detail 'Authentication required to import records' 'and is told so'
rules copies '{"create_rule":null}'
TOKEN=$member
lines 'code,title\nnew,x\n' 'upsert=code&on_error=skip'; status 200 'an upsert may be allowed to change only'
json '.errors[0] | [.code, .message]' '["forbidden","Access denied: create is locked for this collection"]' 'and then makes nothing'
rules copies '{"update_rule":null}'
lines 'code,title\nnew,x\n' 'upsert=code&on_error=skip'; status 403 'who may neither is refused at once'
rules copies '{"create_rule":"","update_rule":""}'
superadmin; root_token=$TOKEN
lines "title,account_id\nfor acme,$ACME\n" ''; json .created 1 'superadmins say whose, in the file'
get "$R/copies?filter=title%3D%27for%20acme%27"; json '.items[0].account_id' "$ACME" 'each'
lines "title,account_id\nfor all,nobody\n" "account_id=$ACME"; json .created 1 'or for all'
get "$R/copies?filter=title%3D%27for%20all%27"; json '.items[0].account_id' "$ACME" 'of it'
lines "$row" account_id=nobody; status 404 'but somebody'
lines "title,account_id\nx,nobody\n" on_error=skip; json '.errors[0] | [.code, .message]' "[\"not_found\",\"Account 'nobody' not found\"]" 'in each record too'
request POST $R/nowhere/import?format=csv -f "$W/lines" -H 'Content-Type: text/csv'; status 404 'into nothing nothing goes'
TOKEN=$rival; get "$R/copies?limit=1"; json .total 0 'another account sees nothing of all this'
TOKEN=$acme
collection "{\"name\":\"children\",\"schema\":[{\"name\":\"of\",\"type\":\"reference\",\"collection\":\"goods\",\"on_delete\":\"cascade\"}],$open_rules}"
get "$R/goods?limit=1"; mine=$(value '.items[0].id'); TOKEN=$rival; get "$R/goods?limit=1"; theirs=$(value '.items[0].id'); TOKEN=$acme
into=children; lines "of\n$mine\n$theirs\nnobody\n" on_error=skip; into=
json '[.created, (.errors | map([.line, .field, .code]))]' '[1,[[3,"of","invalid_reference"],[4,"of","invalid_reference"]]]' 'references stay within the account'

# ---- fields of other kinds, views ---------------------------------------------------------------
kinds='{"name":"state","type":"select","options":["open","done"]},{"name":"tags","type":"select","options":{"values":["a","b"],"max":2}},{"name":"pin","type":"text","encrypted":true},{"name":"note","type":"json","encrypted":true}'
collection "{\"name\":\"kinds\",\"schema\":[$kinds],$open_rules}"
collection "{\"name\":\"kinds_again\",\"schema\":[$kinds],$open_rules}"
post $R/kinds '{"state":"open","tags":["a","b"],"pin":"1234","note":{"a":1}}'; post $R/kinds '{}'
get $R/kinds/export; is "$(cells)" 'id,account_id,created_at,created_by,updated_at,updated_by,account_name,state,tags,pin,note
open,"[""a"",""b""]",••••••••,••••••••
,,,' 'lists are JSON, what is encrypted is a placeholder'
hasnt "$(body)" 1234 'and nothing else'
get "$R/kinds/export?filter=pin%3D%271234%27"; status 400 'nor can be asked for'
get "$R/kinds/export?fields=state,tags"; cp "$W/body" "$W/file"
into=kinds_again send "$W/file" format=csv; json '[.created, .errors]' '[2,[]]' 'selects come back'
get "$R/kinds_again?sort=created_at,id"; json '[.items[] | [.state, .tags]]' '[["open",["a","b"]],[null,null]]' 'as they were'
into=kinds_again lines 'state,tags\nelse,\nopen,"[""c""]"\nopen,a\n' on_error=skip
json '[.created, (.errors | map([.line, .field]))]' '[0,[[2,"state"],[3,"tags"],[4,"tags"]]]' 'or are refused as everywhere'
as_superadmin POST /api/v1/collections '{"name":"cheap","type":"view","list_rule":"","query":"SELECT g.id, g.account_id, g.title FROM col_goods g WHERE g.price < 1","schema":[{"name":"title","type":"text"}]}'
get "$R/cheap/export?format=ndjson"; is "$STATUS $(jq -r .account_id "$W/body" | sort -u)" "200 $ACME" 'a view is exported, to each tenant alone'
is "$(wc -l <"$W/body" | tr -d ' ')" 2 'all of it'
into=cheap lines 'title\nx\n' ''; status 400 'and takes nothing in'
TOKEN=$member

TOKEN=$acme
computed='{"name":"n","type":"number"},{"name":"twice","type":"computed","expression":"n * 2","return_type":"number"}'
collection "{\"name\":\"sums\",\"schema\":[$computed],$open_rules}"
{ echo n,twice; i=0; while [ $i -lt 60 ]; do case $((i % 3)) in 0) echo "$((i / 6)),x" ;; *) echo ,9 ;; esac; i=$((i + 1)); done; } >"$W/sums.csv"
into=sums send "$W/sums.csv" format=csv; json '[.created, .errors]' '[60,[]]' 'what is computed is not read'
for sort in n -n twice,-created_at -twice; do
    get "$R/sums?limit=100&sort=$sort"; listed=$(jq -c '.items[] | [.id, .n, .twice]' "$W/body")
    get "$R/sums/export?format=ndjson&sort=$sort"; is "$(jq -c '[.id, .n, .twice]' "$W/body")" "$listed" "sorted by $sort, with values missing, as in lists"
done
get "$R/sums/export?filter=twice%3D4&fields=n,twice"; is "$(cells | tr '\n' ' ')" 'id,account_id,created_at,created_by,updated_at,updated_by,account_name,n,twice 2,4 2,4 ' 'but is written'
TOKEN=$member

# ---- much ---------------------------------------------------------------------------------------
rules copies '{"create_fields":"*"}'; empty
{ echo title; i=0; while [ $i -lt 450 ]; do echo "n$i"; i=$((i + 1)); done; } >"$W/many.csv"
send "$W/many.csv" 'format=csv&on_error=skip'; json '[.total, .created]' '[450,450]' 'more than a slice comes'
is "$(count)" 450 'whole'
{ echo title,price; i=0; while [ $i -lt 1200 ]; do echo "n$i,x"; i=$((i + 1)); done; } >"$W/bad.csv"
send "$W/bad.csv" 'format=csv&mode=preview'; json '[.failed, (.errors | length), .errors[999].line]' '[1200,1000,1001]' 'a bad file is not told without end'
get "$R/copies/export?format=ndjson&sort=-title"; is "$(wc -l <"$W/body" | tr -d ' ') $(jq -r .title "$W/body" | LC_ALL=C sort -r | cmp - "$W/titles" 2>/dev/null; jq -r .title "$W/body" | LC_ALL=C sort -rc 2>&1)" '450 ' 'slices come in one order, none twice'
is "$(jq -r .id "$W/body" | sort | uniq -d | wc -l | tr -d ' ')" 0 'and none is left out'
empty
ok 'every record has its history, which is whole' larder audit verify

# ---- others write in between --------------------------------------------------------------------
{ echo title; i=0; while [ $i -lt 5000 ]; do echo "long $i"; i=$((i + 1)); done; } >"$W/long.csv"
path="$R/copies/import?format=csv&on_error=skip"
if [ -n "$FRONT" ]; then
    curl -s -H "Authorization: Bearer $TOKEN" -H 'Content-Type: text/csv' -H Expect: --data-binary @"$W/long.csv" "$URL$path" >"$W/long" &
else
    with_settings REQUEST_METHOD=POST REQUEST_URI="$path" PATH_INFO="${path%%\?*}" SCRIPT_NAME= QUERY_STRING="${path#*\?}" GATEWAY_INTERFACE=CGI/1.1 \
        SERVER_PROTOCOL=HTTP/1.1 REMOTE_ADDR=127.0.0.1 CONTENT_TYPE=text/csv CONTENT_LENGTH="$(wc -c <"$W/long.csv")" HTTP_AUTHORIZATION="Bearer $TOKEN" \
        "$BIN/records" <"$W/long.csv" >"$W/long" 2>>"$W/log" &
fi
importing=$! between=0 refused=''
while kill -0 $importing 2>/dev/null; do
    post $R/goods '{"title":"meanwhile"}'
    if kill -0 $importing 2>/dev/null; then between=$((between + 1)); fi
    [ "$STATUS" = 201 ] || refused="$refused $STATUS"
done
wait $importing
none "$refused" 'while a file comes in, nobody else is refused'
ok 'nor has to wait for its end' [ $between -ge 2 ]
has "$(cat "$W/long")" '"created":5000' 'and it comes in'
empty

# A web server lets a file through that is larger than other requests may be.
[ -z "$FRONT" ] || {
    head -c 24000000 /dev/zero | tr '\0' '\n' >"$W/large"; printf 'title\nlast\n' >>"$W/large"
    send "$W/large" 'format=csv&mode=preview'; status 200 'a large file'; json '[.total, .failed]' '[1,0]' 'a large file comes through the web server'
    request POST $R/copies/batch -f "$W/large"; status 413 'which lets nothing else be so large'
}

# ---- too much, cut, gone ------------------------------------------------------------------------
[ -n "$FRONT" ] || {
    LARDER_TEST_SETTINGS="$LARDER_TEST_SETTINGS LARDER_IMPORT_ABORT_MAX=300 LARDER_IMPORT_MAX_BYTES=4000"
    send "$W/many.csv" 'format=csv'; status 400 'what is too much for all or nothing'
    json .message 'More than 300 records cannot be imported all or none; use on_error=skip' 'is told, and what else there is'
    is "$(count)" 0 'with nothing done'
    send "$W/bad.csv" 'format=csv&on_error=skip'; status 413 'a file that is too large'
    LARDER_TEST_SETTINGS="$LARDER_TEST_SETTINGS LARDER_IMPORT_MAX_BYTES=100000000"
    # A body that ends before it said it would.
    { echo title; i=0; while [ $i -lt 4000 ]; do echo "number $i"; i=$((i + 1)); done; } >"$W/half"
    half() { with_settings REQUEST_METHOD=POST REQUEST_URI="$R/copies/import?$1" PATH_INFO="$R/copies/import" SCRIPT_NAME= QUERY_STRING="$1" \
        GATEWAY_INTERFACE=CGI/1.1 SERVER_PROTOCOL=HTTP/1.1 REMOTE_ADDR=127.0.0.1 CONTENT_TYPE=text/csv CONTENT_LENGTH=60000 HTTP_AUTHORIZATION="Bearer $TOKEN" \
        "$BIN/records" <"$W/half" >"$W/reply" 2>>"$W/log"; sed '1,/^\r*$/d' "$W/reply" >"$W/body"; STATUS=$(sed -n 's/^Status: *\([0-9]*\).*/\1/p' "$W/reply"); }
    half 'format=csv'; is "$STATUS $(value .message)" '400 The body ended before its announced length' 'a body that is cut is refused'
    is "$(count)" 0 'with nothing of it'
    half 'format=csv&on_error=skip'; is "$STATUS" 200 'in slices'
    json '[.created > 200, .created < 4000, .total == .created, .complete, .errors]' '[true,true,true,false,[{"line":null,"field":null,"message":"The body ended before its announced length","code":"interrupted"}]]' 'it says what is there'
    created=$(value .created); is "$(count)" "$created" 'and that is there'
    empty
    rows=100000
    if [ "$DB" = postgres ]; then series="SELECT i FROM generate_series(1, $rows) AS s (i)"; id="'x' || LPAD(CAST(i AS text), 35, '0')"
    else series="WITH RECURSIVE s (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < $rows) SELECT i FROM s"; id="printf('x%035d', i)"; fi
    sql "INSERT INTO col_copies (id, account_id, created_at, created_by, updated_at, updated_by, title, price) SELECT $id, '$ACME', 1000000, 'x', 1000000, 'x', 'row', i FROM ($series) AS t"
    # 100,000 records are 35 MB of JSON: they pass through 24. (A sanitizer takes far more for itself.)
    case $B in *san*) most=unlimited ;; *) most=24000 ;; esac
    ( ulimit -d $most; get "$R/copies/export?format=ndjson"; echo "$STATUS" >"$W/status" )
    is "$(cat "$W/status") $(wc -l <"$W/body" | tr -d ' ')" "200 $rows" 'a hundred thousand records leave in little memory'
    is "$(tail -n 1 "$W/body" | jq .price)" $rows 'to the last'
    ( ulimit -d $most; get "$R/copies/export?sort=-price&fields=price"; echo "$STATUS" >"$W/status" )
    is "$(cat "$W/status") $(sed -n '2p;$p' "$W/body" | tr -d '\r' | sed 's/.*,//' | tr '\n' ' ')" "200 $rows 1 " 'in any order'
    began=$(date +%s)
    ( LARDER_TEST_SETTINGS="$LARDER_TEST_SETTINGS LARDER_LOG_LEVEL=INFO LARDER_LOG_FILE=$W/gone.log"
      with_settings REQUEST_METHOD=GET REQUEST_URI="$R/copies/export" PATH_INFO="$R/copies/export" SCRIPT_NAME= QUERY_STRING= GATEWAY_INTERFACE=CGI/1.1 \
        SERVER_PROTOCOL=HTTP/1.1 REMOTE_ADDR=127.0.0.1 HTTP_AUTHORIZATION="Bearer $TOKEN" "$BIN/records" 2>>"$W/log" | head -c 1000 >/dev/null )
    is "$(jq -r 'select(.message == "request" or .event == "request" or .msg == "request") | .bytes < 2000000' "$W/gone.log")" true 'who has gone is sent no more'
}
