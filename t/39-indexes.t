#!/bin/sh
# 39-indexes.t — a collection declares indexes; the table has those, no others, and lists and counts use them.
. t/lib/larder.sh

fields='[{"name":"title","type":"text"},{"name":"status","type":"text"},{"name":"points","type":"number"},{"name":"extra","type":"json"},
    {"name":"due","type":"datetime"},{"name":"mail","type":"email"},{"name":"link","type":"url"},{"name":"deed","type":"text"},{"name":"more","type":"text"},{"name":"parent","type":"reference","collection":"tasks","on_delete":"set_null"}]'
superadmin
# indexes_of TABLE: the declared ones, as the database has them.
indexes_of() {
    if [ "$DB" = postgres ]; then sql "SELECT indexname FROM pg_indexes WHERE tablename = '$1' AND indexname LIKE '%.+%' OR tablename = '$1' AND indexname LIKE '%.-%' ORDER BY indexname COLLATE \"C\""
    else sql "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = '$1' AND (name LIKE '%.+%' OR name LIKE '%.-%') ORDER BY name"; fi | paste -sd' '
}

# ---- declared and shown -------------------------------------------------------------------------
post /api/v1/collections "{\"name\":\"tasks\",\"fields\":$fields,\"indexes\":[[\"status\",\"-created_at\"],[\"+points\"]],\"list_rule\":\"\",\"view_rule\":\"\",\"create_rule\":\"\",\"update_rule\":\"\"}"
status 201 'a collection with two indexes'
json .indexes '[["status","-created_at"],["points"]]' 'which it shows'
id=$(value .id) revision=$(sql "SELECT COUNT(*) FROM schema_migrations")
is "$(indexes_of col_tasks)" 'col_tasks.+points col_tasks.+status.-created_at' 'and its table has'
get "/api/v1/collections/$id"; json .indexes '[["status","-created_at"],["points"]]' 'read again'
put "/api/v1/collections/$id" '{"list_rule":"title != \"\""}'
json '[.indexes, .list_rule]' '[[["status","-created_at"],["points"]],"title != \"\""]' 'what is not said stays'
is "$(sql "SELECT COUNT(*) FROM schema_migrations")" "$revision" 'and is no change of the table'
put "/api/v1/collections/$id" '{"indexes":null}'
json .indexes '[["status","-created_at"],["points"]]' 'null says nothing'
put "/api/v1/collections/$id" '{"indexes":[["points"],["-points","status","due","mail","-updated_by"]]}'
status 200 'one goes, one stays, one comes'
json .indexes '[["points"],["-points","status","due","mail","-updated_by"]]' 'as declared'
is "$(sql "SELECT COUNT(*) FROM schema_migrations")" $((revision + 1)) 'as one revision'
is "$(indexes_of col_tasks)" 'col_tasks.+points col_tasks.-points.+status.+due.+mail.-updated_by' 'in the table too'
is "$(sql "SELECT COUNT(*) FROM audit_log WHERE table_name = 'collections' AND column_name = 'indexes' AND operation = 'UPDATE'")" 1 'the trail knows of it'
wider=$(printf %s "$fields" | jq -c '. + [{name: "level", type: "number"}]')
put "/api/v1/collections/$id" "{\"fields\":$wider,\"indexes\":[[\"level\",\"-points\"]]}"
status 200 'a new field and its index at once'
is "$(indexes_of col_tasks)" 'col_tasks.+level.-points' 'both are there'
put "/api/v1/collections/$id" "{\"fields\":$wider}"
json .indexes '[["level","-points"]]' 'fields alone leave the indexes'
put "/api/v1/collections/$id" '{"indexes":[]}'
json .indexes '[]' 'an empty list drops them'
is "$(indexes_of col_tasks)" '' 'from the table as well'

# ---- refused ------------------------------------------------------------------------------------
refuses() { # INDEXES FIELD CODE MESSAGE
    put "/api/v1/collections/$id" "{\"indexes\":$1}"; status 400 "refused: $1"
    json '[.error, .details[0].field, .details[0].code, .details[0].message]' \
        "$(jq -nc --arg f "$2" --arg c "$3" --arg m "$4" '["Validation error", $f, $c, $m]')" "$3"
}
wrong() { # INDEXES LOC TYPE
    put "/api/v1/collections/$id" "{\"indexes\":$1}"; status 422 "no indexes: $1"
    json '.detail[0] | [.loc, .type]' "[$2,\"$3\"]" "because of $3"
}
wrong '"status"' '["body","indexes"]' list_type
wrong '{"a":["status"],"b":[]}' '["body","indexes"]' list_type
wrong '[["status"],"points"]' '["body","indexes",1]' list_type
wrong '[["status",5]]' '["body","indexes",0,1]' string_type
refuses '[["nothing"]]' 'indexes[0][0]' index_field_unknown "Unknown field 'nothing'"
refuses '[["status"],["points","status\"; DROP TABLE col_tasks; --"]]' 'indexes[1][1]' index_field_unknown "Unknown field 'status\"; DROP TABLE col_tasks; --'"
refuses '[["Status"]]' 'indexes[0][0]' index_field_unknown "Unknown field 'Status'"
refuses '[[""]]' 'indexes[0][0]' index_field_unknown "Unknown field ''"
refuses '[["--status"]]' 'indexes[0][0]' index_field_unknown "Unknown field '-status'"
refuses '[["extra"]]' 'indexes[0][0]' index_field_type "Fields of type 'json' cannot be indexed"
refuses '[["status","account_id"]]' 'indexes[0][1]' index_field_implied 'Every index begins with account_id by itself'
refuses '[["id","status"]]' 'indexes[0][0]' index_field_implied 'Records are found by id without one'
refuses '[["status","-status"]]' 'indexes[0][1]' index_field_duplicate "Field 'status' stands in it twice"
refuses '[["status"],["points"],["+status"]]' 'indexes[2]' index_duplicate 'The index is declared twice'
refuses '[["-created_at"]]' 'indexes[0]' index_duplicate 'Every collection has this index by itself'
refuses '[[]]' 'indexes[0]' index_field_count 'An index has between 1 and 6 fields'
refuses '[["title","status","points","due","mail","parent","level"]]' 'indexes[0]' index_field_count 'An index has between 1 and 6 fields'
refuses '[["title"],["status"],["points"],["due"],["mail"],["level"],["-title"],["-status"],["-points"],["-due"],["-mail"]]' indexes index_count \
    'A collection can declare at most 10 indexes'
post /api/v1/collections '{"name":"never","fields":[{"name":"a","type":"text"}],"indexes":[["b"]]}'
status 400 'nor when a collection is made'
json .message "Validation failed: indexes[0][0]: Unknown field 'b'" 'and told why'
post /api/v1/collections "{\"name\":\"never\",\"fields\":[{\"name\":\"a\",\"type\":\"text\",\"default\":\"$(head -c 401 /dev/zero | tr '\0' x)\"}],\"indexes\":[[\"a\"]]}"
json '.details[0].code' index_values_too_long 'nor with a default that does not fit'
get "/api/v1/collections/$id"; json .indexes '[]' 'what was refused left nothing'
sign_up acme owner@acme.example.com
put "/api/v1/collections/$id" '{"indexes":[["status"]]}'; status 403 'indexes are for superadmins'

random() { head -c 2000 /dev/urandom | base64 -w0 | tr -dc A-Za-z0-9 | head -c "$1"; }   # what cannot be compressed
# ---- long texts ---------------------------------------------------------------------------------
long=$(head -c 401 /dev/zero | tr '\0' x) fits=$(random 400)
post /api/v1/records/tasks "{\"title\":\"$long\",\"status\":\"$long\"}"; status 201 'a long text in a field that is not indexed'
task=$(value .id)
superadmin
put "/api/v1/collections/$id" '{"indexes":[["points"],["-status"]]}'
status 400 'whose records hold more than an index takes'
json .message "Schema validation failed: indexes: Field 'status' cannot be indexed because records hold more than 400 bytes in it" 'cannot be'
is "$(indexes_of col_tasks)" '' 'and nothing was made'
sign_in acme owner@acme.example.com
patch "/api/v1/records/tasks/$task" '{"status":"short"}'; status 200 'made shorter'
as_superadmin PUT "/api/v1/collections/$id" '{"indexes":[["status","title","link","deed","more","mail"],["-status"]]}'
status 400 'all fields of an index are looked at'
patch "/api/v1/records/tasks/$task" '{"title":"short"}'
as_superadmin PUT "/api/v1/collections/$id" '{"indexes":[["status","title","link","deed","more","mail"],["-status"]]}'
status 200 'it can be'
patch "/api/v1/records/tasks/$task" "{\"status\":\"$long\"}"
status 400 'and then takes no longer ones'
json '.details[0] | [.field, .code, .message]' '["status","value_too_long","An indexed value must be at most 400 bytes"]' 'in the words of validation'
patch "/api/v1/records/tasks/$task" "{\"status\":\"$fits\",\"title\":\"$fits\",\"deed\":\"$fits\",\"more\":\"$fits\",\"link\":\"http://$(random 393)\",\"mail\":\"$(head -c 240 /dev/zero | tr '\0' a)@example.com\"}"
status 200 'the longest fit together'

# ---- they are used ------------------------------------------------------------------------------
# What lists ask, in the words of recordquery.c; the plan is the engine's.
plan_of() {
    if [ "$DB" = postgres ]; then sql "EXPLAIN $1"
    else sql "EXPLAIN QUERY PLAN $1"; fi
}
if [ "$DB" = postgres ]; then series='generate_series(1, 20000) i'
else series='(WITH RECURSIVE s(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM s WHERE i < 20000) SELECT i FROM s)'; fi
fill() { sql "INSERT INTO $1 (id, account_id, created_at, created_by, updated_at, updated_by, title, status, points)
    SELECT i, '$ACCOUNT', i, 'x', i, 'x', 'some words that make a row longer ' || i || ' and longer and longer and longer and longer',
    CASE i % 10 WHEN 0 THEN 'open' ELSE 'done' END, i % 100 FROM $series"; }
fill col_tasks
as_superadmin PUT "/api/v1/collections/$id" '{"indexes":[["status","-created_at","-id","points"],["-points","title"]]}'
status 200 'an index for open tasks, newest first, and what points they have; one for the best'
[ "$DB" != postgres ] || sql 'VACUUM col_tasks'
where="FROM col_tasks r WHERE r.account_id = '$ACCOUNT' AND ((r.status = 'open') AND (r.points > 50))"
plan_of "SELECT COUNT(*) $where" >"$W/plan"
case $DB in postgres) how='Index Only Scan using "col_tasks.+status.-created_at.-id.+points"' ;; *) how='USING COVERING INDEX col_tasks.+status.-created_at.-id.+points (account_id=? AND status=?)' ;; esac
has "$(cat "$W/plan")" "$how" 'a count reads the index alone'
last=; first=; [ "$DB" != postgres ] || { last=' NULLS LAST'; first=' NULLS FIRST'; }
plan_of "SELECT r.title $where ORDER BY r.created_at DESC, r.id DESC LIMIT 30" >"$W/plan"
hasnt "$(cat "$W/plan")" "$([ "$DB" = postgres ] && echo '->  Sort' || echo 'B-TREE FOR ORDER BY')" 'a list is not sorted'
plan_of "SELECT r.title FROM col_tasks r WHERE r.account_id = '$ACCOUNT' ORDER BY r.points DESC$last, r.title$first, r.id LIMIT 30" >"$W/plan"
hasnt "$(cat "$W/plan")" "$([ "$DB" = postgres ] && echo '->  Sort' || echo 'B-TREE FOR ORDER BY')" 'nor in the order of the whole index'
has "$(cat "$W/plan")" 'col_tasks.-points.+title' 'which it reads'
get "/api/v1/records/tasks?filter=status+%3D+%22open%22+%26%26+points+%3E+50&limit=3"
json '[.total, (.items | length)]' '[800,3]' 'and the answer is right'

delete "/api/v1/collections/$id"; as_superadmin DELETE "/api/v1/collections/$id"
status 200 'a collection goes with its indexes'
is "$(indexes_of col_tasks)" '' 'all of them'
