#!/bin/sh
# 39-indexwish.t — a list that is counted without a fitting index says in the log which one it would want.
START=later
. t/lib/larder.sh
start LARDER_LOG_LEVEL=DEBUG

collection '{"name":"tasks","fields":[{"name":"title","type":"text"},{"name":"status","type":"text"},{"name":"points","type":"number"},
    {"name":"done","type":"boolean"},{"name":"extra","type":"json"},{"name":"due","type":"datetime"}],
    "indexes":[["done","-points"],["status","-created_at","-id","points"]],"list_rule":"","create_rule":""}'
collection '{"name":"owned","fields":[{"name":"title","type":"text"},{"name":"open","type":"boolean"}],
    "list_rule":"created_by = @request.auth.id && open","create_rule":"@request.auth.id != \"\""}'
collection '{"name":"either","fields":[{"name":"title","type":"text"},{"name":"open","type":"boolean"}],
    "list_rule":"created_by = @request.auth.id || open","create_rule":"@request.auth.id != \"\""}'
sign_up acme owner@acme.example.com
for of in tasks owned either; do
    post "/api/v1/records/$of/batch" "{\"records\":[$(seq -s, 4 | sed 's/[0-9]/{"title":"a"}/g')]}"
    status 201 "records of $of"
done
sql "UPDATE col_owned SET open = $([ "$DB" = postgres ] && echo true || echo 1)"
sql "UPDATE col_tasks SET status = 'open', points = 3, done = $([ "$DB" = postgres ] && echo true || echo 1)"

: >"$W/wanted"
# wants INDEX COLLECTION [FILTER [SORT]]: INDEX is none where there is one already. By cursor, since
# totals are not remembered there.
wants() {
    get "/api/v1/records/$2?limit=1&cursor=&include_count=true&filter=$(printf %s "$3" | jq -sRr '@uri')&sort=$4"
    is "$STATUS $(value '.total > 1')" '200 true' "counted: $2 $3 $4"
    [ "$1" = none ] || echo "$2 $1" >>"$W/wanted"
}
wants none tasks
wants none tasks '' created_at
wants '["title","-created_at"]' tasks 'title = "a"'
wants '["-created_at","-id","title"]' tasks 'title != "b"'
wants '["title"]' tasks '' title
wants none tasks 'status = "open"'
wants none tasks '"open" = status && points > 1' created_at
wants '["status","-points"]' tasks 'status = "open"' -points
wants none tasks 'done' -points
wants none tasks 'done = true && points >= 3' points
wants none tasks 'done' points,id
wants '["done","points","-title"]' tasks done points,-title
wants '["due","title","points"]' tasks 'due IS NULL && title = "a" && points > 2' points
wants '["title","-created_at","-id","points","status"]' tasks 'title = "a" && (points > 2 || status = "x")'
wants '["title","-created_at"]' tasks 'title = "a" && extra IS NULL && points > 1'
wants '["status","-created_at","-id","points","title","due"]' tasks 'status = "open" && points > 1 && title != "b" && (due IS NULL || points > 1)'
wants '["status","title","done","due","-created_at"]' tasks 'status = "open" && title = "a" && done && points > 1 && updated_by != "x" && due IS NULL || 1 = 2'
wants '["created_by","open","-created_at"]' owned
wants '["title","created_by","open","-created_at"]' owned 'title = "a"'
wants '["-created_at","-id","created_by","open"]' either
wants '["title","-created_at","-id","created_by","open"]' either 'title = "a"'

wanted() { sed -n 's/.*"index_wanted".*/&/p' "$W"/log "$W"/data/log* 2>/dev/null | jq -rc '"\(.collection) \(.index)"' | sort; }
tries=0
while [ "$(wanted | wc -l)" -lt "$(wc -l <"$W/wanted")" ] && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
wanted >"$W/told"
sort "$W/wanted" >"$W/expected"
none "$(diff "$W/expected" "$W/told")" "the log told of $(wc -l <"$W/expected") indexes, and of no others"
