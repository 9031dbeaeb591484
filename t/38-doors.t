#!/bin/sh
# 38-doors.t — what a caller may not see cannot be named either, whichever door is tried.
. t/lib/larder.sh

people=/api/v1/records/people
collection '{"name":"people","fields":[{"name":"title","type":"text"},{"name":"salary","type":"number"},
    {"name":"wage","type":"number"},{"name":"boss","type":"reference","collection":"people","on_delete":"set_null"},
    {"name":"ssn","type":"text","pii":true,"mask_type":"ssn"},{"name":"iq","type":"number","pii":true},
    {"name":"token","type":"text"},{"name":"code","type":"number"}],
    "list_rule":"","view_rule":"","create_rule":"","list_fields":["title","ssn","iq","token","code"],"view_fields":["title","ssn","iq","token","code"]}'
# Members are given wage as well, but only of what they made themselves: in some rows.
as_superadmin POST /api/v1/permissions '{"role_id":2,"collection":"people","rules":{"read":{"rule":"created_by = user.id","fields":["title","wage"]}}}'
status 201 'a role gives one field more, in some rows'
sign_up acme owner@acme.example.com
owner=$TOKEN
post $people '{"title":"a","salary":3,"wage":3,"ssn":"111-11-1111","iq":3,"token":"z","code":3}'
first=$(value .id)
post $people "{\"title\":\"b\",\"salary\":1,\"wage\":1,\"ssn\":\"333-33-3333\",\"iq\":1,\"token\":\"x\",\"code\":1,\"boss\":\"$first\"}"
second=$(value .id)
post $people "{\"title\":\"c\",\"salary\":2,\"wage\":2,\"ssn\":\"222-22-2222\",\"iq\":2,\"token\":\"y\",\"code\":2,\"boss\":\"$second\"}"
status 201 'three people'
as_superadmin POST /api/v1/users "{\"account_id\":\"$ACCOUNT\",\"email\":\"member@acme.example.com\",\"password\":\"$PASSWORD\",\"role_id\":2}"
status 201 'and somebody who may not see all of them'
larder user verify member@acme.example.com --account acme >/dev/null
sign_in acme member@acme.example.com
member=$TOKEN
post $people '{"title":"d","wage":4,"iq":4}'
own=$(value .id)

# Encrypted, as far as definitions go: what is stored does not matter here.
fields=$(sql "SELECT schema FROM collections WHERE name = 'people'" | jq -c 'map(if .name == "token" then .encrypted = true else . end)')
sql "UPDATE collections SET schema = '$fields' WHERE name = 'people'; UPDATE generation SET definitions = definitions + 1"

encode() { printf %s "$1" | jq -sRr '@uri'; }
# cursor NAME: a place in the order of that name.
cursor() { printf '{"sort":"+%s,+id","sort_value":2,"id":"%s"}' "$1" "$second" | base64 -w0 | tr '+/' '-_'; }
# doors NAME: every way to name a column, a request each.
doors() {
    for door in 'title = "a" || @ > 1' '@ = 1' '@ IS NULL' '!(@ IN (1, 2))' '@' '-@ < 0' '1 < @' 'title = @' '@ ~ "1%"'; do
        door=$(encode "$(printf %s "$door" | sed "s/@/$1/")")
        echo "$people?filter=$door"
        echo "$people/aggregate?functions=count()&filter=$door"
    done
    for door in @ -@ title,@ @,-title; do
        door=$(encode "$(printf %s "$door" | sed "s/@/$1/")")
        echo "$people?sort=$door"
        echo "$people?sort=$door&cursor="
    done
    echo "$people?sort=$1&cursor=$(cursor "$1")"
    echo "$people?sort=$1&cursor_before=$(cursor "$1")"
    echo "$people?cursor=$(cursor "$1")"
    for door in @ @,@ @.title @.@; do
        door=$(printf %s "$door" | sed "s/@/$1/g")
        echo "$people?expand=$door"
        echo "$people/$own?expand=$door"
    done
    for door in 'count(@)' 'sum(@)' 'avg(@)' 'min(@)' 'max(@)' 'count(),MAX( @ )'; do
        echo "$people/aggregate?functions=$(encode "$(printf %s "$door" | sed "s/@/$1/")")"
    done
    echo "$people/aggregate?functions=count()&group_by=$1"
    echo "$people/aggregate?functions=count()&group_by=title,$1"
    for door in '@ > 1' 'count(@) > 1' 'sum_@ > 1' 'max(@) > 1 || count() > 0'; do
        echo "$people/aggregate?functions=count()&having=$(encode "$(printf %s "$door" | sed "s/@/$1/")")"
    done
}
# selects NAME: to see it, which is another matter where some rows show it.
selects() {
    for door in @ title,@ @,@; do
        door=$(printf %s "$door" | sed "s/@/$1/g")
        echo "$people?fields=$door"
        echo "$people/$first?fields=$door"
        echo "/api/v1/people?fields=$door"
    done
}
# answers WAY NAME: what is answered to each request, with @ for the name (not for the keys of records).
answers() {
    "$1" "$2" >"$W/paths"
    while IFS= read -r path <&3; do
        get "$path"; printf '%s %s %s\n' "${path%%cursor*=*}" "$STATUS" "$(body)" | sed -E "s/$2([^\":]|\"[^:])/@\1/g"
    done 3<"$W/paths"
}
# alike WAY NAME…: whatever is asked with the name is answered as with one that is none.
alike() {
    way=$1; shift
    answers "$way" nowhere >"$W/none"
    for hidden; do
        answers "$way" "$hidden" >"$W/some"
        none "$(diff "$W/none" "$W/some")" "$hidden is no name, by $(wc -l <"$W/some") $way"
    done
}

# ---- hidden: there is no such field -------------------------------------------------------------
alike doors salary boss wage
alike selects salary boss
TOKEN=$owner
alike doors salary wage
alike selects salary boss wage
anonymous; get "$people?fields=salary" -H 'X-Account-ID: acme'; json '[.items[] | has("salary")] | any' false 'nor for nobody'
TOKEN=$member
get "$people?fields=wage&sort=title"; json '[.items[] | .wage]' '[null,null,null,4]' 'a field given in some rows is shown in those'

# ---- masked: it may be filtered by, not told -------------------------------------------------------
TOKEN=$member
masked() { # PATH: refused in the words that all parts of an aggregation have
    get "$people/aggregate?$1"
    is "$STATUS $(body)" "403 {\"detail\":\"Aggregation is not permitted on masked field '$2'\"}" "masked: $1"
}
for function in sum avg min max; do masked "functions=$function(iq)" iq; done
masked 'functions=min(ssn)' ssn
masked 'functions=count(),max(ssn)&group_by=title' ssn
masked 'functions=count()&group_by=ssn' ssn
masked 'functions=count()&group_by=title,iq' iq
masked 'functions=count(ssn)&group_by=ssn' ssn
get "$people/aggregate?functions=count(ssn),count(iq)"; json .results '[{"count_ssn":3,"count_iq":4}]' 'how many there are may be told'
for sort in ssn -iq title,ssn; do
    get "$people?cursor=&sort=$sort"; status 400 "a cursor would tell: $sort"
done
json .message "Cannot page by cursor in the order of the masked field 'ssn'" 'and says so'
get "$people?fields=ssn,iq&sort=title"; json '[.items[] | [.ssn, .iq]] | unique' '[[null,"*"],["***-**-****","*"]]' 'lists show masks'
get "$people?filter=$(encode 'ssn = "111-11-1111"')"; json '[.total, .items[0].ssn]' '[1,"***-**-****"]' 'filters know the value'
TOKEN=$owner
get "$people/aggregate?functions=max(ssn),sum(iq)&group_by=ssn&filter=iq%3E2"
is "$(value '[.results[].max_ssn] | tojson')" '[null,"111-11-1111"]' 'who sees the values aggregates them'

# ---- encrypted: never in an expression, not even for superadmins ------------------------------------
encrypted() {
    for door in 'filter=token+%3D+%22x%22' 'filter=title+%3D+%22x%22+%7C%7C+token+IS+NULL' sort=token 'sort=title,-token' 'cursor=&sort=token' expand=token; do
        get "$people?$door"; is "$STATUS $(value .message | grep -c "'token' is ")" '400 1' "encrypted, $1: $door"
    done
    for door in 'functions=count(token)' 'functions=min(token)' 'functions=count()&group_by=token' 'functions=count()&group_by=title,token' \
        'functions=count()&filter=token+%3D+%22x%22'; do
        get "$people/aggregate?$door"; is "$STATUS $(value .message | grep -c "'token' is encrypted and cannot be")" '400 1' "encrypted, $1: $door"
    done
}
TOKEN=$member; encrypted member
superadmin; encrypted superadmin
