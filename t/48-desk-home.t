#!/bin/sh
# 48-desk-home.t — the place at a glance, what is new, and the files of an account, as pages.
LARDER_TEST_SETTINGS='LARDER_JOB_WORKER_ENABLED=0 LARDER_WORKER_SLICE=0'
. t/lib/larder.sh
. t/lib/desk.sh
rows() {
    if [ "$DB" = postgres ]; then psql -qXAt -v ON_ERROR_STOP=1 "$POSTGRES_URL" -c "$1"
    else sqlite3 "$W/data/larder.db" "$1"; fi
}
# tile LABEL: its number
tile() { grep -o "<b[^>]*>[^<]*</b><span>$1</span>" "$W/body" | sed 's/<b[^>]*>\([^<]*\).*/\1/'; }

# ---- nothing much --------------------------------------------------------------------------------
at_desk
page /admin
status 200 'a superadmin comes home'
is "$(tile Accounts) $(tile Users) $(tile Collections) $(tile Records)" '1 1 0 0' 'to a place that is empty'
says 'There are no records yet.'; says 'href="/admin/collections/new"' 'and is told how to begin'
says 'No mail provider is set up' 'and what needs care'
says '<code>/api/v1/dashboard/stats?range=30d' 'the call behind it'

sign_up acme ann@acme.co; acme=$ACCOUNT ann=$USER_ID
sign_up other eve@other.co; other=$ACCOUNT
collection '{"name":"notes","fields":[{"name":"title","type":"text"},{"name":"paper","type":"file"}],
    "list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""}'
collection '{"name":"towns","fields":[{"name":"name","type":"text"}],"create_rule":""}'
sign_in acme ann@acme.co
printf 'hello' >"$W/hello"
upload "$W/hello" 'a <b>.txt' text/plain; held=$(value .file.path)
post /api/v1/records/notes "{\"title\":\"x\",\"paper\":$(jq -c .file "$W/body")}"; record=$(value .id)
upload "$W/hello" loose.txt text/plain; loose=$(value .file.path)
post /api/v1/records/towns '{"name":"Ulm"}'
sign_in other eve@other.co
for i in 1 2 3; do post /api/v1/records/towns "{\"name\":\"n$i\"}"; done
upload "$W/hello" secret.txt text/plain; secret=$(value .file.path)

# ---- the whole place -----------------------------------------------------------------------------
at_desk
page /admin
is "$(tile Accounts) $(tile Users) $(tile Collections) $(tile Records)" '3 3 2 5' 'everybody counts'
says 'href="/admin/users/'"$ann"'">ann@acme.co</a>' 'who came last'
says '<td data-label="Collection"><a href="/admin/records/towns">towns</a></td>' 'the fullest collections'
is "$(grep -c '<rect class="bar"' "$W/body")" 60 'a bar a day in two charts'
says '<a href="/admin" aria-current="page">30 days</a>' 'of 30 days'
page '/admin?range=90d'
is "$(grep -c '<rect class="bar"' "$W/body")" 26 'or a week of 90'
says '<a href="/admin?range=90d" aria-current="page">' 'the range is in the address'
page '/admin?range=%22%3E%3Cb%3E'
status 200 'a range that is none'; says '<a href="/admin" aria-current="page">30 days</a>' 'is the usual one'
page /admin -H 'Accept-Language: de'
says '<h1>Übersicht</h1>' 'in German'; says 'Wer zuletzt kam'

# ---- an account ----------------------------------------------------------------------------------
at_desk acme ann@acme.co
page /admin
status 200 'the admin of an account comes home'
is "$(tile Users) $(tile Groups) $(tile Records) $(tile Files)" '1 1 2 2' 'to the account'
is "$(tile Accounts)" '' 'and no others'
says_not eve; says_not /admin/health 'nor to the health of the place'
says '<td data-label="Table">col_towns</td>' 'what was changed last'
is "$(grep -c '<td data-label="Change">' "$W/body")" 8 'a row a change'
nobody
page /admin; status 303 'nobody is asked who they are'
rows "INSERT INTO users (id, account_id, email, password_hash, role_id, is_active, email_verified, auth_provider, created_at, updated_at)
    SELECT '00000000-0000-7000-8000-000000000009', account_id, 'bob@acme.co', password_hash, 2, is_active, email_verified, 'password', created_at, updated_at
    FROM users WHERE email = 'ann@acme.co'" >/dev/null
at_desk acme bob@acme.co
for p in /admin /admin/files /admin/live; do page $p; status 403 "a member does not see $p"; done

# ---- what is new ---------------------------------------------------------------------------------
event() { sed -n 's/^data: //p' "$W/body"; }
last() { sed -n 's/^id: //p' "$W/body"; }
at_desk acme ann@acme.co
page /admin/live
status 200 'what is new'
header Content-Type text/event-stream 'is an event'
is "$(event | jq -c '[.news, .sessions | type]')" '["number","string"]' 'of a page that has just been shown'
is "$(event | jq .news)" 0 'nothing'
is "$(event | jq 'has("jobs")')" false 'jobs are not theirs to know'
is "$(sed -n 's/^retry: //p' "$W/body")" 15000 'the browser asks again by itself'
since=$(last)
sign_in acme ann@acme.co; post /api/v1/records/towns '{"name":"Bonn"}'
sign_in other eve@other.co; post /api/v1/records/towns '{"name":"Rom"}'
at_desk acme ann@acme.co
page /admin/live -H "Last-Event-ID: $since"
mine=$(event | jq .news)
ok 'later there is something' [ "$mine" -gt 0 ]
is "$(last)" "$since" 'since the page was shown'
is "$mine" "$(rows "SELECT count(*) FROM audit_log WHERE account_id = '$acme' AND id > $since")" 'of the account alone'
for id in -1 x 99999999999999999999 '1 OR 1=1'; do
    page /admin/live -H "Last-Event-ID: $id"
    is "$STATUS $(event | jq .news)" '200 0' "$id is no place"
done
at_desk
page /admin/live -H "Last-Event-ID: $since"
ok 'superadmins hear of everything' [ "$(event | jq .news)" -gt "$mine" ]
is "$(event | jq -r .jobs)" "$(rows "SELECT count(*) FROM jobs WHERE status = 'pending'")" 'and of jobs that wait'
nobody
page /admin/live; status 303 'nobody hears nothing'

# ---- files ---------------------------------------------------------------------------------------
at_desk acme ann@acme.co
page /admin/files
status 200 'files'
says 'a &lt;b&gt;.txt' 'whose names are text'; says 'loose.txt'
says_not secret.txt 'of the account alone'
says "<a href=\"/admin/records/notes/$record\">notes</a>" 'and who holds them'
page '/admin/files?collection=-'
says loose.txt; says_not 'a &lt;b&gt;' 'those that nobody holds'
page '/admin/files?type=image'; says 'No file is like that.' 'by kind'
page '/admin/files?search=LOOSE'; says loose.txt; says_not 'a &lt;b&gt;' 'by name'
page "/admin/files?account=$other"; says_not secret.txt 'another account has none for them'
page "/admin/files/one?path=$held"
status 200 'one of them'
says "/admin/records/notes/$record" 'with who holds it'
says_not '/admin/files/delete' 'which is why it stays'
link=$(grep -o 'href="/api/v1/files/signed/[^"]*"' "$W/body" | head -n 1 | cut -d'"' -f2 | sed 's/&amp;/\&/g')
nobody; get "$link"
is "$STATUS $(body)" '200 hello' 'it can be had by its link'
at_desk acme ann@acme.co
page "/admin/files/one?path=$secret"; status 404 "another account's is not there"
page "/admin/files/delete?path=$secret"; status 404 'nor to delete'
page '/admin/files/one?path=../../larder.db'; status 404 'nor is anything else'
page /admin/files/one; status 422 'a file has a path'
page "/admin/files/delete?path=$held"
status 200 'who asks to delete what is held'; says 'notes' 'is told by whom'
says_not 'Delete the file</button>' 'and cannot'
form "/admin/files/delete?path=$held" ''; status 409 'also when they do not ask'
page "/admin/files/delete?path=$loose"
says 'Delete the file loose.txt?'; says 'It cannot be brought back.'
CSRF=forged; form "/admin/files/delete?path=$loose" ''; status 403 'no forged form deletes'
page "/admin/files/delete?path=$loose"
form "/admin/files/delete?path=$secret" ''; status 404 "nor one's own another's"
form "/admin/files/delete?path=$loose" ''
goes /admin/files 'what nobody holds goes'
page "$NEXT"; says 'The file is deleted.'; says_not loose.txt
is "$(rows "SELECT count(*) FROM files WHERE filename = 'loose.txt'")" 0 'for good'
at_desk
page /admin/files; says secret.txt; says 'a &lt;b&gt;.txt' 'superadmins see all'
page "/admin/files?account=$other"; says secret.txt; says_not 'a &lt;b&gt;.txt' 'or those of one account'
page /admin/files -H 'Accept-Language: de'; says '<h1>Dateien</h1>' 'in German'

# What only the records tell is not told by whoever administrates.
superadmin; post /api/v1/users "{\"email\":\"mel@acme.co\",\"password\":\"$PASSWORD\",\"account_id\":\"$acme\",\"role_id\":\"2\"}"
larder user verify mel@acme.co --account acme >/dev/null; sign_in acme mel@acme.co
upload "$W/hello" mels.txt text/plain; mels=$(value .file.path)
at_desk acme ann@acme.co
page "/admin/files/one?path=$mels"; says files/signed/ 'files of all are for all'
LARDER_TEST_SETTINGS="$LARDER_TEST_SETTINGS LARDER_FILE_ACCESS=record"
[ -z "$FRONT" ] || { stop_server; start_server; }
page "/admin/files/one?path=$mels"
status 200 'unless the setting says otherwise: then it is there'; says_not files/signed/ 'and what is in it stays where it is'
page "/admin/files/one?path=$held"; says files/signed/ 'what a record shows them, they see'
done_testing
