#!/bin/sh
# 51-ruletest.t — superadmins check and try out rules; what they are told is what the database then does.
. t/lib/larder.sh

# JSON of a text, and the two calls about a rule.
text() { jq -cn --arg t "$1" '$t'; }
check() { post /api/v1/roles/validate-rule "{\"rule\":$(text "$1")}"; }
try() { post /api/v1/roles/test-rule "{\"rule\":$(text "$1"),\"context\":$2}"; }

# ---- who may -------------------------------------------------------------------------------------
for call in roles/validate-rule roles/test-rule rules/test; do
    anonymous
    post "/api/v1/$call" '{"rule":"true","context":{}}'; status 401 "nobody in particular may not: $call"
    [ -n "$owner" ] || { sign_up acme owner@acme.example.com; owner=$TOKEN; }
    TOKEN=$owner
    post "/api/v1/$call" '{"rule":"true","context":{}}'; status 403 'nor the administrator of an account'
    json . '{"detail":"Superadmin access required"}' 'in these words'
done
superadmin

# ---- checking ------------------------------------------------------------------------------------
check '@owns_record() || (record.status == "open" and "editors" in user.groups)'
status 200 'a rule is checked'
body_is '{"valid":true,"error":null,"position":null}' 'and good'
for rule in true 'not a' '@has_permission("delete","posts") or @in_time_range(22,6)' 'created_by = @request.auth.id' \
    '@request.data.status IN ("a","b")' 'starts_with(title, "x") && price * 2 > cost' 'user = "a" && account = record'; do
    check "$rule"; json .valid true "good: $rule"
done
check 'status = '
json . '{"valid":false,"error":"Unexpected token: EOF at position 9","position":{"line":1,"column":10}}' 'what is missing has a place'
check 'a = 1
  && b == "日本"
  && c @ 1'
json '[.valid, .position]' '[false,{"line":3,"column":8}]' 'by line and column'
check '"日本語" = title $'
json '[.error, .position]' '["Invalid character '"'\$'"' at position 14",{"line":1,"column":15}]' 'in characters, not bytes'
check ''
json '[.valid, .position]' '[false,{"line":1,"column":1}]' 'nothing is no rule'
check '@mine(1) && user.name = "x"'
json .error "Unknown macro '@mine'; Invalid context variable 'user.name'. Valid: account.id, user.account_id, user.email, \
user.groups, user.id, user.role" 'all that is wrong is told'
json .position '{"line":1,"column":1}' 'with the place of the first'
check '@has_role()'; json .error '@has_role() requires exactly 1 argument(s), got 0' 'arguments are counted'
check 'upper(a) = "A"'; json .error "Functions are not allowed in rules: 'upper'" 'functions are known by name'
check 'created_at > 5'; json .error "Invalid datetime literal '5' for field 'created_at'" 'the system'"'"'s fields have their types'
for body in '' '{}' '{"rule":5}' '{"rule":null}' '[]'; do
    post /api/v1/roles/validate-rule "$body"; status 422 "no rule at all: $body"
done

# ---- trying --------------------------------------------------------------------------------------
user='"user":{"id":"u1","email":"u1@acme.example.com","role":"editor","account_id":"a1","groups":["editors","x"]}'
record='"record":{"id":"r1","created_by":"u1","created_at":"2024-01-02T00:00:00.000000+00:00","status":"open","price":10,"done":false,
    "tags":["a"],"note":null,"like":"%n"}'
both="{$user,$record}"
try 'record.status == "open" and @owns_record() && price > 5' "$both"
status 200 'a rule is tried'
body_is '{"allowed":true,"error":null,"evaluation_details":"Allowed: all 3 conditions are true."}' 'and allows'
try 'status = "open" && price > 10 && done' "$both"
json . '{"allowed":false,"error":null,"evaluation_details":"Denied: condition 2 of 3 (line 1, column 20) is false."}' 'or not, and why'
try 'status = "shut" or
    price >= 10' "$both"
json .evaluation_details 'Allowed: condition 2 of 2 (line 2, column 5) is true.' 'one of several'
try 'status = "shut" or done' "$both"; json .evaluation_details 'Denied: none of 2 conditions is true.' 'or none'
try 'note = "x"' "$both"
json .evaluation_details 'Denied: the condition is unknown, since these have no value: note.' 'NULL is not false'
try '!(note = "x" && owner = 1)' "$both"
json '[.allowed, .evaluation_details]' '[false,"Denied: the condition is unknown, since these have no value: note, owner."]' 'nor is its negation true'
try 'price / 0 > 1' "$both"; json .evaluation_details 'Denied: the condition is unknown, since its values cannot be compared.' 'nor a division by zero'
# allows RULE… and denies RULE…, with a user and a record
allows() { for rule; do try "$rule" "$both"; json '[.allowed, .error]' '[true,null]' "allowed: $rule"; done; }
denies() { for rule; do try "$rule" "$both"; json '[.allowed, .error]' '[false,null]' "denied: $rule"; done; }
allows '"editors" in user.groups' '@has_group("x")' '@has_role("editor")' 'user.role in ["editor","admin"]' 'account.id = "a1"' \
    'user.email ~ "%@ACME.%"' 'tags IS NOT NULL' 'note is null and missing is null' 'like ~ "%N"' '"open" ~ like' 'price + 1 == 11' \
    'created_at > "2024-01-01" && created_at = "2024-01-02T01:00:00+01:00"' '@request.data.status = "open"' 'not done' \
    '@in_time_range(0,24)' 'starts_with(status, "op") and ends_with(user.email, ".com") and contains(id, "1")' '@is_creator'
denies '"admin" in user.groups' '@has_role("admin")' 'status = null' 'missing > 1' '@in_time_range(5,5)' '@is_public' \
    '@owns_record(owner)' '@has_permission("delete","posts")' 'done' 'false'
try 'price > "ten"' "$both"
json . '{"allowed":false,"error":"Invalid number literal '"'ten' for field 'price'"'","evaluation_details":null}' 'values have the type that JSON gives them'
try 'status > ' "$both"; json '[.allowed, .error]' '[false,"Unexpected token: EOF at position 9"]' 'a rule that does not parse allows nothing'
try 'user.id = "" && account.id = "" && "x" not in user.groups' '{}'; json .allowed true 'without a user nobody asks'
try 'created_by = user.id' '{"record":{"created_by":"anonymous"}}'; json .allowed false 'who owns nothing'
try 'status = "b" && @request.data.status = "a"' '{"record":{"status":"b"},"data":{"status":"a"}}'; json .allowed true 'what is submitted may be given apart'
try 'user.account_id = "a2"' '{"user":{"id":"u"},"account":{"id":"a2"}}'; json .allowed true 'the account by itself is the user'"'"'s'

post /api/v1/permissions '{"role_id":2,"collection":"*","rules":{"delete":{"rule":"true","fields":"*"}}}'
[ "$STATUS" = 201 ] || diag "no permission: $STATUS $(body)"
try '@has_permission("delete","posts")' '{"user":{"id":"u1","role":"user"}}'; json .allowed true 'what a role may is looked up'
try '@has_permission("delete","posts")' '{"user":{"id":"u1","role":"admin"}}'; json .allowed false 'for the role that is given'

# refuses CONTEXT LOC TYPE: 422
refuses() {
    try true "$1"; status 422 "refused: $1"
    json '.detail[0] | [.loc, .type]' "$2" 'for this'
}
refuses '[]' '[["body","context"],"dict_type"]'
refuses '{"user":"u1"}' '[["body","context","user"],"dict_type"]'
refuses '{"user":{"id":7}}' '[["body","context","user","id"],"string_type"]'
refuses '{"user":{"groups":"x"}}' '[["body","context","user","groups"],"list_type"]'
refuses '{"user":{"groups":["a",1]}}' '[["body","context","user","groups",1],"string_type"]'
refuses '{"record":[1]}' '[["body","context","record"],"dict_type"]'
refuses '{"user":{"account_id":"a"},"account":{"id":"b"}}' '[["body","context","account","id"],"value_error"]'
post /api/v1/roles/test-rule '{"rule":"true"}'; status 422 'a context is needed'
body_has '"context"' 'and named'

# ---- the same in the words of collections --------------------------------------------------------
test_rule() { post /api/v1/rules/test "{\"rule\":$(text "$1"),\"context\":$2}"; }
context='{"auth":{"id":"u1","role":"editor","groups":["editors"]},"record":{"created_by":"u1","price":1},"data":{"price":2}}'
test_rule 'created_by = @request.auth.id && @request.data.price > price' "$context"
status 200 'the rule of a collection'; body_is '{"result":true}' 'holds'
test_rule '@request.auth.role = "admin"' "$context"; body_is '{"result":false}' 'or not'
test_rule '' "$context"; body_is '{"result":true}' 'the empty one is public'
test_rule 'price >' "$context"; status 400 'one that does not parse is refused'
json . '{"detail":"Unexpected token: EOF at position 7"}' 'with its fault'
test_rule 'true' '{"auth":[]}'; status 422 'a context of another shape too'
test_rule '@request.auth.id = "u2"' '{"user":{"id":"u2"}}'; json .result true 'auth may be called user'

# ---- what is told is what happens ----------------------------------------------------------------
collection '{"name":"notes","fields":[{"name":"title","type":"text"},{"name":"price","type":"number"},{"name":"done","type":"boolean"},
    {"name":"like","type":"text"}],"list_rule":"","create_rule":""}'
root=$TOKEN TOKEN=$owner
get /api/v1/auth/me; me=$(jq -c '{id: .user_id, email, role, account_id, groups: .user.groups}' "$W/body")
for note in '{"title":"Äpfel","price":1.5,"done":true,"like":"ä%"}' '{"title":"apple","price":-3}' '{"price":0,"done":false,"like":"_P%"}' \
    '{"title":"","price":1000000000000000,"done":true,"like":""}'; do
    post /api/v1/records/notes "$note"; [ "$STATUS" = 201 ] || diag "no note: $STATUS $(body)"
done
get /api/v1/records/notes; jq -c '.items[]' "$W/body" >"$W/notes"
is "$(wc -l <"$W/notes")" 4 'four notes'
while IFS= read -r rule; do
    TOKEN=$owner; rules notes "{\"list_rule\":$(text "$rule")}"
    get '/api/v1/records/notes?sort=id'; seen=$(value '[.items[].id] | sort')
    TOKEN=$root told=
    while IFS= read -r note; do
        try "$rule" "$(jq -cn --argjson u "$me" --argjson r "$note" '{user: $u, record: $r}')"
        [ "$(value .allowed)" != true ] || told="$told $(printf '%s' "$note" | jq -r .id)"
    done <"$W/notes"
    # shellcheck disable=SC2086
    is "$(printf '%s\n' $told | jq -Rnc '[inputs | select(. != "")] | sort')" "$seen" "as the list has it: $rule"
done <<'END'
title ~ "%P%" or price < 0
not (title = "apple") and price >= 0
@owns_record() && (price % 2 = 0 || like ~ "%")
contains(title, "p") || title = ""
title ~ like
price in [0, 1.5, -3] and title != null or title is null
user.role == "admin" and price * 1000 > 1
"nobody" in user.groups
created_at > "2020-01-01" && created_by == user.id && account_id = account.id && price / price = 1
END
