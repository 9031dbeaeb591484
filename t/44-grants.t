#!/bin/sh
# 44-grants.t — what roles are granted beside the rules of a collection (permissions.md §2), by rows written directly.
. t/lib/larder.sh

# grant COLLECTION OPERATION RULE FIELDS [ROLE]
grant() {
    sql "INSERT INTO permissions (id, role_id, collection, operation, rule, fields, created_at, updated_at)
         SELECT (SELECT COALESCE(MAX(id), 0) + 1 FROM permissions), id, '$1', '$2', '$3', '$4', 0, 0 FROM roles WHERE name = '${5:-admin}'"
    sql 'UPDATE generation SET definitions = definitions + 1 WHERE id = 1'
}
revoke() { sql 'DELETE FROM permissions'; sql 'UPDATE generation SET definitions = definitions + 1 WHERE id = 1'; }

fields='"fields":[{"name":"title","type":"text"},{"name":"status","type":"text"},{"name":"salary","type":"number"}]'
collection '{"name":"locked",'"$fields}"
collection '{"name":"ruled",'"$fields"',"list_rule":"status = \"open\"","view_rule":"status = \"open\"","create_rule":"@request.auth.id != \"\"",
    "update_rule":null,"delete_rule":null,"list_fields":["title","status"],"view_fields":["title","status"]}'
sign_up acme owner@acme.example.com; acme=$TOKEN
sign_up other owner@other.example.com
post /api/v1/records/ruled '{"title":"of others","status":"open","salary":1}'; theirs=$(value .id)
TOKEN=$acme
post /api/v1/records/ruled '{"title":"seen","status":"open","salary":10}'; seen=$(value .id)
post /api/v1/records/ruled '{"title":"hidden","status":"shut","salary":20}'; hidden=$(value .id)

get /api/v1/records/locked; status 403 'locked without a grant'
grant locked read true '*'
get /api/v1/records/locked; status 200 'a grant opens it'
post /api/v1/records/locked '{"title":"x"}'; status 403 'for what it names alone'
anonymous
get /api/v1/records/locked -H 'X-Account-ID: acme'; status 403 'callers without a role have none'
TOKEN=$acme
revoke
get /api/v1/records/locked; status 403 'and it ends at the next request'
grant '*' read true '*' user
get /api/v1/records/locked; status 403 'what another role has does not count'
revoke

get '/api/v1/records/ruled?sort=title'; json '[.total, [.items[] | [.title, has("salary")]]]' '[1,[["seen",false]]]' 'the rule alone: its rows, its fields'
grant ruled read 'status == "shut"' '["title","salary"]'
get '/api/v1/records/ruled?sort=title'
json .total 2 'a grant adds its rows'
json '[.items[] | [.title,.status,.salary]]' '[["hidden",null,20],["seen","open",null]]' 'and each row shows what its own grants give'
get '/api/v1/records/ruled?filter=salary%20%3E%2015'; none "$(value '.items[]?.title' | grep -v hidden)" 'a filter tells nothing of what a row hides'
get '/api/v1/records/ruled?filter=salary%20%3C%2015'; json '.total // 0' 0 'nor does its opposite'
get "/api/v1/records/ruled/$hidden"; json '[.title,.salary]' '["hidden",20]' 'one record likewise'
get "/api/v1/records/ruled/$theirs"; status 404 'no grant leaves the tenant'
patch "/api/v1/records/ruled/$seen" '{"title":"changed"}'; status 403 'reading is not changing'
grant ruled update '@owns_record()' '["title"]'
patch "/api/v1/records/ruled/$seen" '{"title":"changed"}'; status 200 'changing is granted'
patch "/api/v1/records/ruled/$seen" '{"salary":99}'; status 422 'but for the fields named'
patch "/api/v1/records/ruled/$theirs" '{"title":"taken"}'; status 404 'in the own tenant'
delete "/api/v1/records/ruled/$seen"; status 403 'deleting is not'
revoke
grant ruled delete '@has_role("user")' '*'
delete "/api/v1/records/ruled/$seen"; case $STATUS in 403 | 404) tap 0 'a grant that cannot be true' ;; *) status 404 'a grant that cannot be true' ;; esac
grant '*' delete 'nonsense = 1' '*'
delete "/api/v1/records/ruled/$seen"; case $STATUS in 403 | 404) tap 0 'and one that cannot be compiled give nothing' ;; *) status 404 'and one that cannot be compiled give nothing' ;; esac
