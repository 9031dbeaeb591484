#!/bin/sh
# 37-filters.t — lists are filtered, sorted and paged, and nothing in a query breaks them.
. t/lib/larder.sh

fruits=/api/v1/records/fruits
open='"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""'
collection '{"name":"fruits","fields":[{"name":"title","type":"text"},{"name":"price","type":"number"},
    {"name":"status","type":"text"},{"name":"category","type":"text"},{"name":"is_featured","type":"boolean"},
    {"name":"deleted_at","type":"datetime"},{"name":"extra","type":"json"},{"name":"name","type":"text"}],'"$open}"
sign_up acme owner@acme.example.com
post $fruits/batch '{"records":[
    {"title":"Eggplant","price":1.5,"status":"active","category":"vegetable","is_featured":true,"name":"E"},
    {"title":"Banana","price":0.5,"status":"active","category":"fruit","is_featured":false},
    {"title":"Carrot","price":0.8,"status":"pending","category":"vegetable","is_featured":false},
    {"title":"Dragonfruit","price":20,"status":"archived","category":"fruit","is_featured":true},
    {"title":"Apple","price":1.2,"status":"active","category":"fruit"}]}'
status 201 'five fruits'

# query NAME=VALUE…: the list with these parameters, form-encoded as the SDK does.
query() {
    encoded=
    for pair; do
        encoded="$encoded${encoded:+&}${pair%%=*}=$(printf %s "${pair#*=}" | jq -sRr '@uri | gsub("%20"; "+")')"
    done
    get "$fruits?$encoded"
}
finds() { query "filter=$1"; is "$STATUS $(value .total)" "200 $2" "$2: $1"; }
refuses() { # FILTER PART
    query "filter=$1"; status 400 "refused: $1"
    json .error 'Invalid filter expression' 'as a filter'
    [ -z "$2" ] || has "$(value .message)" "$2" "because: $2"
}

# ---- the language -------------------------------------------------------------------------------
finds 'status = "active"' 3
finds 'status != "archived"' 4
finds 'price > 1.0' 3
finds 'price < 1.0' 2
finds 'price >= 20.0' 1
finds 'price <= 0.8' 2
finds 'title ~ "E%"' 1
finds 'title ~ "e%"' 1
finds 'is_featured = true' 2
finds 'is_featured' 2
finds 'status IN ("active","pending")' 4
finds '!(status IN ("active","pending"))' 1
finds 'deleted_at IS NULL' 5
finds 'deleted_at IS NOT NULL' 0
finds 'status = "active" && price > 1.0' 2
finds 'status = "pending" || status = "archived"' 2
finds '(status = "active" || status = "pending") && price > 1.0' 2
finds "created_by = \"$USER_ID\"" 5
finds 'category = status' 0
finds 'price > -5' 5
finds 'price IN (-1, 0.5)' 1
finds 'price * 2 > 10' 1
finds 'price = "20"' 1
finds 'status = null' 0
finds 'created_at > "2020-01-01"' 5
finds 'name = "E"' 1
finds 'updated_at < "2020-01-01T00:00:00Z"' 0
finds "title = 'it\\'s'" 0
finds 'true' 5
finds '1 = 2' 0
finds '' 5
finds '   ' 5
finds "account_id = \"$ACCOUNT\"" 5

# ---- what is refused ----------------------------------------------------------------------------
refuses 'nothing = 1' "Field 'nothing' does not exist in collection."
refuses 'a.b = 1' "Field 'a.b' does not exist in collection."
refuses '@request.auth.id = "x"' "Context variables are not allowed in filters: '@request.auth.id'"
refuses 'title ===' 'Unexpected token: EQ'
refuses 'title = "x' 'Unterminated string literal'
refuses 'title = upper("x")' "Functions are not allowed in filters: 'upper'"
refuses 'is_featured > true' "Operator '>' is not supported for field 'is_featured' of type 'boolean'"
refuses 'extra = "x"' "of type 'json'"
refuses 'deleted_at > "soon"' "Invalid datetime literal 'soon' for field 'deleted_at'"
refuses 'price > "much"' ''
refuses 'title $ 1' "Invalid character '\$'"
refuses "$(printf '(%.0s' $(seq 200))1 = 1$(printf ')%.0s' $(seq 200))" ''
refuses "title = \"$(head -c 9000 /dev/zero | tr '\0' x)\"" ''
refuses "price IN ($(seq -s, 600))" ''

# ---- values are values --------------------------------------------------------------------------
finds "title = \"'; DROP TABLE col_fruits; --\"" 0
finds "title IN (\"'; DROP TABLE col_fruits; --\", \"Apple\")" 1
finds 'title = ":account" || title = "?1" || title = "$1"' 0
finds 'status = "active"' 3

# ---- parameters ---------------------------------------------------------------------------------
get "$fruits?status=active"
status 400 'fields are no parameters'
json .error 'Unsupported query parameter' 'as a parameter'
has "$(value .message)" "Use the 'filter' parameter instead: ?filter=status = \"active\"" 'with the way to ask'
for query in limit=0 limit=101 limit=x limit=1.5 skip=-1 skip=x count=perhaps; do
    get "$fruits?$query"
    status 422 "422: $query"
done
json '.detail[0] | [.type, .loc]' '["bool_parsing",["query","count"]]' 'in the shape of the contract'
get "$fruits?limit=2&skip=4&limit=3"
json '[.skip, .limit, .total, (.items | length)]' '[4,3,5,1]' 'of two values the last wins'
get "$fruits?count=false&limit=2"
json '[.total, (.items | length)]' '[null,2]' 'count=false saves the total'
get "$fruits?skip=99999999999"
json '[.total, (.items | length)]' '[5,0]' 'a page beyond the end is empty'
get "$fruits?filter=%zz"
case $STATUS in 400 | 422) ok 'a bad escape is refused' true ;; *) status 400 'a bad escape is refused' ;; esac
get "$fruits?filter=title+%3D+%22%ff%22"
case $STATUS in 200 | 400 | 422) ok 'broken UTF-8 does no harm' true ;; *) status 400 'broken UTF-8 does no harm' ;; esac
get "$fruits?filter=title+%3D+%22a%00b%22"
case $STATUS in 200 | 400 | 422) ok 'nor does NUL' true ;; *) status 400 'nor does NUL' ;; esac

# ---- order --------------------------------------------------------------------------------------
titles() { json '[.items[].title[0:1]] | join("")' "$1" "$2"; }
get $fruits; titles ADCBE 'newest first'
query sort=price; titles BCAED 'up'
query sort=-price; titles DEACB 'down'
query sort=+title; titles ABCDE 'a plus is up'
get "$fruits?sort=+title"; titles ABCDE 'a plus that became a space too'
query 'sort=status,-price'; titles EABDC 'by two keys'
query 'sort=zzz,title'; titles ABCDE 'an unknown key is dropped'
query 'sort=zzz'; titles EBCDA 'alone it means created_at, upwards'
query 'sort=is_featured,title'; titles ABCDE 'NULL comes first going up'
query 'sort=-is_featured,title'; titles DEBCA 'and last going down'
query 'sort=title; DROP TABLE col_fruits'; titles EBCDA 'a sort is a name or nothing'
query 'sort=a,b,c,d,e,f,g,h,i,j,title'; titles ABCDE 'unknown keys are not counted'
query 'category=fruit' 'filter=category = "fruit"'; status 400 'nothing is let through beside a filter'
query 'filter=category = "fruit"' limit=2 skip=2; json '[.total,(.items|length)]' '[3,1]' 'the second page'
query fields=title,price; json '.items[0] | keys | length' 9 'fields= keeps the system members'
query 'fields=*'; json '.items[0] | has("extra")' true '* is all'

# ---- cursors ------------------------------------------------------------------------------------
walk() { # SORT: all pages forward, then back again
    seen='' pages=0; query cursor= limit=2 "sort=$1"
    json '[.total, .prev_cursor]' '[null,null]' "$1: the first page has none before it"
    while :; do
        seen="$seen$(value '[.items[].title[0:1]] | join("")')" pages=$((pages + 1)) last=$(value .prev_cursor)
        next=$(value .next_cursor)
        [ "$(value .has_more)" = "$([ "$next" = null ] && echo false || echo true)" ] || seen="$seen!"
        [ "$next" != null ] && [ $pages -lt 9 ] || break
        query "cursor=$next" limit=2 "sort=$1"
    done
    is "$seen" "$2" "$1: forward"
    back=$(value '[.items[].title[0:1]] | join("")')
    while [ "$last" != null ] && [ $pages -lt 19 ]; do
        query "cursor_before=$last" limit=2 "sort=$1"
        back="$(value '[.items[].title[0:1]] | join("")')$back" pages=$((pages + 1)) last=$(value .prev_cursor)
        [ "$(value .next_cursor)" != null ] || back="!$back"
    done
    is "$back" "$2" "$1: and back"
}
walk -created_at ADCBE
walk price BCAED
walk -price,title DEACB
walk is_featured,title ABCDE
walk -is_featured,title DEBCA
walk -deleted_at,title ABCDE
walk status,-price EABDC
walk id EBCDA
query cursor= include_count=true limit=2 'filter=category = "fruit"'
json '[.total,.has_more]' '[3,true]' 'with the total when asked'
next=$(value .next_cursor)
query "cursor=$next" skip=7 limit=2 'filter=category = "fruit"'
json '.items | length' 1 'skip means nothing to a cursor'
query "cursor=$next" sort=price
status 400 'a cursor belongs to its sort'
json . '{"error":"Invalid cursor","message":"Invalid cursor format: sort changed"}' 'and says so'
query cursor=a cursor_before=b
json .message "Cannot specify both 'cursor' and 'cursor_before'" 'one direction at a time'
for bad in x '!!' e30= bnVsbA== W10= null "$(printf '{"sort":"-created_at,-id","sort_value":"x","id":"y"}' | base64 -w0)" \
    "$(printf '{"sort":"-created_at,-id","sort_value":9e99,"id":"y"}' | base64 -w0)" \
    "$(printf '{"sort":"-created_at,-id","sort_value":null,"id":null}' | base64 -w0)"; do
    query "cursor_before=$bad"
    status 400 "no cursor: $bad"
done
json .error 'Invalid cursor_before' 'named by its parameter'

# ---- totals -------------------------------------------------------------------------------------
query 'filter=status = "active"' limit=1; json .total 3 'counted'
query 'filter=status = "active"' limit=1; json .total 3 'remembered'
post $fruits '{"title":"Fig","status":"active"}'
query 'filter=status = "active"' limit=1; json .total 4 'counted anew'
delete "$fruits/$(get "$fruits?filter=title='Fig'"; value '.items[0].id')"
query 'filter=status = "active"' limit=1; json .total 3 'and again'
