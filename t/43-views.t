#!/bin/sh
# 43-views.t — collections that are views: a superadmin's SELECT, read like any other collection, by each tenant alone.
. t/lib/larder.sh

open='"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""'
collection '{"name":"posts","fields":[{"name":"title","type":"text","required":true},{"name":"price","type":"number"},
    {"name":"done","type":"boolean"},{"name":"at","type":"datetime"},{"name":"extra","type":"json"},{"name":"ssn","type":"text","pii":true}],'"$open}"
collection '{"name":"comments","fields":[{"name":"post","type":"reference","collection":"posts","on_delete":"cascade"},{"name":"text","type":"text"}],'"$open}"
all=/api/v1/collections stats=/api/v1/records/stats
query='SELECT p.id, p.account_id, p.created_by, p.title, p.price * 2 AS twice, p.done, p.at, p.extra, p.ssn, p.id AS post, count(c.id) AS comments
    FROM col_posts p LEFT JOIN col_comments c ON c.post = p.id
    GROUP BY p.id, p.account_id, p.created_by, p.title, p.price, p.done, p.at, p.extra, p.ssn'
fields='[{"name":"title","type":"text"},{"name":"twice","type":"number"},{"name":"done","type":"boolean"},{"name":"at","type":"datetime"},
    {"name":"extra","type":"json"},{"name":"ssn","type":"text","pii":true,"mask_type":"ssn"},{"name":"post","type":"reference","collection":"posts"},
    {"name":"comments","type":"number"}]'
# view NAME QUERY FIELDS [MEMBERS]: the definition of one.
view() { jq -nc --arg name "$1" --arg query "$2" --argjson fields "$3" "{name: \$name, type: \"view\", query: \$query, fields: \$fields} + ${4:-{\}}"; }
[ "$DB" != postgres ] || query=$(printf %s "$query" | sed 's/p.extra, p.ssn$/CAST(p.extra AS text), p.ssn/; s/p.extra, p.ssn, p.id AS/CAST(p.extra AS text) AS extra, p.ssn, p.id AS/')

superadmin
post $all "$(view stats "$query" "$fields" '{list_rule: "title != \"hidden\"", view_rule: ""}')"
status 201 'a view is made'
json '[.type,.table_name,.record_count,([.schema[].name] | length),.create_rule]' '["view","col_stats",0,8,null]' 'which says that it is one'
id=$(value .id)
json .query "$query" 'and what it asks'
get "$all/$id"; json '[.type,.query | type]' '["string","string"]' 'it is shown'
get $all; json '[.items[] | [.name,.type]] | sort' '[["comments","base"],["posts","base"],["stats","view"]]' 'and listed'
get /api/v1/migrations/history; json '.history[-1].description' create_collection_stats 'its making is in the history'

sign_up beta owner@beta.example.com
beta=$TOKEN
post /api/v1/posts '{"title":"b","price":9}'
b=$(value .id)
post /api/v1/comments "{\"post\":\"$b\",\"text\":\"x\"}"
sign_up acme owner@acme.example.com
acme=$ACCOUNT owner=$TOKEN
post /api/v1/posts '{"title":"one","price":1.5,"done":true,"at":"2026-01-02T03:04:05Z","extra":{"k":[1]},"ssn":"123-45-6789"}'
one=$(value .id)
post /api/v1/posts '{"title":"two","price":2}'
post /api/v1/posts '{"title":"hidden","price":3}'
hidden=$(value .id)
for i in 1 2 3; do post /api/v1/comments "{\"post\":\"$one\",\"text\":\"$i\"}"; done

get "$stats?sort=title"
status 200 'it is read like a collection'
json '[.total,[.items[] | [.title,.twice,.comments,.done]]]' '[2,[["one",3,3,true],["two",4,0,false]]]' 'with what it computes, under its own rule'
json '.items[0] | [.id,.post,.account_id,.account_name,.at,.extra,.ssn,.created_by != null,.created_at,.updated_by]' \
    "[\"$one\",\"$one\",\"$acme\",\"acme\",\"2026-01-02T03:04:05Z\",{\"k\":[1]},\"123-45-6789\",true,null,null]" 'each value of its type, and null what it has not'
get "$stats/$one"; json '[.title,.comments]' '["one",3]' 'one by its id'
header etag '' 'without a tag, since it changes with others'
get "$stats/$hidden"; status 200 'by the view rule'
get "$stats/$b"; status 404 "another tenant's is none"
get "/api/v1/stats?filter=comments%20%3E%202%20%26%26%20done%20%3D%20true&fields=title"; json '[.total,(.items[0] | keys)]' \
    '[1,["account_id","account_name","created_at","created_by","id","title","updated_at","updated_by"]]' 'with filters and fields, in the short form'
get "$stats?expand=post&sort=-comments"; json '[.items[].post.title]' '["one","two"]' 'with references expanded'
get "$stats/aggregate?functions=sum(comments),count(),max(twice)"; json '.results[0]' '{"sum_comments":3,"count":2,"max_twice":4}' 'and aggregated'
get "$stats?cursor=&limit=1&include_count=true"; json '[.total,.has_more,(.items | length)]' '[2,true,1]' 'page by page'
first=$(value '.items[0].title')
get "$stats?cursor=$(value .next_cursor)&limit=1"; json '[.has_more,(.items | length),.items[0].title == "'"$first"'"]' '[false,1,false]' 'to the end'
get "$stats?sort=-twice,title&cursor=&limit=1"; get "$stats?sort=-twice,title&limit=1&cursor=$(value .next_cursor)"; json '.items[0].title' one 'in any order'
get "$stats?limit=1"; json .total 2 'the total'
post /api/v1/posts '{"title":"three"}'
get "$stats?limit=1"; json .total 3 'is never that of before'
delete "/api/v1/posts/$(value .id)"
get "$stats?filter=twice%20IS%20NULL"; json '[.items[].title]' '["three"]' 'what is null is null'
TOKEN=$beta; get $stats; json '[.total,.items[0].title,.items[0].comments]' '[1,"b",1]' 'the other tenant sees its own'
superadmin; get "$stats?sort=title"; json '[.total,.items[0].account_name]' '[5,"beta"]' 'a superadmin those of all'
anonymous; get $stats -H 'X-Account-ID: acme'; status 401 'an expression wants somebody signed in'
get "$stats/$one" -H 'X-Account-ID: acme'; json '[.title,.ssn]' '["one","***-**-****"]' 'what is public is public, and masked'

# ---- only read ----------------------------------------------------------------------------------
TOKEN=$owner
for try in "POST $stats" "PUT $stats/$one" "PATCH $stats/$one" "DELETE $stats/$one" "PATCH $stats?filter=true" "DELETE $stats?filter=true" \
    "PUT $stats?key=title" "POST $stats/batch"; do
    body='{"title":"x"}'; case $try in *batch) body='{"records":[{"title":"x"}]}' ;; esac
    request "${try%% *}" "${try#* }" "$body"
    case $try in *key=title) status 400 "$try" ;; *) status 403 "$try" ;; esac
done
for try in "POST $stats" "PUT $stats/$one" "PATCH $stats/$one" "DELETE $stats/$one" "PATCH $stats?filter=true" "DELETE $stats?filter=true" "POST $stats/batch"; do
    body='{"title":"x"}'; case $try in *batch) body='{"records":[{"title":"x"}]}' ;; esac
    as_superadmin "${try%% *}" "${try#* }" "$body"; status 400 "not by a superadmin: $try"
done
json .message "Collection 'stats' is a view: its records cannot be written" 'and why is told'

# ---- on its way -----------------------------------------------------------------------------------
superadmin
get $all/export; cp "$W/body" "$W/exported"
json '[.collections[] | select(.name == "stats") | .type,.query]' "$(jq -nc --arg q "$query" '["view",$q]')" 'it is exported'
jq -c '{data: (.collections |= (map(.name |= sub("stats"; "figures")) | map(select(.name == "figures")) + [{name: "drafts",
    schema: [{name: "title", type: "text"}], rules: {}}, {name: "early", type: "view", query: "SELECT id, account_id, title FROM col_drafts",
    schema: [{name: "title", type: "text"}], rules: {}}] | reverse)), strategy: "error"}' "$W/exported" >"$W/import"
post $all/import "$(cat "$W/import")"
json '[.success,.imported_count]' '[true,3]' 'and imported, after the tables that it asks'
TOKEN=$owner
get "/api/v1/records/figures?filter=title='hidden'"; json .total 0 'with the rules that were sent'
superadmin
for name in figures early drafts; do delete "$all/$(sql "SELECT id FROM collections WHERE name = '$name'")"; done
status 200 'and can go again'

# ---- what no view may be --------------------------------------------------------------------------
superadmin
wrong() {       # QUERY WHAT
    post $all "$(view bad "$1" '[{"name":"title","type":"text"}]')"
    status 400 "no view: $2"
}
wrong 'SELECT p.id, p.account_id FROM col_posts p' 'a field that the query has not'
json '.details[0] | [.field,.code]' '["query","view_query_invalid"]' 'pointed at'
wrong 'SELECT p.id, p.title FROM col_posts p' 'one without account_id'
wrong 'SELECT p.account_id, p.title FROM col_posts p' 'or without id'
wrong "SELECT p.id, p.account_id, p.title FROM col_posts p; DELETE FROM users" 'two statements'
wrong "SELECT u.id, u.account_id, u.password_hash AS title FROM users u" 'what nobody may read'
wrong "SELECT id, account_id, token AS title FROM sessions" 'tables of ours'
wrong "SELECT id, account_id, title FROM main.col_posts" 'past the tenant'
wrong "SELECT id, account_id, title FROM nothing" 'tables that are not there'
wrong "SELECT id, account_id, title FROM col_stats" 'other views'
wrong "SELECT id, account_id, \$1 AS title FROM col_posts" 'parameters'
wrong "INSERT INTO col_posts (title) VALUES ('x')" 'a change'
wrong "UPDATE" 'nothing'
wrong '' 'an empty one'
wrong "SELECT id, account_id, title FROM col_posts LIMIT" 'a query that is broken'
post $all '{"name":"bad","type":"view","fields":[{"name":"title","type":"text"}]}'; status 400 'one without a query'
post $all '{"name":"bad","query":"SELECT 1","fields":[{"name":"title","type":"text"}]}'; status 400 'a query without a view'
post $all '{"name":"bad","type":"table","fields":[{"name":"title","type":"text"}]}'; status 422 'another type'
good='SELECT id, account_id, title FROM col_posts'
for flag in '"unique":true' '"required":true' '"default":"x"'; do
    post $all "$(view bad "$good" "[{\"name\":\"title\",\"type\":\"text\",$flag}]")"; status 400 "no view has $flag"
done
post $all "$(view bad "$good" '[{"name":"title","type":"text"}]' '{create_rule: ""}')"; status 400 'nor a rule to create'
post $all "$(view bad "$good" '[{"name":"title","type":"text"}]' '{indexes: [["title"]]}')"; status 400 'nor an index'
post $all '{"name":"bad","fields":[{"name":"a","type":"reference","collection":"stats","on_delete":"cascade"}]}'
json '.details[0].code' reference_to_view 'nothing refers to one'
for field in '"type":"computed","expression":"id","return_type":"text"' '"type":"text","encrypted":true'; do
    post $all "$(view bad "$good" "[{\"name\":\"title\",$field}]")"; status 400 "it has no $field"
done
post "$all/$id/fields/title/encryption" '{"encrypted":true}'; status 400 'nothing of it is encrypted'
get $all/types.ts; hasnt "$(body)" StatsCreate 'it has no type for what creates'
get $all/names; json .total 3 'none of these is there'
TOKEN=$owner; post $all "$(view mine "$good" '[{"name":"title","type":"text"}]')"; status 403 'only superadmins make views'

# ---- changing it ----------------------------------------------------------------------------------
superadmin
put "$all/$id" '{"fields":[{"name":"title","type":"number"}]}'
[ "$DB" = postgres ] || status 200 'fields of a view may change, even their types'
put "$all/$id" '{"query":"SELECT id, account_id, title, created_at FROM col_posts WHERE created_by = @request.auth.id","fields":[{"name":"title","type":"text"}],"list_rule":""}'
status 200 'and the query, which may know who asks'
TOKEN=$owner; get "$stats?sort=title"; json '[[.items[].title],(.items[0].created_at | length)]' '[["hidden","one","three","two"],32]' 'everybody obeys'
TOKEN=$beta; get $stats; json '[.items[].title]' '["b"]' 'each for himself'
superadmin; get $stats; json .total 0 'and for himself alone'
TOKEN=$owner; get "$stats/export?format=ndjson"; is "$(wc -l <"$W/body")" 4 'it is exported'; superadmin
put "$all/$id" '{"type":"base"}'; status 400 'a view stays a view'
put "$all/$id" '{"query":"SELECT id FROM col_posts"}'; status 400 'one that works'
put "$all/$id" '{"create_rule":""}'; status 400 'and is only read'
posts_id=$(sql "SELECT id FROM collections WHERE name = 'posts'")
put "$all/$posts_id" '{"type":"view","query":"SELECT 1"}'; status 400 'a collection stays a collection'
delete "$all/$(sql "SELECT id FROM collections WHERE name = 'comments'")"; status 200 'what it no longer asks can go'
delete "$all/$posts_id"
status 409 'what it asks cannot'
json .message "Collection 'posts' is used by the view 'stats'" 'and by whom is told'
put "$all/$id" '{"query":"SELECT id, id AS account_id, name AS title FROM accounts"}'
status 200 'accounts can be asked'
TOKEN=$owner; get $stats; json '[.items[] | [.id,.title]]' "[[\"$acme\",\"acme\"]]" 'each for its own'
superadmin; delete "$all/$id"; status 200 'a view is deleted'
json '[.records_deleted,.collection_name]' '[0,"stats"]' 'with nothing else'
get $stats; status 404 'and gone'
larder audit verify >"$W/verified" 2>&1
is "$? $(grep -c valid "$W/verified")" '0 1' 'every chain of the trail is whole'
