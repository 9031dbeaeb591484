#!/bin/sh
# 47-roles.t — roles are made, changed and deleted by superadmins, and whoever has one goes by its new name at once.
. t/lib/larder.sh

sql() {
    if [ "$DB" = postgres ]; then psql -qAt -v ON_ERROR_STOP=1 "$POSTGRES_URL" -c "$1"
    else sqlite3 "$W/data/larder.db" "$1"; fi
}
# What the system account's trail says of a role: operation column old new, one line each.
trail() {
    sql "SELECT operation || ' ' || column_name || ' ' || COALESCE(old_value, '-') || ' ' || COALESCE(new_value, '-')
         FROM audit_log WHERE account_id = '00000000-0000-0000-0000-000000000000' AND table_name = '$1' AND record_id = '$2'
         AND column_name IN ('name', 'description', 'rule') ORDER BY id"
}
long() { awk -v n="$1" 'BEGIN { while (n-- > 0) printf "x" }'; }

# ---- who may -------------------------------------------------------------------------------------
get /api/v1/roles; status 401 'nobody in particular'
json .detail 'Missing authentication credentials' 'is told why'
sign_up acme owner@acme.example.com; owner=$TOKEN owner_id=$USER_ID
for call in 'GET /api/v1/roles' 'GET /api/v1/roles/1' 'DELETE /api/v1/roles/2'; do
    # shellcheck disable=SC2086
    request $call; status 403 "the administrator of an account may not: $call"
    json . '{"detail":"Superadmin access required"}' 'in these words'
done
for call in 'POST /api/v1/roles' 'PUT /api/v1/roles/2' 'PATCH /api/v1/roles/2'; do
    # shellcheck disable=SC2086
    request $call '{"name":"mine"}'; status 403 "nor: $call"
done

# ---- reading -------------------------------------------------------------------------------------
superadmin
get /api/v1/roles; status 200 'superadmins list them'
json '[.total, [.items[] | [.id,.name,.description]]]' \
    '[2,[[1,"admin","Administrator with full access"],[2,"user","Regular user with limited access"]]]' 'the seeds, by id'
json '.items[0] | keys_unsorted' '["id","name","description","created_at","updated_at"]' 'with these members'
json '[.items[] | .created_at, .updated_at] | map(test("^20[0-9]{2}-.*Z$")) | all' true 'as old as the installation'
get /api/v1/roles/2; status 200 'one of them'
json .name user 'is named'
get /api/v1/roles/9; status 404 'one that is not there'
json . '{"detail":"Role with ID 9 not found"}' 'is not found'
get /api/v1/roles/-1; status 404 'nor a negative one'
get /api/v1/roles/editor; status 422 'a name is no id'
json '.detail[0] | [.type,.loc,.input]' '["int_parsing",["path","role_id"],"editor"]' 'and the place is told'
get /api/v1/roles/99999999999999999999; status 422 'nor is a number without end'

# ---- making --------------------------------------------------------------------------------------
post /api/v1/roles '{"name":"  editor ","description":"Edits"}'; status 201 'a role is made'
editor=$(value .id)
json '[.name,.description]' '["editor","Edits"]' 'its name trimmed'
json '.created_at == .updated_at' true 'just now'
post /api/v1/roles '{"name":"editor"}'; status 409 'a name is given once'
json . "{\"detail\":\"Role with name 'editor' already exists\"}" 'and the taken one is named'
post /api/v1/roles '{"name":"Editor"}'; status 201 'upper case is another name'
delete "/api/v1/roles/$(value .id)"; status 204 'and goes again'
body_is '' 'without a word'
for name in '' ' ' '\t\n'; do
    post /api/v1/roles "{\"name\":\"$name\"}"; status 422 'a blank name is none'
    json '.detail[0] | [.type,.loc,.msg,.ctx]' '["value_error",["body","name"],"Value error, Role name cannot be empty",{"error":{}}]' 'as the contract says'
done
post /api/v1/roles '{"description":"x"}'; status 422 'nor is a missing one'
json '[.detail[] | [.type,.loc]]' '[["missing",["body","name"]]]' 'which is told'
post /api/v1/roles '{"name":7}'; status 422 'a number is no name'
post /api/v1/roles "{\"name\":\"$(long 51)\",\"description\":\"$(long 256)\"}"; status 422 'what is too long is refused'
json '[.detail[] | [.type,.loc[1],.ctx.max_length]]' '[["string_too_long","name",50],["string_too_long","description",255]]' 'both limits at once'
post /api/v1/roles "{\"name\":\"$(long 50)\",\"description\":\"$(long 255)\"}"; status 201 'the limits themselves fit'
delete "/api/v1/roles/$(value .id)"
post /api/v1/roles '{"name":"üñí \"<script>","description":null}'; status 201 'any text is a name'
json '[.name,.description]' '["üñí \"<script>",null]' 'and comes back as it went'
delete "/api/v1/roles/$(value .id)"; status 204 'away with it'

# ---- changing ------------------------------------------------------------------------------------
put "/api/v1/roles/$editor" '{"description":"Writes"}'; status 200 'PUT without a name'
json '[.name,.description]' '["editor","Writes"]' 'keeps the name'
put "/api/v1/roles/$editor" '{"name":" writer "}'; status 200 'PUT without a description'
json '[.id == '"$editor"',.name,.description]' '[true,"writer",null]' 'removes it'
patch "/api/v1/roles/$editor" '{"description":"Edits"}'; status 200 'PATCH'
json '[.name,.description]' '["writer","Edits"]' 'changes what it names'
patch "/api/v1/roles/$editor" '{"name":"editor","description":null}'; status 200 'and nothing else'
json '[.name,.description]' '["editor","Edits"]' 'null is nothing'
before=$(value .updated_at)
patch "/api/v1/roles/$editor" '{}'; status 200 'a change of nothing'
json .updated_at "$before" 'is none'
put "/api/v1/roles/$editor" '{"name":"admin"}'; status 409 'a name that is taken'
json . "{\"detail\":\"Role with name 'admin' already exists\"}" 'stays taken'
put "/api/v1/roles/$editor" '{"name":"  "}'; status 422 'no blank name here either'
put /api/v1/roles/9 '{"name":" "}'; status 422 'which is seen before the role is looked for'
put /api/v1/roles/9 '{"name":"x"}'; status 404 'that is not there'
json . '{"detail":"Role with ID 9 not found"}' 'as told'
patch /api/v1/roles/1 '{"name":"boss"}'; status 422 'admin keeps its name'
json . "{\"detail\":\"Cannot rename default role 'admin'\"}" 'a default role'
put /api/v1/roles/2 '{"name":"guest"}'; status 422 'so does user'
patch /api/v1/roles/2 '{"name":"user","description":"People"}'; status 200 'but not its description'
json .description People 'which anybody may word better'
trail roles "$editor" >"$W/trail"
has "$(cat "$W/trail")" 'CREATE name - editor' 'the trail of the system account knows who made it'
has "$(cat "$W/trail")" 'UPDATE name editor writer' 'and what was changed'
hasnt "$(cat "$W/trail")" 'UPDATE name writer writer' 'and nothing that was not'

# ---- having --------------------------------------------------------------------------------------
collection '{"name":"notes","fields":[{"name":"title","type":"text"}],"list_rule":"@has_role(\"editor\")"}'
sql "UPDATE users SET role_id = $editor WHERE id = '$owner_id'"
sql 'UPDATE generation SET identities = identities + 1 WHERE id = 1'
TOKEN=$owner
get /api/v1/auth/me; json .role editor 'somebody has the role'
get /api/v1/records/notes; status 200 'and what a rule gives it'
as_superadmin PUT "/api/v1/roles/$editor" '{"name":"writer","description":"Edits"}'
get /api/v1/auth/me; json .role writer 'a new name is known at the next request'
get /api/v1/records/notes; json '.total // 0' 0 'and no rule knows the old one'
as_superadmin DELETE "/api/v1/roles/$editor"; status 409 'a role that somebody has'
json . '{"detail":"Role is in use"}' 'stays'
as_superadmin GET "/api/v1/roles/$editor"; status 200 'whole'

# ---- deleting ------------------------------------------------------------------------------------
superadmin
delete /api/v1/roles/1; status 422 'admin stays'
json . "{\"detail\":\"Cannot delete default role 'admin'\"}" 'a default role'
delete /api/v1/roles/2; status 422 'user stays'
delete /api/v1/roles/9; status 404 'what is not there cannot go'
json . '{"detail":"Role with ID 9 not found"}' 'as told'
sql "UPDATE users SET role_id = 1 WHERE id = '$owner_id'"
delete "/api/v1/roles/$editor"; status 204 'a role that nobody has goes'
get "/api/v1/roles/$editor"; status 404 'for good'
has "$(trail roles "$editor")" 'DELETE name writer -' 'and the trail says so'
post /api/v1/roles '{"name":"writer"}'; status 201 'its name is free again'
isnt "$(value .id)" "$editor" 'its number is not'
ok 'the trail is whole' larder audit verify
