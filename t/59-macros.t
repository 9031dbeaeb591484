#!/bin/sh
# 59-macros.t — stored SQL macros: kept by superadmins, used by rules, and confined to the tenant whatever they say.
START=later
. t/lib/larder.sh
start LARDER_MACRO_TIMEOUT_MS=2000

M=/api/v1/macros
# macro NAME SQL [PARAMETERS]: stored by the superadmin; leaves $id.
macro() {
    jq -cn --arg n "$1" --arg s "$2" --argjson p "${3:-[]}" '{name: $n, sql_query: $s, parameters: $p}' >"$W/macro"
    as_superadmin POST $M -f "$W/macro"
    [ "$STATUS" = 201 ] || diag "macro $1: $STATUS $(body)"
    id=$(value .id)
}
# says SQL RESULT WHAT [ACCOUNT]: what a macro comes to on the rows of an account, or of all.
says() {
    macro "probe" "$1"
    as_superadmin POST "$M/$id/test" "${4:+{\"account_id\":\"$4\"\}}"
    is "$STATUS $(value .result)" "200 $2" "$3"
    as_superadmin DELETE "$M/$id"
}
# refused SQL WHAT: it is not stored, or does not run; and never says anything.
refused() {
    jq -cn --arg s "$1" '{name: "probe", sql_query: $s}' >"$W/macro"
    as_superadmin POST $M -f "$W/macro"
    if [ "$STATUS" = 201 ]; then
        id=$(value .id)
        as_superadmin POST "$M/$id/test" "{\"account_id\":\"$acme\"}"
        stage="$STATUS $(value .detail)"
        as_superadmin DELETE "$M/$id"
        has "$stage" '422 Macro execution failed: ' "$2"
    else
        has "$STATUS $(value '.detail[0].msg')" '422 Value error, Macro query ' "$2"
    fi
}

# ---- who may -------------------------------------------------------------------------------------
for call in "GET $M" "GET $M/1" "POST $M {}" "PUT $M/1 {}" "DELETE $M/1" "POST $M/1/test {}"; do
    # shellcheck disable=SC2086
    anonymous; request $call; status 401 "$call: nobody may without signing in"
done
sign_up other rival@other.example.com; rival=$TOKEN other=$ACCOUNT
sign_up acme owner@acme.example.com; owner=$TOKEN acme=$ACCOUNT owner_id=$USER_ID
for call in "POST $M {\"name\":\"a\",\"sql_query\":\"SELECT(1)\"}" "PUT $M/1 {}" "DELETE $M/1" "POST $M/1/test {}"; do
    # shellcheck disable=SC2086
    request $call; status 403 "$call: the administrator of an account may not"
    json . '{"detail":"Superadmin access required"}' 'in these words'
done
get $M; status 200 'but everybody may read them'
json . '[]' 'of which there are none, in an array'

# ---- storing -------------------------------------------------------------------------------------
superadmin
post $M '{"name":"is_two","description":"Two","sql_query":"SELECT :n = 2","parameters":["n"]}'; status 201 'one is stored'
two=$(value .id)
json 'keys_unsorted' '["name","description","sql_query","parameters","id","created_at","updated_at","created_by"]' 'with these members'
json '[.name,.description,.sql_query,.parameters]' '["is_two","Two","SELECT :n = 2",["n"]]' 'as it was sent'
is "$(value .created_by)" "$USER_ID" 'by whom'
json '.created_at == .updated_at and (.id | type) == "number"' true 'just now, under a number'
post $M '{"name":"is_two","sql_query":"SELECT 1"}'; status 409 'a name is given once'
json . "{\"detail\":\"Macro with name 'is_two' already exists\"}" 'and told'
macro another 'SELECT 1'; get $M; json 'map(.name)' '["another","is_two"]' 'they are listed by name'
get "$M?limit=1"; json 'map(.name)' '["another"]' 'as many as are wanted'
get "$M?skip=1&limit=0"; json 'map(.name)' '["is_two"]' 'at least one, after those that are skipped'
get "$M?limit=99999&skip=-1"; json length 2 'and at most all'
get "$M/$two"; status 200 'one of them'
json .name is_two 'by its number'
get $M/999; status 404 'one that is not there'
json . '{"detail":"Macro not found"}' 'is not found'
get $M/one; status 422 'a name is no number'
TOKEN=$owner; get "$M/$two"; status 200 'whoever is signed in may read one'; superadmin

bad() { # JSON LOC MESSAGE
    post $M "$1"; status 422 "refused: $1"
    json '.detail[0] | [.loc, .msg]' "[$2,\"$3\"]" 'and why'
}
v='Value error, Macro query'
bad '{"sql_query":"SELECT 1"}' '["body","name"]' 'Field required'
bad '{"name":"","sql_query":"SELECT 1"}' '["body","name"]' 'String should have at least 1 character'
bad '{"name":"a"}' '["body","sql_query"]' 'Field required'
bad '{"name":"a-b","sql_query":"SELECT 1"}' '["body","name"]' 'Value error, Macro name must be a valid identifier (alphanumeric and underscore)'
bad '{"name":"1a","sql_query":"SELECT 1"}' '["body","name"]' 'Value error, Macro name must be a valid identifier (alphanumeric and underscore)'
bad '{"name":"has_role","sql_query":"SELECT 1"}' '["body","name"]' "Value error, Macro name 'has_role' is built in"
bad '{"name":"request","sql_query":"SELECT 1"}' '["body","name"]' "Value error, Macro name 'request' is built in"
bad '{"name":"a","sql_query":"DELETE FROM users"}' '["body","sql_query"]' "$v must be a SELECT statement"
bad '{"name":"a","sql_query":"SELECTED"}' '["body","sql_query"]' "$v must be a SELECT statement"
bad '{"name":"a","sql_query":"SELECT 1; DROP TABLE users"}' '["body","sql_query"]' "$v cannot contain forbidden keyword: DROP"
bad '{"name":"a","sql_query":"SELECT 1;drop"}' '["body","sql_query"]' "$v cannot contain forbidden keyword: DROP"
bad '{"name":"a","sql_query":"SELECT 1;"}' '["body","sql_query"]' "$v must be one statement, without ';'"
bad '{"name":"a","sql_query":"SELECT 1 -- x"}' '["body","sql_query"]' "$v cannot contain comments"
bad '{"name":"a","sql_query":"SELECT /* x */ 1"}' '["body","sql_query"]' "$v cannot contain comments"
bad '{"name":"a","sql_query":"SELECT :n"}' '["body","sql_query"]' "$v names an unknown parameter: ':n'"
bad '{"name":"a","sql_query":"SELECT $2","parameters":["n"]}' '["body","sql_query"]' "$v names an unknown parameter: '\$2'"
bad '{"name":"a","sql_query":"SELECT @request.data.x"}' '["body","sql_query"]' "$v cannot contain '@' here"
bad '{"name":"a","sql_query":"SELECT @is_two(1)"}' '["body","sql_query"]' "$v cannot contain '@' here"
bad '{"name":"a","sql_query":"SELECT 1","parameters":"n"}' '["body","parameters"]' 'Input should be a valid list'
bad '{"name":"a","sql_query":"SELECT 1","parameters":[1]}' '["body","parameters",0]' 'Input should be a valid string'
bad '{"name":"a","sql_query":"SELECT 1","parameters":["n","n"]}' '["body","parameters",1]' 'Value error, Parameter names must differ'
macro texts "SELECT 'DROP; -- it''s :n \$1 @x' = 'no'"; status 201 'in quotes anything may stand'

# ---- trying --------------------------------------------------------------------------------------
post "$M/$two/test" '{"parameters":["2"]}'; status 200 'one is tried'
json 'keys_unsorted' '["result","execution_time","rows_affected"]' 'and says'
json '.rows_affected == 0 and (.execution_time >= 0)' true 'how long it took'
post "$M/$two/test" '{"parameters":[]}'; status 422 'with too few parameters'
json . '{"detail":"Expected 1 parameters, got 0"}' 'it is not'
post "$M/$two/test" '{"parameters":["1","2"]}'; status 422 'nor with too many'
post "$M/$two/test" '{"parameters":[2]}'; status 422 'nor with what is no text'
post $M/999/test '{}'; status 404 'nor one that is not there'
says 'SELECT NULL' null 'no value is null'
says "SELECT 'a' WHERE 1 = 0" null 'and so is no row'
says "SELECT @request.auth.email" "$ROOT_EMAIL" 'it may know who asks'
says "SELECT x FROM (SELECT 1 AS x UNION SELECT 2 ORDER BY x LIMIT 1) t" 1 'queries stand in queries'

# ---- changing ------------------------------------------------------------------------------------
superadmin
put "$M/$two" '{"description":"Two it is","name":null}'; status 200 'what is sent is changed'
json '[.name,.description,.sql_query,.parameters]' '["is_two","Two it is","SELECT :n = 2",["n"]]' 'and nothing else'
put "$M/$two" '{"name":"another"}'; status 409 'a name that is taken is not'
put "$M/$two" '{"parameters":[]}'; status 422 'nor parameters that the query needs'
put $M/999 '{}'; status 404 'nor what is not there'
put "$M/$two" '{"parameters":["m"],"sql_query":"SELECT :m = 2"}'; status 200 'both together are'
is "$(sql "SELECT count(*) FROM audit_log WHERE table_name = 'macros' AND record_id = '$two' AND operation = 'UPDATE' AND column_name = 'sql_query'")" 1 'and the trail tells'

# ---- in rules ------------------------------------------------------------------------------------
collection '{"name":"members","schema":[{"name":"person","type":"text"},{"name":"project","type":"text"},{"name":"level","type":"number"}],"list_rule":"","create_rule":""}'
collection '{"name":"tasks","schema":[{"name":"title","type":"text"},{"name":"project","type":"text"}],"create_rule":""}'
TOKEN=$owner
for p in red blue; do post /api/v1/records/tasks "{\"title\":\"$p one\",\"project\":\"$p\"}"; done
post /api/v1/records/members "{\"person\":\"$owner_id\",\"project\":\"red\",\"level\":5}"; status 201 'rows to ask of'
TOKEN=$rival
post /api/v1/records/tasks '{"title":"theirs","project":"blue"}'; theirs=$(value .id)
# The rival has a row for everybody, in every project.
post /api/v1/records/members "{\"person\":\"$owner_id\",\"project\":\"blue\",\"level\":9}"
TOKEN=$owner
macro in_project 'SELECT 1 FROM col_members WHERE person = @request.auth.id AND project = :project' '["project"]'
member=$id
rules tasks '{"list_rule":"@in_project(project)","view_rule":"@in_project(record.project) and project != \"\"","update_rule":"@in_project(project)","delete_rule":"!@in_project(project)","create_rule":"@in_project(@request.data.project)"}'
get /api/v1/records/tasks; status 200 'a rule asks a macro'
json '[.total, [.items[].title]]' '[1,["red one"]]' 'which knows the rows of the tenant, and no others'
red=$(value '.items[0].id')
blue=$(sql "SELECT id FROM col_tasks WHERE title = 'blue one'")
get "/api/v1/records/tasks/$red"; status 200 'what it lets through is shown'
macro odd "SELECT 'a\"' <> :project" '["project"]'
collection '{"name":"odds","schema":[{"name":"title","type":"text"}],"list_rule":"@odd(title) && title != \"x\"","create_rule":""}'
for t in 'a\"' x y; do post /api/v1/records/odds "{\"title\":\"$t\"}"; done
get '/api/v1/records/odds?filter=title%20!%3D%20%22z%22&sort=title'
json '[.total, [.items[].title]]' '[1,["y"]]' 'values find their places past any quotes of a macro'
get "/api/v1/records/tasks/$blue"; status 404 'what it does not is not'
get "/api/v1/records/tasks/$theirs"; status 404 'nor another tenant'\''s'
patch "/api/v1/records/tasks/$red" '{"title":"red 1"}'; status 200 'in an update'
patch "/api/v1/records/tasks/$blue" '{"title":"blue 1"}'; status 404 'as well'
delete "/api/v1/records/tasks/$red"; status 404 'no row is not true, so its opposite is'
post /api/v1/records/tasks '{"title":"x","project":"red"}'; status 201 'in a create'
post /api/v1/records/tasks '{"title":"x","project":"blue"}'; status 400 'too'
get '/api/v1/records/tasks?filter=title%20%3D%20%22x%22'; json .total 1 'a filter stands beside it'
post /api/v1/records/members "{\"person\":\"$owner_id\",\"project\":\"blue\"}"
get /api/v1/records/tasks; json .total 3 'totals follow the rows that it asks'
delete "/api/v1/records/tasks/$blue"; status 404 'and so do decisions'

# A role's permission, and the name of a column that stands in the macro as well.
macro senior 'SELECT level >= :least FROM col_members r WHERE r.person = :person AND r.project = :project' '["least","person","project"]'
as_superadmin POST /api/v1/permissions '{"role_id":2,"collection":"*","rules":{"read":{"rule":"@senior(5, user.id, project)"}}}'
status 201 'a permission names one'
as_superadmin POST /api/v1/permissions '{"role_id":1,"collection":"tasks","rules":{"update":{"rule":"@senior(4.5, @request.auth.id, project) = true"}}}'
status 201 'with all kinds of values'
rules tasks '{"update_rule":null}'
patch "/api/v1/records/tasks/$red" '{"title":"red 2"}'; status 200 'and grants by it'
patch "/api/v1/records/tasks/$blue" '{"title":"blue 2"}'; status 404 'what it grants'

# What rules may say.
superadmin
rule() { put /api/v1/collections/tasks/rules "{\"list_rule\":\"$1\"}"; status 400 "no rule: $1"; json .detail "Invalid list_rule: $2" 'and why'; }
rule '@in_project()' '@in_project() requires exactly 1 argument(s), got 0'
rule '@in_project' '@in_project() requires exactly 1 argument(s), got 0'
rule '@in_project(project, title)' '@in_project() requires exactly 1 argument(s), got 2'
rule '@in_projects(project)' "Unknown macro '@in_projects'"
rule '@In_project(project)' "Unknown macro '@In_project'"
rule '@in_project(@in_project(project))' "@in_project() takes values, fields and variables, not '@in_project'"
rule '@in_project(level)' "Field 'level' does not exist in collection. Available fields: account_id, created_at, created_by, id, project, title, updated_at, updated_by"
macro gone 'SELECT 1 FROM col_nothing'
# shellcheck disable=SC2016
as_superadmin PUT /api/v1/collections/tasks/rules '{"list_rule":"@gone()"}'; status 400 'nor may they name one that is broken'
body_has "Macro '@gone' cannot be used: " 'which is told'
post /api/v1/rules/validate '{"rule":"@in_project(project)","operation":"list","collectionFields":["project"]}'
json .valid true 'a rule may be checked before'
post /api/v1/roles/test-rule '{"rule":"@in_project(project)","context":{"user":{"id":"u"},"record":{"project":"red"}}}'
json '[.allowed, .error, .evaluation_details]' '[false,null,"Denied: it hangs on what a stored macro says, and none is run here."]' 'but what a macro says is not made up'
post /api/v1/roles/test-rule '{"rule":"@in_project(project) or project = \"red\"","context":{"user":{"id":"u"},"record":{"project":"red"}}}'
json .allowed true 'where it does not matter, it does not'

# ---- in use --------------------------------------------------------------------------------------
delete "$M/$member"; status 409 'a macro that is used stays'
json .detail "Cannot delete macro 'in_project': it is used in 1 collection rule(s)" 'and who uses it is told'
put "$M/$member" '{"name":"in_a_project"}'; status 409 'its name stays'
json .detail "Cannot rename macro 'in_project': it is used in 1 collection rule(s)" 'likewise'
put "$M/$member" '{"parameters":["project","more"]}'; status 409 'and how it is called'
json .detail "Cannot change macro 'in_project': it is used in 1 collection rule(s) with 1 argument(s)" 'likewise'
put "$M/$member" '{"sql_query":"SELECT :project FROM col_nothing"}'; status 409 'nor does it become useless'
put "$M/$member" '{"sql_query":"SELECT count(*) FROM col_members WHERE person = @request.auth.id AND project = :project"}'
status 200 'but it may ask otherwise'
get "$M"; senior=$(value '.[] | select(.name == "senior") | .id')
delete "$M/$senior"; status 409 'permissions use macros as well'
json .detail "Cannot delete macro 'senior': it is used in 2 permission(s)" 'and are told apart'
TOKEN=$owner; get /api/v1/records/tasks; json .total 3 'the next request asks as it is now'
# What somebody does past us: a rule that cannot be compiled denies.
sql "DELETE FROM macros WHERE id = $member; UPDATE generation SET definitions = definitions + 1" >/dev/null
get /api/v1/records/tasks; status 403 'a rule whose macro is gone denies'
json .detail 'Access denied: invalid rule for this collection' 'in these words'
patch "/api/v1/records/tasks/$red" '{"title":"red 3"}'; status 200 'while other grants stand'
macro in_project 'SELECT nowhere FROM col_members WHERE :p = 1' '["p"]'
get /api/v1/records/tasks; status 403 'and so does one whose macro is broken'
rules tasks '{"list_rule":null,"view_rule":null,"create_rule":null,"delete_rule":null}'
as_superadmin DELETE "$M/$id"; status 204 'what nobody uses goes'
macro in_project "SELECT CAST(:p AS INTEGER) / 0 > 1 OR (WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n) = 0" '["p"]'
rules tasks '{"list_rule":"@in_project(title)"}'
get /api/v1/records/tasks; status 403 'what fails or takes too long denies'
json .detail 'Access denied: invalid rule for this collection' 'as what cannot be compiled does'
rules tasks '{"list_rule":"","update_rule":"project = \"blue\" && @in_project(\"0\")","create_rule":"@in_project(1)"}'
patch "/api/v1/records/tasks/$blue" '{"title":"blue 3"}'; status 403 'so it does in an update'
post /api/v1/records/tasks '{"title":"x","project":"red"}'; status 403 'and in a create'
rules tasks '{"update_rule":"","create_rule":""}'
patch "/api/v1/records/tasks/$blue" '{"title":"blue 4"}'; status 200 'after which all goes on'
rules tasks '{"list_rule":null}'

# ---- attacks -------------------------------------------------------------------------------------
says 'SELECT count(*) FROM col_members' 3 'over all accounts there are three rows'
says 'SELECT count(*) FROM col_members' 2 'a tenant sees its own' "$acme"
says 'SELECT count(*) FROM col_members' 1 'and so does the other' "$other"
says 'SELECT count(*) FROM col_members' 0 'and nobody nothing' nobody
for from in 'COL_MEMBERS' '"col_members"' 'col_members AS users' '(SELECT * FROM col_members) x' \
    '(SELECT project FROM col_members UNION ALL SELECT title FROM col_members, (SELECT project AS title FROM col_members) t WHERE 1 = 0) x' \
    '(WITH a AS (SELECT * FROM col_members) SELECT * FROM a) x' \
    '(WITH RECURSIVE a AS (SELECT * FROM col_members UNION SELECT * FROM a) SELECT * FROM a) x' \
    '(WITH a AS (SELECT * FROM col_members), b AS (SELECT * FROM a UNION SELECT * FROM a) SELECT * FROM b) x'; do
    says "SELECT count(*) FROM $from" 2 "no other rows: $from" "$acme"
done
says "SELECT count(*) FROM col_members WHERE account_id = '$other' OR 1 = 1 OR account_id <> ''" 2 'nor by a condition' "$acme"
says 'SELECT count(*) FROM users' 1 'of people their own' "$acme"
says 'SELECT count(*) FROM accounts' 1 'their account' "$acme"
says 'SELECT count(*) FROM groups g JOIN users_groups m ON m.group_id = g.id' 1 'their groups' "$acme"
says 'SELECT count(*) FROM roles' 2 'and the roles of all' "$acme"
says 'SELECT slug FROM accounts' acme 'which have names' "$acme"
tricks=$(cat <<'END'
SELECT count(*) FROM main.col_members
SELECT count(*) FROM "main"."col_members"
SELECT count(*) FROM main . col_members
SELECT count(*) FROM 'main'.'col_members'
SELECT count(*) FROM public.col_members
SELECT count(*) FROM "public"."users"
SELECT count(*) FROM public.accounts
SELECT count(*) FROM larder_of_0
SELECT count(*) FROM "Larder_Of_0"
SELECT count(*) FROM 'larder_of_0'
SELECT count(*) FROM larder_body
SELECT (WITH larder_of_9 AS (SELECT * FROM main.col_members) SELECT count(*) FROM larder_of_9)
SELECT (WITH 'larder_of_9' AS (SELECT * FROM main.col_members) SELECT count(*) FROM col_members)
SELECT (WITH col_members AS (SELECT * FROM main.col_members) SELECT count(*) FROM col_members)
SELECT (WITH col_members AS (SELECT * FROM public.col_members) SELECT count(*) FROM col_members)
SELECT (WITH jobs AS (SELECT 1 AS x UNION SELECT 2) SELECT count(*) FROM jobs) + (SELECT count(*) FROM jobs)
SELECT password_hash FROM users
SELECT users.password_hash FROM users
SELECT u.* FROM main.users u
SELECT password_hash FROM main.users
SELECT email FROM users UNION SELECT password_hash FROM users
SELECT count(*) FROM refresh_tokens
SELECT 1 FROM refresh_tokens WHERE 1 = 0
SELECT 1 WHERE 1 IN (SELECT 1 FROM api_keys)
SELECT EXISTS (SELECT 1 FROM configurations)
SELECT count(*) FROM jobs
SELECT count(*) FROM audit_log
SELECT count(*) FROM event_outbox
SELECT count(*) FROM macros
SELECT count(*) FROM generation
SELECT count(*) FROM schema_files
SELECT count(*) FROM sqlite_schema
SELECT count(*) FROM sqlite_master
SELECT count(*) FROM "sqlite_schema"
SELECT count(*) FROM 'sqlite_schema'
SELECT count(*) FROM pragma_table_info('users')
SELECT count(*) FROM pragma_database_list
SELECT count(*) FROM pg_class
SELECT count(*) FROM pg_catalog.pg_authid
SELECT count(*) FROM information_schema.tables
SELECT load_extension('x')
SELECT "load_extension"('x')
SELECT writefile('x', 'y')
SELECT randomblob(100000000)
SELECT zeroblob(1000000000)
SELECT printf('%1000000000d', 1)
SELECT repeat('x', 1000000000)
SELECT pg_sleep(10)
SELECT "pg_sleep"(10)
SELECT set_config('larder.account', '*', false)
SELECT current_setting('larder.account')
SELECT query_to_xml('select * from users', true, true, '')
SELECT lo_import('/etc/passwd')
SELECT nextval('macros_id_seq')
SELECT count(*) FROM generate_series(1, 10)
SELECT count(*) FROM json_each('[1]')
SELECT 1 INTO OUTFILE x
SELECT 1 FROM col_members FOR SHARE
SELECT 1) UNION SELECT (1
SELECT 1) FROM larder_body; SELECT (1
SELECT 1 FROM col_members) x, (SELECT 1 FROM main.col_members
SELECT (1
SELECT 1, 2
SELECT * FROM col_members
SELECT 'a
SELECT "a
SELECT 'a\'
SELECT E'\x41'
SELECT U&"d\0061ta" FROM col_members
SELECT $$x$$
SELECT $a$x$a$
SELECT `project` FROM col_members
SELECT [project] FROM col_members
SELECT 'x'::regclass
SELECT 1 OPERATOR(pg_catalog.+) 1
SELECT ? FROM col_members
SELECT r.id
SELECT r.title FROM col_members m
SELECT larder_row.a0 FROM larder_row
SELECT nowhere FROM col_members
SELECT "nowhere" FROM col_members
SELECT count(*) FROM col_nothing
PRAGMA table_info(users)
ATTACH 'x' AS y
WITH x AS (DELETE FROM col_members RETURNING 1) SELECT 1
SELECT (WITH x AS (DELETE FROM col_members RETURNING 1) SELECT 1)
SELECT 1 UNION INSERT INTO col_members VALUES (1)
EXPLAIN SELECT 1
VALUES (1)
TABLE users
END
)
IFS='
'
for trick in $tricks; do unset IFS; refused "$trick" "refused: $trick"; done
unset IFS
is "$(sql 'SELECT count(*) FROM col_members')" 3 'and nothing has changed'
done_testing
