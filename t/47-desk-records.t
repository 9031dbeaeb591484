#!/bin/sh
# 47-desk-records.t — pages of records: found, made, changed, deleted, restored, out and in, by forms alone.
. t/lib/larder.sh
. t/lib/desk.sh

open='"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""'
collection '{"name":"authors","fields":[{"name":"name","type":"text","required":true}],'"$open}"
collection '{"name":"posts","fields":[
    {"name":"title","type":"text","required":true,"searchable":true},{"name":"code","type":"text","unique":true},
    {"name":"price","type":"number"},{"name":"live","type":"boolean","default":true},{"name":"at","type":"datetime"},
    {"name":"day","type":"date"},{"name":"extra","type":"json"},
    {"name":"kind","type":"select","options":{"values":["red","blue"]}},
    {"name":"kinds","type":"select","options":{"values":["a","b","c"],"max":3}},
    {"name":"by","type":"reference","collection":"authors","on_delete":"cascade"},
    {"name":"others","type":"references","collection":"authors","on_delete":"set_null"},
    {"name":"pic","type":"file"},{"name":"pin","type":"text","encrypted":true},{"name":"mail","type":"email"},
    {"name":"site","type":"url"},
    {"name":"twice","type":"computed","expression":"price * 2","return_type":"number"}],'"$open}"
collection '{"name":"staff","fields":[{"name":"name","type":"text","pii":true,"mask_type":"name"},{"name":"salary","type":"number"},{"name":"desk","type":"text"}],
    "list_rule":"created_by = @request.auth.id","view_rule":"created_by = @request.auth.id","create_rule":"","update_rule":"created_by = @request.auth.id",
    "delete_rule":null,"list_fields":["name","desk"],"view_fields":["name","desk"],"create_fields":"*","update_fields":["desk"]}'
collection '{"name":"shut","fields":[{"name":"secret_word","type":"text"},{"name":"post","type":"reference","collection":"posts","on_delete":"cascade"}]}'
collection '{"name":"sealed","requires_signature":true,"fields":[{"name":"title","type":"text"}],'"$open}"
superadmin; post /api/v1/collections '{"name":"seen","type":"view","fields":[{"name":"title","type":"text"}],"query":"SELECT id, account_id, title FROM col_posts","list_rule":"","view_rule":""}'
sign_up beta boss@beta.example.com; beta=$TOKEN beta_id=$ACCOUNT
post /api/v1/records/posts '{"title":"hidden-post"}'; theirs=$(value .id)
post /api/v1/records/authors '{"name":"hidden-author"}'; their_author=$(value .id)
sign_up acme ann@acme.example.com; acme=$TOKEN acme_id=$ACCOUNT
post /api/v1/records/authors '{"name":"Ann <i>"}'; ann=$(value .id)
post /api/v1/records/authors '{"name":"Bob"}'; bob=$(value .id)
as_superadmin POST /api/v1/users "{\"email\":\"bob@acme.example.com\",\"account_id\":\"$acme_id\",\"role_id\":2,\"password\":\"$PASSWORD\"}"; member=$(value .id)
larder user verify bob@acme.example.com --account acme >/dev/null
as_superadmin POST /api/v1/records/shut "{\"secret_word\":\"unseen\",\"account_id\":\"$acme_id\"}"; unseen=$(value .id)
as_superadmin POST /api/v1/records/staff "{\"name\":\"Carl Other\",\"desk\":\"hidden-desk\",\"account_id\":\"$acme_id\"}"; carl=$(value .id)
R=/admin/records
ask() { TOKEN=$acme; get "$1"; TOKEN=; }     # what the database has: by the API, as Ann
of() { ask "/api/v1/records/$1/$2"; value "$3"; }
made() { is "$STATUS" 303 "$1"; id=${NEXT##*/}; }

# ---- who may see them ---------------------------------------------------------------------------
nobody
page $R; goes "/admin/sign-in?next=%2Fadmin%2Frecords" 'who is not signed in is asked to'
at_desk acme bob@acme.example.com
for path in '' /posts /posts/new /posts/import /posts/export /posts/filter /posts/views /posts/deleted "/authors/$ann" "/authors/$ann/history" "/authors/$ann/delete"; do
    page "$R$path"; status 403 "a member has no page $R$path"
done

# ---- collections to browse ----------------------------------------------------------------------
at_desk acme ann@acme.example.com
page $R; status 200 'collections'
says 'href="/admin/records/posts"' 'one with open rules'; says_not '/admin/records/shut' 'not the one whose records may not be listed'
page "$R?search=AUTH"; says 'href="/admin/records/authors"' 'found by name'; says_not 'href="/admin/records/posts"' 'and no other'
page "$R?search=zzz"; says 'No collection has such a name.' 'none is like that'
page $R/shut; status 403 'what may not be listed is refused, as by the API'
page $R/nothing; status 404 'a collection that is none is not there'

# ---- a new one ----------------------------------------------------------------------------------
page $R/posts; status 200 'a list without records'
says 'There is no record yet.' 'says so'; says 'href="/admin/records/posts/new"' 'with the next step'
page $R/posts/new; status 200 'the form of a new record'
says 'name="v-live" type="checkbox" value="on" checked' 'begins with the default'
says 'data-picker="/admin/records/authors/pick"' 'and offers records to refer to'
says_not 'v-twice' 'what is computed is no input'
form $R/posts/new 'v-title=&v-price=old&v-extra=%7B%0A++%22a%22%3A%0A%7D&v-at=never&v-mail=x'
status 422 'faults'
says 'href="#f-v-title"' 'are listed above'; says 'This must be a number.' 'a number that is none'
says 'Line 3, column 1' 'JSON with the place of its fault'; says 'value="old"' 'and what was typed stays'
page $R/posts/new
form $R/posts/new 'v-title=x&v-at=never&v-mail=x&v-kind=green&v-site=gopher%3A%2F%2Fx'; status 422 'a choice that is none'
says 'Choose one of the list.' 'is refused'
page $R/posts/new
form $R/posts/new "v-title=x&v-at=never&v-mail=x&v-site=x&v-by=$theirs"; status 422 'what the types refuse'
says 'Invalid datetime format' 'is told'; says 'href="#f-v-at"' 'beside the field'; says 'href="#f-v-mail"' 'of each of them'
page $R/posts/new
form $R/posts/new 'v-title=x&v-price=9223372036854775809'; status 422 'a number that would become another'
says 'it would become 9223372036854775808' 'is told'
page $R/posts/new; once=$ONCE
fields="v-title=%3Cb%3Eone%3C%2Fb%3E%0D%0Atwo&v-code=A1&v-price=9223372036854775808&v-at=2026-03-01T10%3A20%3A30%2B02%3A00&v-day=2024-02-29&v-extra=%7B%22a%22%3A%5B1%5D%7D&v-kind=red&v-kinds=a&v-kinds=c&v-by=$ann&v-others=$bob%0D%0A$ann&v-pin=1234&v-mail=a%40b.co&v-site=https%3A%2F%2Fa.co&then=stay"
form $R/posts/new "$fields"; made 'a record of every type'; one=$id first=$NEXT
ONCE=$once; form $R/posts/new "$fields"; is "$STATUS $NEXT" "303 $first" 'pressed twice: the first answer again'
ask "/api/v1/records/posts"; json .total 1 'and one record'
is "$(of posts "$one" '[.title,.code,.price,.live,.at,.day,.extra,.kind,.kinds,.by,.others,.mail,.site] | tojson')" \
    "[\"<b>one</b>\\ntwo\",\"A1\",9223372036854776000,false,\"2026-03-01T08:20:30Z\",\"2024-02-29\",{\"a\":[1]},\"red\",[\"a\",\"c\"],\"$ann\",[\"$bob\",\"$ann\"],\"a@b.co\",\"https://a.co\"]" 'as it was typed'
page $R/posts/new; form $R/posts/new 'v-title=again&v-code=A1'; is "$STATUS" 422 'a value that another has'
says 'href="#f-v-code"' 'is told beside its field'

# ---- its page -----------------------------------------------------------------------------------
page "$R/posts/$one"; status 200 'its form'
says '&lt;b&gt;one&lt;/b&gt;' 'escaped'; says_not '<b>one' 'everywhere'
says '••••••••' 'a secret has its placeholder'; says_not 1234 'and is not there'
says 'id="f-shown-twice">1' 'what is computed is shown'
says "PATCH</span> <code>/api/v1/records/posts/$one" 'the call behind it'
version=$(hidden version)
form "$R/posts/$one" "version=$version&v-title=%3Cb%3Eone%3C%2Fb%3E%0D%0Atwo&v-code=A1&v-price=9223372036854775808&v-at=2026-03-01T08%3A20%3A30Z&v-day=2024-02-29&v-extra=%7B+%22a%22%3A+%5B1%5D%7D&v-kind=red&v-kinds=a&v-kinds=c&v-by=$ann&v-others=$bob%0D%0A$ann&v-pin=••••••••&v-mail=a%40b.co&v-site=https%3A%2F%2Fa.co"
goes $R/posts 'saved as it was'
ask "/api/v1/records/posts/$one/history"; json '.items | length' 1 'nothing was changed'
page "$R/posts/$one"
form "$R/posts/$one" "version=$version&v-title=uno&v-code=A1&v-price=3.5&v-live=on&v-at=&v-day=&v-extra=&v-kind=&v-by=&v-others=&v-pin=••••••••&v-mail=&v-site=&then=stay"
goes "$R/posts/$one" 'changed, and back to it'
is "$(of posts "$one" '[.title,.price,.live,.at,.day,.extra,.kind,.kinds,.by,.others,.pin,.mail] | tojson')" \
    '["uno",3.5,true,null,null,null,null,[],null,[],"••••••••",null]' 'what is empty has no value, and the secret stays'
sql "SELECT COUNT(*) FROM col_posts WHERE pin IS NOT NULL" >"$W/kept"; is "$(cat "$W/kept")" 1 'in the database, too'
page "$R/posts/$one"; version=$(hidden version)
TOKEN=$acme; patch "/api/v1/records/posts/$one" '{"title":"eins"}'; TOKEN=
form "$R/posts/$one" "version=$version&v-title=ein&v-code=A1&v-price=4&v-live=on&v-pin=••••••••"; status 409 'somebody was faster'
says 'Somebody has changed this' 'which is said'; says 'eins' 'and what it has become'; says 'ein</textarea>' 'beside what was typed'
is "$(of posts "$one" .title)" eins 'nothing was written'
page "$R/posts/$one"; CSRF=wrong; form "$R/posts/$one" 'v-title=forged'; status 403 'a form without its token is refused'
page $R; token=$CSRF
page "$R/posts/$theirs"; status 404 "another account's record is not there"
CSRF=$token; form "$R/posts/$theirs" 'v-title=mine'; status 404 'nor to be changed'
for path in history delete "restore?version=1" "file?field=pic"; do page "$R/posts/$theirs/$path"; status 404 "nor has it $path"; done
page "$R/posts/new?from=$theirs"; status 404 'nor to be doubled'

# ---- references ---------------------------------------------------------------------------------
page $R/posts/new
form $R/posts/new 'v-title=kept+text&v-price=7&find=v-by'; status 200 'Find shows records'
says 'name="v-title" value="kept text"' 'and keeps what was typed'; says 'Ann &lt;i&gt;' 'those of the account'; says_not hidden-author 'and no others'
form $R/posts/new 'v-title=kept+text&v-price=7&picking=v-by&find=v-by&asked=bo'; says '>Bob</button>' 'found by their name'; says_not 'Ann &lt;i&gt;' 'and no others'
form $R/posts/new 'v-title=kept&picking=v-by&find=v-by&asked=%22%5C%25+OR+1%3D1'; status 200 'whatever is asked'; says 'No record is like that.' 'is only words'
form $R/posts/new "v-title=kept+text&v-price=7&picking=v-by&pick=$bob"; status 200 'a choice leads back to the form'
says "value=\"$bob\"" 'with it'; says 'kept text</textarea>' 'and all that was typed'
form $R/posts/new "v-title=kept&v-others=$ann&picking=v-others&pick=$bob"; has "$(body | tr '\n' ' ')" "$ann $bob</textarea>" 'of several it joins the others'
page "$R/authors/pick?q=bob"; status 200 'for scripts the same as JSON'
json . "[{\"value\":\"$bob\",\"label\":\"Bob\"}]" 'by id and name'
page "$R/shut/pick?q="; status 200 'of what may not be listed'; json . '[]' 'nothing'
TOKEN=$acme; patch "/api/v1/records/posts/$one" "{\"by\":\"$ann\"}"; TOKEN=
page "$R/authors/$ann"; says 'posts.by' 'what refers to a record'; says 'Records: 1' 'and how much of it'; says 'filter=by%20%3D%20%22' 'with a link'
page "$R/posts/$one"; says_not 'shut.post' 'but not from where they may not look'

# ---- a list -------------------------------------------------------------------------------------
TOKEN=$acme
post /api/v1/records/posts/batch '{"records":[{"title":"two words","price":2,"live":true,"kind":"red"},{"title":"three","price":3},{"title":"<script>","price":4}]}'
three=$(value '.created[1].id') TOKEN=
page "$R/posts?sort=-price"; status 200 'a list'; says_not hidden-post "nothing of another account's"
says '&lt;script&gt;' 'escaped'; says 'aria-sort="descending"' 'sorted'; says '>1–4 of 4<' 'with its total'
says 'sort=price' 'the other way by a link'
page "$R/posts?filter=price%20%3E%202%20%26%26%20title%20!%3D%20%22three%22"; says '1–2 of 2' 'filtered'
page "$R/posts?filter=price+%3E"; status 400 'a filter that is none'; says 'at position 7' 'with the place of its fault'; says 'value="price &gt;"' 'stays in its box'
page "$R/posts?filter=pin+%3D+%22x%22"; status 400 'secrets are not asked for'
page "$R/posts?search=word*"; says '1–1 of 1' 'searched'; page "$R/posts?search=%22"; status 400 'a search that is none'
page "$R/posts?fields=title&fields=kind&fields=nothing&sort=title"; says '<th scope="col">' 'columns that were chosen'; says 'sort=kind' 'one of them'; says_not 'sort=price' 'and no others'
page "$R/posts?count=no"; says '>1–4<' 'without a total'
page "$R/posts?cursor=&sort=price"; status 200 'by cursor'; says 'Page by number' 'and back'
page "$R/posts?cursor=nonsense"; status 400 'a cursor that is none'
page "$R/posts?filter=price+%3E+99"; says 'No record is like that.' 'nothing found'
page "$R/posts?sort=nothing"; status 200 'a sort that is none is passed over'
page $R/staff; says_not hidden-desk 'rows by the rules'; says_not salary 'and fields'
page "$R/staff?fields=salary"; says_not 'scope="col">salary' 'also when asked for'
page "$R/staff/$carl"; status 404 'a record by its rule'

# ---- a filter out of conditions -----------------------------------------------------------------
page "$R/posts/filter"; status 200 'a form for conditions'; says 'Condition 1' 'with one'
page "$R/posts/filter?f=price&o=gt&v=2&f=title&o=has&v=a%22b&join=or&do=add"; says 'Condition 3' 'and more'
says 'price &gt; 2 || title ~ &quot;%a\&quot;b%&quot;' 'which make the text'
page "$R/posts/filter?f=price&o=gt&v=2&f=title&o=eq&v=x&do=drop-1"; says 'price &gt; 2<' 'one goes'
page "$R/posts/filter?f=price&o=gt&v=2&filter=live+%3D+true&do=use"; goes "$R/posts?filter=%28live%20%3D%20true%29%20%26%26%20%28price%20%3E%202%29" 'beside the one there was'
page "$R/posts/filter?f=kind&o=null&v="; says 'kind IS NULL' 'without a value'; page "$R/posts/filter?f=pin&o=eq&v=x"; says_not 'pin =' 'not of secrets'

# ---- saved views --------------------------------------------------------------------------------
page "$R/posts/views?filter=price+%3E+2&sort=-price&offset=50"; status 200 'a list can be kept'
says 'value="filter=price%20%3E%202&amp;sort=-price"' 'without the place in it'
form "$R/posts/views" 'query=filter%3Dprice%2520%253E%25202&name=Dear+%3Ci%3E'; goes "$R/posts?filter=price%20%3E%202" 'kept'
page "$R/posts"; says 'Dear &lt;i&gt;' 'and offered'
page "$R/posts/views"; view=$(hidden id)
form "$R/posts/views" 'query=x%3D1&name=Dear+%3Ci%3E'; status 409 'a name that is there'
form "$R/posts/views/change" "id=$view&name=Cheap"; goes "$R/posts/views" 'renamed'
at_desk; page "$R/posts/views"; says_not Cheap 'it is nobody else'"'"'s'
form "$R/posts/views/change" "id=$view&name=Stolen"; status 404 'who cannot rename it'
at_desk acme ann@acme.example.com; page "$R/posts/views"; says Cheap 'it is still there'
form "$R/posts/views/change" "id=$view&do=delete"; goes "$R/posts/views" 'forgotten'; page "$R/posts/views"; says_not Cheap 'it is gone'

# ---- several at once ----------------------------------------------------------------------------
page "$R/posts"; says 'name="do" value="delete"' 'what can be done to several'
form "$R/posts/many" 'do=delete'; goes "$R/posts" 'nothing was chosen'
form "$R/posts/many" "do=set&id=$one&id=$three"; status 200 'a field to set'; says 'value="price"' 'is chosen'; says_not 'value="code"' 'but none that is unique'
form "$R/posts/many" "do=set&id=$one&id=$three&field=price&value=many"; status 422 'a value that is none'; says 'This must be a number.' 'is told'
form "$R/posts/many" "do=set&id=$one&id=$three&field=price&value=12"; status 200 'a question'; says 'Change 2 records?' 'how many'; says '{&quot;price&quot;:12}' 'to what'
is "$(of posts "$three" .price)" 3 'nothing is changed yet'
form "$R/posts/many" "do=set&id=$one&id=$three&field=price&value=12&sure=1"; goes "$R/posts" 'done'
is "$(of posts "$one" .price) $(of posts "$three" .price)" '12 12' 'to both'
form "$R/posts/many" "do=set&id=$one&id=$theirs&field=price&value=13&sure=1"; is "$STATUS" 404 "with one of another account's"
is "$(of posts "$one" .price)" 12 'none is changed'
form "$R/posts/many" "do=delete&id=$three&id=$theirs&sure=1"; is "$STATUS" 404 'nor deleted'
is "$(of posts "$three" .id)" "$three" 'it is still there'
form "$R/posts/many" "do=delete-all&filter=title+~+%22two%25%22"; says 'Delete 1 records?' 'all that a filter finds'
form "$R/posts/many" "do=delete-all&filter=title+~+%22two%25%22&sure=1"; goes "$R/posts" 'go'
ask /api/v1/records/posts; json .total 3 'and no other'
form "$R/authors/many" "do=delete&id=$ann&id=$bob"; says 'Delete 2 records?' 'a deletion asks'; says 'Records in posts' 'and says what goes along'

form "$R/posts/many" "do=drop&id=$one&sure=1"; status 422 'what is to be done must be known'
form "$R/sealed/many" "do=delete&id=$one&sure=1"; status 403 'nothing of what is to be signed'
for path in new import; do page "$R/sealed/$path"; status 403 "no $path of what is to be signed"; says 'through the API' 'which is said'; done
page "$R/sealed"; says 'with a signature' 'in its list, too'; says_not 'name="do"' 'which has no actions'
page "$R/seen"; status 200 'a view is listed'; says eins 'with its rows'; says_not 'name="do"' 'but not changed'; says_not hidden-post 'and of the account alone'
page "$R/seen/$one"; status 200 'a row of it is shown'; says_not 'name="v-title"' 'without inputs'; page "$R/seen"; form "$R/seen/$one" 'v-title=x'; status 403 'and not written'
for path in new import deleted "$one/history" "$one/delete"; do page "$R/seen/$path"; status 400 "a view has no $path"; done

# ---- gone, and back -----------------------------------------------------------------------------
page "$R/authors/$ann/delete"; status 200 'deleting asks'; says 'Records in posts' 'and says what goes along'; says_not "$one" 'but shows no ids that rules were not asked for'
page "$R/posts/$three/delete"; tag=$(hidden tag)
TOKEN=$acme; patch "/api/v1/records/posts/$three" '{"price":5}'; TOKEN=
form "$R/posts/$three/delete" "tag=$tag"; status 412 'what was changed meanwhile is not deleted'
page "$R/posts/$three/delete"; form "$R/posts/$three/delete" "tag=$(hidden tag)"; goes "$R/posts" 'deleted'
page "$R/posts/$three"; status 404 'it is gone'
page "$R/posts/deleted"; status 200 'what was deleted'; says "/admin/records/posts/$three/history" 'is listed'; says three 'by its name'
page "$R/posts/deleted?id=$three"; goes "$R/posts/$three/history" 'or found by its id'
page "$R/posts/$three/history"; status 200 'its history'; says 'This record has been deleted.' 'says so'; says '<ins>three</ins>' 'with every value'
restore=$(body | grep -o 'restore?version=[0-9]*' | tail -n 1)
page "$R/posts/$three/$restore"; status 200 'a version'; says '<ins>three</ins>' 'what comes back'; says '<ins>3</ins>' 'as it was then'
ask "/api/v1/records/posts/$three"; status 404 'nothing has come back yet'
page "$R/posts/$three/$restore"; form "$R/posts/$three/restore" "version=${restore##*=}"; goes "$R/posts/$three" 'restored'
is "$(of posts "$three" '[.title,.price] | tojson')" '["three",3]' 'as it was'
page "$R/posts/$one/history"; says '<del>uno</del>' 'of a change what was'; says '<ins>eins</ins>' 'and what is'; says_not 1234 'and no secret'
first=$(body | grep -o 'restore?version=[0-9]*' | tail -n 1)
page "$R/posts/$one/$first"; status 200 'its first version'; says '&lt;b&gt;one&lt;/b&gt;' 'would change it'
form "$R/posts/$one/restore" "version=${first##*=}&tag=1-2-3"; status 409 'not when it was changed meanwhile'
form "$R/posts/$one/restore" "version=999999"; status 404 'a version that is none'
page "$R/posts/$one/$first"; form "$R/posts/$one/restore" "version=${first##*=}&tag=$(hidden tag)"; goes "$R/posts/$one" 'restored'
is "$(of posts "$one" .code)$(of posts "$one" .kind)" A1red 'as it was'
TOKEN=$acme; post /api/v1/records/staff '{"name":"Ann Self","salary":5}'; own=$(value .id); TOKEN=
page "$R/staff/$own"; says '<dt>Delete</dt><dd><span class="badge warning">No' 'what the rules allow'; says '<dt>Change</dt><dd><span class="badge good">Yes' 'of this record'
says 'name="v-desk"' 'what may be written is an input'; says_not 'name="v-name"' 'the rest is shown'; says_not salary 'or not there'
form "$R/staff/$own" "v-desk=7&v-salary=99&v-name=x"; is "$STATUS" 303 'whatever is sent along'
is "$(sql "SELECT salary FROM col_staff WHERE id = '$own'" | cut -d. -f1)$(of staff "$own" .desk)" 57 'only those are written'
page "$R/staff/$own/delete"; status 403 'and what may not be deleted is not'; page $R; form "$R/staff/$own/delete" ''; status 403 'by nobody'
page "$R/staff/$carl/history"; status 404 'no history of what may not be viewed'

# ---- out and in ---------------------------------------------------------------------------------
page "$R/posts/export?format=csv&filter=code+%3D+%22A1%22&fields=code&fields=price"; status 200 'an export'
has "$(body | tr -d '\r' | head -n 1)" 'code,price' 'of the columns'; says_not twice 'and no others'; is "$(body | wc -l)" 2 'and rows of the list'
has "$(header_value Content-Disposition)" 'attachment; filename="posts' 'to be kept'
page "$R/posts/export?format=json"; says_not hidden-post 'only their own'; page "$R/staff/export?format=csv"; says_not salary 'and what they may see'
page "$R/posts/export?format=xml"; status 422 'a format that is none'; page "$R/shut/export"; status 403 'what may not be listed'
page "$R/posts/import"; status 200 'a form for a file'
send() { request POST "$R/posts/import" "$1" -H "Cookie: $(cookies)" -H 'Content-Type: multipart/form-data; boundary=XX'; NEXT=$(header_value Location); }
part() { printf -- '--XX\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' "$1" "$2"; }
upload() { # CSRF MODE CSV
    printf '%s\n.' "$(part csrf "$1"; part format csv; part upsert "$4"; part text ''; part mode "$2"
        printf -- '--XX\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n%b\r\n--XX--\r' "$3")" | sed '$d'
}
bad='title,price\nfour,4\n,5\nsix,many\n' good='title,code,price\nfour,B4,4\nfive,B5,5\n'
send "$(upload "$CSRF" preview "$bad" '')"; status 422 'faulty lines'
says 'Line 3' 'by their number'; says 'Line 4' 'each of them'
ask /api/v1/records/posts; json .total 3 'nothing is there'
send "$(upload "$CSRF" preview "$good" '')"; status 200 'a preview'; says '<td data-label="title">five</td>' 'of the first records'; says 'B5,5' 'whose text stays in the form'
ask /api/v1/records/posts; json .total 3 'nothing is there yet'
send "$(upload "$CSRF" commit "$bad" '')"; status 422 'all or nothing'; ask /api/v1/records/posts; json .total 3 'nothing'
send "$(upload "$CSRF" commit "$good" '')"; goes "$R/posts" 'imported'
ask '/api/v1/records/posts?filter=price%20%3E%3D%204%20%26%26%20price%20%3C%206'; json .total 3 'all of it'
send "$(upload "$CSRF" commit 'title,code,price\nfour,B4,44\n' code)"; goes "$R/posts" 'again by a unique field'
ask '/api/v1/records/posts?filter=code%20%3D%20%22B4%22'; json '[.total,.items[0].price]' '[1,44]' 'it is changed'
send "$(upload wrong commit "$good" '')"; status 403 'without its token'
send "$(part csrf "$CSRF"; part format csv; part upsert ''; part mode preview; part text "$(printf 'title\nseven\n')"; printf -- '--XX--\r\n')"; status 200 'pasted text'; says 'seven' 'is looked at, too'
send "$(part csrf "$CSRF"; part format csv; part upsert ''; part mode preview; part text ''; printf -- '--XX--\r\n')"; status 422 'no file at all'; says 'Choose a file' 'is told'

# ---- files --------------------------------------------------------------------------------------
page "$R/posts/$one/file?field=pic"; status 200 'a file for a field'
attach() { request POST "$1" "$(part csrf "$CSRF"; printf -- '--XX\r\nContent-Disposition: form-data; name="file"; filename="a <b>.txt"\r\nContent-Type: %s\r\n\r\nhello\r\n--XX--\r' "$2")" -H "Cookie: $(cookies)" -H 'Content-Type: multipart/form-data; boundary=XX'; NEXT=$(header_value Location); }
attach "$R/posts/$one/file?field=pic" text/plain; goes "$R/posts/$one" 'uploaded'
has "$(of posts "$one" '.pic')" 'a <b>.txt' 'it is the record'"'"'s'
page "$R/posts/$one"; says 'a &lt;b&gt;.txt' 'and shown by name'
attach "$R/posts/$one/file?field=pic" application/x-nothing; status 422 'a type that is not allowed'
page "$R/posts/$one/file?field=title"; status 404 'a field that holds none'
page "$R/posts/new/file?field=pic"; attach "$R/posts/new/file?field=pic" text/plain; has "$NEXT" 'new?v-pic=%7B%22filename' 'before there is a record'
page "$NEXT"; says 'a &lt;b&gt;.txt' 'it waits in the form'
form $R/posts/new "v-title=with+file&v-pic=$(hidden v-pic | sed 's/&quot;/"/g; s/&lt;/</g; s/&gt;/>/g' | jq -sRr 'rtrimstr("\n") | @uri')"; goes $R/posts 'and goes with it'
ask '/api/v1/records/posts?filter=title%20%3D%20%22with%20file%22'; has "$(value '.items[0].pic')" 'a <b>.txt' 'into the record'
page "$R/posts/$one"; form "$R/posts/$one" "version=$(hidden version)&v-title=uno&v-code=A1&v-pin=••••••••&x-pic=on"; is "$STATUS" 303 'removed'
is "$(of posts "$one" .pic)" null 'it is gone'

# ---- superadmins --------------------------------------------------------------------------------
at_desk
page "$R/posts/deleted"; says 'Act in an account' 'what was deleted is looked for in one account'
page "$R/posts/$one"; says 'href="/admin/rules/posts"' 'superadmins get to the rules'
page "$R/posts"; says hidden-post 'superadmins see all'; says_not '"f-account" name="account" type="text" value="x' 'with a box for the account'
page "$R/posts?account=$beta_id"; says hidden-post 'of one account'; says '1–1 of 1' 'alone'
page "$R/posts?account=$beta_id&filter=price+%3E"; status 400 'a fault'; says 'at position 7' 'counts from what was typed'
page "$R/posts/new"; form "$R/posts/new" "v-title=for+beta&account_id=$beta_id"; goes "$R/posts" 'made for an account'
page "$R/posts/new"; form "$R/posts/new" "v-title=x&account_id=nothing"; is "$STATUS" 422 'an account that is none'
TOKEN=$acme; patch "/api/v1/records/posts/$one" "{\"by\":\"$ann\"}"; TOKEN=
page "$R/authors/$ann/delete"; says "$one" "they are told which records go along"
