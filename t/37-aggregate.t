#!/bin/sh
# 37-aggregate.t — counts, sums and extremes of the records a caller may list, whole or by groups.
. t/lib/larder.sh

goods=/api/v1/records/goods
open='"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""'
collection '{"name":"goods","fields":[{"name":"title","type":"text"},{"name":"price","type":"number"},
    {"name":"status","type":"text"},{"name":"category","type":"text"},{"name":"sold","type":"boolean"},
    {"name":"day","type":"date"},{"name":"at","type":"datetime"},{"name":"mail","type":"email"},
    {"name":"extra","type":"json"},{"name":"count","type":"number"}],'"$open}"
sign_up other owner@other.example.com
post $goods '{"title":"theirs","price":1000,"status":"active"}'
sign_up acme owner@acme.example.com
acme=$TOKEN

# aggregate NAME=VALUE…: form-encoded, as the SDK sends it. base: the records it is of.
base=$goods
aggregate() {
    encoded=
    for pair; do
        encoded="$encoded${encoded:+&}${pair%%=*}=$(printf %s "${pair#*=}" | jq -sRr '@uri | gsub("%20"; "+")')"
    done
    get "$base/aggregate?$encoded"
}
gives() { # RESULTS WHAT NAME=VALUE…
    expected=$1 what=$2; shift 2; aggregate "$@"
    is "$STATUS $(value '[.results, .total_groups]')" "200 [$expected,$(printf %s "$expected" | jq length)]" "$what"
}
refuses() { # ERROR MESSAGE NAME=VALUE…
    expected=$(jq -nc --arg e "$1" --arg m "$2" '{error: $e, message: $m}'); shift 2; aggregate "$@"
    is "$STATUS $(body)" "400 $expected" "refused: $*"
}

# ---- nothing yet --------------------------------------------------------------------------------
gives '[{"count":0,"sum_price":null,"avg_price":null,"min_price":null,"max_title":null,"count_price":0}]' 'no records: one row' \
    'functions=count(),sum(price),avg(price),min(price),max(title),count(price)'
gives '[]' 'nor groups' 'functions=count()' group_by=status
gives '[]' 'a row that having refuses is none' 'functions=count()' 'having=count() > 0'

post $goods/batch '{"records":[
    {"title":"Ant","price":10,"status":"active","category":"a","sold":true,"day":"2024-02-01","at":"2024-01-01T00:00:00.5Z","mail":"a@x.example"},
    {"title":"bee","price":20,"status":"active","category":"b","sold":false,"day":"2023-12-31","extra":{"a":1}},
    {"title":"Cat","price":5,"status":"pending","category":"a","sold":true,"at":"2023-06-01T10:00:00Z","mail":"b@x.example"},
    {"title":"dog","price":15,"status":"pending","category":"b","count":3},
    {"title":"Émeu","price":50,"status":"archived","category":"a","sold":false}]}'
status 201 'five goods'

# ---- the whole ----------------------------------------------------------------------------------
gives '[{"count":5,"count_price":5,"sum_price":100,"avg_price":20,"min_price":5,"max_price":50}]' 'all five together' \
    'functions=count(),count(price),sum(price),avg(price),min(price),max(price)'
gives '[{"count_sold":4,"count_extra":1,"count_id":5,"count_created_by":5}]' 'what is not null' \
    'functions=count(sold),count(extra),count(id),count(created_by)'
gives '[{"min_title":"Ant","max_title":"Émeu","min_day":"2023-12-31","max_day":"2024-02-01","min_at":"2023-06-01T10:00:00Z","max_at":"2024-01-01T00:00:00.500Z","max_mail":"b@x.example"}]' \
    'extremes as records show them, texts by their bytes' \
    'functions=min(title),max(title),min(day),max(day),min(at),max(at),max(mail)'
gives '[{"sum_price":100,"count":5}]' 'spaces, case and a comma too many' 'functions= SUM( price ) , Count(),'
gives '[{"count":2}]' 'filtered' 'functions=count()' 'filter=status = "active"'
gives '[{"count":0,"sum_price":null}]' 'filtered away' 'functions=count(),sum(price)' 'filter=price > 1000'
gives '[{"count":0}]' 'another account has what it has' 'functions=count()' 'filter=title = "theirs"'
gives '[{"count":5}]' 'unknown parameters mean nothing' 'functions=count()' zzz=1 filter= group_by= having=
base=/api/v1/goods
gives '[{"count":5}]' 'the short form' 'functions=count()'
base=$goods

# ---- by groups ----------------------------------------------------------------------------------
gives '[{"count":2,"status":"active"},{"count":1,"status":"archived"},{"count":2,"status":"pending"}]' 'by one field, in its order' \
    'functions=count()' group_by=status
gives '[{"count":1,"sum_price":10,"status":"active","category":"a"},{"count":1,"sum_price":20,"status":"active","category":"b"},{"count":1,"sum_price":50,"status":"archived","category":"a"},{"count":1,"sum_price":5,"status":"pending","category":"a"},{"count":1,"sum_price":15,"status":"pending","category":"b"}]' \
    'by two' 'functions=count(),sum(price)' 'group_by= status, category ,,status'
gives '[{"count":1,"sold":null},{"count":2,"sold":false},{"count":2,"sold":true}]' 'null, false and true are three' \
    'functions=count()' group_by=sold
gives '[{"count":4,"extra":null},{"count":1,"extra":{"a":1}}]' 'JSON stays JSON' 'functions=count()' group_by=extra
gives '[{"count":3,"at":null},{"count":1,"at":"2023-06-01T10:00:00Z"},{"count":1,"at":"2024-01-01T00:00:00.500Z"}]' 'times as records show them' \
    'functions=count()' group_by=at
gives "[{\"count\":5,\"account_id\":\"$ACCOUNT\",\"created_by\":\"$USER_ID\"}]" 'by system columns' \
    'functions=count()' group_by=account_id,created_by
aggregate 'functions=count()' group_by=id,created_at
created=$(value '.results | sort_by(.id)[0].created_at') id=$(value '.results | sort_by(.id)[0].id')
get "$goods/$id"; json .created_at "$created" 'their times too'
gives '[{"max_price":5,"category":"a"}]' 'filtered and grouped' 'functions=max(price)' group_by=category 'filter=price < 10'

# ---- having -------------------------------------------------------------------------------------
twos='[{"count":2,"status":"active"},{"count":2,"status":"pending"}]'
for having in 'count() > 1' 'count>1' 'COUNT() >= 2' 'count = 2' 'count() != 1' 'count() > 1.5' 'count() > -1 && count() != 1' \
    '(count() = 1 and count() = 2) or (count = 2)' 'count() = 2 OR count() = 7' 'count() = 9 || count() == 2' "count() = '2'" '((count = 02.))'; do
    gives "$twos" "having $having" 'functions=count()' group_by=status "having=$having"
done
gives '[{"sum_price":20,"count":2,"status":"pending"}]' 'over a sum' 'functions=sum(price),count()' group_by=status 'having=sum(price) < 30 AND count() > 1'
gives '[{"sum_price":20,"count":2,"status":"pending"}]' 'by its alias' 'functions=sum(price),count()' group_by=status 'having=sum_price < 30 && count >= 2'
gives '[{"max_at":"2024-01-01T00:00:00.500Z","category":"a"}]' 'over a time' 'functions=max(at)' group_by=category 'having=max(at) > "2024-01-01"'
gives '[{"max_title":"dog","category":"b"}]' 'over a text' 'functions=max(title)' group_by=category "having=max_title = 'dog'"
gives '[{"count":5}]' 'without groups' 'functions=count()' 'having=count() = 5'
gives '[]' 'without groups, refused' 'functions=count()' 'having=count() > 5'
gives '[{"count":2,"status":"active"}]' 'filter, groups and having' 'functions=count()' group_by=status 'filter=price >= 10' 'having=count() > 1'
gives '[]' 'values are values' 'functions=max(title)' "having=max(title) = \"'; DROP TABLE col_goods; --\""

# ---- what is refused ----------------------------------------------------------------------------
functions='Invalid aggregation functions' group='Invalid group_by' condition='Invalid having expression'
get $goods/aggregate
status 422 'functions are required'
json '.detail[0] | [.type, .loc]' '["missing",["query","functions"]]' 'in the shape of the contract'
for none in '' ' ' ',' ' , ,'; do refuses "$functions" 'At least one aggregation function is required' "functions=$none"; done
for bad in price 'count(*)' 'sum price' 'sum(price' 'sum(price))' 'sum(a.b)' '(price)' 'sum(price) x' 'count("id")' 'sum(price+1)' 'sum(price);--' 'sum()()'; do
    refuses "$functions" "Invalid aggregation function syntax: '$bad'. Expected format: fn() or fn(field_name)" "functions=$bad"
done
refuses "$functions" "Unknown aggregation function 'median'. Supported functions: avg, count, max, min, sum" 'functions=count(),Median(price)'
refuses "$functions" "Function 'sum' requires a field argument, e.g. sum(field_name)" 'functions=sum()'
refuses "$functions" "Field 'nothing' not found in collection schema" 'functions=max(nothing)'
refuses "$functions" "Field 'nothing' not found in collection schema" 'functions=count(nothing)'
refuses "$functions" "Field 'created_at' not found in collection schema" 'functions=max(created_at)'
refuses "$functions" "Function 'sum' requires a number field, but field 'title' has type 'text'" 'functions=sum(title)'
refuses "$functions" "Function 'avg' requires a number field, but field 'at' has type 'datetime'" 'functions=AVG(at)'
refuses "$functions" "Function 'min' is not supported for field type 'boolean'. Supported types: date, datetime, email, number, text, url" 'functions=min(sold)'
refuses "$functions" "Function 'max' is not supported for field type 'json'. Supported types: date, datetime, email, number, text, url" 'functions=max(extra)'
refuses "$functions" "Duplicate aggregation alias 'count'. Each aggregation function must produce a unique result key" 'functions=count(),sum(price),COUNT()'
refuses "$group" "Field 'nothing' not found in collection schema" 'functions=count()' group_by=status,nothing
refuses "$group" "Field 'account_name' not found in collection schema" 'functions=count()' group_by=account_name
refuses "$group" "Field 'count' has the name of an aggregation alias. Each must have its own result key" 'functions=count()' group_by=count
refuses "$group" "Field 'status\"; --' not found in collection schema" 'functions=count()' 'group_by=status"; --'
aliases='Valid aliases: count, sum_price'
refuses "$condition" "Unknown aggregate alias 'x' in HAVING expression. $aliases" 'functions=sum(price),count()' 'having=x > 1'
refuses "$condition" "Unknown aggregate alias 'sum_count' in HAVING expression. $aliases" 'functions=sum(price),count()' 'having=sum(count) > 1'
refuses "$condition" "Unknown aggregate alias 'price' in HAVING expression. $aliases" 'functions=sum(price),count()' 'having=price > 1'
refuses "$condition" "Expected operator after 'count' but got 'LIKE'. Valid operators: !=, <, <=, =, >, >=" 'functions=count()' 'having=count() LIKE 1'
refuses "$condition" "Expected operator after 'count' but got '~'. Valid operators: !=, <, <=, =, >, >=" 'functions=count()' 'having=count ~ 1'
refuses "$condition" "Expected a value after operator '>' in HAVING expression" 'functions=count()' 'having=count() >'
refuses "$condition" "Unexpected token ')' in HAVING expression" 'functions=count()' 'having=count() > 1)'
refuses "$condition" "Unexpected token 'count' in HAVING expression" 'functions=count()' 'having=count() > 1 count() > 2'
refuses "$condition" 'Unexpected end of HAVING expression' 'functions=count()' 'having=count() > 1 AND'
refuses "$condition" 'Unexpected end of HAVING expression' 'functions=count()' 'having=(count() > 1'
refuses "$condition" 'Unexpected end of HAVING expression' 'functions=count()' 'having=count'
refuses "$condition" "Invalid value 'x' in HAVING expression" 'functions=count()' 'having=count() > x'
refuses "$condition" "Invalid value 'null' in HAVING expression" 'functions=count()' 'having=count() = null'
refuses "$condition" "Invalid value 'many' in HAVING expression" 'functions=count()' 'having=count() = "many"'
refuses "$condition" "Invalid value 'soon' in HAVING expression" 'functions=max(at)' 'having=max(at) > "soon"'
refuses "$condition" "Expected an aggregate alias but got '5' in HAVING expression" 'functions=count()' 'having=5 < count()'
refuses "$condition" "Expected an aggregate alias but got '!' in HAVING expression" 'functions=count()' 'having=!(count() > 1)'
refuses "$condition" "Expected ')' but got 'price' in HAVING expression" 'functions=count(),sum(price)' 'having=sum(count price) > 1'
refuses "$condition" "Invalid character ';' at position 11" 'functions=count()' 'having=count() > 1; DROP TABLE col_goods'
refuses "$condition" 'Expression is longer than 8192 bytes' 'functions=count()' "having=count() > $(head -c 8200 /dev/zero | tr '\0' 1)"
aggregate 'functions=count()' "having=$(printf '(%.0s' $(seq 200))count=1$(printf ')%.0s' $(seq 200))"
status 400 'a deep condition'
json .message 'Expression is nested more than 64 levels deep' 'says so'
aggregate 'functions=count()' 'filter=nothing = 1'
is "$STATUS $(value .error)" '400 Invalid filter expression' 'a bad filter is one'
aggregate 'functions=sum(price)' 'filter=@request.auth.id = "x"'
is "$STATUS $(value .error)" '400 Invalid filter expression' 'and knows no caller'
aggregate 'functions=nothing()' group_by=zzz 'filter===' 'having=)'
json .error "$functions" 'functions are looked at first'
aggregate 'functions=count()' group_by=zzz 'filter===' 'having=)'
json .error "$group" 'then the groups'
aggregate 'functions=count()' 'filter===' 'having=)'
json .error 'Invalid filter expression' 'then the filter'

# ---- who may ------------------------------------------------------------------------------------
base=/api/v1/records/nothing
aggregate 'functions=count()'; status 403 'an unknown collection'
json .detail 'Permission denied for list on nothing (no rules defined)' 'is told to nobody'
as_superadmin GET "$base/aggregate?functions=count()"
is "$STATUS $(body)" "404 {\"error\":\"Collection not found\",\"message\":\"Collection 'nothing' does not exist\"}" 'but superadmins'
base=$goods
as_superadmin GET "$base/aggregate?functions=count(),max(price)&group_by=account_id"
json '[.total_groups, ([.results[].count] | sort), ([.results[].max_price] | sort)]' '[2,[1,5],[50,1000]]' 'who see every account'
anonymous
get "$goods/aggregate?functions=count()"; status 400 'nobody signed in names an account'
get "$goods/aggregate?functions=count()" -H 'X-Account-ID: acme'; json .results '[{"count":5}]' 'and sees its records, as in lists'
rules goods '{"list_rule":"status = \"active\" && created_by = @request.auth.id"}'
get "$goods/aggregate?functions=count()" -H 'X-Account-ID: acme'; status 401 'a rule needs somebody'
TOKEN=$acme
gives '[{"count":2,"sum_price":30}]' 'the list rule holds' 'functions=count(),sum(price)'
gives '[{"count":2,"status":"active"}]' 'in groups' 'functions=count()' group_by=status
gives '[{"count":0}]' 'whatever the filter says' 'functions=count()' 'filter=status = "pending" || status = "archived"'
rules goods '{"list_rule":null,"view_rule":""}'
aggregate 'functions=count()'; status 403 'a locked list is locked'
rules goods '{"list_rule":""}'

# ---- limits and the edge of numbers ---------------------------------------------------------------
collection "$(jq -nc '{name: "wide", fields: [range(70) | {name: "f\(.)", type: "number"}], list_rule: "", create_rule: ""}')"
base=/api/v1/records/wide
post $base '{"f0":1}'
refuses "$functions" 'At most 64 aggregation functions are allowed' "functions=$(seq 0 64 | sed 's/.*/sum(f&)/' | paste -sd,)"
refuses "$group" 'At most 16 fields to group by are allowed' 'functions=count()' "group_by=$(seq 0 16 | sed 's/^/f/' | paste -sd,)"
aggregate "functions=$(seq 0 63 | sed 's/.*/avg(f&)/' | paste -sd,)" "group_by=$(seq 0 15 | sed 's/^/f/' | paste -sd,)"
json '[.total_groups, (.results[0] | length), .results[0].avg_f0]' '[1,80,1]' 'as many as that'
collection '{"name":"edge","fields":[{"name":"n","type":"number"},{"name":"k","type":"text"}],"list_rule":"","create_rule":""}'
base=/api/v1/records/edge
post $base/batch '{"records":[{"n":1.7e308,"k":"inf"},{"n":1.7e308,"k":"inf"},{"n":1e200,"k":"large"},{"n":2e200,"k":"large"},{"n":1e300,"k":"both"},{"n":4,"k":"both"},
    {"n":9007199254740991,"k":"exact"},{"n":-1e300,"k":"minus"},{"n":5e-324,"k":"tiny"},{"n":0.25,"k":"plain"},{"n":0.5,"k":"plain"},{"n":null,"k":"plain"}]}'
aggregate 'functions=sum(n),avg(n)' group_by=k
json '[.results[] | [.k, .sum_n, .avg_n]] | sort | map(tojson) | join(" ")' \
    '["both",1e+300,5e+299] ["exact",9007199254740991,9007199254740991] ["inf",null,null] ["large",3e+200,1.5e+200] ["minus",-1e+300,-1e+300] ["plain",0.75,0.375] ["tiny",5e-324,5e-324]' \
    'what leaves the range of doubles is null, on every engine'
aggregate 'functions=sum(n)' group_by=k 'having=sum(n) > 1e300'
is "$STATUS $(value .error)" "400 $condition" 'exponents are no numbers here'
[ "$DB" = postgres ] && fill='INSERT INTO col_edge (id, account_id, created_at, created_by, updated_at, updated_by, k)
    SELECT i, '"'$ACCOUNT'"', 0, 0, 0, 0, i FROM generate_series(1, 10001) i' ||
    fill='WITH RECURSIVE s(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM s WHERE i < 10001)
    INSERT INTO col_edge (id, account_id, created_at, created_by, updated_at, updated_by, k)
    SELECT i, '"'$ACCOUNT'"', 0, 0, 0, 0, i FROM s'
sql "$fill"
refuses "$group" 'More than 10000 groups: group by less, or filter' 'functions=count()' group_by=id
aggregate 'functions=count()' group_by=k 'filter=k != "inf" && k != "large" && k != "both" && k != "exact" && k != "minus" && k != "tiny" && k != "plain" && k != "1"'
is "$STATUS $(value .total_groups)" '200 10000' 'as many as that'
