#!/bin/sh
# 43-strict.t — PII_STRICT: who sees personal data masked may not ask by it either (data.md §14).
LARDER_TEST_SETTINGS=LARDER_PII_STRICT=1
. t/lib/larder.sh

people=/api/v1/records/people
collection '{"name":"people","fields":[{"name":"title","type":"text"},{"name":"ssn","type":"text","pii":true,"mask_type":"ssn"},
    {"name":"iq","type":"number","pii":true},{"name":"boss","type":"reference","collection":"people","on_delete":"set_null","pii":true}],
    "list_rule":"","view_rule":"","create_rule":"","update_rule":"iq < 200"}'
sign_up acme owner@acme.example.com; owner=$TOKEN
post $people '{"title":"a","ssn":"111-11-1111","iq":3}'; first=$(value .id)
post $people "{\"title\":\"b\",\"ssn\":\"222-22-2222\",\"iq\":1,\"boss\":\"$first\"}"; second=$(value .id)
as_superadmin POST /api/v1/users "{\"account_id\":\"$ACCOUNT\",\"email\":\"member@acme.example.com\",\"password\":\"$PASSWORD\",\"role_id\":2}"
larder user verify member@acme.example.com --account acme >/dev/null
sign_in acme member@acme.example.com; member=$TOKEN
place() { printf '{"sort":"+%s,+id","sort_value":2,"id":"%s"}' "$1" "$first" | base64 -w0 | tr '+/' '-_'; }

# asked NAME: each way to ask by that name: how it ends, the path.
asked() {
    cat <<.
used_in_filters ?filter=$1+=+1
used_in_filters ?filter=title+=+%22a%22+%7C%7C+$1+IS+NULL
used_in_filters /aggregate?functions=count()&filter=$1+!=+1
sorted ?sort=$1
sorted ?sort=title,-$1
sorted ?sort=-$1&cursor=
sorted ?sort=$1&cursor=$(place "$1")
sorted ?sort=$1&cursor_before=$(place "$1")
aggregated /aggregate?functions=count($1)
aggregated /aggregate?functions=max($1)
aggregated /aggregate?functions=count(),sum($1)&having=sum_$1+%3E+1
aggregated /aggregate?functions=count()&group_by=$1
aggregated /aggregate?functions=count()&group_by=title,$1
.
}
each() { # WHO: asks all and keeps what is answered
    for column in ssn iq; do
        asked $column >"$W/asked"
        while read -r how path <&3; do "$1" "$column" "$(echo "$how" | tr _ ' ')" "$path"; done 3<"$W/asked"
    done
}
strict() {
    get "$people$3" $4 ${4:+"$5"}
    is "$STATUS $(value .message)" "400 Field '$1' is masked and cannot be $2" "strict: $3"
}
strict_stranger() { strict "$1" "$2" "$3" -H 'X-Account-ID: acme'; }
free() { get "$people$3"; case $3 in *'sum(ssn)'*) status 400 "has no sum: $3" ;; *cursor*=?*) ok "asked: $3" [ "$STATUS" != 500 ] ;; *) status 200 "free: $3" ;; esac; }

TOKEN=$member; each strict
anonymous; each strict_stranger
TOKEN=$owner; each free
superadmin; each free
TOKEN=$member
get "$people?sort=title"; json '[.items[] | [.title,.ssn,.iq]] | tojson' '[["a","***-**-****","*"],["b","***-**-****","*"]]' 'the masks are shown as ever'
get "$people?filter=nowhere=1"; json .message "Field 'nowhere' does not exist in collection. Available fields: account_id, created_at, created_by, id, title, updated_at, updated_by" 'what cannot be asked by is not offered'
get "$people?expand=boss"; status 400 'nor is it followed'
patch $people/$second '{"title":"c"}'; json '[.title,.ssn] | tojson' '["c","***-**-****"]' 'rules still know the value'
patch $people/$second '{"ssn":"***-**-****","iq":"*"}'; status 200 'the mask sent back'
TOKEN=$owner; get $people/$second; json '[.ssn,.iq] | tojson' '["222-22-2222",1]' 'changes nothing'
