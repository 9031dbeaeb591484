#!/bin/sh
# 49-groups.t — groups of an account: administrators change them, everybody reads them, other accounts see nothing.
. t/lib/larder.sh

sql() {
    if [ "$DB" = postgres ]; then psql -qAt -v ON_ERROR_STOP=1 "$POSTGRES_URL" -c "$1"
    else sqlite3 "$W/data/larder.db" "$1"; fi
}
long() { awk -v n="$1" 'BEGIN { while (n-- > 0) printf "x" }'; }
groups=/api/v1/groups

sign_up other rival@other.example.com; rival=$TOKEN rival_id=$USER_ID
get $groups; theirs=$(value '.[0].id')
sign_up acme owner@acme.example.com; owner=$TOKEN owner_id=$USER_ID acme=$ACCOUNT
as_superadmin POST /api/v1/users "{\"email\":\"ann@acme.example.com\",\"account_id\":\"$acme\",\"role_id\":2,\"password\":\"$PASSWORD\"}"
status 201 'somebody joins'; ann_id=$(value .id)
larder user verify ann@acme.example.com --account acme >/dev/null
sign_in acme ann@acme.example.com; ann=$TOKEN

# ---- reading -------------------------------------------------------------------------------------
anonymous
get $groups; status 401 'groups are for those who signed in'
get "$groups/$theirs"; status 401 'each of them, too'
TOKEN=$ann
get $groups; status 200 'any member lists them'
json '[.[] | [.name,.account_id,.account_code,.member_count,.is_system,.description]]' \
    "[[\"pii_access\",\"$acme\",\"AA0002\",1,true,\"Users in this group can view unmasked PII data\"]]" 'the one that is there from the start'
json '.[0] | keys_unsorted' '["name","description","id","account_id","account_code","member_count","created_at","updated_at","is_system"]' 'with these members'
pii=$(value '.[0].id')
get "$groups/$pii"; status 200 'one of them'
json '[.is_system, [.users[] | [.email,.role_name,.groups]]]' '[true,[["owner@acme.example.com","admin",["pii_access"]]]]' 'has its people'
get "$groups/$theirs"; status 404 "another account's is not found"
json . '{"detail":"Group not found"}' 'in these words'
for id in 00000000-0000-4000-8000-000000000000 x "%27%20OR%201%3D1--" '%C3%A9'; do
    get "$groups/$id"; status 404 "nor is $id"
done

# ---- who may change ------------------------------------------------------------------------------
for call in "POST $groups" "PATCH $groups/$pii" "POST $groups/$pii/users" "DELETE $groups/$pii" "DELETE $groups/$pii/users/$owner_id"; do
    # shellcheck disable=SC2086
    request $call "{\"name\":\"mine\",\"user_id\":\"$ann_id\"}"; status 403 "a member may not: ${call%% *}"
    json . '{"detail":"Admin access required"}' 'in these words'
done
get "$groups/$pii"; json .member_count 1 'and nothing came of it'

# ---- making --------------------------------------------------------------------------------------
TOKEN=$owner
post $groups '{"name":"editors","description":"Who edits"}'; status 201 'an administrator makes one'
editors=$(value .id)
json '[.name,.description,.account_id,.account_code,.member_count,.is_system,.users]' "[\"editors\",\"Who edits\",\"$acme\",\"AA0002\",0,false,[]]" 'of the own account'
post $groups '{"name":"editors"}'; status 409 'a name is given once'
json . '{"detail":"Group with this name already exists in the account"}' 'in an account'
post $groups "{\"name\":\"own\",\"account_id\":\"$acme\"}"; status 201 'the own account may be named'
own=$(value .id)
TOKEN=$rival
post $groups '{"name":"editors"}'; status 201 'another account has names of its own'
get $groups; other_id=$(value '.[0].account_id')
TOKEN=$owner
post $groups "{\"name\":\"spy\",\"account_id\":\"$other_id\"}"; status 403 'nobody makes groups elsewhere'
json . '{"detail":"Cannot create groups in another account"}' 'as told'
post $groups '{"name":"spy","account_id":"nowhere"}'; status 403 'nor nowhere'
post $groups '{}'; status 422 'a group has a name'
json '[.detail[] | [.type,.loc]]' '[["missing",["body","name"]]]' 'which is told'
post $groups '{"name":"","description":7}'; status 422 'and not any'
json '[.detail[] | [.type,.loc[1]]]' '[["string_too_short","name"],["string_type","description"]]' 'all at once'
post $groups "{\"name\":\"$(long 101)\",\"description\":\"$(long 501)\"}"; status 422 'what is too long is refused'
json '[.detail[].ctx.max_length]' '[100,500]' 'by these limits'
post $groups "{\"name\":\"$(long 100)\",\"description\":\"$(long 500)\"}"; status 201 'which themselves fit'
delete "$groups/$(value .id)"; status 204 'away with it'

# ---- changing ------------------------------------------------------------------------------------
patch "$groups/$editors" '{"description":"Who writes"}'; status 200 'a description'
json '[.name,.description]' '["editors","Who writes"]' 'is worded better'
patch "$groups/$editors" '{"name":"writers","description":null}'; status 200 'a name'
json '[.name,.description,.updated_at > .created_at]' '["writers","Who writes",true]' 'changes; null is nothing'
patch "$groups/$editors" '{"name":"own"}'; status 409 'not to one that is taken'
json . '{"detail":"Group with this name already exists in the account"}' 'as told'
patch "$groups/$editors" '{"name":""}'; status 422 'nor to none'
patch "$groups/$theirs" '{"name":"mine"}'; status 404 "another account's is not found"
patch "$groups/$pii" '{"name":"all"}'; status 422 'pii_access keeps its name'
json . "{\"detail\":\"Cannot rename system group 'pii_access'\"}" 'as told'
patch "$groups/$pii" '{"name":"pii_access","description":"Who sees all"}'; status 200 'not its description'
delete "$groups/$pii"; status 422 'and it stays'
json . "{\"detail\":\"Cannot delete system group 'pii_access'\"}" 'as told'
delete "$groups/$theirs"; status 404 "another account's stays, too"

# ---- members, who are felt at once ---------------------------------------------------------------
collection '{"name":"notes","fields":[{"name":"title","type":"text"},{"name":"mail","type":"email","pii":true,"mask_type":"email"}],
    "list_rule":"@has_group(\"writers\")","create_rule":"@request.auth.id != \"\""}'
post /api/v1/records/notes '{"title":"t","mail":"someone@example.com"}'; status 201 'a note'
TOKEN=$ann
get /api/v1/records/notes; json '.total // 0' 0 'who is not in a group has not what it gives'
TOKEN=$owner
post "$groups/$editors/users" "{\"user_id\":\"$ann_id\"}"; status 201 'in'
json . '{"message":"User added to group"}' 'she is'
post "$groups/$editors/users" "{\"user_id\":\"$ann_id\"}"; status 409 'once'
json . '{"detail":"User already in group"}' 'as told'
TOKEN=$ann
get /api/v1/records/notes; json '[.items[].mail]' '["s***@example.com"]' 'she reads, masked'
get /api/v1/auth/me; json .user.groups '["writers"]' 'and is known by it'
TOKEN=$owner
post "$groups/$pii/users" "{\"user_id\":\"$ann_id\"}"; status 201 'in pii_access'
TOKEN=$ann
get /api/v1/records/notes; json '[.items[].mail]' '["someone@example.com"]' 'she reads in clear'
TOKEN=$owner
delete "$groups/$pii/users/$ann_id"; status 204 'out again'
TOKEN=$ann
get /api/v1/records/notes; json '[.items[].mail]' '["s***@example.com"]' 'it is masked'
as_owner() { kept_ann=$TOKEN; TOKEN=$owner; request "$@"; TOKEN=$kept_ann; }
as_owner PATCH "$groups/$editors" '{"name":"readers"}'
get /api/v1/records/notes; json '.total // 0' 0 'a group by another name gives nothing'
as_owner PATCH "$groups/$editors" '{"name":"writers"}'
get /api/v1/records/notes; json .total 1 'until it has the old one again'
as_owner GET "$groups/$editors"; json '[.member_count,[.users[].email]]' '[1,["ann@acme.example.com"]]' 'she is in it'
as_owner DELETE "$groups/$editors"; status 204 'a group goes'
get /api/v1/records/notes; json '.total // 0' 0 'with what it gave'
get /api/v1/auth/me; json .user.groups '[]' 'and with its memberships'
is "$(sql "SELECT COUNT(*) FROM users_groups WHERE group_id = '$editors'")" 0 'all of them'
is "$(sql "SELECT old_value FROM audit_log WHERE table_name = 'users_groups' AND operation = 'DELETE' AND column_name = 'group_id' AND record_id = '$ann_id' ORDER BY id DESC LIMIT 1")" "$editors" 'as the trail tells'
TOKEN=$owner
for id in "$rival_id" 00000000-0000-4000-8000-000000000000 '' "x' OR 1=1"; do
    post "$groups/$own/users" "{\"user_id\":\"$id\"}"; status 404 "nobody of the account: '$id'"
    json . '{"detail":"User not found"}' 'as told'
done
post "$groups/$own/users" '{"user_id":7}'; status 422 'a number is nobody'
post "$groups/$own/users" '{}'; status 422 'nor is nothing'
post "$groups/$theirs/users" "{\"user_id\":\"$owner_id\"}"; status 404 "into another account's"
json . '{"detail":"Group not found"}' 'nobody comes'
delete "$groups/$theirs/users/$rival_id"; status 404 'nor is anybody taken out of it'
delete "$groups/$own/users/$ann_id"; status 204 'who is not in is out'
delete "$groups/$own/users/x"; status 204 'whoever that is'
is "$(sql "SELECT COUNT(*) FROM audit_log WHERE table_name = 'users_groups' AND operation = 'DELETE' AND column_name = 'group_id'")" 2 'and only who was has left the trail of one'

# ---- lists ---------------------------------------------------------------------------------------
for name in alpha beta gamma; do post $groups "{\"name\":\"$name\",\"description\":\"The $name% group\"}"; done
get $groups; json '[.[].name]' '["pii_access","own","alpha","beta","gamma"]' 'the oldest comes first'
get "$groups?skip=1&limit=2"; json '[.[].name]' '["own","alpha"]' 'some of them'
get "$groups?skip=-7&limit=100000"; json length 5 'limits are kept, not refused'
get "$groups?limit=-1"; json . '[]' 'below none is none'
get "$groups?limit=x"; status 422 'but they are numbers'
get "$groups?page=2&page_size=2"; json '[.total,.page,.page_size,[.items[].name]]' '[5,2,2,["alpha","beta"]]' 'a page is an object'
json 'keys_unsorted' '["items","total","page","page_size"]' 'of these members'
get "$groups?page=1"; json '[.page_size,(.items | length)]' '[25,5]' 'of twenty-five'
get "$groups?page_size=1"; json '[.page,(.items | length)]' '[1,1]' 'the first'
get "$groups?page=9"; json '[.total,.items]' '[5,[]]' 'past the end nothing'
get "$groups?page=0&page_size=101"; status 422 'out of range'
json '[.detail[] | [.type,.loc[1]]]' '[["greater_than_equal","page"],["less_than_equal","page_size"]]' 'is told'
get "$groups?search=BET"; json '[.[].name]' '["beta"]' 'a part of a name is found'
get "$groups?search=%25%20GR&page=1"; json '[.total,[.items[].name]]' '[3,["alpha","beta","gamma"]]' 'or of a description, as it stands'
get "$groups?search=_"; json '[.[].name]' '["pii_access"]' 'no sign is a joker'

# ---- superadmins ---------------------------------------------------------------------------------
superadmin; root_id=$USER_ID
get "$groups?search=pii_access"; json '[.[].account_code] | sort' '["AA0001","AA0002"]' 'superadmins see every account'
post $groups "{\"name\":\"made\",\"account_id\":\"$other_id\"}"; status 201 'make groups in any'
json '[.account_id,.account_code]' "[\"$other_id\",\"AA0001\"]" 'which is named'
made=$(value .id)
post "$groups/$made/users" "{\"user_id\":\"$rival_id\"}"; status 201 'and put its people in'
get "$groups/$made"; json '[.users[] | [.email,.account_name]]' '[["rival@other.example.com","other"]]' 'where they are'
post "$groups/$made/users" "{\"user_id\":\"$root_id\"}"; status 404 'but nobody of another'
post $groups '{"name":"made","account_id":"00000000-0000-4000-8000-000000000000"}'; status 404 'no account'
json . '{"detail":"Account not found"}' 'no group'
post $groups '{"name":"ours"}'; status 201 'of no account'
json .account_code SY0000 'means the own one'
is "$(sql "SELECT COUNT(*) FROM audit_log WHERE account_id = '$other_id' AND record_id = '$made' AND column_name = 'name'")" 1 'the trail of an account knows its groups'
TOKEN=$owner
get "$groups/$made"; status 404 'which others do not see'
get "$groups?search=made"; json . '[]' 'in lists either'
ok 'the trail is whole' larder audit verify
