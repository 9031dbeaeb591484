#!/bin/sh
# 40-statements.t — how many statements a request costs does not hang on how many records it is about.
START=later
. t/lib/larder.sh
exec 2>>"$W/log"                    # where larder tells its statements, too
start LARDER_DB_ECHO=1 LARDER_LOG_LEVEL=INFO LARDER_WORKERS=1

open='"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""'
mine='"list_rule":"text != \"x\"","view_rule":"text != \"x\"","create_rule":"@request.auth.id != \"\"","update_rule":"","delete_rule":""'
field() { printf '{"name":"%s","type":"%s"%s}' "$1" "$2" "$3"; }
ref() { field "$1" "${3:-reference}" ",\"collection\":\"$2\",\"on_delete\":\"set_null\""; }
collection '{"name":"teams","fields":['"$(field text text)],$mine}"
collection '{"name":"people","fields":['"$(field text text),$(ref team teams)],$mine"',"view_fields":["text","team"]}'
collection '{"name":"tags","fields":['"$(field text text)],$mine}"
collection '{"name":"posts","fields":['"$(field text text),$(field number number),$(ref author people),$(ref tags tags references),$(field kind select ',"options":{"values":["a","b"],"max":2}')],$mine}"
collection '{"name":"comments","fields":['"$(field text text),$(ref post posts),$(ref by people)],$mine}"
sign_up acme owner@acme.example.com
records=/api/v1/records

# statements COMMAND…: asks a second time, and leaves in $all how many statements that took, and in $data those that
# ask tables of collections. What a process learns once, it knows by then.
statements() {
    "$@"; said=$(wc -l <"$W/log"); "$@"
    tail -n +$((said + 1)) "$W/log" | grep '"program":"records"' | grep '"event":"query"' >"$W/asked"
    all=$(grep -c . "$W/asked"); data=$(grep -c 'FROM \\"col_\|FROM \\"link_' "$W/asked")
}
# ids N: the first of the ids in the last reply, as a JSON list. many N TEMPLATE: N records, @ is their number.
ids() { value "[.created[].id][0:$1] | tojson"; }
many() { seq "$1" | sed "s/.*/&\t/" | while read -r n; do printf '%s' "$2" | sed "s/@/$n/g"; echo; done | paste -sd,; }
post $records/teams/batch "{\"records\":[$(many 30 '{"text":"t@"}')]}"; jq -r '.created[].id' "$W/body" >"$W/teams"
post $records/tags/batch "{\"records\":[$(many 60 '{"text":"t@"}')]}"; jq -r '.created[].id' "$W/body" >"$W/tags"
jq -Rnc '[inputs | {text: "p", team: .}] | {records: .}' "$W/teams" >"$W/people.json"
post $records/people/batch -f "$W/people.json"; jq -r '.created[].id' "$W/body" >"$W/people"
jq -Rnc --rawfile tags "$W/tags" '($tags | split("\n")) as $t | [inputs] | to_entries | {records: map({text: "p", number: .key, author: .value, kind: ["a"], tags: [$t[.key], $t[.key + 1], $t[.key + 2]]})}' "$W/people" >"$W/posts.json"
post $records/posts/batch -f "$W/posts.json"; status 201 'thirty records'; jq -r '.created[].id' "$W/body" >"$W/posts"
jq -Rnc --rawfile people "$W/people" '($people | split("\n")) as $p | [inputs] | to_entries | {records: map({text: "c", post: .value, by: $p[.key]}, {text: "d", post: .value, by: $p[0]})}' "$W/posts" >"$W/comments.json"
post $records/comments/batch -f "$W/comments.json"; status 201 'with two others each'

# ---- lists --------------------------------------------------------------------------------------
list() { get "$records/posts?count=false&sort=number&limit=$1&expand=$2"; }
statements list 30 ''; base=$all
json '.items | length' 30 'a list of thirty'
is "$data" 1 'is one statement'
for case in 'author 1' 'tags 1' 'author.team 2' 'comments_via_post 1' 'comments_via_post.by 2' 'author.team,tags,comments_via_post.by 5' \
    'tags.posts_via_tags.author 3' 'author.posts_via_author.comments_via_post 3'; do
    paths=${case% *} relations=${case#* }
    statements list 30 "$paths"; thirty=$all
    is "$data" $((1 + relations)) "$paths: one more for each relation of each level, for thirty records"
    statements list 1 "$paths"
    is "$all" "$thirty" 'as many as for one'
done
statements list 30 author.team,tags,comments_via_post.by
json '[([.items[].author.team.text] | unique | length), ([.items[].tags[] | objects] | length), ([.items[].comments_via_post[].by.text] | length)]' '[30,90,60]' 'and all is there'
[ -n "$FRONT" ] || base=$((base + 4))           # plain CGI learns the definitions of four collections each time
ok "nothing else grows ($all, $base without)" [ "$all" -le $((base + 5)) ]
one=$(head -n 1 "$W/posts")
statements get "$records/posts/$one?expand=author.team,tags,comments_via_post.by"; is "$data" 6 'one record, expanded, costs the same'

statements get "$records/tags?count=false&sort=text&filter=posts_via_tags.text%20%3D%20%22p%22"
json '.items | length' 30 'who names a record can be asked'
is "$data $(grep -c 'link_posts_tags' "$W/asked")" '1 1' 'in one statement, of the pairs'

# ---- aggregates ---------------------------------------------------------------------------------
statements get "$records/posts/aggregate?functions=count(),sum(number),count(tags)&group_by=author"; thirty=$all
json .total_groups 30 'thirty groups'
is "$data" 1 'are one statement'
statements get "$records/posts/aggregate?functions=count(),sum(number),count(tags)&group_by=author&filter=number%20%3D%201"; is "$all" "$thirty" 'as is one'

# ---- writes -------------------------------------------------------------------------------------
write() { post "$records/posts" "{\"text\":\"n\",\"tags\":$(head -n "$1" "$W/tags" | jq -Rnc '[inputs]')}"; }
statements write 1; one_tag=$all
status 201 'a record that names one'
statements write 60; json '.tags | length' 60 'and one that names sixty'
is "$all" "$one_tag" 'cost the same'
turn=0
retag() { turn=$((1 - turn)); patch "$records/posts/$one" "{\"tags\":$(head -n "$1" "$W/tags" | jq -Rnc "[inputs] | .[$turn:] + .[:$turn]")}"; }
statements retag 2; two_tags=$all
statements retag 60; is "$all" "$two_tags" 'as do changes of the lists'
# grows NAME MOST COMMAND: how many statements each record of a batch takes, from 10 and from 50.
grows() {
    statements "$3" 10; ten=$all; status "$4" "$1: ten"
    statements "$3" 50; fifty=$all; status "$4" "$1: fifty"
    ok "$1: each takes $(((fifty - ten) / 40)), at most $2" [ $((fifty - ten)) -le $((40 * $2)) ]
}
create_many() { post "$records/posts/batch" "{\"records\":[$(many "$1" "{\"text\":\"b@\",\"tags\":[\"$(head -n 1 "$W/tags")\"],\"author\":\"$(head -n 1 "$W/people")\"}")]}"; jq -r '.created[].id' "$W/body" >"$W/new"; }
change_many() { head -n "$1" "$W/new" | jq -Rnc '{records: [inputs | {id: ., data: {number: now}}]}' >"$W/sent.json"; patch "$records/posts/batch" -f "$W/sent.json"; }
delete_many() { create_many "$1" >/dev/null; said=$(wc -l <"$W/log"); jq -Rnc '{ids: [inputs]}' "$W/new" >"$W/sent.json"; delete "$records/posts/batch" -f "$W/sent.json"; }
grows create 8 create_many 201
grows change 6 change_many 200
grows delete 12 delete_many 200
