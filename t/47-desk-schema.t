#!/bin/sh
# 47-desk-schema.t — pages of collections: listed, built by a form, looked at before they change.
. t/lib/larder.sh
. t/lib/desk.sh

sign_up acme ann@acme.example.com
superadmin; root=$TOKEN
ask() { cp "$W/body" "$W/page"; TOKEN=$root; "$@"; TOKEN=; }    # what the database has: by the API
encoded() { jq -rn --arg s "$1" '$s|@uri'; }
# inputs: what the form on the page would send, as it is filled in (one of several buttons aside)
inputs() {
    perl -0777 -MEncode -e '
        my $page = <STDIN>; my @out;
        sub un { my $s = shift; $s =~ s/&lt;/</g; $s =~ s/&gt;/>/g; $s =~ s/&quot;/"/g; $s =~ s/&#39;/\x27/g; $s =~ s/&amp;/&/g; $s }
        sub enc { my $s = shift; $s =~ s/([^A-Za-z0-9_.~-])/sprintf("%%%02X", ord $1)/ge; $s }
        my ($form) = $page =~ m{<main.*?<form method="post"[^>]*>(.*?)</form>}s;
        while ($form =~ m{<input ([^>]*)>|<textarea[^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>|<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>}sg) {
            if (defined $2) { push @out, [$2, $3]; next }
            if (defined $4) { my ($n, $o) = ($4, $5); my ($v) = $o =~ m{value="([^"]*)" selected}; ($v) = $o =~ m{value="([^"]*)"} unless defined $v; push @out, [$n, $v] if defined $v; next }
            my $a = $1; my ($n) = $a =~ /name="([^"]*)"/; my ($v) = $a =~ /value="([^"]*)"/;
            next if $n eq "csrf" || $n eq "once" || ($a =~ /checkbox/ && $a !~ /checked/);
            push @out, [$n, $v];
        }
        print join "&", map { enc(un $_->[0]) . "=" . enc(un $_->[1]) } @out;
    ' <"$W/body"
}
# press PATH WHAT [name=value…]: the form of the page as it stands, some values changed, that button
press() {
    press_path=$1 press_do=$2; shift 2
    press_fields=$(inputs)
    for pair; do
        press_fields="$(printf %s "$press_fields" | tr '&' '\n' | grep -v "^${pair%%=*}=" | paste -sd'&' -)&${pair%%=*}=$(encoded "${pair#*=}")"
    done
    form "$press_path" "$press_fields&do=$(encoded "$press_do")"
    CSRF=${CSRF:-$(hidden csrf)} ONCE=$(hidden once)
}
tables() { ask get "/api/v1/collections?search=$1"; value .total; cp "$W/page" "$W/body"; }

# ---- who may see them ---------------------------------------------------------------------------
nobody
page /admin/collections; goes '/admin/sign-in?next=%2Fadmin%2Fcollections' 'who is not signed in is asked to'
at_desk acme ann@acme.example.com
for path in collections collections/new collections/types.ts collections/export; do
    page "/admin/$path"; status 403 "an account's admin has no page /admin/$path"
done
form /admin/collections/new 'name=theirs&do=apply&fields.0.name=a&fields.0.type=text'; status 403 'nor may one make a collection'

# ---- the list -----------------------------------------------------------------------------------
at_desk
page /admin/collections; status 200 'no collections'
says 'There are no collections yet' 'which is said'
says 'href="/admin/collections/new"' 'with the next step'

# ---- a new one ----------------------------------------------------------------------------------
N=/admin/collections/new
page $N; status 200 'a form for a new one'
press $N 'review' name=x; status 422 'a name of one letter and a field without one'
says 'There is a problem' 'are summed up'

says 'href="#f-fields.0.name"' 'with a way to the field'
says 'value="x"' 'what was typed stays'
press $N 'add select' name=posts fields.0.name=title fields.0.default='<b>"hi"</b>'; status 200 'a field is added'
says 'value="&lt;b&gt;&quot;hi&quot;&lt;/b&gt;"' 'nothing is lost, and hostile text is text'
says 'id="field-1" class="is-new" tabindex="-1" autofocus' 'one is led to it'
press $N 'add number' fields.1.name=status 'fields.1.values=draft
live'; status 200 'and another'
press $N 'up 2' fields.2.name=price; status 200 'moved up'
press $N 'add text' fields.1.required=on; press $N 'remove 3'; status 200 'one removed again'
says_not 'fields.3.' 'it is gone'
press $N 'index 0'; press $N 'review' 'indexes.0=status, -nothing'; status 422 'an index over what is not there'
says 'href="#f-indexes.0"' 'is said beside it'
press $N 'review' 'indexes.0=status, -price'; status 200 'looked at'
says 'New field' 'what is new'
says '[&quot;status&quot;,&quot;-price&quot;]' 'the index as well'
is "$(tables posts)" 0 'nothing is made yet'
press $N edit; status 200 'back to the form'
says 'draft' 'with all that was typed'
press $N review; once=$ONCE fields=$(inputs)
press $N apply; is "$STATUS" 303 'made'; made=$NEXT; id=${made##*/}
ONCE=$once; form $N "$fields&do=apply"; goes "$made" 'pressed twice: made once'
is "$(tables posts)" 1 'one collection'
ask get "/api/v1/collections/$id"
json '.schema|map(.name)|join(",")' 'title,price,status' 'the fields in their order'
json '.schema[0].default' '<b>"hi"</b>' 'the default as it was typed'
json '.schema[1].required' true 'required'
json '.schema[2].options|join(",")' 'draft,live' 'the values of the choice'
json '.indexes[0]|join(",")' 'status,-price' 'the index'
page "$made"; status 200 'its page'
says 'The collection posts is there.' 'says so'
says '&lt;b&gt;' 'with the default as text'
says "/admin/rules/posts" 'and a way to its rules'
page $N; press $N apply name=posts fields.0.name=a; status 409 'the name is taken'
says 'href="#f-name"' 'which is said beside it'

# ---- changed ------------------------------------------------------------------------------------
ask post /api/v1/records/posts '{"title":"one","price":1,"status":"live"}'
ask post /api/v1/records/posts '{"title":"two","price":2}'
E=$made/edit
page "$E"; status 200 'a form to change it'
says_not 'value="remove 0"' 'fields that hold values cannot go'
press "$E" review; says 'Nothing would change.' 'as it is, nothing changes'
page "$E"; press "$E" 'add text' fields.2.required=on; press "$E" review fields.3.name=note; status 200 'a change is looked at'
says 'Records that have no value in it at first: 2' 'how many records a new field is empty in'
says 'Records without a value: 1.' 'and how many lack what is required now'
ask get "/api/v1/collections/$id"; json '.schema|length' 3 'nothing is changed yet'; cp "$W/page" "$W/kept"
ask put "/api/v1/collections/$id" '{"realtime":false}'; cp "$W/kept" "$W/body"
press "$E" apply; status 409 'somebody was faster'
says 'Somebody has changed this collection' 'which is said'
says 'Subscribers are told of changes' 'with what the form would take back'
ask get "/api/v1/collections/$id"; json '.schema|length' 3 'nothing is changed'; cp "$W/page" "$W/body"
press "$E" apply; goes "$made" 'sent again, it counts'
ask get "/api/v1/collections/$id"; json '.schema|length' 4 'changed'; json .realtime true 'all of it'
page "$E"; press "$E" review fields.0.unique=on; status 200 'unique'
ask post /api/v1/records/posts '{"title":"two","price":2,"status":"live"}'
page "$E"; press "$E" review fields.0.unique=on; status 422 'unless values repeat'
says 'href="#f-fields.0.unique"' 'which is said at the field'
form "$E" 'do=review&fields.0.was=title&fields.0.name=title&fields.0.type=number'; status 422 'what cannot be: another type, fields that go'
says 'title: values that records would lose: 3' 'is said with what would be lost'
says 'status: values that records would lose: 2' 'for each field'
form "$E" 'do=apply&fields.0.was=title&fields.0.name=title&fields.0.type=number'; status 422 'and is not done either'
ask get "/api/v1/collections/$id"; json '.schema|length' 4 'all is as it was'
form /admin/collections/nothing/edit 'do=apply'; status 404 'what is not there cannot change'
page /admin/collections/nothing; status 404 'and has no page'

# ---- all there is, and what nobody knows --------------------------------------------------------
whole='{"name":"rich","schema":[{"name":"t","type":"text","options":{"min":3,"x":[1]},"pii":true,"mask_type":"name","searchable":true},
 {"name":"s","type":"select","options":{"values":["a","b, c"],"max":2},"default":["a"]},{"name":"r","type":"reference","collection":"posts","on_delete":"set_null"},
 {"name":"rs","type":"references","collection":"rich","on_delete":"cascade","options":{"max":3}},{"name":"f","type":"file","options":{"thumbs":["10x10"]}},
 {"name":"c","type":"computed","expression":"n * 2","return_type":"number"},{"name":"n","type":"number","default":0},{"name":"j","type":"json","default":{"a":null}},
 {"name":"e","type":"text","encrypted":true},{"name":"b","type":"boolean","default":false},{"name":"d","type":"date","default":"2026-01-01"}],
 "indexes":[["n"],["-d","n"]],"event_previous":true,"list_rule":""}'
ask post /api/v1/collections "$whole"; status 201 'one with everything'; rich=$(value .id); before=$(value '.schema,.indexes,.event_previous')
page "/admin/collections/$rich"; says 'Everybody' 'public is said'; says 'this collection' 'and who refers to it'
page "/admin/collections/$rich/edit"; press "/admin/collections/$rich/edit" review; says 'Nothing would change.' 'its form says what it is'
press "/admin/collections/$rich/edit" edit; press "/admin/collections/$rich/edit" 'add boolean'; press "/admin/collections/$rich/edit" review fields.11.name=more
press "/admin/collections/$rich/edit" apply; goes "/admin/collections/$rich" 'a field more'
ask get "/api/v1/collections/$rich"
is "$(value '.schema[:11],.indexes,.event_previous')" "$before" 'and the rest is as it was'
page "$N?from=$rich"; status 200 'a copy'; says 'value="rich_copy"' 'under another name'
press $N apply name=richer; is "$STATUS" 303 'is made'; copy=${NEXT##*/}
ask get "/api/v1/collections/$copy"
is "$(value '.schema[:11],.indexes,.event_previous' )" "$before" 'with all that it had'
page "$N?from=nothing"; status 404 'of nothing there is no copy'

# ---- encrypted, and opened again ----------------------------------------------------------------
S=$made/encryption
page "$E"; says "$S/note" 'a text can be encrypted'; says_not "$S/price" 'a number cannot'
page "$S/note"; status 200 'asked first'; form "$S/note" ''; goes "$E" 'encrypted'
ask get "/api/v1/collections/$id"; json '.schema[3].encrypted' true 'it is'
page "$E"; press "$E" review; says 'Nothing would change.' 'and its form says so'
page "$S/note"; says 'Open the encrypted field note?' 'asked before it is opened'; form "$S/note" ''; goes "$E" 'opened'
ask get "/api/v1/collections/$id"; json '.schema[3].encrypted' false 'it is'
page "$S/price"; form "$S/price" ''; status 422 'what cannot be is refused'; says 'Only fields of type text or json can be encrypted' 'in words'
page "$S/nothing"; status 404 'a field that is none'

# ---- views --------------------------------------------------------------------------------------
page "$N?type=view"; status 200 'a new view'
press $N review name=cheap fields.0.name=title 'query=SELECT id FROM nothing'; status 422 'a query that is none'
says 'href="#f-query"' 'is said beside it'
press $N review 'query=SELECT id, account_id, title FROM col_posts WHERE price = 1'; status 200 'looked at'
says 'First rows' 'with what it finds'; says '>one<' 'a row'; says_not '>two<' 'and no other'
press $N apply; is "$STATUS" 303 'made'; view=$NEXT
page "$view"; says 'SELECT id, account_id, title' 'its page'
page "$view/edit"; says 'value="remove 0"' 'fields of a view can go'

# ---- the list again -----------------------------------------------------------------------------
page '/admin/collections?sort=-name'; says 'aria-sort="descending"' 'sorted by name'
is "$(grep -o '>\(richer\|rich\|posts\|cheap\)</a>' "$W/body" | tr -d '\n')" '>richer</a>>rich</a>>posts</a>>cheap</a>' 'the last first'
says '>Query view<' 'what is a view'; says '>Public<' 'and what is public'
page '/admin/collections?search=RIC'; says '>richer<' 'found by a part'; says_not '>posts<' 'and nothing else'
page '/admin/collections?search=%3Cb%3E'; says 'value="&lt;b&gt;"' 'what is looked for is text'
says 'No collection is called like that.' 'nothing found'
page /admin/collections/types.ts; status 200 'types'; says 'interface Posts' 'of all'
page /admin/collections/schema.json; status 200 'JSON Schema'; says '"PostsCreate"' 'of all'
page "/admin/collections/export?collection_ids=$rich"; json '.collections|map(.name)|join(",")' rich 'an export of one'
# ---- migrations ---------------------------------------------------------------------------------
page /admin/migrations; status 200 'the migrations'
says 'create_collection_posts' 'of collections'; says '0001_core' 'and of the schema'
page '/admin/migrations?collection=posts'; says 'update_collection_posts' 'those of one'; says_not create_collection_rich 'alone'
says_not 0001_core 'without the schema'
change=$(grep -o 'href="/admin/migrations/[0-9a-f]*">' "$W/body" | head -n 1 | cut -d'"' -f2)
page "$change"; status 200 'one of them'
says 'root@larder.example.com' 'who it was'; says '<p class="name">note</p>' 'what was added'
page '/admin/migrations?branch=core'; says_not create_collection_posts 'the schema alone'
page "$(grep -o 'href="/admin/migrations/[0-9a-f]*">0*' "$W/body" | tail -n 1 | cut -d'"' -f2)"; says 'CREATE TABLE' 'its file'
page /admin/migrations/nothing; status 404 'what is not there'
page '/admin/migrations?collection=%3Cb%3E'; says 'value="&lt;b&gt;"' 'a name is text'

# ---- deleted ------------------------------------------------------------------------------------
page "$made/delete"; status 200 'asked before one goes'
says 'This cannot be done, because of:' 'which cannot, while others refer to it'
says 'rich' 'by name'
form "$made/delete" word=posts; status 409 'nor by asking for it'
D=/admin/collections/$copy/delete
page "$D"; status 200 'one that nobody needs'; says 'Type richer to go on' 'its name is to be typed'
form "$D" word=rich; status 422 'another name does not do'; is "$(tables richer)" 1 'and nothing happens'
page "$D"; form "$D" word=richer; goes /admin/collections 'the name does'
is "$(tables richer)" 0 'it is gone'
form "$D" word=richer; status 404 'once'

# ---- imported -----------------------------------------------------------------------------------
I=/admin/collections/import
ask get /api/v1/collections/export; cp "$W/body" "$W/export"
# bring NAME=VALUE…: the form of the import, as a browser sends it; FILE: a file with it
bring() {
    { for pair in "csrf=$CSRF" "$@"; do
          printf -- '--larder-form\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' "${pair%%=*}" "${pair#*=}"
      done
      printf -- '--larder-form\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\nContent-Type: application/json\r\n\r\n' "${FILE##*/}"
      [ -z "$FILE" ] || cat "$FILE"; printf '\r\n--larder-form--\r\n'; } >"$W/form"
    request POST $I -H "Cookie: $(cookies)" -H 'Content-Type: multipart/form-data; boundary=larder-form' -f "$W/form"
    FILE=
}
page $I; status 200 'a form for definitions that come'
bring strategy=error json=; status 422 'nothing is sent'; says 'Choose a file, or paste its text.' 'which is said'
bring strategy=error 'json=<b>{'; status 422 'no JSON'; says '&lt;b&gt;{' 'stays to be mended'
bring strategy=error 'json={"version":"2.0","exported_at":"x","exported_by":"x","collections":[]}'; status 422 'of another version'
bring strategy=none 'json={}'; status 422 'a strategy that is none'
sed 's/"name": "cheap"/"name": "cheaper"/' "$W/export" >"$W/new.json"
FILE=$W/new.json bring strategy=skip json=; status 200 'a file is looked at'
says 'is made' 'what is new'; says 'stays as it is' 'what is there'
is "$(tables cheaper)" 0 'nothing is made yet'
bring strategy=skip do=apply "json=$(cat "$W/new.json")"; status 200 'applied'; says 'What was imported' 'which is said'
is "$(tables cheaper)" 1 'it is there'
page $I; bring strategy=error "json=$(cat "$W/new.json")"; says 'fails' 'what is there may be a fault'
CSRF=none bring strategy=skip do=apply "json=$(cat "$W/new.json")"; status 403 'without its token nothing comes in'
done_testing
