#!/bin/sh
# 40-input.t — bodies, names and values that no caller should send: a refusal each, and nothing half done.
LARDER_TEST_SETTINGS=LARDER_REQUEST_MEMORY_MB=4
. t/lib/larder.sh

open='"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""'
collection '{"name":"items","fields":[{"name":"code","type":"text","unique":true},{"name":"shape","type":"json","unique":true},
    {"name":"text","type":"text"}],'"$open}"
items=/api/v1/records/items
sign_up acme owner@acme.example.com
post $items '{"text":"first"}'; id=$(value .id)
total() { get "$items?limit=1&fields=id"; json .total "$1" "$2"; }

# ---- a body must be there -----------------------------------------------------------------------
for what in "POST $items" "PUT $items/$id" "PATCH $items/$id" "POST $items/batch" "PATCH $items/batch" "DELETE $items/batch"; do
    # shellcheck disable=SC2086
    request $what
    status 422 "no body: $what"
    json '.detail[0] | [.type,.loc,.msg]' '["missing",["body"],"Field required"]' 'is said to be missing'
done
patch "$items/$id" '{}'; status 200 'an empty object is one'
total 1 'nothing was made'

# ---- what is secret is not repeated -------------------------------------------------------------
for body in '["Sec-ret"]' '"Sec-ret"' '{"password":"Sec-ret"}' '{"password":["Sec-ret"],"email":5}'; do
    post /api/v1/auth/login "$body"
    status 422 "no body of a sign-in: $body"
    hasnt "$(body)" 'Sec-ret' 'and none to be repeated'
done
post /api/v1/auth/login '{"password":"Sec-ret"}' -H 'Content-Type: text/plain'
status 422 'nor is text'
hasnt "$(body)" 'Sec-ret' 'whatever it holds'

# ---- unique values fit an index on both engines -------------------------------------------------
long=$(head -c 3000 /dev/urandom | od -An -tx1 | tr -d ' \n')
post $items "{\"code\":\"$long\"}"; status 400 'a unique value is no novel'
json '.details | [length, .[0].field, .[0].code]' '[1,"code","value_too_long"]' 'and is told so'
post $items "{\"shape\":[\"$long\"]}"; status 400 'nor is a JSON one'
post $items/batch "{\"records\":[{\"code\":\"a\"},{\"code\":\"$long\"}]}"
json '[.index,.details[0].code]' '[1,"value_too_long"]' 'in a batch neither'
patch "$items/$id" "{\"code\":\"$long\"}"; status 400 'nor in a change'
post $items "{\"code\":\"$(printf %s "$long" | head -c 2000)\",\"text\":\"$long\"}"; status 201 'two thousand bytes are, and any text'
long_id=$(value .id)
as_superadmin GET '/api/v1/collections?search=items'; items_id=$(value '.items[0].id')
as_superadmin PUT "/api/v1/collections/$items_id" '{"fields":[{"name":"code","type":"text","unique":true},
    {"name":"shape","type":"json","unique":true},{"name":"text","type":"text","unique":true}]}'
case $DB$STATUS in 200 | postgres400) tap 0 'long values become unique, or cannot' ;; *) status 400 'long values become unique, or cannot' ;; esac
delete "$items/$long_id"
total 1 'nothing else was made'

# ---- names that a table cannot have -------------------------------------------------------------
for word in xmin XMAX cmin cmax ctid tableoid account_name; do
    as_superadmin POST /api/v1/collections "{\"name\":\"odd\",\"fields\":[{\"name\":\"$word\",\"type\":\"text\"}]}"
    status 400 "no field is called $word"
    has "$(value .message)" "Field name '$word' is reserved" 'it is taken'
done

# ---- too much at once ---------------------------------------------------------------------------
collection '{"name":"notes","fields":[{"name":"text","type":"text"},{"name":"code","type":"text"}],'"$open}"
{ printf '{"text":"'; head -c 250000 /dev/zero | tr '\0' x; printf '"}'; } >"$W/large"
notes=/api/v1/records/notes
for n in 1 2 3 4 5 6 7 8 9; do post $notes -f "$W/large"; done
status 201 'large records are made'
get "$notes?limit=2"; status 200 'some fit into a reply'
get "$notes?limit=100"; status 413 'too many do not'
has "$(value .message)" 'ask for fewer records' 'with the way out'
get "$notes?limit=100&fields=code"; status 200 'so does leaving out the large field'
wide=$(seq 0 299 | sed 's/.*/{"name":"f&","type":"number"}/' | paste -sd,)
collection '{"name":"wide","fields":['"$wide],$open}"
row=$(seq 0 299 | sed 's/.*/"f&":1/' | paste -sd,)
rows=$(seq 60 | sed "s/.*/{$row}/" | paste -sd,)
post /api/v1/records/wide/batch "{\"records\":[$rows]}"
status 413 'a batch that takes more memory than it may'
get /api/v1/records/wide; json .total 0 'leaves nothing'
post /api/v1/records/wide "{$row}"; status 201 'and hurts nobody'
