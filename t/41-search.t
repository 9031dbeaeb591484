#!/bin/sh
# 41-search.t — records are found by their words: the same ones in the same order on both engines, by whoever may read them.
. t/lib/larder.sh

open='"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""'
field() { printf '{"name":"%s","type":"%s"%s}' "$1" "$2" "$3"; }
found() { field "$1" "${2:-text}" ",\"searchable\":true$3"; }
posts=/api/v1/records/posts
encoded() { printf %s "$1" | jq -sRr @uri; }
# search PATH QUERY [MORE]: asks for it.
search() { get "$1?search=$(encoded "$2")$3"; }
titles() { is "$STATUS $(value '[.items[].title]')" "200 $1" "$2"; }

# words_table NAME [x]: where the words of a collection are kept; those of FTS5.
words_table() {
    if [ "$DB" = postgres ]; then sql "SELECT tablename FROM pg_tables WHERE tablename LIKE 'fts\_$1\_______'"
    else sql "SELECT name FROM sqlite_schema WHERE name LIKE '$([ -z "$2" ] && echo "fts\_$1\_______" || echo "ftx\_$1\________x")' ESCAPE '\'"; fi
}

# ---- definitions --------------------------------------------------------------------------------
superadmin
fields="$(found title),$(found body),$(found link url),$(field n number)"
post /api/v1/collections "{\"name\":\"posts\",\"fields\":[$fields],$open}"
status 201 'a collection with searchable fields'
posts_id=$(value .id)
json '[.schema[].searchable]' '[true,true,true,false]' 'which it shows'
get "/api/v1/collections/$posts_id"; json '[.schema[].searchable]' '[true,true,true,false]' 'read again'
refuses() { # FIELDS PATH CODE MESSAGE
    post /api/v1/collections "{\"name\":\"never\",\"fields\":[$1]}"; status 400 "refused: $4"
    json '.details[0] | [.field, .code, .message]' "[\"$2\",\"$3\",\"$4\"]" 'and told why'
}
for type in number boolean datetime date json; do
    refuses "$(found a $type)" 'schema[0].searchable' searchable_type "Fields of type '$type' cannot be searchable"
done
refuses "$(found a reference ',"collection":"posts","on_delete":"cascade"')" 'schema[0].searchable' searchable_type "Fields of type 'reference' cannot be searchable"
refuses "$(found a text ',"encrypted":true')" 'schema[0].searchable' searchable_encrypted 'Encrypted fields cannot be searchable'
refuses "$(for i in 1 2 3 4 5 6 7 8 9; do found f$i; [ $i = 9 ] || printf ,; done)" 'schema[8].searchable' too_many_searchable_fields \
    'Collection cannot have more than 8 searchable fields'
post /api/v1/collections "{\"name\":\"never\",\"fields\":[$(field a text ',"searchable":"yes"')]}"
status 422 'a flag is true or false'
post /api/v1/collections "{\"name\":\"never\",\"type\":\"view\",\"query\":\"SELECT id, account_id, title FROM col_posts\",\"fields\":[$(found title)]}"
json '.details[0] | [.field, .message]' '["schema[0].searchable","A view has no searchable fields"]' 'nor are fields of views'
post /api/v1/collections "{\"name\":\"plain\",\"fields\":[$(field title text)],$open}"; status 201 'a collection without any'

# ---- the same as another program finds -----------------------------------------------------------
sign_up acme owner@acme.example.com; A=$TOKEN A_ID=$ACCOUNT
perl t/lib/searchcorpus.pl make 300 >"$W/corpus"
for batch in 1 2 3; do
    sed -n "$((batch * 100 - 99)),$((batch * 100))p" "$W/corpus" | jq -sc '{records: .}' >"$W/batch"
    post $posts/batch -f "$W/batch"; status 201 "a hundred records, $batch"
done
# agrees FIELDS [MORE [CONDITION of awk on n]] <queries: total and order of the first hundred, each.
agrees() {
    rm -rf "$W/expected"; mkdir "$W/expected"; cat >"$W/queries"; asked=0
    perl t/lib/searchcorpus.pl find "$1" "$W/corpus" "$W/expected" <"$W/queries"
    while read -r query; do
        asked=$((asked + 1))
        { read -r url; read -r most; [ -z "$3" ] || { awk "$3" >"$W/kept"; most=$(awk 'END { print NR }' "$W/kept"); }
          echo "$most"; if [ -n "$3" ]; then head -n 100 "$W/kept"; else head -n 100; fi; } <"$W/expected/$asked" >"$W/first"
        get "$posts?search=$(head -n 1 "$W/expected/$asked")&limit=100&fields=n$2"
        jq -r '.total, .items[]?.n' "$W/body" >"$W/got" 2>/dev/null
        if [ "$STATUS" = 200 ] && cmp -s "$W/got" "$W/first"; then tap 0 "$query ($(head -n 1 "$W/first"))"
        else tap 1 "$query" "     got: $STATUS $(paste -sd' ' "$W/got" | cut -c1-200)
expected: $(paste -sd' ' "$W/first" | cut -c1-200)"; fi
    done <"$W/queries"
}
agrees_on() { printf '%s\n' "$2" >"$W/query"; agrees "$1" <"$W/query"; }
all=title,body,link
agrees $all <<'EOT'
apple
APPLE
appl*
apples river
"green stone"
"stone green"
apple -river -house -garden
apple -"green stone"
Straße
STRASSE
stra* grosse
Ärger
schö* uber
CAFÉ
œuvre
oeuv*
manana
żółw
LODZ
ges kun
žluťoučký
İSTANBUL
ısı
isi şeker
þór
aeble
SMØRREBRØD
smorrebrod
duong phở
ΕΛΛΗΝΙΚΆ
ελλ*
θάλασσας
ηλιοσ
ПРИВЕТ
Ёлка
йод мир
їжак
при* -мир
東
東京都
"東京 京都"
検*
日本語 -中文
カタカナ
ひら 全文
ภาษา
ค้นหา
한국어
한국*
שלום
مرحبا سلام
2024
3.14
e-mail
e-m*
don't
dont
l'eau
a.b@c.de
a.b@*
C++
x_y
foo/bar*
№5
naivete
“green stone”
full9
garden-3
example.com
g* h* p*
zebra
-zebra apple
apple apple
apple "apple" apple*
"e"
b.c
"water window" river -paper
EOT
agrees $all '&filter=n+%3C+150' '$1 < 150' <<'EOT'
apple
garden -apple
EOT
agrees $all '&filter=true' <<'EOT'
apple
nothing_like_this
EOT
search $posts apple '&limit=10&fields=n'; jq -c '.items' "$W/body" >"$W/one"; total=$(value .total)
search $posts apple '&limit=5&fields=n'; jq -c '.items' "$W/body" >"$W/two"
search $posts apple '&limit=5&skip=5&fields=n'; jq -c '.items' "$W/body" >>"$W/two"
is "$(jq -sc add "$W/two")" "$(jq -sc add "$W/one")" 'two pages are one'
json '[.total,.skip,.limit]' "[$total,5,5]" 'with the total of all'
search $posts apple "&skip=$((total - 1))&fields=n"; json '[.total, (.items | length)]' "[$total,1]" 'to the last'
search $posts apple '&skip=100000'; json '[.total, .items]' "[$total,[]]" 'and past it'
search $posts apple '&count=false'; json '.total' null 'or without a total'
search $posts apple '&sort=n&limit=100'; json '[.items[].n] == ([.items[].n] | sort)' true 'a sort goes before'
json .total "$total" 'and finds as many'
search $posts apple '&sort=n&limit=20&cursor=&include_count=true'; cursor=$(value .next_cursor) first=$(value '.items[-1].n')
json '[.total, .has_more]' "[$total,true]" 'then there are cursors'
search $posts apple "&sort=n&limit=20&cursor=$cursor"; ok 'which go on' [ "$(value '.items[0].n')" -gt "$first" ]
search $posts apple '&cursor='; status 400 'but none in the order of a search'
json .error 'Invalid pagination parameters' 'as is said'
search /api/v1/posts apple; json .total "$total" 'the short form searches too'
get "$posts/aggregate?functions=count(),max(n)&search=apple"; json '.results[0].count' "$total" 'and what is counted'
get "$posts/aggregate?functions=count()&search=apple&filter=n+%3C+150&group_by=title"; status 200 'by groups, with a filter'
get "$posts/export?format=ndjson&search=apple&fields=n"; is "$STATUS $(jq -r .n "$W/body" | wc -l)" "200 $total" 'an export takes one as well'
search $posts '' '&limit=1'; json .total 300 'a blank search asks for nothing'
search $posts '   ' '&limit=1'; json .total 300 'however long'

# ---- what cannot be asked ------------------------------------------------------------------------
asks_wrong() { search "${3:-$posts}" "$1"; is "$STATUS $(value .error): $(value .message)" "400 Invalid search: $2" "refused: $(printf %s "$1" | cut -c1-40)"; }
asks_wrong '-apple' 'A search needs at least one word to look for'
for nothing in '"' '""' '*' '-' '...' '- * "-"' '&|!()' "''''"; do asks_wrong "$nothing" 'A search needs at least one word to look for'; done
asks_wrong "$(printf 'x%.0s' $(seq 201))" 'The text to search for must be at most 200 characters long'
asks_wrong 'a b c d e f g h i j k l m n o p q' 'At most 16 terms can be searched for at once'
search $posts "$(printf '東%.0s' $(seq 200))"; status 200 'characters are counted, not bytes'
search $posts 'a b c d e f g h i j k l m n o p'; status 200 'sixteen may be'
asks_wrong apple "Collection 'plain' has no searchable fields" /api/v1/records/plain
search /api/v1/records/plain ''; status 200 'where nothing can be found, asking for nothing is well'
get "/api/v1/records/plain/aggregate?functions=count()&search=x"; status 400 'nor counted'
as_superadmin GET '/api/v1/records/nowhere?search=x'; status 404 'nor where nothing is'
# The languages of the engines are none here: the words in them are looked for, or there is none.
agrees $all <<'EOT'
NEAR(apple river, 5)
apple OR zebra
apple AND river
NOT apple
c0:apple
{c0 c1}: apple
^apple
apple:*A
apple' | 'river
apple & !river
apple <-> river
apple'; DROP TABLE fts_posts; --
title:apple
"apple" + "river"
ftx_posts_x MATCH apple
rank:bm25(10)
\apple\
@apple
$1 apple
:account ?1
EOT
search $posts "$(printf '\\u0000apple')"; status 200 'escapes are text'
get "$posts?search=apple%00river"; case $STATUS in 200 | 400 | 422) ok 'a NUL is no error of ours' true ;; *) status 400 'a NUL is no error of ours' ;; esac
get "$posts?search=%ff%fe"; case $STATUS in 400 | 422) ok 'bytes that are no text are refused' true ;; *) status 400 'bytes that are no text are refused' ;; esac

# ---- accounts ------------------------------------------------------------------------------------
sign_up beta b@beta.example.com; B=$TOKEN
search $posts apple; json '[.total, .items]' '[0,[]]' 'another account finds nothing of it'
for query in 'a*' 'apple*' '"green stone"' 'apple -zebra' "${A_ID##*-}apple" "$(printf %s "$A_ID" | cut -c29-36)apple" '@apple' '0apple'; do
    search $posts "$query"; json .total 0 "whatever it asks: $query"
done
post $posts '{"title":"apple of B","n":1}'; status 201 'it finds its own'
search $posts apple; titles '["apple of B"]' 'alone'
search $posts apple '&filter=true'; titles '["apple of B"]' 'with a filter as well'
search $posts apple '&sort=title'; titles '["apple of B"]' 'or sorted'
TOKEN=$A; search $posts apple; json .total "$total" 'and the first what it found before'
anonymous
get "$posts?search=apple" -H 'X-Account-ID: beta'; titles '["apple of B"]' 'strangers search where they look'
superadmin
search $posts apple '&limit=1'; json .total $((total + 1)) 'a superadmin searches all accounts'
search $posts 'apple -green' '&filter=n+%3C+2'; status 200 'with a filter'
search $posts apple "&filter=account_id+%3D+%22$A_ID%22"; json .total "$total" 'or in one of them'
search $posts 'app*' '&sort=title&cursor='; status 200 'in any order'

# ---- fields that a caller may not name ----------------------------------------------------------
staff="$(found name),$(found notes text),$(found mail email ',"pii":true,"mask_type":"email"'),$(field kind text)"
collection "{\"name\":\"staff\",\"fields\":[$staff],$open,\"list_fields\":[\"name\",\"mail\",\"kind\"]}"
sign_in acme owner@acme.example.com
post /api/v1/records/staff '{"name":"Ada Byron","notes":"secret plans","mail":"ada@plans.example","kind":"x"}'; status 201 'somebody with secrets'
search /api/v1/records/staff ada; json .total 1 'is found by name'
search /api/v1/records/staff plans; json .total 1 'by the address, for who may see it'
search /api/v1/records/staff secret; json .total 0 'not by what is hidden'
search /api/v1/records/staff 'ada -secret'; json .total 1 'which cannot be excluded either'
search /api/v1/records/staff '"secret plans"'; json .total 0 'nor be a phrase'
get '/api/v1/records/staff/aggregate?functions=count()&search=secret'; json '.results[0].count' 0 'nor counted by'
anonymous
get '/api/v1/records/staff?search=byron' -H 'X-Account-ID: acme'; json .total 1 'who sees masks finds by name'
for query in plans 'ada@plans.example' 'pla*' '"ada plans"'; do
    get "/api/v1/records/staff?search=$(encoded "$query")" -H 'X-Account-ID: acme'; json .total 0 "and not by what is masked: $query"
done
sign_in acme owner@acme.example.com
rules staff '{"list_fields":["mail","kind"]}'
search /api/v1/records/staff ada; json .total 1 'what is left is looked into'
anonymous
get '/api/v1/records/staff?search=ada' -H 'X-Account-ID: acme'
is "$STATUS $(value .message)" "400 Collection 'staff' has no searchable fields" 'and where nothing is left, nothing can be searched'
sign_in acme owner@acme.example.com
rules staff '{"list_fields":["name","mail","kind"],"list_rule":"kind = \"open\""}'
search /api/v1/records/staff ada; json '[.total,.items]' '[0,[]]' 'rules hold: what may not be listed is not found'
get '/api/v1/records/staff/aggregate?functions=count()&search=ada'; json '.results[0].count' 0 'nor counted'
rules staff '{"list_rule":"kind != \"open\""}'
search /api/v1/records/staff ada; json .total 1 'and what may be, is'
as_superadmin POST /api/v1/permissions '{"role_id":1,"collection":"staff","rules":{"read":{"rule":"kind = \"x\"","fields":["name","notes","kind"]}}}'
status 201 'a role is granted the notes of some'
search /api/v1/records/staff ada; json '.items[0] | [.name, .notes]' '["Ada Byron","secret plans"]' 'who then sees them'
search /api/v1/records/staff secret; json .total 0 'but what only some records show is not searched'

# ---- in step with the records -------------------------------------------------------------------
sign_in acme owner@acme.example.com
count() { search $posts "$1" '&limit=1'; is "$STATUS $(value .total)" "200 $2" "$3"; }
count kangaroo 0 'a word that is nowhere'
post $posts '{"title":"Kangaroo one","body":"wallaby","n":1001}'; id=$(value .id)
count kangaroo 1 'is found when it is there'
patch "$posts/$id" '{"n":1002}'; count kangaroo 1 'still, when something else changes'
patch "$posts/$id" '{"title":"Wombat"}'; count kangaroo 0 'not when it is replaced'
count wombat 1 'but what replaced it'
count wallaby 1 'and what stayed'
put "$posts/$id" '{"title":"Echidna","body":null}'; count 'wombat' 0 'after a PUT'
count wallaby 0 'an empty field has no words'
count echidna 1 'others have'
delete "$posts/$id"; status 204 'it goes'; count echidna 0 'and its words'
post $posts/batch '{"records":[{"title":"numbat 1"},{"title":"numbat 2"},{"title":"numbat 3"}]}'
ids=$(value '[.created[].id]'); count numbat 3 'batches'
patch $posts/batch "$(printf %s "$ids" | jq -c '{records: [.[] | {id: ., data: {title: "quokka"}}]}')"; count quokka 3 'change'
count numbat 0 'all'
post $posts/batch '{"records":[{"title":"bilby"},{"title":"bilby","n":"no number"}]}'; status 400 'a batch that fails'; count bilby 0 'leaves no word'
delete $posts/batch "$(printf %s "$ids" | jq -c '{ids: .[:2]}')"; count quokka 1 'and a batch removes'
post "$posts" '{"title":"dingo"}'; status 201 'one more'
request PATCH "$posts?filter=title+%3D+%22dingo%22" '{"title":"thylacine"}'; [ "$STATUS" != 200 ] || { count thylacine 1 'changed by a filter'; count dingo 0 'too'; }
long=$(awk 'BEGIN { for (i = 0; i < 12000; i++) printf "w%d ", i }')
printf '{"title":"long","body":"%s"}' "$long" >"$W/long"
post $posts -f "$W/long"; status 201 'a record of many words'
count w9998 1 'is found by the first ten thousand'
count w10001 0 'and no more'
post $posts "{\"title\":\"often\",\"body\":\"$(printf 'platypus %.0s' $(seq 400)) ends\"}"; status 201 'one that says a word often'
count 'platypus ends' 1 'is found'; count '"platypus ends"' 1 'by a phrase as well'
post $posts "{\"title\":\"$(printf 'a%.0s' $(seq 100))\"}"; count "$(printf 'a%.0s' $(seq 100))" 1 'a long word'
count "$(printf 'a%.0s' $(seq 64))*" 1 'is cut'
if [ "$DB" != postgres ] && [ -z "$FRONT" ]; then
    sql 'VACUUM'; agrees_on $all 'apple -river'
    index=$(words_table posts x)
    is "$(sqlite3 "$W/data/larder.db" "INSERT INTO $index($index, rank) VALUES ('integrity-check', 1)" 2>&1)" '' 'the index is what the records say'
fi

# ---- cascades -----------------------------------------------------------------------------------
collection "{\"name\":\"parents\",\"fields\":[$(found title)],$open}"
collection "{\"name\":\"children\",\"fields\":[$(found title),$(field parent reference ',"collection":"parents","on_delete":"cascade"')],$open}"
collection "{\"name\":\"friends\",\"fields\":[$(found title),$(field parent reference ',"collection":"parents","on_delete":"set_null"')],$open}"
post /api/v1/records/parents '{"title":"old koala"}'; parent=$(value .id)
post /api/v1/records/children "{\"title\":\"young koala\",\"parent\":\"$parent\"}"
post /api/v1/records/friends "{\"title\":\"koala friend\",\"parent\":\"$parent\"}"
for each in parents children friends; do search /api/v1/records/$each koala; json .total 1 "$each are found"; done
delete "/api/v1/records/parents/$parent"; status 204 'a parent goes'
search /api/v1/records/children koala; json .total 0 'what goes with it is not found'
search /api/v1/records/friends koala; json '[.total, .items[0].parent]' '[1,null]' 'what stays is'
words_of() { sql "SELECT COUNT(*) FROM $(words_table "$1")"; }
is "$(words_of parents) $(words_of children) $(words_of friends)" '0 0 1' 'no word is left behind'
if [ "$DB" != postgres ] && [ -z "$FRONT" ]; then
    index=$(words_table children x)
    is "$(sqlite3 "$W/data/larder.db" "INSERT INTO $index($index, rank) VALUES ('integrity-check', 1); SELECT COUNT(*) FROM $index WHERE $index MATCH 'c0: k* OR o*'" 2>&1)" 0 'nor in the index'
fi

# ---- definitions that change --------------------------------------------------------------------
definition() { as_superadmin PUT "/api/v1/collections/$posts_id" "{\"fields\":[$1]}"; }
definition "$(field title text),$(found body),$(field link url),$(field n number)"; status 200 'fewer fields'
agrees_on body apple
definition "$(found body),$(found title),$(field link url),$(field n number)"; status 200 'in another order'
agrees_on body,title apple
agrees_on body,title 'green -stone'
definition "$(found body),$(found title),$(field link url),$(field n number ',"required":true,"default":5')"; status 200 'which other changes leave'
agrees_on body,title apple
definition "$(field body text),$(field title text),$(field link url),$(field n number)"; status 200 'none'
asks_wrong apple "Collection 'posts' has no searchable fields"
is "$(words_table posts)" '' 'the words are gone'
post $posts '{"title":"while nobody looks: kiwi","body":"apple","n":301}'; status 201 'records are made without'
printf '{"n":301,"title":"while nobody looks: kiwi","body":"apple","link":""}\n' >>"$W/corpus"
as_superadmin PUT "/api/v1/collections/$posts_id" '{"list_rule":""}'; status 200 'or rules changed'
definition "$fields,$(found more text ',"default":"moreover"')"; status 200 'all of them again, and one more'
count kiwi 1 'what was made meanwhile is found'
count moreover "$(sql "SELECT COUNT(*) - 1 FROM col_posts WHERE account_id = '$A_ID'")" 'a default too, but where ten thousand words stand before it'
definition "$fields,$(field more text ',"default":"moreover"')"
agrees_on $all apple

# ---- a collection that goes ---------------------------------------------------------------------
as_superadmin DELETE "/api/v1/collections/$posts_id"; status 200 'a collection goes'
tables() { if [ "$DB" = postgres ]; then sql "SELECT tablename FROM pg_tables WHERE tablename LIKE 'ft%posts%'"; else sql "SELECT name FROM sqlite_schema WHERE name LIKE 'ft%posts%'"; fi; }
is "$(tables)" '' 'with all its words'
long_name=$(printf 'n%.0s' $(seq 64))
collection "{\"name\":\"$long_name\",\"fields\":[$(found title)],$open}"
collection "{\"name\":\"parents_data\",\"fields\":[$(found title)],$open}"
post "/api/v1/records/$long_name" '{"title":"emu"}'; search "/api/v1/records/$long_name" emu; json .total 1 'the longest name can be searched'
search /api/v1/records/parents_data emu; json .total 0 'and names that look like tables of the engine'
