#!/bin/sh
# 48-permissions.t — what roles are granted on collections: written by superadmins, compiled before it is kept, obeyed at once.
. t/lib/larder.sh

sql() {
    if [ "$DB" = postgres ]; then psql -qAt -v ON_ERROR_STOP=1 "$POSTGRES_URL" -c "$1"
    else sqlite3 "$W/data/larder.db" "$1"; fi
}
permissions=/api/v1/permissions
fields='"fields":[{"name":"title","type":"text"},{"name":"status","type":"text"},{"name":"salary","type":"number"}]'
collection '{"name":"Posts",'"$fields}"
collection '{"name":"drafts",'"$fields}"
sign_up acme owner@acme.example.com; acme=$TOKEN
sign_up other owner@other.example.com; other=$TOKEN
superadmin

# ---- who may -------------------------------------------------------------------------------------
root=$TOKEN
for who in administrator nobody; do
    if [ $who = nobody ]; then TOKEN='' expected=401; else TOKEN=$acme expected=403; fi
    for call in "GET $permissions" "GET $permissions/1" "DELETE $permissions/1" 'GET /api/v1/roles/1/permissions' \
        'GET /api/v1/roles/1/permissions/matrix' "POST $permissions {}" 'PUT /api/v1/roles/1/permissions/bulk {}'; do
        # shellcheck disable=SC2086
        request $call; status "$expected" "$who may not: $call"
    done
done
TOKEN=$root

# ---- granting ------------------------------------------------------------------------------------
get $permissions; status 200 'at first'
json . '{"items":[],"total":0}' 'nothing is granted'
post $permissions '{"role_id":1,"collection":"Posts","rules":{"read":{"rule":"true","fields":"*"},"update":{"rule":"@owns_record()","fields":["title"]}}}'
status 201 'a grant'
posts=$(value .id)
json 'del(.id,.created_at,.updated_at)' \
    '{"role_id":1,"collection":"Posts","rules":{"create":null,"read":{"rule":"true","fields":"*"},"update":{"rule":"@owns_record()","fields":["title"]},"delete":null}}' 'as it was given'
json '[keys_unsorted, .created_at == .updated_at]' '[["id","role_id","collection","rules","created_at","updated_at"],true]' 'with these members'
get "$permissions/$posts"; status 200 'it is found by its id'
json '[.id == '"$posts"', .rules.update.fields]' '[true,["title"]]' 'again'
post $permissions '{"role_id":1,"collection":"Posts","rules":{"delete":{"rule":"status == \"open\" and record.salary < 5"},"update":null}}'
status 201 'another operation, in the older spelling'
json '[.id == '"$posts"', .rules.delete, .rules.update.rule, .rules.read.rule]' \
    '[true,{"rule":"status == \"open\" and record.salary < 5","fields":"*"},"@owns_record()","true"]' 'joins the others, which are left alone'
post $permissions '{"role_id":1,"collection":"Posts","rules":{"update":{"rule":"true","fields":[]}}}'
json '[.rules.update, .created_at < .updated_at]' '[{"rule":"true","fields":[]},true]' 'one that is there is replaced'
post $permissions '{"role_id":2,"collection":"*","rules":{"read":{"rule":"status = \"open\" || @has_role(\"user\")","fields":"*"}}}'
status 201 'a grant for every collection'
all=$(value .id)
get $permissions
json '[.total, [.items[] | [.role_id,.collection]]]' '[2,[[1,"Posts"],[2,"*"]]]' 'the list has one item for a role and a collection'
get /api/v1/roles/1/permissions; status 200 'of one role'
json '[.role_id,.role_name,[.permissions[].collection]]' '[1,"admin",["Posts"]]' 'those with a row'
json '.permissions[0] | del(.permission_id)' \
    '{"collection":"Posts","create":null,"read":{"rule":"true","fields":"*"},"update":{"rule":"true","fields":[]},"delete":{"rule":"status == \"open\" and record.salary < 5","fields":"*"}}' 'operation by operation'
json ".permissions[0].permission_id == $posts" true 'with the id to name it by'
get /api/v1/roles/2/permissions/matrix; status 200 'the matrix'
json '[.permissions[] | [.collection, .permission_id != null, .create, .read.fields]]' \
    '[["*",true,null,"*"],["Posts",false,null,null],["drafts",false,null,null]]' 'has every collection and *'
for path in permissions permissions/matrix; do
    get "/api/v1/roles/9/$path"; status 404 "no role, no $path"
    json . '{"detail":"Role with ID 9 not found"}' 'in these words'
done
get $permissions/9; status 404 'no such permission'
json . '{"error":"Not found","message":"Permission with ID 9 not found"}' 'in these'
get $permissions/x; status 422 'no number'
update=$(sql "SELECT id FROM permissions WHERE collection = 'Posts' AND operation = 'update'")
get "$permissions/$update"; status 404 'the id of a single row is nobody'\''s'
delete "$permissions/$update"; status 404 'and takes nothing away'
json . "{\"detail\":\"Permission with ID $update not found\"}" 'in these'

# ---- misuse --------------------------------------------------------------------------------------
# refused NAME STATUS BODY PATH EXPECTED: POST /permissions, what PATH gives of the reply; the table stays as it is.
refused() {
    before=$(sql 'SELECT COUNT(*) FROM permissions')
    post $permissions "$3"; status "$2" "$1"
    json "$4" "$5" "- $2 says why"
    is "$(sql 'SELECT COUNT(*) FROM permissions')" "$before" '- and nothing is written'
}
read='"read":{"rule":"true","fields":"*"}'
where='[.detail[] | [.type,.loc]]'
refused 'no role' 404 '{"role_id":9,"collection":"Posts","rules":{'"$read"'}}' . '{"error":"Not found","message":"Role with ID 9 not found"}'
refused 'no collection' 404 '{"role_id":1,"collection":"posts","rules":{'"$read"'}}' . "{\"error\":\"Not found\",\"message\":\"Collection 'posts' not found\"}"
refused 'roles begin at 1' 422 '{"role_id":0,"collection":"Posts","rules":{'"$read"'}}' "$where" '[["greater_than_equal",["body","role_id"]]]'
refused 'a blank collection' 422 '{"role_id":1,"collection":" ","rules":{'"$read"'}}' "$where" '[["string_pattern_mismatch",["body","collection"]]]'
refused 'nothing at all' 422 '{}' "$where" '[["missing",["body","role_id"]],["missing",["body","collection"]],["missing",["body","rules"]]]'
refused 'no operation' 422 '{"role_id":1,"collection":"Posts","rules":{"list":{"rule":"true"},"read":null}}' "$where" '[["value_error",["body","rules"]]]'
refused 'a rule that is no object' 422 '{"role_id":1,"collection":"Posts","rules":{"read":"true"}}' "$where" '[["dict_type",["body","rules","read"]]]'
refused 'no rule' 422 '{"role_id":1,"collection":"Posts","rules":{"read":{"fields":"*"}}}' "$where" '[["missing",["body","rules","read","rule"]]]'
refused 'null is no rule' 422 '{"role_id":1,"collection":"Posts","rules":{"read":{"rule":null}}}' "$where" '[["string_type",["body","rules","read","rule"]]]'
refused 'a blank rule grants nothing' 422 '{"role_id":1,"collection":"Posts","rules":{"read":{"rule":" "}}}' '[.detail[] | [.loc[-1],.msg]]' '[["rule","Value error, Rule cannot be empty"]]'
for list in '"title"' '[""]' '[" "]' '[7]' '{}' 'null' '["title",null]'; do
    refused "fields $list" 422 '{"role_id":1,"collection":"Posts","rules":{"create":{"rule":"true","fields":'"$list"'}}}' "$where" '[["value_error",["body","rules","create","fields"]]]'
done
refused 'every fault is told' 422 '{"role_id":1,"collection":"Posts","rules":{"read":{"rule":7},"delete":{"rule":"","fields":1}}}' '[.detail[].loc[2:]]' \
    '[["read","rule"],["delete","rule"],["delete","fields"]]'
refused 'a rule that does not parse' 400 '{"role_id":1,"collection":"Posts","rules":{"create":{"rule":"status ="}}}' . \
    '{"error":"Validation error","message":"Invalid rule for Posts/create: Unexpected token: EOF at position 8"}'
refused 'one that names no field' 400 '{"role_id":1,"collection":"Posts","rules":{"create":{"rule":"colour = 1"}}}' '.message | startswith("Invalid rule for Posts/create: Field '\''colour'\'' does not exist")' true
refused 'one that compares what cannot be' 400 '{"role_id":1,"collection":"Posts","rules":{"create":{"rule":"salary ~ \"1%\""}}}' '.message | startswith("Invalid rule for Posts/create: ")' true
refused 'no macro' 400 '{"role_id":2,"collection":"*","rules":{"create":{"rule":"@has_rol(\"x\")"}}}' '.message | startswith("Invalid rule for */create: ")' true
refused 'for every collection nothing that does not parse' 400 '{"role_id":2,"collection":"*","rules":{"create":{"rule":"a = = b"}}}' '.message | endswith("at position 4")' true
refused 'a good rule beside a bad one' 400 '{"role_id":1,"collection":"drafts","rules":{'"$read"',"update":{"rule":"("}}}' '.message | startswith("Invalid rule for drafts/update: ")' true
post $permissions '{"role_id":1,"collection":"*","rules":{"create":{"rule":"x_y = 1 and owner == user.id and @owns_record(who) and not (record.z is null) and @is_creator() and @is_public() and created_at < updated_at"}}}'
status 201 'what a rule for every collection names need not be there'
delete "$permissions/$(value .id)"; status 204 'gone again'

# ---- obeying -------------------------------------------------------------------------------------
TOKEN=$acme
get /api/v1/records/Posts; status 200 'who has the role reads'
get /api/v1/records/drafts; status 403 'what is granted alone'
post /api/v1/records/Posts '{"title":"x"}'; status 403 'and does nothing else'
as_superadmin POST $permissions '{"role_id":1,"collection":"*","rules":{"create":{"rule":"nowhere = 1"}}}'
get /api/v1/records/drafts; status 403 'a rule for every collection'
post /api/v1/records/drafts '{"title":"x"}'; status 403 'that cannot be compiled grants nothing'
as_superadmin POST $permissions '{"role_id":1,"collection":"*","rules":{"create":{"rule":"record.title != \"no\"","fields":["title"]}}}'
post /api/v1/records/drafts '{"title":"mine"}'; status 201 'one that can, does, at the next request'
post /api/v1/records/drafts '{"title":"no"}'; status 400 'where it is true'
post /api/v1/records/drafts '{"title":"x","salary":1}'; status 422 'for the fields it names'
as_superadmin POST $permissions '{"role_id":1,"collection":"drafts","rules":{"read":{"rule":"true"}}}'
get /api/v1/records/drafts; json .total 1 'the own rows are read'
TOKEN=$other
get /api/v1/records/drafts; json .total 0 'and never those of another account'
TOKEN=$acme

# ---- many at once --------------------------------------------------------------------------------
# bulk JSON: PUT …/bulk by the superadmin.
bulk() { as_superadmin PUT /api/v1/roles/1/permissions/bulk "$1"; }
bulk '{"updates":[
    {"collection":"Posts","operation":"create","rule":"@request.auth.id != \"\"","fields":["title"]},
    {"collection":"x","operation":"read","rule":"true","fields":"*"},
    {"collection":"Posts","operation":"read","rule":"status =","fields":"*"},
    {"collection":"drafts","operation":"update","rule":"true"},
    {"collection":"*","operation":"create","rule":null},
    {"collection":"*","operation":"delete","rule":null,"fields":null},
    {"collection":"x","operation":"read","rule":null},
    {"collection":"*","operation":"update","rule":"a b","fields":"*"}]}'
status 200 'each update stands alone'
json '[.success_count,.failure_count]' '[4,4]' 'four are done'
json .errors "[\"Collection 'x' not found\",\"Invalid rule for Posts/read: Unexpected token: EOF at position 8\",\"Collection 'x' not found\",\"Invalid rule for */update: Unexpected token after expression at position 2\"]" \
    'and four are not, each for its reason'
as_superadmin GET /api/v1/roles/1/permissions
json '[.permissions[] | [.collection,.create.fields,.read.rule,.update.fields]]' '[["Posts",["title"],"true",[]],["drafts",null,"true","*"]]' 'so it is written'
post /api/v1/records/Posts '{"title":"x"}'; status 201 'and obeyed'
post /api/v1/records/drafts '{"title":"x"}'; status 403 'what was taken away is gone'
bulk '{"updates":[]}'; status 422 'no updates'
json '.detail[0] | [.type,.loc]' '["too_short",["body","updates"]]' 'are too few'
bulk '{"updates":[{"collection":"Posts","operation":"delete","rule":null},7,{"operation":"list","rule":"true"},{"collection":" ","rule":7,"fields":"x"}]}'
status 422 'what has no shape'
json "$where" '[["model_attributes_type",["body","updates",1]],["missing",["body","updates",2,"collection"]],["literal_error",["body","updates",2,"operation"]],["value_error",["body","updates",3,"collection"]],["missing",["body","updates",3,"operation"]],["string_type",["body","updates",3,"rule"]],["value_error",["body","updates",3,"fields"]]]' 'is told in one list'
as_superadmin GET /api/v1/roles/1/permissions; json '.permissions[0].delete != null' true 'and nothing is done'
as_superadmin PUT /api/v1/roles/9/permissions/bulk '{"updates":[{"collection":"Posts","operation":"read","rule":"true"}]}'
status 404 'no role'; json . '{"detail":"Role with ID 9 not found"}' 'is said first'

# ---- taking away ---------------------------------------------------------------------------------
TOKEN=$acme
as_superadmin DELETE "$permissions/$posts"; status 204 'a permission goes'
get /api/v1/records/Posts; status 403 'at the next request'
as_superadmin DELETE "$permissions/$posts"; status 404 'once'
as_superadmin GET "$permissions/$all"; status 200 'others stay'
superadmin
post /api/v1/roles '{"name":"temp"}'; temp=$(value .id)
post $permissions "{\"role_id\":$temp,\"collection\":\"Posts\",\"rules\":{$read}}"; status 201 'a role with a permission'
row=$(sql "SELECT id FROM permissions WHERE role_id = $temp")
delete "/api/v1/roles/$temp"; status 204 'goes'
is "$(sql "SELECT COUNT(*) FROM permissions WHERE role_id = $temp")" 0 'with it'
is "$(sql "SELECT old_value FROM audit_log WHERE table_name = 'permissions' AND record_id = '$row' AND operation = 'DELETE' AND column_name = 'rule'")" true 'as the trail knows'
post $permissions '{"role_id":2,"collection":"drafts","rules":{'"$read"'}}'; drafts=$(value .id)
get '/api/v1/collections?search=drafts'; id=$(value '.items[0].id')
delete "/api/v1/collections/$id"; status 200 'a collection goes'
get "$permissions/$drafts"; status 404 'with what was granted on it'
collection '{"name":"drafts",'"$fields}"
TOKEN=$acme
get /api/v1/records/drafts; status 403 'so that the next one of its name begins with nothing'
ok 'the trail is whole' larder audit verify
