#!/bin/sh
# 42-portable.t — definitions leave as a file and come back, in the right order, each by itself; only for superadmins.
. t/lib/larder.sh

field() { printf '{"name":"%s","type":"%s"%s}' "$1" "$2" "$3"; }
to() { field "$1" reference ",\"collection\":\"$2\",\"on_delete\":\"${3:-cascade}\"$4"; }
# one NAME FIELDS [RULES] [MORE]: a collection as an export has it.
one() { printf '{"name":"%s","schema":[%s],"rules":{%s}%s}' "$1" "$2" "$3" "$4"; }
file() { printf '{"version":"1.0","exported_at":"2026-01-01T00:00:00+00:00","exported_by":"a@b.co","collections":[%s]}' "$1"; }
bring() { post /api/v1/collections/import "{\"data\":$(file "$1")${2:+,\"strategy\":\"$2\"}}"; }
drop() { for gone; do get "/api/v1/collections?search=$gone"; delete "/api/v1/collections/$(value ".items[] | select(.name == \"$gone\") | .id")"; done; }
# What the database holds a record to: "table column target action", sorted.
keys_of() {
    if [ "$DB" = postgres ]; then
        sql "SELECT a.attname || ' ' || f.relname || ' ' || CASE k.confdeltype WHEN 'c' THEN 'CASCADE' ELSE 'NO ACTION' END
             FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid
             JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[2]
             WHERE k.contype = 'f' AND t.relname = 'col_$1' ORDER BY 1"
    else
        sql "SELECT \"from\" || ' ' || \"table\" || ' ' || on_delete FROM pragma_foreign_key_list('col_$1') WHERE \"to\" = 'id' AND \"table\" <> 'accounts' ORDER BY 1"
    fi
}
indexes_of() {
    if [ "$DB" = postgres ]; then sql "SELECT indexname FROM pg_indexes WHERE tablename = 'col_$1' AND indexname LIKE '%reference%' ORDER BY 1"
    else sql "SELECT name FROM pragma_index_list('col_$1') WHERE name LIKE '%reference%' ORDER BY 1"; fi
}
told='{name, status, message}'

# ---- who may ------------------------------------------------------------------------------------
anonymous; get /api/v1/collections/export; status 401 'nobody exports without signing in'
post /api/v1/collections/import '{}'; status 401 'nor imports'
sign_up acme owner@acme.example.com; member=$TOKEN
get /api/v1/collections/export; status 403 'the administrator of an account does not'
json .detail 'Superadmin access required' 'and is told why'
bring "$(one stolen "$(field a text)")"; status 403 'nor import'
superadmin
get /api/v1/collections/names; json .names '[]' 'and nothing was made'

# ---- export -------------------------------------------------------------------------------------
get /api/v1/collections/export
status 200 'nothing at all can be exported'
json .collections '[]' 'as an empty list'
post /api/v1/collections "{\"name\":\"people\",\"schema\":[$(field mail email ',"pii":true,"mask_type":"email","unique":true'),$(field kind text ',"default":"a \"quoted\\\\\", [odd] {text}:,","options":["a","b"]'),$(field at datetime)],\"indexes\":[[\"kind\",\"-created_at\"]],\"list_rule\":\"\",\"view_rule\":\"kind = 'x'\",\"update_fields\":[\"kind\"]}"
status 201 'a collection with everything'; people=$(value .id)
post /api/v1/collections "{\"name\":\"Albums\",\"schema\":[$(to owner people restrict ',"required":true'),$(to above Albums set_null)]}"
status 201 'and one that refers to it'; albums=$(value .id)
get /api/v1/collections/export
status 200 'they are exported'
json .version 1.0 'as version 1.0'
json .exported_by "$ROOT_EMAIL" 'by whom'
json '.exported_at | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{6}\\+00:00$")' true 'when'
json '[.collections[].name]' '["Albums","people"]' 'all, by name'
json '.collections[1].schema | length' 3 'with their fields'
json '.collections[1].schema[1] | [.default, .options, .unique]' '["a \"quoted\\\\\", [odd] {text}:,",["a","b"],false]' 'as they were defined'
json '[.collections[].schema[] | keys | length] | unique' '[14]' 'each with all its members'
json '.collections[1].indexes' '[["kind","-created_at"]]' 'with the indexes'
json '.collections[1].rules' "{\"list_rule\":\"\",\"view_rule\":\"kind = 'x'\",\"create_rule\":null,\"update_rule\":null,\"delete_rule\":null,\"list_fields\":\"*\",\"view_fields\":\"*\",\"create_fields\":\"*\",\"update_fields\":\"[\\\"kind\\\"]\"}" 'and the rules'
header Content-Type application/json 'as JSON'
has "$(header_value Content-Disposition | sed 's/[0-9]/9/g')" 'attachment; filename=collections_export_99999999_999999.json' 'to be saved under a name'
is "$(sed -n 2p "$W/body")" '  "version": "1.0",' 'that people can read'
is "$(jq --indent 2 . "$W/body")" "$(cat "$W/body")" 'indented as everybody does it'
cp "$W/body" "$W/everything"
get "/api/v1/collections/export?collection_ids=$people,nobody,,$albums,$people"
json '[.collections[].name]' '["people","Albums"]' 'or some, as they were asked for, once each'
get "/api/v1/collections/export?collection_ids=nobody"
json .collections '[]' 'of unknown ones none'
get "/api/v1/collections/export?collection_ids="
json '.collections | length' 2 'no ids are all'

# ---- strategies ---------------------------------------------------------------------------------
again() { printf '{"data":%s%s}' "$(cat "$W/everything")" "$1" >"$W/import.json"; post /api/v1/collections/import -f "$W/import.json"; }
again
status 200 'importing what is there is no error of the request'
json 'del(.collections)' '{"success":false,"imported_count":0,"skipped_count":0,"updated_count":0,"failed_count":2,"migrations_created":[]}' 'but of each collection'
json ".collections[0] | $told" "{\"name\":\"Albums\",\"status\":\"error\",\"message\":\"Collection 'Albums' already exists\"}" 'that is there'
again ',"strategy":"skip"'
json 'del(.collections)' '{"success":true,"imported_count":0,"skipped_count":2,"updated_count":0,"failed_count":0,"migrations_created":[]}' 'they can be skipped'
json ".collections[1] | $told" '{"name":"people","status":"skipped","message":"Collection already exists"}' 'and are named'
again ',"strategy":"update"'
json 'del(.collections)' '{"success":true,"imported_count":0,"skipped_count":0,"updated_count":2,"failed_count":0,"migrations_created":[]}' 'or updated, which changes nothing when nothing differs'
json ".collections[1] | $told" '{"name":"people","status":"updated","message":"Collection schema updated"}' 'and is told'
bring "$(one people "$(field mail email ',"pii":true,"mask_type":"email","unique":true'),$(field kind text),$(field at datetime),$(field more number)" '"list_rule":null,"view_rule":"","list_fields":"[]"' ',"indexes":[["more"]]')" update
json '[.updated_count, (.migrations_created | length)]' '[1,1]' 'a new field is a revision'
revision=$(value '.migrations_created[0]')
get "/api/v1/collections/$people"
json '[.schema[].name]' '["mail","kind","at","more"]' 'the field is there'
json .indexes '[["more"]]' 'the indexes are those of the file'
json '[.list_rule, .view_rule, .list_fields]' "[\"\",\"kind = 'x'\",\"*\"]" 'the rules are untouched'
get /api/v1/migrations/current; json .revision "$revision" 'and the revision is the newest'
bring "$(one people "$(field mail text)"),$(one fresh "$(field a text)"),$(one PEOPLE "$(field a text)")" update
json '[.success, .imported_count, .updated_count, .failed_count]' '[false,1,0,2]' 'what fails stops nobody else'
json '.collections[0].message' "Schema validation failed: mail: Type change from 'email' to 'text' is not allowed for data safety; kind: Field deletion is not allowed for data safety; at: Field deletion is not allowed for data safety; more: Field deletion is not allowed for data safety" 'what cannot be is told as on a change'
json '.collections[2].message' "Collection 'PEOPLE' already exists" 'names differ by more than case'
json '[.collections[].status]' '["error","imported","error"]' 'in the order of the file'
drop fresh

# ---- round trip ---------------------------------------------------------------------------------
drop Albums people
get /api/v1/collections/names; json .names '[]' 'all are gone'
again
json '[.success, .imported_count, (.migrations_created | length)]' '[true,2,2]' 'they come back, though who refers stands first'
json '[.collections[] | [.name, .status, .message]]' '[["Albums","imported","Collection created successfully"],["people","imported","Collection created successfully"]]' 'each is told'
get /api/v1/collections/export
is "$(jq -c .collections "$W/body")" "$(jq -c .collections "$W/everything")" 'exported again they are the same'
is "$(keys_of albums)" "above col_albums NO ACTION
owner col_people NO ACTION" 'with their keys'
get /api/v1/collections/names; json .names '["Albums","people"]' 'and no more of them'
drop Albums people

# ---- circles ------------------------------------------------------------------------------------
bring "$(one ring_a "$(to b ring_b cascade ',"required":true,"unique":true'),$(field t text)" '"list_rule":"","create_rule":"b != \"\""' ',"indexes":[["b","-t"]]'),$(one ring_b "$(to c ring_c)"),$(one ring_c "$(to a ring_a set_null),$(to self ring_c),$(to b ring_b restrict)")"
json '[.success, .imported_count, (.migrations_created | length)]' '[true,3,3]' 'collections that refer to each other come together'
is "$(keys_of ring_a; keys_of ring_b; keys_of ring_c)" "b col_ring_b CASCADE
c col_ring_c CASCADE
a col_ring_a NO ACTION
b col_ring_b NO ACTION
self col_ring_c CASCADE" 'and all have their keys'
is "$(indexes_of ring_a; indexes_of ring_b; indexes_of ring_c)" "col_ring_a.b.reference
col_ring_b.c.reference
col_ring_c.a.reference
col_ring_c.b.reference
col_ring_c.self.reference" 'and the indexes of references'
rules ring_c '{"create_rule":"","view_rule":"","delete_rule":""}'; rules ring_b '{"create_rule":"","view_rule":""}'; rules ring_a '{"create_rule":"b != \"\"","view_rule":""}'
TOKEN=$member
post /api/v1/records/ring_c '{}'; c=$(value .id); status 201 'records can be made'
post /api/v1/records/ring_b "{\"c\":\"$c\"}"; b=$(value .id); status 201 'that refer'
post /api/v1/records/ring_a "{\"b\":\"$b\",\"t\":\"x\"}"; a=$(value .id); status 201 'around'
post /api/v1/records/ring_b '{"c":"nobody"}'; status 400 'but not to nothing'
if [ "$DB" = postgres ]; then late="INSERT INTO col_ring_b (id, account_id, created_at, created_by, updated_at, updated_by, c) VALUES ('x', '$ACCOUNT', 0, 'x', 0, 'x', 'nobody')"
else late="PRAGMA foreign_keys = on; INSERT INTO col_ring_b (id, account_id, created_at, created_by, updated_at, updated_by, c) VALUES ('x', '$ACCOUNT', 0, 'x', 0, 'x', 'nobody')"; fi
is "$(sql "$late" 2>&1 | grep -ciE 'foreign key')" 1 'which the database itself refuses'
delete "/api/v1/records/ring_c/$c"; status 204 'what is deleted takes along'
get "/api/v1/records/ring_a/$a"; status 404 'whoever depends on it, around the ring'
superadmin
drop ring_a ring_b ring_c
get /api/v1/collections/names; json '.names | length' 3 'a ring holds itself: none of it can be deleted alone'

# one of a circle fails: so do those that need it, and nothing of them stays
bring "$(one bad_a "$(to b bad_b),$(field oops nothing)"),$(one bad_b "$(to a bad_a)"),$(one bad_c "$(to b bad_b)"),$(one good "$(to self good)")"
json '[.success, .imported_count, .failed_count, (.migrations_created | length)]' '[false,1,3,1]' 'a broken circle fails, who stands beside it comes'
json '[.collections[].status]' '["error","error","error","imported"]' 'each by itself'
json '.collections[1].message' "Validation failed: schema[0].collection: Referenced collection 'bad_a' not found" 'for want of what failed'
json '.collections[2].message' "Validation failed: schema[0].collection: Referenced collection 'bad_b' not found" 'and so on'
is "$(sql "SELECT COUNT(*) FROM collections WHERE name_key LIKE 'bad%'") $(sql "SELECT COUNT(*) FROM schema_migrations WHERE description LIKE '%bad_%'")" '0 0' 'nothing of them stays'
get /api/v1/records/good; status 200 'what came works'
post /api/v1/collections "{\"name\":\"bad_b\",\"schema\":[$(field a text)]}"; status 201 'their names are free'
drop bad_b good

# an update brings a reference to what the same file makes, which refers back
post /api/v1/collections "{\"name\":\"first\",\"schema\":[$(field a text)]}"
bring "$(one second "$(to back first)"),$(one first "$(field a text),$(to on second)")" update
json '[.success, .imported_count, .updated_count]' '[true,1,1]' 'an updated collection may refer to a new one'
is "$(keys_of first; keys_of second)" "on col_second CASCADE
back col_first CASCADE" 'and be referred to'

# ---- misuse -------------------------------------------------------------------------------------
at_import() { status 422 "$1"; json '.detail | map([.type, .loc])' "$2" 'by its place'; }
post /api/v1/collections/import '{}'; at_import 'nothing to import' '[["missing",["body","data"]]]'
post /api/v1/collections/import '{"data":[]}'; at_import 'a list' '[["dict_type",["body","data"]]]'
post /api/v1/collections/import '{"data":{},"strategy":"update"}'; at_import 'no export' '[["missing",["body","data","exported_at"]],["missing",["body","data","exported_by"]],["missing",["body","data","collections"]]]'
bring '5,{},{"name":7,"schema":{},"rules":null}'; at_import 'no collections' '[["dict_type",["body","data","collections",0]],["missing",["body","data","collections",1,"name"]],["missing",["body","data","collections",1,"schema"]],["missing",["body","data","collections",1,"rules"]],["string_type",["body","data","collections",2,"name"]],["list_type",["body","data","collections",2,"schema"]],["dict_type",["body","data","collections",2,"rules"]]]'
bring "$(one xyz "$(field a text)")" merge; status 422 'an unknown strategy'
json '.detail[0].msg' "Input should be 'error', 'skip' or 'update'" 'names those there are'
for version in '"2.0"' '"10"' '""' 2 null; do
    post /api/v1/collections/import "{\"data\":$(file '' | sed "s/\"1.0\"/$version/")}"
    status 400 "version $version is refused"
done
post /api/v1/collections/import "{\"data\":$(file '' | sed 's/1\.0/2.0/')}"
json '[.error, .message]' '["Validation error","Unsupported export version: 2.0"]' 'in these words'
post /api/v1/collections/import "{\"data\":$(file '' | sed 's/1\.0/1.7/')}"; status 200 'a later minor version is read'
json '[.success, .collections]' '[true,[]]' 'an empty one is well'
bring "$(one ab "$(field a text)"),$(one "$(printf 'n%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65)" "$(field a text)"),$(one '2nd' "$(field a text)"),$(one none ''),$(one noname '{"type":"text"}'),$(one blank "$(field a text)" '"list_rule":"  "'),$(one unruly "$(field a text)" '"view_rule":"nothing = 1"'),$(one listy "$(field a text)" '"list_fields":"nope"'),$(one pointy "$(to x nowhere)"),$(one twice "$(field a text),$(field A text)"),$(one indexed "$(field a text)" '' ',"indexes":[["b"]]'),$(one fine "$(field a text)")"
json '[.imported_count, .failed_count]' '[1,11]' 'each fault is its own'
json '.collections[0].message' 'Validation failed: name: Collection name must be at least 3 characters' 'a short name'
json '.collections[1].message' 'Validation failed: name: Collection name must be at most 64 characters' 'a long one'
json '.collections[2].message | test("must start with a letter")' true 'a bad one'
json '.collections[3].message' 'schema: List should have at least 1 item after validation, not 0' 'no fields'
json '.collections[4].message' 'schema[0].name: Field required' 'a field without a name'
json '.collections[5].message | test("^Validation failed: list_rule: ")' true 'a blank rule'
json '.collections[6].message | test("nothing. does not exist in collection")' true 'a rule about nothing'
json '.collections[7].message | test("^list_fields: Value error, Field list must be")' true 'a bad field list'
json '.collections[8].message' "Validation failed: schema[0].collection: Referenced collection 'nowhere' not found" 'a reference to nothing'
json '.collections[9].message' "Validation failed: schema[1].name: Duplicate field name 'A'" 'a name twice'
json '.collections[10].message | test("indexes")' true 'an index on nothing'
get /api/v1/collections/names; json '.names | index("fine") != null and (index("unruly") == null)' true 'only the good one is there'
drop fine
bring "$(one same "$(field a text)"),$(one same "$(field a text),$(field b text)")" update
json '[.collections[].status]' '["imported","updated"]' 'what comes twice is there the second time'
drop same

# ---- rules about each other ---------------------------------------------------------------------
look='"view_rule":"exists(wall_b, t = record.t) && wall_b_via_a.t IS NULL"'
bring "$(one wall_a "$(field t text)" "$look"),$(one wall_b "$(field t text),$(to a wall_a)" '"view_rule":"a.zzz = t"')"
json '[.imported_count, (.collections[] | .message)]' "[0,\"Validation failed: view_rule: Collection 'wall_b' does not exist; Field 'wall_b_via_a.t' does not exist in collection. Available fields: account_id, created_at, created_by, id, t, updated_at, updated_by\",\"Validation failed: view_rule: Field 'a.zzz' does not exist in collection. Available fields: a, account_id, created_at, created_by, id, t, updated_at, updated_by\"]" 'who looks into what does not come stays away with it'
get /api/v1/collections/names; json '.names | map(select(startswith("wall"))) | length' 0 'both of them'
bring "$(one wall_a "$(field t text)" "$look"),$(one wall_b "$(field t text),$(to a wall_a)" '"view_rule":"a.t = t"')"
json '[.success, .imported_count]' '[true,2]' 'rules may look into what comes later'
rules wall_a '{"view_rule":null}'; drop wall_b wall_a

# ---- the command line ---------------------------------------------------------------------------
says() { larder "$@" >"$W/out" 2>"$W/err"; code=$?; }
again >/dev/null
says collections export "$W/file.json"; is "$code" 0 'larder collections export'
is "$(jq -c '.collections | map(select(.name == "Albums" or .name == "people"))' "$W/file.json")" "$(jq -c .collections "$W/everything")" 'writes the same file'
is "$(jq -r .exported_by "$W/file.json")" system 'as the system'
drop Albums people
says collections import "$W/file.json" --strategy skip; is "$code" 0 'larder collections import'
has "$(cat "$W/out")" 'imported people: Collection created successfully' 'says what came'
has "$(cat "$W/out")" '2 imported, 0 updated, 5 skipped, 0 failed' 'and how many'
is "$(keys_of albums | wc -l | tr -d ' ')" 2 'with their keys'
says collections import "$W/file.json"; is "$code" 1 'one that fails is a failure'
has "$(cat "$W/out")" "error    people: Collection 'people' already exists" 'that is told'
larder collections export - >"$W/out"; is "$(jq -r '.collections | length' "$W/out")" 7 'a dash is standard output'
larder collections import - --strategy update <"$W/out" >"$W/told"; is "$?" 0 'or input'
get "/api/v1/collections?search=people"; id=$(value '.items[0].id')
larder collections export - --ids "$id" >"$W/out"; is "$(jq -c '[.collections[].name]' "$W/out")" '["people"]' 'some of them'
echo '{"data":' >"$W/half.json"
says collections import "$W/half.json"; is "$code" 1 'half a file is refused'
has "$(cat "$W/err")" 'is no JSON: ' 'with its place'
says collections import "$W/no-such-file"; has "$code $(cat "$W/err")" '1 Error: ' 'one that is not there too'
echo '{}' >"$W/empty.json"
says collections import "$W/empty.json"; has "$code $(cat "$W/err")" '["data","collections"] Field required' 'and one that is no export'
says collections import "$W/file.json" --strategy merge; is "$code" 2 'an unknown strategy is a wrong call'
says collections export; is "$code" 2 'so is no file'
says collections sideways x; is "$code" 2 'and another verb'

# ---- who is told of changes ---------------------------------------------------------------------
post /api/v1/collections "{\"name\":\"quiet\",\"fields\":[$(field a text)]}"
status 201 'a collection'; quiet=$(value .id)
json '.realtime, .event_previous' "true
false" 'is told of, as it is now'
put "/api/v1/collections/$quiet" '{"realtime":false,"event_previous":true}'
json '.realtime, .event_previous' "false
true" 'unless it says otherwise'
put "/api/v1/collections/$quiet" '{"list_rule":""}'
get "/api/v1/collections/$quiet"
json '.realtime, .event_previous' "false
true" 'which stays until it is said again'
put "/api/v1/collections/$quiet" '{"realtime":"never"}'
status 422 'as yes or no'
get "/api/v1/collections/export?collection_ids=$quiet"
is "$(value '[.collections[] | select(.name == "quiet") | .realtime, .event_previous] | tojson')" '[false,true]' 'an export says so'
drop quiet
bring "$(one quiet "$(field a text)" '' ',"realtime":false,"event_previous":true'),$(one loud "$(field a text)")"
json .imported_count 2 'and an import brings it back'
get '/api/v1/collections?search=quiet'; get "/api/v1/collections/$(value '.items[0].id')"
json '.realtime, .event_previous' "false
true" 'as it was'
bring "$(one quiet "$(field a text)")" update
get '/api/v1/collections?search=quiet'; get "/api/v1/collections/$(value '.items[0].id')"
json '.realtime, .event_previous' "false
true" 'an import that says nothing of it leaves it'
bring "$(one quiet "$(field a text)" '' ',"realtime":true')" update
get '/api/v1/collections?search=quiet'; get "/api/v1/collections/$(value '.items[0].id')"
json .realtime true 'one that does changes it'
bring "$(one quiet "$(field a text)" '' ',"realtime":1')" update
status 422 'to yes or no'
get '/api/v1/collections?search=loud'; get "/api/v1/collections/$(value '.items[0].id')"
json '.realtime, .event_previous' "true
false" 'others are as they are at first'

ok 'all of it is in the audit trail, which is whole' larder audit verify
