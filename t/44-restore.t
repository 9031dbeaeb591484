#!/bin/sh
# 44-restore.t — what became of a record, for whom that is, and how it becomes again what it was.
. t/lib/larder.sh

MASK='••••••••'
open='"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""'
R=/api/v1/records
collection '{"name":"tags","fields":[{"name":"name","type":"text","unique":true}],'"$open}"
collection '{"name":"posts","fields":[{"name":"title","type":"text","required":true},{"name":"n","type":"number"},{"name":"ok","type":"boolean"},
    {"name":"due","type":"datetime"},{"name":"day","type":"date"},{"name":"meta","type":"json"},{"name":"mail","type":"text","pii":true,"mask_type":"email"},
    {"name":"pin","type":"text","encrypted":true},{"name":"tag","type":"reference","collection":"tags","on_delete":"set_null"},
    {"name":"tags","type":"references","collection":"tags","on_delete":"set_null"},{"name":"paper","type":"file"},{"name":"code","type":"text","unique":true},
    {"name":"password","type":"text"},{"name":"double","type":"computed","expression":"n * 2","return_type":"number"}],'"$open}"
posts_id=$(value .id)
collection '{"name":"mine","fields":[{"name":"title","type":"text"},{"name":"salary","type":"number"},{"name":"state","type":"text"}],
    "list_rule":"created_by = @request.auth.id","view_rule":"created_by = @request.auth.id || state = \"open\"","create_rule":"@request.auth.id != \"\"",
    "update_rule":"created_by = @request.auth.id","delete_rule":"created_by = @request.auth.id","view_fields":["title","state"],
    "update_fields":["title","state"],"create_fields":"*"}'
collection '{"name":"asks","fields":[{"name":"title","type":"text"},{"name":"tag","type":"reference","collection":"tags","on_delete":"set_null"}],
    "list_rule":"","view_rule":"tag.name = \"red\"","create_rule":"","update_rule":"","delete_rule":""}'
sign_up rival owner@rival.example.com; rival=$TOKEN
post $R/posts '{"title":"theirs"}'; theirs=$(value .id)
get "$R/posts/$theirs/history"; their_version=$(value '.items[0].version')
sign_up acme owner@acme.example.com; owner=$TOKEN owner_id=$USER_ID acme=$ACCOUNT
as_superadmin POST /api/v1/users "{\"email\":\"ann@acme.example.com\",\"account_id\":\"$acme\",\"role_id\":2,\"password\":\"$PASSWORD\"}"
larder user verify ann@acme.example.com --account acme >"$W/n"
sign_in acme ann@acme.example.com; ann=$TOKEN ann_id=$USER_ID
superadmin; root=$TOKEN
TOKEN=$owner
post $R/tags '{"name":"red"}'; red=$(value .id)
post $R/tags '{"name":"blue"}'; blue=$(value .id)

# history ID [QUERY]: of a post; restore ID VERSION: of a post.
history() { get "$R/${in:-posts}/$1/history$2"; }
restore() { post "$R/${in:-posts}/$1/restore" "{\"version\":$2}"; }
says() { json .message "$1" "$2"; }

# ---- what became of it ------------------------------------------------------------------------------
full="{\"title\":\"one\",\"n\":1.5,\"ok\":true,\"due\":\"2026-01-02T03:04:05Z\",\"day\":\"2026-01-02\",\"meta\":{\"a\":[1,\"x\"]},\"mail\":\"ann@example.com\",
    \"pin\":\"1234\",\"tag\":\"$red\",\"tags\":[\"$red\",\"$blue\"],\"code\":\"c1\",\"password\":\"open\"}"
post $R/posts "$full"; status 201 'a record is made'; one=$(value .id)
jq -cS 'del(.updated_at, .updated_by)' "$W/body" >"$W/one"
patch "$R/posts/$one" "{\"title\":\"two\",\"n\":2,\"ok\":false,\"meta\":[],\"mail\":\"bob@example.com\",\"pin\":\"5678\",\"tags\":[\"$blue\"],\"password\":\"sesame\"}"
status 200 'changed'
TOKEN=$ann; patch "$R/posts/$one" '{"title":"three","n":null,"due":null}'; status 200 'and changed by somebody else'
TOKEN=$owner
history "$one"; status 200 'it has a history'
json 'keys_unsorted | join(" ")' 'items skip limit has_more' 'in pages'
json '[.items[].operation] | join(" ")' 'UPDATE UPDATE CREATE' 'the newest change first'
json '.items[0] | keys_unsorted | join(" ")' 'version operation occurred_at user es changes' 'what each was'
is "$(value '[.items[].version] == ([.items[].version] | sort | reverse)')" true 'in the order of their versions'
v1=$(value '.items[2].version') v2=$(value '.items[1].version') v3=$(value '.items[0].version')
json '.items[1].changes | del(.tags) | tojson' "{\"title\":{\"old\":\"one\",\"new\":\"two\"},\"n\":{\"old\":1.5,\"new\":2},\"ok\":{\"old\":true,\"new\":false},\"meta\":{\"old\":{\"a\":[1,\"x\"]},\"new\":[]},\"mail\":{\"old\":\"ann@example.com\",\"new\":\"bob@example.com\"},\"pin\":{\"old\":\"$MASK\",\"new\":\"$MASK\"},\"password\":{\"old\":\"***\",\"new\":\"***\"}}" \
    'fields are what records have: numbers are numbers'
json '.items[0].changes | [.n, .due] | tojson' '[{"old":2,"new":null},{"old":"2026-01-02T03:04:05Z","new":null}]' 'or nothing'
json '.items[2].changes | [.title.old, .title.new, has("paper"), has("id"), has("double")] | tojson' '[null,"one",false,false,false]' 'a creation has no old ones'
json '[.items[0].user, .items[0].es] | tojson' "[{\"id\":\"$ann_id\",\"email\":\"ann@acme.example.com\",\"name\":\"ann@acme.example.com\"},null]" 'and who'
history "$one" '?limit=1&skip=1'; json '[(.items | map(.version)), .skip, .limit, .has_more] | tojson' "[[$v2],1,1,true]" 'a page'
history "$one" '?limit=2&skip=1'; json '[(.items | map(.version)), .has_more] | tojson' "[[$v2,$v1],false]" 'the last one'
history "$one" '?skip=9'; json '[(.items | length), .has_more] | tojson' '[0,false]' 'and none'
get "/api/v1/posts/$one/history"; json '.items | length' 3 'the short form'
TOKEN=$root; history "$one"; json '.items[1].changes.mail.old' ann@example.com 'superadmins see any'
TOKEN=$ann; history "$one"
json '.items[1].changes | [.mail, .pin.old] | tojson' "[{\"old\":\"a***@example.com\",\"new\":\"b***@example.com\"},\"$MASK\"]" 'what is masked in records is masked here'
json '[.items[].user.email] | tojson' '["ann@acme.example.com","o***@acme.example.com","o***@acme.example.com"]' 'so are the addresses of others'
for query in limit=0 limit=101 limit=x skip=-1; do history "$one" "?$query"; status 422 "no page: $query"; done

# ---- who not ----------------------------------------------------------------------------------------
anonymous
get "$R/posts/$one/history" -H 'X-Account-ID: acme'; status 401 'visitors see records that are open, not their past'
post "$R/posts/$one/restore" "{\"version\":$v1}" -H 'X-Account-ID: acme'; status 401 'nor bring it back'
TOKEN=$rival
history "$one"; status 404 'another tenant'; says 'Record not found' 'is told nothing'
restore "$one" "$v1"; status 404 'and changes nothing'
restore "$theirs" "$v1"; status 404 'nor takes what was ours'
TOKEN=$owner
history 00000000-0000-0000-0000-000000000000; status 404 'what never was has no history'
restore 00000000-0000-0000-0000-000000000000 "$v1"; status 404 'and does not come back'
in=nowhere history "$one"; status 404 'of no collection'
for body in '{}' '{"version":null}' '{"version":"x"}' '{"version":0}' '{"version":1.5}' '{"version":-1}' '[]'; do
    post "$R/posts/$one/restore" "$body"; status 422 "no version: $body"
done
for version in 1 $((v2 - 1)) $((v3 + 1)) 9223372036854775807 "$their_version"; do
    restore "$one" "$version"; status 404 "not one of its versions: $version"
done
says "Version $their_version of this record not found" 'as is said'

# ---- as it was --------------------------------------------------------------------------------------
get "$R/posts/$one"; tag=$(header_value ETag) before=$(body)
post "$R/posts/$one/restore" "{\"version\":$v1}" -H 'If-Match: "0-0"'; status 412 'only if it is still what was read'
get "$R/posts/$one"; body_is "$before" 'and nothing is changed'
events() { sql "SELECT count(*) FROM event_outbox WHERE record_id = '$one' AND previous IS NOT NULL"; }
told=$(events)
post "$R/posts/$one/restore" "{\"version\":$v1}" -H "If-Match: $tag"; status 200 'it is made what it was'
is "$(jq -cS 'del(.updated_at, .updated_by)' "$W/body" | sed 's/sesame/open/')" "$(cat "$W/one")" 'in all its fields, but for those the trail does not tell'
json .password sesame 'which stay'
history "$one"; json '.items[0] | [.operation, (.changes | keys)] | tojson' '["UPDATE",["due","mail","meta","n","ok","tags","title"]]' 'that is a change like any'
json '.items[0].changes.title | tojson' '{"old":"three","new":"one"}' 'of what differed'
is "$(events)" $((told + 1)) 'told to who listens'
restore "$one" "$v3"; json '[.title, .n, .due, .mail] | tojson' '["three",null,null,"bob@example.com"]' 'and forth'
post /api/v1/auth/sign "{\"password\":\"$PASSWORD\",\"reason\":\"Wrong change\"}"; signature=$(value .signature)
post "/api/v1/posts/$one/restore" "{\"version\":$v2}" -H "X-ES-Signature: $signature"; status 200 'in the short form, signed'
history "$one" '?limit=1'; json '.items[0].es | [.username, .reason, (.timestamp | length > 19)] | tojson' '["owner@acme.example.com","Wrong change",true]' 'which stands in the history'
# Twice in one request is one change.
post /api/v1/batch "{\"operations\":[{\"operation\":\"update\",\"collection\":\"posts\",\"id\":\"$one\",\"data\":{\"title\":\"x\"}},
    {\"operation\":\"update\",\"collection\":\"posts\",\"id\":\"$one\",\"data\":{\"title\":\"y\",\"n\":7}}]}"; status 200 'twice at once'
history "$one" '?limit=1'; json '.items[0].changes | [.title, .n] | tojson' '[{"old":"two","new":"y"},{"old":2,"new":7}]' 'is one change'
restore "$one" "$(value '.items[0].version')"; json .title y 'and one version'

# What no longer can be.
post $R/posts '{"title":"other","code":"c2"}'; other=$(value .id)
patch "$R/posts/$one" '{"code":"c3"}'; patch "$R/posts/$other" '{"code":"c1"}'
restore "$one" "$v1"; status 400 'a value that is taken'; json '.details[0].field' code 'is named'
history "$other"; restore "$one" "$(value '.items[0].version')"; status 404 'the version of another record is none'
patch "$R/posts/$other" '{"code":null}'; patch "$R/posts/$one" "{\"tag\":\"$blue\",\"tags\":[]}"
delete "$R/tags/$red"; status 204 'what it referred to goes'
restore "$one" "$v1"; status 400 'so it cannot refer to it'; has "$(value .details)" "$red" 'as is said'
printf 'some words' >"$W/words"; upload "$W/words" w.txt text/plain; paper=$(value .file)
patch "$R/posts/$one" "{\"paper\":$paper,\"tag\":null,\"tags\":[]}"; history "$one" '?limit=1'; with_paper=$(value '.items[0].version')
json '.items[0].changes.paper.new | fromjson | .path' "$(printf %s "$paper" | jq -r .path)" 'files are told as they are'
patch "$R/posts/$one" '{"paper":null}'; restore "$one" "$with_paper"; json '.paper | fromjson | .path' "$(printf %s "$paper" | jq -r .path)" 'and come back'
patch "$R/posts/$one" '{"paper":null}'; delete "/api/v1/files/$(printf %s "$paper" | jq -r .path)"; status 204 'while they are there'
restore "$one" "$with_paper"; status 409 'not when they are gone'; says "The file that field 'paper' had is no longer stored" 'as is said'

# ---- removed ----------------------------------------------------------------------------------------
post $R/posts '{"title":"gone","n":1,"pin":"1"}'; gone=$(value .id) made=$(value .created_at)
patch "$R/posts/$gone" '{"n":2}'; history "$gone"; g1=$(value '.items[1].version') g2=$(value '.items[0].version')
delete "$R/posts/$gone"; status 204 'a record is removed'
TOKEN=$ann; history "$gone"; status 200 'who could see it sees what it was'
json '[.items[0].operation, .items[0].changes.n, .items[0].changes.title.new] | tojson' '["DELETE",{"old":2,"new":null},null]' 'and that it was removed'
gd=$(value '.items[0].version')
TOKEN=$rival; history "$gone"; status 404 'another tenant does not'; restore "$gone" "$g1"; status 404 'nor brings it back'
TOKEN=$root; history "$gone"; status 200 'superadmins do'
TOKEN=$ann
restore "$gone" "$gd"; status 409 'its removal is nothing to go back to'
says "Version $gd is the removal of the record: restore one before it" 'as is said'
restore "$gone" "$v1"; status 404 'nor is the version of another'
for match in '*' '"0-0"' "$tag"; do post "$R/posts/$gone/restore" "{\"version\":$g1}" -H "If-Match: $match"; status 412 "there is nothing to match: $match"; done
restore "$gone" "$g2"; status 200 'it comes back'
json '[.id, .title, .n, .pin, .created_at, .created_by, .updated_by] | tojson' "[\"$gone\",\"gone\",2,null,\"$made\",\"$owner_id\",\"$ann_id\"]" 'with its id, made when and by whom it was, without its secret'
get "$R/posts/$gone"; status 200 'and is there'
restore "$gone" "$g1"; json .n 1 'other versions are a change again'
history "$gone"; json '[.items[].operation] | join(" ")' 'UPDATE CREATE DELETE UPDATE CREATE' 'it all stands in the history'
restore "$gone" "$gd"; status 409 'the removal is still none'
delete "$R/posts/$gone"; TOKEN=$root; restore "$gone" "$g1"; status 200 'superadmins bring it back'
json .account_id "$acme" 'to whose it was'

in=mine
TOKEN=$owner; post $R/mine '{"title":"m","salary":100,"state":"shut"}'; m=$(value .id)
patch "$R/mine/$m" '{"title":"m2"}'
TOKEN=$ann; history "$m"; status 404 'whose rule does not hold has no history'; restore "$m" 1; status 404 'nor restores'
TOKEN=$owner; history "$m"; json '[.items[].changes | keys[]] | unique | tojson' '["state","title"]' 'fields that are not shown are not told'
m1=$(value '.items[1].version')
as_superadmin PATCH "$R/mine/$m" '{"salary":200}'; restore "$m" "$m1"
status 403 'nor restored by who may not write them'; says 'The record was different then in fields that you may not write' 'as is said'; hasnt "$(body)" salary 'without a name'
as_superadmin PATCH "$R/mine/$m" '{"salary":100}'; restore "$m" "$m1"; json .title m 'what may be written is'
delete "$R/mine/$m"
TOKEN=$ann; history "$m"; status 404 'of what is removed, its last rows decide'
restore "$m" "$m1"; status 404 'also who brings it back'
TOKEN=$owner; history "$m"; status 200 'whoever could see it'
hasnt "$(body)" salary 'and of it no more than before'
restore "$m" "$m1"; status 200 'brings it back'; hasnt "$(body)" salary 'and sees no more of it'
patch "$R/mine/$m" '{"state":"open"}'; delete "$R/mine/$m"
TOKEN=$ann; history "$m"; status 200 'an open one anybody could see'
# A field that came later: what its value would have been is not known.
as_superadmin GET /api/v1/collections; mine_id=$(value '.items[] | select(.name == "mine") | .id')
as_superadmin PUT "/api/v1/collections/$mine_id" '{"fields":[{"name":"title","type":"text"},{"name":"salary","type":"number"},{"name":"state","type":"text"},{"name":"late","type":"text","default":"d"}]}'
status 200 'a field is added'
rules mine '{"view_rule":"late = null || late != null"}'
TOKEN=$owner; history "$m"; status 404 'what cannot be decided is no'
TOKEN=$root; history "$m"; status 200 'but for superadmins'
restore "$m" "$m1"; json '[.title, .late] | tojson' '["m","d"]' 'and the field has its default'

in=asks
TOKEN=$owner; post $R/tags '{"name":"red"}'; red=$(value .id)
post $R/asks "{\"title\":\"a\",\"tag\":\"$red\"}"; a=$(value .id)
history "$a"; status 200 'a rule may ask other records'; a1=$(value '.items[0].version')
delete "$R/asks/$a"; history "$a"; status 404 'but not for one that is gone'
restore "$a" "$a1"; status 404 'nor to bring it back'
in=posts

# ---- definitions and keys change --------------------------------------------------------------------
fields=$(as_superadmin GET "/api/v1/collections/$posts_id"; jq -c .schema "$W/body")
as_superadmin PUT "/api/v1/collections/$posts_id" "{\"fields\":$(printf %s "$fields" | jq -c '. + [{name: "extra", type: "number", default: 5}]')}"; status 200 'a field is added'
history "$one" '?limit=100'; json '[.items[] | select(.operation == "CREATE") | .changes | has("extra")] | tojson' '[false]' 'history does not have it before'
v4=$(value '.items[0].version')
patch "$R/posts/$one" '{"title":"later","extra":6}'; restore "$one" "$v4"; status 200 'a version of before it'; json '[.title, .extra] | tojson' '["y",6]' 'leaves it as it is'
as_superadmin POST "/api/v1/collections/$posts_id/fields/day/encryption" '{"encrypted":true}'; status 400 'a date is not encrypted'
as_superadmin PUT "/api/v1/collections/$posts_id" "{\"fields\":$(printf %s "$fields" | jq -c '. + [{name: "extra", type: "number", default: 5}, {name: "word", type: "text"}]')}"
patch "$R/posts/$one" '{"word":"plain-word"}'; history "$one" '?limit=1'; w1=$(value '.items[0].version')
patch "$R/posts/$one" '{"word":"plain-other"}'
as_superadmin POST "/api/v1/collections/$posts_id/fields/word/encryption" '{"encrypted":true}'; status 200 'a field is encrypted'
history "$one"; hasnt "$(body)" plain- 'then its past is as well'
restore "$one" "$w1"; json .word "$MASK" 'and no version touches it'
as_superadmin POST "/api/v1/collections/$posts_id/fields/word/encryption" '{"encrypted":false}'; get "$R/posts/$one"; json .word plain-other 'as is seen when it is plain again'
restore "$one" "$w1"; json .word plain-word 'then it can be restored'

# ---- what nobody wrote down -------------------------------------------------------------------------
post $R/posts '{"title":"a","n":1,"meta":{"b":1,"a":[{"d":1,"c":null}]}}'; quiet=$(value .id)
patch "$R/posts/$quiet" '{"title":"b","meta":{"z":1}}'; patch "$R/posts/$quiet" '{"n":2,"meta":{"y":{"b":1,"a":2}}}'
history "$quiet"; q1=$(value '.items[2].version') q2=$(value '.items[1].version') q3=$(value '.items[0].version')
restore "$quiet" "$q1"; json '.meta | tojson' '{"b":1,"a":[{"d":1,"c":null}]}' 'objects are what they were'
restore "$quiet" "$q3"; history "$quiet" '?limit=1'; q3=$(value '.items[0].version')
sql "UPDATE col_posts SET title = 'quietly' WHERE id = '$quiet'"
restore "$quiet" "$q3"; status 409 'whose title changed without a trace cannot be told'
says "Version $q3 cannot be restored: parts of the history of this record are missing" 'as is said'
patch "$R/posts/$quiet" '{"title":"c"}'; history "$quiet" '?limit=1'; q4=$(value '.items[0].version')
restore "$quiet" "$q3"; status 409 'nor later, by what the next change found'
restore "$quiet" "$q4"; status 200 'from then on it is known again'
restore "$quiet" "$q1"; json '[.title, .n] | tojson' '["a",1]' 'as it was before that'

# ---- a trail without its beginning, and views -------------------------------------------------------
if [ "$DB" = postgres ]; then sql 'ALTER TABLE audit_log DISABLE TRIGGER USER'
else sql "SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'audit_log'" | sqlite3 "$W/data/larder.db"; fi
larder audit verify >"$W/verified"; is $? 0 "the trail verifies: $(tail -n 1 "$W/verified")"
sql "DELETE FROM audit_log WHERE record_id = '$one' AND id < $v1"
history "$one" '?limit=100'; json '.items[-1].operation' CREATE 'half a beginning'
restore "$one" "$v2"; status 409 'is none to go back to'
says "Version $v2 cannot be restored: parts of the history of this record are missing" 'as is said'
sql "DELETE FROM audit_log WHERE record_id = '$one' AND id <= $v1"
history "$one" '?limit=100'; json '.items[-1] | [.operation, .version] | tojson' "[\"UPDATE\",$v2]" 'history begins later'
restore "$one" "$v2"; status 409 'and has nothing to go back to'; restore "$one" "$v1"; status 404 'what is pruned is no version'
restore "$gone" "$g2"; status 200 'others do'
# Another collection of the same name is another one.
superadmin; delete "/api/v1/collections/$mine_id"; collection '{"name":"mine","fields":[{"name":"title","type":"text"}],'"$open}"
TOKEN=$root; in=mine history "$m"; status 404 'what another collection of that name had is not here'
as_superadmin POST /api/v1/collections '{"name":"seen","type":"view","query":"SELECT id, account_id, title FROM col_posts","list_rule":"","view_rule":""}'; seen=$STATUS
if [ "$seen" = 201 ]; then TOKEN=$owner; in=seen history "$one"; status 400 'a view has no history'; in=seen restore "$one" "$v2"; status 400 'and is not restored'; fi
done_testing
