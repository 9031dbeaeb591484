#!/bin/sh
# 40-computed.t — computed fields: defined, shown everywhere, asked by, and never a way to what is hidden or masked.
. t/lib/larder.sh

computed() { printf '{"name":"%s","type":"computed","expression":"%s","return_type":"%s"}' "$1" "$2" "$3"; }
text() { printf '{"name":"%s","type":"text"}' "$1"; }
number() { printf '{"name":"%s","type":"number"}' "$1"; }
open='"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""'
base="$(text first_name),$(text last_name),$(number price),$(number quantity)"

# ---- what a definition may not say --------------------------------------------------------------
refused() {     # FIELD CODE TEXT-IN-THE-MESSAGE
    as_superadmin POST /api/v1/collections "{\"name\":\"unfit\",\"fields\":[$base,$1]}"
    is "$STATUS $(value '[.error, (.details | map(.code) | index("'"$2"'") != null)] | join(" ")')" '400 Validation error true' "$2"
    body_has "$3" "and it says $3"
}
c='{"name":"c","type":"computed"'
refused "$c,\"return_type\":\"text\"}" computed_field_expression_required "schema[4].expression: Computed field requires 'expression'"
refused "$c,\"return_type\":\"text\",\"expression\":\"\"}" computed_field_expression_required expression
refused "$c,\"expression\":\"price\"}" computed_field_return_type_required return_type
refused "$c,\"expression\":\"price\",\"return_type\":\"blob\"}" computed_field_return_type_invalid "Invalid return_type 'blob'"
refused "$c,\"expression\":\"price\",\"return_type\":\"number\",\"required\":true}" computed_field_no_required 'schema[4].required'
refused "$c,\"expression\":\"price\",\"return_type\":\"number\",\"default\":1}" computed_field_no_default 'schema[4].default'
refused "$c,\"expression\":\"price\",\"return_type\":\"number\",\"unique\":true}" computed_field_no_unique 'schema[4].unique'
refused "$c,\"expression\":\"price\",\"return_type\":\"text\",\"encrypted\":true}" encrypted_type_invalid encrypted
invalid() { refused "$(computed c "$1" "${3:-text}")" computed_field_expression_invalid "Invalid expression syntax: $2"; }
invalid nonexistent "Unknown field 'nonexistent' in computed expression. Computed fields cannot reference other computed fields or non-existent fields."
invalid 'price ***' 'Unexpected token: STAR at position 7'
invalid '  ' 'Expression cannot be empty'
invalid 'foo(price)' "Unknown function 'foo'. Supported functions: abs, ceil, coalesce, concat, date_add, date_diff, floor, if, length, lower, now, nullif, round, substring, trim, upper"
invalid 'contains(first_name, last_name)' "Unknown function 'contains'"
invalid 'upper(first_name, last_name)' 'upper() requires exactly 1 argument(s), got 2'
invalid 'round(price, 1, 2)' 'round() requires 1–2 arguments, got 3'
invalid 'concat(price)' 'concat() requires at least 2 arguments'
invalid 'now(1)' 'now() requires exactly 0 argument(s), got 1'
invalid "date_diff(created_at, updated_at, 'weeks')" "date_diff() unit 'weeks' is not supported. Valid units: days, hours, minutes, months, seconds, years"
invalid 'date_diff(created_at, updated_at, first_name)' 'date_diff() third argument (unit) must be a string literal'
invalid '@request.auth.id' "Context variables are not allowed in computed field expressions: '@request.auth.id'"
invalid '@owns_record()' "Context variables are not allowed in computed field expressions: '@owns_record'"
invalid 'price IN (1, 2)' 'Unsupported node type in expression: InOp' boolean
invalid 'first_name * 2' "Operator '*' needs numbers"
invalid 'price' 'The expression cannot be returned as datetime' datetime
deep=price; for i in 1 2 3 4 5 6 7 8 9 10; do deep="abs($deep)"; done
invalid "$deep" 'Expression is too complex' number
refused "$(computed c price number),$(computed d 'c + 1' number)" computed_field_expression_invalid "Unknown field 'c'"
for i in 0 1 2 3 4 5 6 7 8 9 10; do eleven="$eleven,$(computed "c$i" price number)"; done
refused "${eleven#,}" too_many_computed_fields 'Collection cannot have more than 10 computed fields (found 11)'
refused '{"name":"s","type":"text","encrypted":true},'"$(computed c "concat(s, 'x')" text)" computed_field_expression_invalid "Field 's' is encrypted and cannot be used in computed fields"
refused '{"name":"s","type":"select","options":{"values":["a","b"],"max":2}},'"$(computed c 'upper(s)' text)" computed_field_expression_invalid "Field 's' holds many values and cannot be used in computed fields"
as_superadmin POST /api/v1/collections "{\"name\":\"unfit\",\"fields\":[$base,$(computed c price number)],\"indexes\":[[\"c\"]]}"
status 400 'what has no column has no index'

# ---- defined ------------------------------------------------------------------------------------
as_superadmin POST /api/v1/collections "{\"name\":\"orders\",\"schema\":[$(computed total_price 'price * quantity' number),$base,$(computed full_name "concat(first_name, ' ', last_name)" text)],$open}"
status 201 'computed fields are defined, wherever they stand'
id=$(value .id)
json '[.schema[] | select(.type == "computed") | [.name, .expression, .return_type]]' '[["total_price","price * quantity","number"],["full_name","concat(first_name, '"' '"', last_name)","text"]]' 'and told as they were'
sign_up acme owner@acme.example.com; acme=$TOKEN
sign_up other owner@other.example.com
post /api/v1/records/orders '{"first_name":"Eve","last_name":"Smith","price":1000,"quantity":1}'
TOKEN=$acme
orders=/api/v1/records/orders
post $orders '{"first_name":"Alice","last_name":"Smith","price":10,"quantity":3,"full_name":"Mallory","total_price":"x"}'
status 201 'supplied values are dropped, of whatever type'
json '[.full_name, .total_price]' '["Alice Smith",30]' 'and the computed ones are in the reply'
alice=$(value .id)
post $orders/batch '{"records":[{"first_name":"Bob","last_name":"Jones","price":5,"quantity":4},{"first_name":"Cid","last_name":"Smith","quantity":9}]}'
json '[.created[] | [.full_name, .total_price]]' '[["Bob Jones",20],["Cid Smith",null]]' 'of a batch too; of nothing comes nothing'
bob=$(value '.created[0].id')
get $orders/$alice; json '[.full_name, .total_price]' '["Alice Smith",30]' 'get'
json 'keys_unsorted[6:]' '["account_name","total_price","first_name","last_name","price","quantity","full_name"]' 'in the order of the schema'
tag=$(header_value ETag)
get $orders/$alice -H "If-None-Match: $tag"; status 304 'which has not changed'
patch $orders/$alice '{"quantity":4,"total_price":1}'; status 200 'a change'
json '[.total_price, .full_name]' '[40,"Alice Smith"]' 'is followed'
put $orders/$alice '{"first_name":"Alice","last_name":"Smith","price":10,"quantity":3,"full_name":null}'
json '[.total_price, .full_name]' '[30,"Alice Smith"]' 'a whole record too'
patch $orders/batch "{\"records\":[{\"id\":\"$alice\",\"data\":{\"quantity\":3}}]}"
json '[.updated[].total_price]' '[30]' 'and a batch of changes'
get "$orders?sort=first_name"; json '[.total, [.items[] | [.full_name, .total_price]]]' '[3,[["Alice Smith",30],["Bob Jones",20],["Cid Smith",null]]]' 'list: those of this account'
get "$orders?sort=first_name&fields=full_name"; json '.items[0] | [has("total_price"), .full_name, has("id")]' '[false,"Alice Smith",true]' 'fields= picks one'
is "$(sql "SELECT COUNT(*) FROM audit_log WHERE new_values LIKE '%Alice Smith%' OR new_values LIKE '%total_price%'" 2>/dev/null || echo 0)" 0 'history has no derived values'
is "$(sql "SELECT COUNT(*) FROM outbox WHERE payload LIKE '%full_name%'" 2>/dev/null || echo 0)" 0 'nor have events'

# ---- asked by -----------------------------------------------------------------------------------
filtered() {    # FILTER TOTAL
    get "$orders?filter=$(printf %s "$1" | jq -sRr @uri)"
    is "$STATUS $(value .total)" "200 $2" "$1"
}
filtered 'total_price > 25' 1
filtered 'total_price = "30"' 1
filtered 'total_price * 2 > 50' 1
filtered 'total_price IN (20, 30)' 2
filtered 'total_price IS NULL' 1
filtered '!(total_price > 25)' 1
filtered 'total_price ~ "3%"' 1
filtered 'full_name ~ "%Smith%"' 2
filtered 'full_name = "Bob Jones"' 1
filtered 'full_name ~ "%smith%" && last_name = "Smith" && total_price >= 30' 1
filtered 'full_name < "B"' 1
filtered 'full_name != last_name' 3
get "$orders?filter=total_price%20%3E%20%22x%22"; status 400 'what is no number is none here either'
json .message "Invalid number literal 'x' for field 'total_price'" 'and told so'
sorted() {      # SORT FIRST-NAMES
    get "$orders?sort=$1"
    json '[.items[].first_name[0:1]] | join("")' "$2" "sort=$1"
}
sorted %2Btotal_price CBA
sorted -total_price ABC
sorted %2Bfull_name ABC
sorted -full_name CBA
sorted last_name,-total_price BAC
sorted -total_price,full_name ABC
paged() {       # SORT FIRST-NAMES
    seen='' next=
    while :; do
        get "$orders?sort=$1&limit=1&cursor=$next"
        seen=$seen$(value '[.items[].first_name[0:1]] | join("")')
        next=$(value .next_cursor)
        [ "$next" != null ] || break
    done
    is "$seen" "$2" "page by page, $1"
    get "$orders?sort=$1&limit=1&cursor_before=$(value .prev_cursor)"
    is "$(value '.items[0].first_name[0:1]')" "$(printf %s "$2" | cut -c2)" 'and back'
}
paged total_price CBA
paged -total_price ABC
paged last_name,-full_name BCA
agg() { get "$orders/aggregate?$1"; json .results "$2" "aggregate $1"; }
agg 'functions=count(),count(total_price)&group_by=full_name' '[{"count":1,"count_total_price":1,"full_name":"Alice Smith"},{"count":1,"count_total_price":1,"full_name":"Bob Jones"},{"count":1,"count_total_price":0,"full_name":"Cid Smith"}]'
agg 'functions=sum(total_price),avg(total_price),min(full_name),max(total_price)' '[{"sum_total_price":50,"avg_total_price":25,"min_full_name":"Alice Smith","max_total_price":30}]'
agg 'functions=count()&group_by=total_price&having=count()%3E0&filter=total_price%20%3E%2010' '[{"count":1,"total_price":20},{"count":1,"total_price":30}]'
get "$orders/aggregate?functions=sum(full_name)"; status 400 'texts have no sum'
json .message "Function 'sum' requires a number field, but field 'full_name' has type 'computed'" 'and are told so'

# ---- in rules, in what points to it -------------------------------------------------------------
rules orders '{"list_rule":"total_price > 25 || full_name = \"Bob Jones\"","update_rule":"total_price < 25","create_rule":"full_name != \" \" && total_price < 100"}'
get "$orders?sort=full_name"; json '[.items[].first_name]' '["Alice","Bob"]' 'a list rule reads them'
patch $orders/$alice '{"price":1}'; status 404 'an update rule too'
patch $orders/$bob '{"price":6}'; status 200 'of the row as it was'
json .total_price 24 'and the reply has what it became'
post $orders '{"first_name":"Dee","last_name":"Z","price":50,"quantity":2}'; status 400 'a create rule computes what is submitted'
post $orders '{"first_name":"Dee","last_name":"Z","price":49,"quantity":2}'; status 201 'and lets it pass'
rules orders '{"list_rule":"","update_rule":"","create_rule":"@request.data.total_price = 7"}'
post $orders '{"first_name":"Fay","total_price":7}'; status 201 'what was submitted can still be asked for'
rules orders '{"create_rule":""}'
as_superadmin PUT /api/v1/collections/orders/rules '{"list_rule":"full_name > 5 && total_price ~ \"1%\""}'; status 200 'operators as for texts'
rules orders '{"list_rule":""}'
as_superadmin PUT "/api/v1/collections/$id" "{\"fields\":[$(computed total_price 'price > 5' boolean),$base,$(computed full_name "concat(first_name, ' ', last_name)" text)]}"
status 200 'an expression may change where the rules still fit'
as_superadmin PUT /api/v1/collections/orders/rules '{"list_rule":"total_price"}'; status 200 'a truth is a condition'
get "$orders?sort=full_name"; json '[.items[] | [.full_name, .total_price]]' '[["Alice Smith",true],["Bob Jones",true],["Dee Z",true]]' 'of another type from now on'
as_superadmin PUT "/api/v1/collections/$id" "{\"fields\":[$(computed total_price 'price * quantity' number),$base,$(computed full_name "concat(first_name, ' ', last_name)" text)]}"
status 400 'but not where a rule would no longer compile'
body_has 'Validation failed: list_rule: Condition expected, found field' 'which is told'
rules orders '{"list_rule":"","create_rule":""}'
as_superadmin PUT "/api/v1/collections/$id" "{\"fields\":[$base,$(computed full_name 'last_name' text)]}"
status 400 'a computed field stays'
body_has 'total_price: Field deletion is not allowed for data safety' 'like any other'
as_superadmin PUT "/api/v1/collections/$id" "{\"fields\":[$(computed total_price 'price * quantity - discount' number),$base,$(computed full_name "concat(first_name, ' ', last_name)" text),$(number discount),$(computed age "date_diff(now(), created_at, 'days')" number)]}"
status 200 'an expression may name what is added with it'
patch $orders/$alice '{"discount":5}'; json '[.total_price, .age >= 0, .age < 1]' '[25,true,true]' 'and be added itself'
get $orders/$alice; one=$(header_value ETag)
get $orders/$alice -H "If-None-Match: $one"; status 200 'what changes with time is read anew'
patch $orders/$alice '{"discount":5}' -H "If-Match: $one"; status 200 'although its version can be named'
get "$orders?filter=age%20%3C%201&limit=1"; json .total 5 'and counted'
collection '{"name":"lines","fields":[{"name":"order","type":"reference","collection":"orders","on_delete":"cascade"},'"$(computed tag "concat('#', order)" text)],$open}"
post /api/v1/records/lines "{\"order\":\"$alice\"}"; json '.tag == "#" + .order' true 'a reference is its id'
get '/api/v1/records/lines?expand=order'; json '.items[0] | [.order.full_name, .order.total_price, .tag == "#" + .order.id]' '["Alice Smith",25,true]' 'expand shows those of the other record'

get "$orders/export?format=ndjson&filter=full_name%20%3D%20%22Alice%20Smith%22&fields=full_name,total_price"
is "$(jq -c '[.full_name, .total_price]' "$W/body")" '["Alice Smith",25]' 'a file of records has them'
printf '{"first_name":"Gus","last_name":"G","price":2,"quantity":2,"discount":0,"total_price":99}\n' >"$W/in"
request POST "$orders/import?format=ndjson" -f "$W/in" -H 'Content-Type: text/plain'; status 200 'and may be read back'
filtered 'full_name = "Gus G" && total_price = 4' 1
as_superadmin POST "/api/v1/collections/$id/fields/last_name/encryption" '{"encrypted":true}'
status 400 'what is read cannot be sealed afterwards'
body_has "Field 'last_name' is encrypted and cannot be used in computed fields" 'for that reason'

# ---- over relations -----------------------------------------------------------------------------
collection "{\"name\":\"customers\",\"fields\":[$(text name),$(number rate),$(computed label 'upper(name)' text),$(computed tripled 'rate * 3' number),$(computed fresh "date_diff(now(), created_at, 'days') < 1" boolean),{\"name\":\"mail\",\"type\":\"email\",\"pii\":true},$(computed shout 'upper(mail)' text)],$open}"
collection "{\"name\":\"sales\",\"fields\":[{\"name\":\"who\",\"type\":\"reference\",\"collection\":\"customers\",\"on_delete\":\"cascade\"},$(number price),$(text label),$(computed double 'price * 2' number),$(computed tag "concat(label, '!')" text)],$open}"
post /api/v1/records/customers '{"name":"ann","rate":4,"mail":"a@x.example"}'; ann=$(value .id)
post /api/v1/records/customers '{"name":"bob","rate":5}'; bob=$(value .id)
for sale in "\"$ann\",\"price\":6,\"label\":\"ANN\"" "\"$ann\",\"price\":1.5,\"label\":\"x\"" "\"$bob\",\"price\":50,\"label\":\"BOB\""; do
    post /api/v1/records/sales "{\"who\":$sale}"
done
over() {        # COLLECTION FILTER TOTAL
    get "/api/v1/records/$1?filter=$(printf %s "$2" | jq -sRr @uri)"
    is "$STATUS $(value '.total // .message')" "200 $3" "$1: $2"
}
over sales 'who.label = "ANN"' 2
over sales 'who.tripled > 12 && who.fresh' 1
over sales 'who.tripled ~ "1_"' 3
over sales 'who.label = label || who.tripled = double' 2
over sales 'label ~ who.label' 2
over sales 'who.label IN ("ANN", "ZED") && !(who.label IS NULL)' 2
over customers 'sales_via_who.double > 50' 1
over customers 'sales_via_who.double ~ "12"' 1
over customers 'sales_via_who.tag = "x!"' 1
over customers 'tripled = sales_via_who.double' 1
over customers 'sales_via_who.label ~ label' 2
rules customers '{"list_rule":"exists(sales, sales.tag ~ \"%!\" && record.label ~ sales.label && sales.double > record.tripled)"}'
over customers 'rate > 0' 1
rules customers '{"list_rule":""}'

# ---- functions, as both engines and replies have them -------------------------------------------
fields="$(text t),$(number n),{\"name\":\"flag\",\"type\":\"boolean\"},{\"name\":\"at\",\"type\":\"datetime\"},{\"name\":\"day\",\"type\":\"date\"},{\"name\":\"doc\",\"type\":\"json\"}"
wanted='{}'
makes() {       # EXPRESSION RETURN-TYPE JSON: kept ten to a collection
    [ "$made" -lt 10 ] || flush
    defs="$defs,$(computed "f$made" "$(printf %s "$1" | sed 's/["\\]/\\&/g')" "$2")"
    wanted=$(printf %s "$wanted" | jq -c --arg k "f$made" --argjson v "$3" '.[$k] = $v')
    made=$((made + 1))
}
flush() {
    batch=$((batch + 1))
    collection "{\"name\":\"made$batch\",\"fields\":[$fields$defs],$open}"
    post "/api/v1/records/made$batch" '{"t":" Grüße X ","n":2.675,"flag":true,"at":"2024-01-31T12:30:00.250Z","day":"2024-02-29","doc":{"a":1}}'
    json '[to_entries[] | select(.key[0:1] == "f" and .key != "flag")] | from_entries' "$wanted" "functions $batch: the reply"
    get "/api/v1/records/made$batch"
    json '.items[0] | [to_entries[] | select(.key[0:1] == "f" and .key != "flag")] | from_entries' "$wanted" "functions $batch: the list"
    defs='' made=0 wanted='{}'
}
made=0 batch=0 defs=''
makes 'concat(t, n, flag)' text '" Grüße X 2.675true"'
makes 'CONCAT(at, "|", day)' text '"2024-01-31T12:30:00.250Z|2024-02-29"'
makes 'upper(trim(t))' text '"GRüßE X"'
makes 'lower(t)' text '" grüße x "'
makes 'length(t)' number 9
makes 'substring(trim(t), 2, 3)' text '"rüß"'
makes 'substring(t, -2)' text '"X "'
makes 'substring(t, 0, 3)' text '" G"'
makes 'round(n, 2)' number 2.68
makes 'round(0 - n)' number -3
makes 'ceil(n) + floor(n)' number 5
makes 'abs(1 - n)' number 1.6749999999999998
makes 'n / 0' number null
makes 'n % 1 > 0.5 && flag' boolean true
makes 'if(flag, "yes", "no")' text '"yes"'
makes 'if(n > 5, t, null)' text null
makes 'coalesce(null, n, 0)' text '"2.675"'
makes 'nullif(t, t)' text null
makes 'doc IS NULL' boolean false
makes 'date_add(at, 1, "months")' datetime '"2024-02-29T12:30:00.250Z"'
makes 'date_add(at, -11, "years")' datetime '"2013-01-31T12:30:00.250Z"'
makes 'date_add(day, 1.5, "days")' datetime '"2024-03-01T12:00:00Z"'
makes 'date_add(at, 9000, "years")' datetime null
makes 'date_diff(day, at, "hours")' number 683.4999305555556
makes 'date_diff("2024-03-31", day, "days")' number 31
makes 'date_diff("2025-02-28", day, "years")' number 1
makes 'day < at' boolean false
makes 'at ' text '"2024-01-31T12:30:00.250Z"'
makes 'substring(day, 1, 4)' number 2024
makes 'concat(day, "T10:00")' datetime '"2024-02-29T10:00:00Z"'
makes 't' number null
makes 'n' boolean true
makes 'flag' number 1
makes '1000000 * 1000000 * n' text '"2675000000000"'
makes '4 * 100000000000000000000' text '"4e+20"'
flush

# ---- what is hidden or masked is not told -------------------------------------------------------
collection "{\"name\":\"people\",\"fields\":[$(text name),$(number salary),{\"name\":\"mail\",\"type\":\"email\",\"pii\":true,\"mask_type\":\"email\"},$(computed yearly 'salary * 12' number),$(computed domain "substring(mail, 3)" text),{\"name\":\"shout\",\"type\":\"computed\",\"expression\":\"upper(mail)\",\"return_type\":\"text\",\"pii\":true,\"mask_type\":\"email\"},$(computed plain 'length(name)' number)],$open}"
people=/api/v1/records/people
post $people '{"name":"Ann","salary":100,"mail":"ann@x.example"}'; ann=$(value .id)
json '[.yearly, .domain, .shout, .plain]' '[1200,"n@x.example","ANN@X.EXAMPLE",3]' 'who may see all sees all'
sql 'DELETE FROM users_groups'; sql 'UPDATE generation SET identities = identities + 1 WHERE id = 1'
get $people/$ann
json '[.mail, .shout, has("domain"), .yearly, .plain]' '["a***@x.example","A***@X.EXAMPLE",false,1200,3]' 'seen masked: nothing computed of it, or its own mask'
patch $people/$ann '{"name":"Anna"}'
json '[.mail, .shout, has("domain"), .plain]' '["a***@x.example","A***@X.EXAMPLE",false,4]' 'nor in the reply of a change'
for query in 'filter=domain%20%3D%20%22n%40x.example%22' 'filter=domain%20IS%20NULL' 'filter=domain%20%7E%20%22n%25%22'; do
    get "$people?$query"; status 400 "$query: it does not exist"
    body_has "Field 'domain' does not exist in collection" 'as unknown as any'
done
get "$people?sort=domain&fields=domain&cursor="; json '[.items[0] | has("domain")]' '[false]' 'sort and fields= do not tell it'
get "$people?sort=shout&cursor="; status 400 'a cursor would carry what is masked'
get "$people/aggregate?functions=count()&group_by=domain"; status 400 'nor does a group'
get "$people/aggregate?functions=count(domain)"; status 400 'nor a count'
get "$people/aggregate?functions=min(domain)"; status 400 'nor a least one'
get "$people/aggregate?functions=count()&group_by=shout"; status 403 'what is masked itself is not grouped by'
as_superadmin GET /api/v1/collections/schema.json
json '."$defs".People | [.required | index("plain", "yearly") != null, index("domain") != null]' '[true,true,false]' 'types say that it may be missing'
get "/api/v1/records/sales?filter=who.shout%20%3D%20%22A%40X.EXAMPLE%22"; status 400 'nor may a filter look for it over a relation'
rules customers '{"view_fields":["name","label","tripled"]}'
get "/api/v1/records/sales?filter=who.tripled%20%3E%201"; status 400 'nor for what is hidden there'
over sales 'who.label = "ANN"' 2
rules people '{"list_fields":["name","yearly","plain"],"view_fields":["name","yearly","plain"],"update_fields":["name"]}'
get $people/$ann
json '[has("salary"), has("yearly"), .plain]' '[false,false,4]' 'of a hidden field nothing is computed, though it be listed'
patch $people/$ann '{"name":"Al"}'; json '[has("yearly"), .plain]' '[false,2]' 'in replies too'
patch $people/$ann '{"name":"Al","plain":9}'; status 422 'a key outside of the list is refused, computed or not'
for query in 'filter=yearly%20%3E%201' 'filter=domain%20%7E%20%22a%25%22'; do
    get "$people?$query"; status 400 "$query: unknown"
done
get "$people/aggregate?functions=sum(yearly)"; status 400 'no sum of it'
collection '{"name":"badges","fields":[{"name":"who","type":"reference","collection":"people","on_delete":"cascade"}],'"$open}"
post /api/v1/records/badges "{\"who\":\"$ann\"}"
get '/api/v1/records/badges?expand=who'; json '.items[0].who | [has("salary"), has("yearly"), has("domain"), .plain]' '[false,false,false,2]' 'nor through what points to it'
sql "INSERT INTO permissions (id, role_id, collection, operation, rule, fields, created_at, updated_at)
     SELECT 900, id, 'people', 'read', 'name = \"Al\"', '[\"salary\",\"yearly\"]', 0, 0 FROM roles WHERE name = 'admin'"
sql 'UPDATE generation SET definitions = definitions + 1 WHERE id = 1'
post $people '{"name":"Zed","salary":7}'; json .yearly 84 'who wrote all of it sees all of it'
get "$people?sort=name"; json '[.items[] | [.name, .salary, .yearly, .plain]]' '[["Al",100,1200,2],["Zed",null,null,3]]' 'where a grant gives both for some rows, the others show nothing'
get "$people?filter=yearly%20%3E%201"; status 400 'to ask by it would tell of the others'
superadmin
get $people/$ann; json '[.yearly, .domain]' '[1200,"n@x.example"]' 'superadmins see everything'

# ---- what no longer compiles --------------------------------------------------------------------
sql "UPDATE collections SET schema = REPLACE(schema, 'salary * 12', 'salary ** 12') WHERE name = 'people'"
sql 'UPDATE generation SET definitions = definitions + 1 WHERE id = 1'
get "$people?filter=yearly%20IS%20NULL&sort=yearly"; json '[.total, .items[0].yearly]' '[2,null]' 'is null everywhere'
done_testing
