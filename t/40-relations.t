#!/bin/sh
# 40-relations.t — filters and rules look into other collections: of the same account only, and callers no further than they may.
START=later
. t/lib/larder.sh
start

open='"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""'
text() { printf '{"name":"%s","type":"text"}' "$1"; }
reference() { printf '{"name":"%s","type":"reference","collection":"%s","on_delete":"%s"}' "$1" "$2" "${3:-set_null}"; }
collection '{"name":"companies","fields":['"$(text name)"',{"name":"size","type":"number"},{"name":"secret","type":"text"}],'"$open"',"view_fields":["name","size"]}'
collection '{"name":"authors","fields":['"$(text name)"',{"name":"age","type":"number"},{"name":"active","type":"boolean"},{"name":"phone","type":"text","pii":true,"mask_type":"phone"},'"$(reference company companies)],$open}"
collection '{"name":"posts","fields":['"$(text title),$(text room),$(reference author authors)],$open}"
collection '{"name":"comments","fields":['"$(text text)"',{"name":"stars","type":"number"},{"name":"shown","type":"boolean"},'"$(reference post posts),$(reference author authors)],$open}"
collection '{"name":"room_members","fields":['"$(text room),$(text user_id),$(text role)],$open}"
collection '{"name":"private","fields":['"$(text word),$(reference post posts)"'],"list_rule":"","view_rule":null,"create_rule":"","update_rule":"","delete_rule":""}'
collection '{"name":"drafts","fields":['"$(text word),$(text state),$(reference post posts)"'],"list_rule":"","view_rule":"state = \"done\"","create_rule":"","update_rule":"","delete_rule":""}'

# made COLLECTION JSON: leaves $id.
made() { post "/api/v1/records/$1" "$2"; [ "$STATUS" = 201 ] || diag "no $1: $STATUS $(body)"; id=$(value .id); }
# fill: the same rows for each account.
fill() {
    made companies '{"name":"Larder","size":10,"secret":"s3cret"}'; company=$id
    made authors "{\"name\":\"Ann\",\"age\":40,\"active\":true,\"phone\":\"555-1234\",\"company\":\"$company\"}"; ann=$id
    made authors '{"name":"Ben","age":20,"active":false}'; ben=$id
    made posts "{\"title\":\"one\",\"author\":\"$ann\"}"; one=$id
    made posts "{\"title\":\"two\",\"author\":\"$ben\"}"; two=$id
    made posts '{"title":"three"}'; three=$id
    made comments "{\"text\":\"great\",\"stars\":5,\"shown\":true,\"post\":\"$one\",\"author\":\"$ben\"}"
    made comments "{\"text\":\"bad\",\"stars\":1,\"shown\":false,\"post\":\"$one\",\"author\":\"$ann\"}"
    made comments "{\"text\":\"fine\",\"stars\":3,\"post\":\"$two\"}"
}
sign_up other rival@other.example.com; rival=$TOKEN; fill
made posts "{\"title\":\"rival\",\"author\":\"$ann\"}"
sign_up acme owner@acme.example.com; owner=$TOKEN owner_id=$USER_ID; fill

encoded() { printf %s "$1" | jq -sRr @uri; }
# finds FILTER TITLES WHAT: the posts that the filter leaves.
finds() {
    get "/api/v1/records/posts?sort=title&limit=10&filter=$(encoded "$1")"
    is "$STATUS $(value '[.items[].title] | join(" ")') $(value .total)" "200 $2 $(printf %s "$2" | wc -w)" "${3:-$1}"
}
refuses() { # FILTER MESSAGE
    get "/api/v1/records/posts?filter=$(encoded "$1")"
    is "$STATUS $(value .message)" "400 $2" "$1"
}
available='Available fields: account_id, author, created_at, created_by, id, room, title, updated_at, updated_by'
unknown() { refuses "$1" "Field '${2:-${1%% *}}' does not exist in collection. $available"; }

# ---- one: what a reference leads to --------------------------------------------------------------
finds 'author.name = "Ann"' one
finds 'author.name != "Ann"' two 'who has no author has no name that differs'
finds 'author.name IS NULL' three
finds 'author.name IS NOT NULL' 'one two'
finds 'author.age > 30' one
finds '30 < author.age' one
finds 'author.age * 2 = 40' two
finds 'author.age IN (20, "40")' 'one two' 'literals fit the field at the end'
finds 'author.name ~ "b%"' two
finds 'author.active' one
finds '!author.active' two
finds 'author.active = false' two
finds 'author.created_at > "2020-01-01"' 'one two'
finds 'author.company.name = "Larder"' one 'two steps'
finds 'author.company.size + author.age = 50' one 'two of them in one comparison'
finds 'author.company IS NULL' 'three two' 'a reference of the target'
finds "author.company.id = \"$company\"" one
finds "author = \"$ann\"" one 'a reference itself stays what it was'
finds 'author.name < author.company.name || title = author.name' one
finds '"Ann x" ~ author.name' '' 'as a pattern too'
finds '"ann" ~ author.name' one

# ---- many: what leads here -----------------------------------------------------------------------
finds 'comments_via_post.text = "great"' one
finds 'comments_via_post.text != "great"' 'one two' 'any that differs is enough'
finds '!(comments_via_post.text = "great")' 'three two' 'none that is'
finds 'comments_via_post.stars > 2' 'one two'
finds 'comments_via_post.stars IN (1, 3)' 'one two'
finds 'comments_via_post.stars NOT IN (3)' one
finds '"bad" = comments_via_post.text' one
finds 'comments_via_post.text ~ "%A%"' one
finds 'comments_via_post.shown' one
finds '!comments_via_post.shown' 'three two'
finds 'comments_via_post.shown = false' one
finds 'comments_via_post.text < title' 'one two' 'against a field of the row'
finds 'comments_via_post.stars * 2 = 10' one
finds 'comments_via_post IS NULL' three
finds 'comments_via_post IS NOT NULL' 'one two'
finds 'comments_via_post.author IS NULL' two
finds 'comments_via_post.author.name = "Ben"' one 'and on to one'
finds 'comments_via_post.author.age < author.age' one 'against what the row leads to'
finds 'author.posts_via_author.title = "two"' two 'back from a target'
finds 'author.comments_via_author IS NULL' 'three' 'who has no author has no comments of one'
finds 'author.comments_via_author.post.title = "one"' 'one two'
finds 'comments_via_post.text = "great" && comments_via_post.stars = 1' one 'each comparison for itself'
finds "comments_via_post.id = \"$id\"" two
finds "comments_via_post = \"$id\"" two 'the many by their ids'

# ---- what cannot be ------------------------------------------------------------------------------
refuses 'comments_via_post.text = comments_via_post.author.name' 'Only one side of a condition can have many values'
refuses 'comments_via_post.stars + comments_via_post.stars > 1' 'Only one side of a condition can have many values'
refuses 'comments_via_post.text' "Condition expected, found field 'comments_via_post.text' of type 'text'"
refuses 'author.active > true' "Operator '>' is not supported for field 'author.active' of type 'boolean'. Allowed operators: !=, =, IS NOT NULL, IS NULL"
refuses 'author.age = "x"' "Invalid number literal 'x' for field 'author.age'"
refuses 'author.company.authors_via_company.posts_via_author.title = "x"' "Field 'author.company.authors_via_company.posts_via_author.title' goes through more than 3 relations"
refuses 'exists(comments, stars = 1)' "Functions are not allowed in filters: 'exists'"
refuses "$(i=0; while [ $i -lt 25 ]; do printf 'author.age = %d || ' $i; i=$((i + 1)); done; echo 'title = "x"')" \
    'An expression can look into other collections at most 24 times'
for name in author.zzz author.name.x title.x zzz.name comments_via_post.zzz comments_via_author comments_via_zzz zzz_via_post comments_via_ \
    _via_post author..name author. posts_via_author.title record.title author.company.name.x; do unknown "$name = \"x\""; done
# What a caller may not see does not exist: a hidden field, a masked one, a collection that cannot be viewed.
for name in author.company.secret private_via_post private_via_post.word; do unknown "$name IS NULL"; done
get "/api/v1/records/authors?filter=$(encoded 'company.secret ~ "s%"')"; status 400 'nor by any other way'
as_superadmin GET "/api/v1/records/posts?sort=title&filter=$(encoded 'author.company.secret = "s3cret" && author.phone = "555-1234"')"
json '[.items[].title] | tostring' '["one","one","rival"]' 'superadmins see everything'

# ---- rows of the target that a caller may not see ------------------------------------------------
made drafts "{\"word\":\"hush\",\"state\":\"new\",\"post\":\"$one\"}"; draft=$id
made drafts "{\"word\":\"loud\",\"state\":\"done\",\"post\":\"$two\"}"
finds 'drafts_via_post.word ~ "%"' two 'rows that may not be viewed are not there'
finds 'drafts_via_post IS NULL' 'one three'
finds 'drafts_via_post.word = "hush"' ''
patch "/api/v1/records/drafts/$draft" '{"state":"done"}'
finds 'drafts_via_post.word = "hush"' one 'until they may be'
anonymous
get "/api/v1/records/posts?sort=title&filter=$(encoded 'author.name = "Ann"')" -H 'X-Account-ID: acme'
json '[.items[].title] | tostring' '["one"]' 'nobody in particular sees what is public'
get "/api/v1/records/posts?filter=$(encoded 'drafts_via_post.word = "loud"')" -H 'X-Account-ID: acme'
is "$STATUS $(value .message)" "400 Field 'drafts_via_post.word' does not exist in collection. $available" 'and nothing else'
get "/api/v1/records/posts?filter=$(encoded 'author.phone = "555-1234"')" -H 'X-Account-ID: acme'
is "$STATUS $(value .message)" "400 Field 'author.phone' does not exist in collection. $available" 'nor what is masked'
TOKEN=$owner
finds 'author.phone = "555-1234"' one 'unlike who sees it unmasked'

# ---- where else filters are ----------------------------------------------------------------------
get "/api/v1/records/posts/aggregate?functions=count()&filter=$(encoded 'comments_via_post.stars > 2')"
json '.results[0].count' 2 'aggregations'
get "/api/v1/records/posts?sort=title&cursor=&limit=1&include_count=true&filter=$(encoded 'author.age > 1')"
json '[[.items[].title], .total, .has_more] | tostring' '[["one"],2,true]' 'by cursor'
get "/api/v1/records/posts?sort=title&cursor=$(value .next_cursor)&limit=1&filter=$(encoded 'author.age > 1')"
json '[[.items[].title], .has_more] | tostring' '[["two"],false]' 'further'
# A total is not remembered where others can change it.
get "/api/v1/records/posts?limit=1&filter=$(encoded 'comments_via_post.stars = 4')"; json .total 0 'a total'
made comments "{\"text\":\"new\",\"stars\":4,\"post\":\"$three\"}"; new=$id
get "/api/v1/records/posts?limit=1&filter=$(encoded 'comments_via_post.stars = 4')"; json .total 1 'follows what it looks at'
delete "/api/v1/records/comments/$new"

# ---- fields of several values --------------------------------------------------------------------
collection '{"name":"shirts","fields":['"$(text name)"',{"name":"colours","type":"select","options":{"values":["red","green","blue"],"max":3}},{"name":"twice","type":"computed","expression":"concat(name, name)","return_type":"text"},'"$(reference author authors)],$open}"
made shirts "{\"name\":\"a\",\"colours\":[\"red\",\"blue\"],\"author\":\"$ann\"}"; made shirts '{"name":"b","colours":["green"]}'; made shirts '{"name":"c"}'
shirts() { get "/api/v1/records/shirts?sort=name&filter=$(encoded "$1")"; is "$STATUS $(value '[.items[].name] | join(" ")')" "200 $2" "${3:-$1}"; }
shirts 'colours = "red"' a
shirts 'colours != "red"' 'a b' 'any that differs'
shirts '!(colours = "red")' 'b c'
shirts 'colours IN ("green", "blue")' 'a b'
shirts 'colours IS NULL' c
shirts 'colours IS NOT NULL && author.shirts_via_author.twice = "aa"' a
get "/api/v1/records/posts?sort=title&filter=$(encoded 'author.shirts_via_author.colours = "blue"')"; json '[.items[].title] | tostring' '["one"]' 'of other records too'
rules shirts '{"create_rule":"colours = \"red\" && @request.data.colours = \"blue\"","update_rule":"@request.data.colours IS NULL || !(@request.data.colours = \"red\")"}'
post /api/v1/records/shirts '{"name":"d","colours":["red","blue"]}'; status 201 'rules ask what is submitted'; shirt=$(value .id)
post /api/v1/records/shirts '{"name":"d","colours":["red"]}'; status 400 'all of it'
patch "/api/v1/records/shirts/$shirt" '{"colours":["red"]}'; status 404 'none of it'
patch "/api/v1/records/shirts/$shirt" '{"colours":["green"]}'; status 200 'or what is left'
patch "/api/v1/records/shirts/$shirt" '{"name":"e"}'; status 200 'or nothing'

# ---- rules ---------------------------------------------------------------------------------------
member='exists(room_members, room = record.room && user_id = @request.auth.id)'
rules posts "$(jq -cn --arg m "$member" '{list_rule: $m, view_rule: $m, update_rule: ($m + " && author.active"), delete_rule: "comments_via_post IS NULL",
    create_rule: "exists(\"room_members\", room = @request.data.room and user_id = user.id) && (author IS NULL || author.name = \"Ann\")"}')"
titles() { get '/api/v1/records/posts?sort=title'; is "$(value '[.items[].title] | join(" ")')" "$1" "$2"; }
titles '' 'who is in no room sees none'
made room_members "{\"room\":\"red\",\"user_id\":\"$owner_id\"}"; membership=$id
TOKEN=$rival; made room_members "{\"room\":\"blue\",\"user_id\":\"$owner_id\"}"; TOKEN=$owner
post /api/v1/records/posts "{\"title\":\"four\",\"room\":\"red\",\"author\":\"$ann\"}"; status 201 'who is in the room may write there'
four=$(value .id)
post /api/v1/records/posts "{\"title\":\"five\",\"room\":\"red\",\"author\":\"$ben\"}"; status 400 'but not as everybody'
json . '{"detail":"Record does not satisfy collection rules"}' 'and is told so'
post /api/v1/records/posts '{"title":"five","room":"red"}'; status 201 'or as nobody'; five=$(value .id)
for room in green blue; do post /api/v1/records/posts "{\"title\":\"six\",\"room\":\"$room\"}"; status 400 "not into $room"; done
titles 'five four' 'and sees what is there'
get "/api/v1/records/posts/$four"; status 200 'one of them'
get "/api/v1/records/posts/$one"; status 404 'not one of elsewhere'
patch "/api/v1/records/posts/$four" '{"title":"vier"}'; status 200 'changes what its author is active in'
patch "/api/v1/records/posts/$five" '{"title":"fünf"}'; status 404 'nothing that has none'
post /api/v1/records/posts/batch "{\"records\":[{\"title\":\"seven\",\"room\":\"red\"},{\"title\":\"eight\",\"room\":\"blue\"}]}"
status 400 'many at once, if all of them may be'
post /api/v1/records/posts/batch "{\"records\":[{\"title\":\"seven\",\"room\":\"red\"},{\"title\":\"eight\",\"room\":\"red\"}]}"
status 201 'as these'
finds 'comments_via_post IS NULL && title ~ "%e%"' 'eight five seven vier' 'a filter beside the rule'
made comments "{\"text\":\"x\",\"post\":\"$five\"}"
delete "/api/v1/records/posts/$five"; status 404 'what has comments stays'
delete "/api/v1/records/posts/$four"; status 204 'what has none goes'
delete "/api/v1/records/room_members/$membership"
titles '' 'who leaves the room sees nothing any more'
TOKEN=$rival; titles '' 'nor does who has the same rows elsewhere'; TOKEN=$owner

# Nested, by the names of the rows further out, and of one's own account only.
rules posts '{"list_rule":"exists(comments, post = posts.id && exists(authors, id = comments.author && name = \"Ben\" && exists(companies, size > authors.age / 100 && record.title != \"x\")))"}'
titles one 'exists() in exists()'
rules posts '{"list_rule":"exists(posts, title = record.author.name) || exists(posts, title = \"rival\")"}'
titles '' 'another account has no say'
rules posts '{"list_rule":"record.author.name in [\"Ben\"] or not (comments_via_post.stars < 5)"}'
titles 'eight five seven three two' 'in the older spelling'
rules posts '{"list_rule":"contains(comments_via_post.text, \"rea\") || starts_with(author.name, \"B\")"}'
titles 'one two' 'functions take them'

# ---- what rules cannot be ------------------------------------------------------------------------
refused() { # RULE MESSAGE [OPERATION]
    as_superadmin PUT /api/v1/collections/posts/rules "$(jq -cn --arg r "$1" --arg o "${3:-list}" '{($o + "_rule"): $r}')"
    is "$STATUS $(value .detail)" "400 Invalid ${3:-list}_rule: $2" "$1"
}
refused 'exists(zzz, true)' "Collection 'zzz' does not exist"
refused 'exists(comments)' 'exists() requires exactly 2 argument(s), got 1'
refused 'exists(1, true)' 'exists() takes the name of a collection and a condition'
refused 'exists(comments, zzz = 1)' "Field 'zzz' does not exist in collection 'comments'. Available fields: account_id, author, created_at, created_by, id, post, shown, stars, text, updated_at, updated_by"
refused 'exists(comments, text = 1 && stars)' "Condition expected, found field 'stars' of type 'number'"
refused 'exists(comments, exists(comments, exists(comments, exists(comments, true))))' 'exists() can be nested at most 3 deep'
refused 'exists(comments, @request.data.text = text)' "'@request.data.*' can only be used in create/update rules, not in 'list' rules"
refused 'author.zzz = 1' "Field 'author.zzz' does not exist in collection. $available"
deep=$(i=0; while [ $i -lt 14 ]; do printf '1 - ('; i=$((i + 1)); done)
refused "exists(comments, exists(comments, exists(comments, stars = ${deep}stars$(echo "$deep" | tr -cd '(' | tr '(' ')'))))" 'Expression is too complex'
as_superadmin POST /api/v1/rules/validate '{"rule":"author.name = 1 && exists(comments, post = record.id)","operation":"list","collectionFields":["author"]}'
json . '{"valid":true,"errors":[]}' 'validation knows them'
as_superadmin POST /api/v1/rules/validate '{"rule":"author.name > author.active","operation":"list","collectionFields":[{"name":"author","type":"reference","collection":"authors"}]}'
json '.errors[0]' "Operator '>' is not supported for field 'author.active' of type 'boolean'. Allowed operators: !=, =, IS NOT NULL, IS NULL" 'and the fields, if it is told where they lead'
as_superadmin POST /api/v1/roles/test-rule '{"rule":"record.author.name == \"Ann\"","context":{"record":{"author":"x"}}}'
json '[.allowed, .error, .evaluation_details] | tostring' '[false,null,"Denied: it hangs on what other records say, and none is read here."]' 'a trial says what it does not know'
as_superadmin POST /api/v1/roles/test-rule '{"rule":"exists(comments, stars > 4) or record.author == \"x\"","context":{"record":{"author":"x"}}}'
json .allowed true 'and what does not hang on it'
as_superadmin POST /api/v1/rules/test '{"rule":"comments_via_post IS NULL","context":{}}'
json .result false 'so does the other'

# ---- permissions of roles ------------------------------------------------------------------------
rules authors '{"list_rule":null,"view_rule":null}'
finds 'title = "one" && comments_via_post.text = "great"' one
unknown 'author.name = "Ann"'
as_superadmin GET /api/v1/roles; admin=$(value '.items[] | select(.name == "admin") | .id')
as_superadmin POST /api/v1/permissions "{\"role_id\":$admin,\"collection\":\"authors\",\"rules\":{\"read\":{\"rule\":\"exists(posts, author = record.id && title == 'one')\",\"fields\":[\"name\"]}}}"
status 201 'a role is granted what others point to'
finds 'author.name ~ "%"' one 'which a filter then sees'
unknown 'author.age = 1'
get '/api/v1/records/authors?sort=name'; json '[.items[].name] | tostring' '["Ann"]' 'as lists do'
as_superadmin POST /api/v1/permissions "{\"role_id\":$admin,\"collection\":\"*\",\"rules\":{\"read\":{\"rule\":\"author.name == 'Ben'\",\"fields\":\"*\"}}}"
status 201 'for every collection, as far as it has such a field'
get '/api/v1/records/comments'; status 200 'where it has'
is "$(value '.items | length')" 4 'its own rule still gives the others'

# ---- deleting ------------------------------------------------------------------------------------
as_superadmin GET /api/v1/collections; members=$(value '.items[] | select(.name == "room_members") | .id')
as_superadmin GET "/api/v1/collections?search=private"; private=$(value '.items[0].id')
as_superadmin DELETE "/api/v1/collections/$members"; status 409 'what a rule looks into is not deleted'
json .message "Collection 'room_members' is used in a rule of 'posts'" 'which is told'
rules posts '{"view_rule":"private_via_post IS NULL","create_rule":"","update_rule":""}'
as_superadmin DELETE "/api/v1/collections/$private"; status 409 'nor what a back-relation comes from'
rules posts '{"view_rule":"title != \"private_via\"","list_rule":""}'
as_superadmin DELETE "/api/v1/collections/$private"; status 200 'a word in quotes is no use of it'
as_superadmin DELETE "/api/v1/collections/$members"; status 200 'then it is'
