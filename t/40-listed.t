#!/bin/sh
# 40-listed.t — filters and rules follow lists of references, and come back along them, over the table of links.
. t/lib/larder.sh

open='"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""'
collection '{"name":"tags","fields":[{"name":"name","type":"text"},{"name":"hidden","type":"text"}],'"$open"',"list_fields":["name"],"view_fields":["name"]}'
collection '{"name":"posts","fields":[{"name":"title","type":"text"},{"name":"tags","type":"references","collection":"tags","on_delete":"set_null"}],'"$open}"
collection '{"name":"notes","fields":[{"name":"text","type":"text"},{"name":"tag","type":"reference","collection":"tags","on_delete":"cascade"}],
    "list_rule":"tag.posts_via_tags.title = \"a\"","view_rule":"","create_rule":"exists(posts, tags = record.tag)"}'
make() { post "/api/v1/records/$1" "$2"; value .id; }
encode() { printf %s "$1" | jq -sRr '@uri'; }
# finds COLLECTION FIELD FILTER EXPECTED NAME
finds() { get "/api/v1/records/$1?sort=$2&filter=$(encode "$3")"; json "[.items[].$2] | join(\" \")" "$4" "$5"; }

sign_up beta owner@beta.example.com
red=$(make tags '{"name":"red"}'); make posts "{\"title\":\"beta\",\"tags\":[\"$red\"]}" >/dev/null
sign_up acme owner@acme.example.com
red=$(make tags '{"name":"red","hidden":"x"}') blue=$(make tags '{"name":"blue"}') none=$(make tags '{"name":"none"}')
a=$(make posts "{\"title\":\"a\",\"tags\":[\"$red\",\"$blue\"]}")
make posts "{\"title\":\"b\",\"tags\":[\"$blue\"]}" >/dev/null
make posts '{"title":"c"}' >/dev/null; make posts '{"title":"d","tags":[]}' >/dev/null

finds posts title "tags = \"$red\"" a 'any of the list'
finds posts title "tags != \"$blue\"" a 'any that differs'
finds posts title "tags IN (\"$red\", \"$blue\")" 'a b' 'any of several'
finds posts title 'tags IS NULL' 'c d' 'none, and an empty one'
finds posts title 'tags.name = "blue"' 'a b' 'by what they are called'
finds posts title 'tags.name = "blue" && tags.name = "red"' a 'each condition by one of them'
finds posts title '!(tags.name = "red")' 'b c d' 'none of them'
finds tags name 'posts_via_tags.title = "b"' blue 'back from who names it'
finds tags name 'posts_via_tags IS NULL' none 'nobody does'
finds tags name 'posts_via_tags.tags.name = "red"' 'blue red' 'and on'
get "/api/v1/records/posts?filter=$(encode 'tags.hidden = "x"')"; status 400 'what is hidden there cannot be asked for'
hidden=$(body)
get "/api/v1/records/posts?filter=$(encode 'tags.hiddex = "x"')"; is "$(printf %s "$hidden" | sed s/hidden/hiddex/)" "$(body)" 'as if it were not there'
post /api/v1/records/notes "{\"text\":\"red\",\"tag\":\"$red\"}"; status 201 'a rule looks for who lists it'
post /api/v1/records/notes "{\"text\":\"none\",\"tag\":\"$none\"}"; status 400 'and finds nobody'
post /api/v1/records/notes "{\"text\":\"blue\",\"tag\":\"$blue\"}"; status 201 'or two'
get '/api/v1/records/notes?sort=text'; json '[.items[].text]' '["blue","red"]' 'a rule comes back along the list'
patch "/api/v1/records/posts/$a" "{\"tags\":[\"$blue\"]}"
get '/api/v1/records/notes'; json '[.items[].text]' '["blue"]' 'as it now is'
finds tags name 'posts_via_tags.title = "a"' blue 'the links follow the list'
delete "/api/v1/records/tags/$blue"; finds posts title 'tags IS NULL' 'a b c d' 'and what has gone'
sign_in beta owner@beta.example.com
finds tags name 'posts_via_tags.title = "beta"' red 'the other tenant finds its own'
finds tags name 'posts_via_tags.title = "a"' '' 'and nothing else'
superadmin
finds tags name 'posts_via_tags IS NOT NULL' red 'a superadmin, too, account by account'
