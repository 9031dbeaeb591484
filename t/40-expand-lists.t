#!/bin/sh
# 40-expand-lists.t — lists of references are expanded, and records by what points to them; the rules of each level hold.
. t/lib/larder.sh

open='"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""'
field() { printf '{"name":"%s","type":"%s"%s}' "$1" "$2" "$3"; }
refs() { field "$1" references ",\"collection\":\"$2\",\"on_delete\":\"set_null\"$3"; }
ref() { field "$1" reference ",\"collection\":\"$2\",\"on_delete\":\"set_null\"$3"; }
collection '{"name":"people","fields":['"$(field name text),$(field phone text ',"pii":true,"mask_type":"phone"'),$(field pay number)],$open"',"view_fields":["name","phone"],"list_fields":["name","phone"]}'
collection '{"name":"tags","fields":['"$(field name text),$(field secret boolean)]"',"list_rule":"","view_rule":"secret != true","create_rule":"","update_rule":"","delete_rule":""}'
collection '{"name":"posts","fields":['"$(field title text),$(refs tags tags),$(ref author people),$(refs readers people ',"pii":true'),$(refs related posts)],$open}"
collection '{"name":"comments","fields":['"$(field text text),$(ref post posts),$(ref by people)]"',"list_rule":"text != \"spam\"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""}'
collection '{"name":"notes_via_mail","fields":['"$(field text text),$(ref to_via_post posts)],$open}"
collection '{"name":"private","fields":['"$(field text text),$(ref post posts)]"',"create_rule":""}'
collection '{"name":"members","fields":['"$(field text text),$(ref post posts)]"',"list_rule":"@request.auth.id != \"\"","view_rule":"@request.auth.id != \"\"","create_rule":""}'
collection '{"name":"shy","fields":['"$(field text text),$(ref post posts)],$open"',"list_fields":["text"]}'
superadmin
post /api/v1/collections '{"name":"digest","type":"view","query":"SELECT p.id, p.account_id, p.title, p.id AS post FROM col_posts p","fields":['"$(field title text),$(field post reference ',"collection":"posts"')"'],"list_rule":"title != \"two\"","view_rule":""}'; status 201 'a view that refers'
collection '{"name":"masked","fields":['"$(field text text),$(ref post posts ',"pii":true')],$open}"

sign_up acme owner@acme.example.com
make() { post "/api/v1/records/$1" "$2"; value .id; }
one() { get "/api/v1/records/posts/$p1?expand=$1"; }
ann=$(make people '{"name":"Ann","phone":"+1-555-123-4567","pay":5}') bob=$(make people '{"name":"Bob"}')
red=$(make tags '{"name":"red","secret":false}') blue=$(make tags '{"name":"blue","secret":false}') dark=$(make tags '{"name":"dark","secret":true}')
p1=$(make posts "{\"title\":\"one\",\"tags\":[\"$blue\",\"$dark\",\"$red\"],\"author\":\"$ann\",\"readers\":[\"$ann\"]}")
p2=$(make posts "{\"title\":\"two\",\"tags\":[\"$red\"],\"author\":\"$bob\",\"related\":[\"$p1\"]}")
p3=$(make posts '{"title":"three","tags":[]}')
for i in 1 2 3; do make comments "{\"text\":\"c$i\",\"post\":\"$p1\",\"by\":\"$bob\"}" >/dev/null; done
make comments "{\"text\":\"spam\",\"post\":\"$p1\"}" >/dev/null; make comments "{\"text\":\"c4\",\"post\":\"$p2\",\"by\":\"$ann\"}" >/dev/null
make comments '{"text":"lost"}' >/dev/null

# ---- lists --------------------------------------------------------------------------------------
one ''; json .tags "[\"$blue\",\"$dark\",\"$red\"]" 'without expand a list has ids'
one tags
json '[.tags[] | .name? // .]' "[\"blue\",\"$dark\",\"red\"]" 'with it the records, in their order; who may not be viewed stays an id'
json '.tags[0] | keys' '["account_id","created_at","created_by","id","name","secret","updated_at","updated_by"]' 'with all their members but account_name'
get '/api/v1/records/posts?sort=created_at&expand=tags,author,related.tags'
json '[.items[] | [.title, (.tags | length), .author.name]]' '[["one",3,"Ann"],["two",1,"Bob"],["three",0,null]]' 'on a page'
json '.items[1].related[0] | [.title, .tags[0].name, .author]' "[\"one\",\"blue\",\"$ann\"]" 'deeper'
json '[.items[].related]' "$(jq -c '[.items[].related]' "$W/body")" 'null stays null'
json '.items[0].related' null 'so it does'
get '/api/v1/records/posts?sort=created_at&expand=tags&cursor=&limit=2'
json '[.items[] | [.tags[] | .name? // "id"]]' '[["blue","id","red"],["red"]]' 'by cursor'
get "/api/v1/records/posts?sort=created_at&expand=tags&limit=2&cursor=$(value .next_cursor)"
get "/api/v1/records/posts?sort=created_at&expand=tags&limit=2&cursor_before=$(value .prev_cursor)"
json '[.items[] | [.title, .tags[0].name]]' '[["one","blue"],["two","red"]]' 'and backwards'
sql "DELETE FROM $(if [ "$DB" = postgres ]; then sql "SELECT quote_ident(tablename) FROM pg_tables WHERE tablename LIKE 'link!_posts!_tags!_%' ESCAPE '!'"; else sql "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'link!_posts!_tags!_%' ESCAPE '!'"; fi) WHERE target_id = '$blue'"
sql "DELETE FROM col_tags WHERE id = '$blue'"
one tags; json '[.tags[] | .name? // "id"]' '["id","red"]' 'one that is not there leaves the list'

# ---- the way back -------------------------------------------------------------------------------
one comments_via_post
json '[.comments_via_post[].text]' '["c1","c2","c3"]' 'what points to a record stands beside its members, oldest first, as far as it may be listed'
json '[.title, .tags[1], (.comments_via_post[0] | [.post, .by, has("account_name")])]' "[\"one\",\"$dark\",[\"$p1\",\"$bob\",false]]" 'and replaces nothing'
json 'keys_unsorted[-1]' comments_via_post 'at the end'
get "/api/v1/records/posts?sort=created_at&expand=comments_via_post.by,posts_via_related,tags.posts_via_tags"
json '[.items[] | [.title, [.comments_via_post[] | [.text, .by.name]], [.posts_via_related[].title]]]' '[["one",[["c1","Bob"],["c2","Bob"],["c3","Bob"]],["two"]],["two",[["c4","Ann"]],[]],["three",[],[]]]' 'on a page, with what is below, along lists too'
json '.items[1].tags[0] | [.name, [.posts_via_tags[].title]]' '["red",["one","two"]]' 'and from a list back again'
one notes_via_mail_via_to_via_post
json '.notes_via_mail_via_to_via_post' '[]' 'names may have _via_ in them'
make notes_via_mail "{\"text\":\"n\",\"to_via_post\":\"$p1\"}" >/dev/null
one notes_via_mail_via_to_via_post
json '[.notes_via_mail_via_to_via_post[].text]' '["n"]' 'and are found'
get "/api/v1/records/posts?sort=created_at&expand=digest_via_post"
json '[.items[].digest_via_post[0].title]' '["one",null,"three"]' 'from a view too, as its rule has it'
one 'comments_via_post.post.comments_via_post.post'
json '.comments_via_post[0].post | [.title, .comments_via_post[2].text, .comments_via_post[0].post]' "[\"one\",\"c3\",\"$p1\"]" 'three levels, to and fro'
one 'comments_via_post&fields=title'; json 'has("comments_via_post")' false 'fields= comes last'
one 'comments_via_post&fields=title,comments_via_post'; json '[has("tags"), (.comments_via_post | length)]' '[false,3]' 'and may name it'
one 'comments_via_post&fields=*'; json '.comments_via_post | length' 3 'as all'
for bad in comments_via_by nothing_via_post comments_via_none comments_via_text comments_via_ _via_post people_via_author Comments_via_post tags_via_tags private_via_text; do
    one "$bad"; status 400 "not to be expanded: $bad"
    json .message "Field '$bad' is not a reference field and cannot be expanded" "which is said: $bad"
done
one 'tags.comments_via_post,author.x_via_y'; status 200 'deeper it is ignored'
one "$(seq 70 | sed 's/.*/author.a&_via_b/' | paste -sd,)"; status 400 'but not without end'
one "$(printf 'a_via_%.0s' $(seq 70))b"; status 400 'nor in one name'
for i in $(seq 12); do batch=''; for k in $(seq 10); do batch="$batch,{\"text\":\"m$i-$k\",\"post\":\"$p3\"}"; done; post /api/v1/records/comments/batch "{\"records\":[${batch#,}]}"; done
get "/api/v1/records/posts?sort=-created_at&expand=comments_via_post&limit=2"
json '[.items[] | [.title, (.comments_via_post | length), .comments_via_post[0].text]]' '[["three",100,"m1-1"],["two",1,"c4"]]' 'at most a hundred of each'

# ---- who sees what, at each level ---------------------------------------------------------------
make private "{\"text\":\"p\",\"post\":\"$p1\"}" >/dev/null; make members "{\"text\":\"m\",\"post\":\"$p1\"}" >/dev/null
make shy "{\"text\":\"s\",\"post\":\"$p1\"}" >/dev/null; make masked "{\"text\":\"x\",\"post\":\"$p1\"}" >/dev/null
all=private_via_post,members_via_post,shy_via_post,masked_via_post
seen='[.private_via_post, .members_via_post, .shy_via_post, .masked_via_post] | map(length)'
deep='.comments_via_post[0].post'
levels="$all,comments_via_post.post.private_via_post,comments_via_post.post.members_via_post,comments_via_post.post.masked_via_post,author,comments_via_post.post.author,comments_via_post.post.tags,posts_via_related.related.author,posts_via_related.related.masked_via_post"
one "$levels,readers"
json "$seen" '[0,1,0,1]' 'a member: not what is locked, nor by a field that is not shown'
json "$deep | [.private_via_post, .members_via_post, .masked_via_post] | map(length)" '[0,1,1]' 'three levels down the same'
json "[.author.phone, $deep.author.phone]" '["+1-555-123-4567","+1-555-123-4567"]' 'who may see personal data does'
json "[.author | has(\"pay\"), ($deep.author | has(\"pay\"))] | map(tostring)" '["false","false"]' 'but no field that the target hides'
json "[$deep.tags[] | .name? // .]" "[\"$dark\",\"red\"]" 'nor a record that its rule hides'
json '.readers[0].name' Ann 'a personal list leads on for him'
anonymous
one() { get "/api/v1/records/posts/$p1?expand=$1" -H 'X-Account-ID: acme'; }
one "$levels"
json "$seen" '[0,0,0,0]' 'a stranger: nothing that asks for a sign-in, nothing by what is masked'
status 200 'without being told'
json '.comments_via_post' '[]' 'rows are for those to whom the rule gives them'
json '.posts_via_related[0].related[0] | [.title, .masked_via_post]' '["one",[]]' 'on the third level as well'
json '[.author.phone, .posts_via_related[0].related[0].author.phone]' '["+1-***-***-4567","+1-***-***-4567"]' 'masked at every level'
one "readers"; status 400 'no way through what is masked'
json '.message' "Field 'readers' is not a reference field and cannot be expanded" 'as if it were none'
sign_in acme owner@acme.example.com
rules comments '{"list_rule":"text != \"c1\"","view_rule":null}'
rules people '{"view_rule":"name != \"Ann\"","view_fields":"[\"name\"]"}'
one() { get "/api/v1/records/posts/$p1?expand=$1"; }
one 'author,comments_via_post.by,comments_via_post.post.author,comments_via_post.post.comments_via_post'
json '[.author, [.comments_via_post[].text], [.comments_via_post[0].post.comments_via_post[].text]]' "[\"$ann\",[\"c2\",\"c3\",\"spam\"],[\"c2\",\"c3\",\"spam\"]]" 'who is listed is shown, at each level, though nobody may view one alone'
json '[.comments_via_post[0].by | .name, has("phone")]' '["Bob",false]' 'with the fields of its own rule'
json '.comments_via_post[0].post.author' "$ann" 'what the view rule hides is an id on the third level too'
rules comments '{"list_rule":null,"view_rule":""}'
one comments_via_post; json .comments_via_post '[]' 'who may not list finds nothing this way'
superadmin
one "$levels"; json "$seen" '[1,1,1,1]' 'a superadmin sees all'
json '[.author.pay, (.comments_via_post | length), .tags[0]]' "[5,4,\"$blue\"]" 'all fields, all rows'
get "/api/v1/records/posts?sort=created_at&limit=1&expand=comments_via_post,tags.posts_via_tags"
json '[.items[0] | (.comments_via_post | length), (.tags[0].posts_via_tags | length)]' '[4,1]' 'on pages over all accounts'
sign_up other b@other.example.com
other_post=$(make posts '{"title":"theirs"}')
rules comments '{"list_rule":""}'
make comments "{\"text\":\"theirs\",\"post\":\"$other_post\"}" >/dev/null
get '/api/v1/records/posts?expand=comments_via_post,tags,author,posts_via_related'
json '[.total, [.items[0].comments_via_post[].text]]' '[1,["theirs"]]' 'another account has its own, and nothing else'
get "/api/v1/records/posts/$p1?expand=comments_via_post"; status 404 'nor by guessing'
superadmin
get '/api/v1/records/posts?sort=-created_at&limit=4&expand=comments_via_post'
json '[.items[] | [.title, (.comments_via_post | length)]]' '[["theirs",1],["three",100],["two",1],["one",4]]' 'each with what is of its account'

# ---- limits -------------------------------------------------------------------------------------
sign_in acme owner@acme.example.com
big=$(printf 'x%.0s' $(seq 1000)); big=$big$big$big$big$big$big$big$big$big$big; big=$big$big$big$big$big$big$big$big$big
printf '{"name":"%s","secret":false}' "$big$big$big$big$big$big$big$big$big$big" >"$W/big"
post /api/v1/records/tags -f "$W/big"; status 201 'a large target'; large=$(value .id)
post /api/v1/records/posts/batch "{\"records\":[$(seq -f '{"title":"large %02g","tags":["@"]}' -s, 10 | sed "s/@/$large/g")]}"; status 201 'that ten records name'
get '/api/v1/records/posts?sort=title&limit=9&expand=tags&filter=title%20~%20%22large%25%22'
json '[.items[].tags[0].name | length] | [length, add]' '[9,8100000]' 'is written nine times'
get '/api/v1/records/posts?sort=title&limit=10&expand=tags&filter=title%20~%20%22large%25%22'; status 400 'but not beyond 8 MiB'
json . '{"error":"Invalid expand field","message":"What expanding adds is larger than 8388608 bytes: ask for less"}' 'which is said'
columns='id, account_id, created_at, created_by, updated_at, updated_by, name, secret' no=0
if [ "$DB" = postgres ]; then no=false list='json_agg(id)::text'; else list='json_group_array(id)'; fi
sql "INSERT INTO col_tags ($columns) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10001)
    SELECT 'tag-' || i, '$ACCOUNT', 0, 'x', 0, 'x', 'many', $no FROM n"
sql "UPDATE col_posts SET tags = (SELECT $list FROM col_tags WHERE name = 'many' AND id <> 'tag-1') WHERE title = 'large 01';
    UPDATE col_posts SET tags = '[\"tag-1\",\"tag-2\"]' WHERE title = 'large 02'"
get '/api/v1/records/posts?sort=title&limit=1&expand=tags&filter=title%20~%20%22large%25%22&fields=title,tags'
json '[.items[].tags | length]' '[10000]' 'ten thousand records are found'
get '/api/v1/records/posts?sort=title&limit=2&expand=tags&filter=title%20~%20%22large%25%22'; status 400 'but no more'
json . '{"error":"Invalid expand field","message":"Expanding finds more than 10000 records: ask for fewer"}' 'which is said too'
