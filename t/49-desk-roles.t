#!/bin/sh
# 49-desk-roles.t — pages of roles and of what they may do: ticked in a grid, page by page, and obeyed by the next request.
. t/lib/larder.sh
. t/lib/desk.sh

collection() { as_superadmin POST /api/v1/collections "$1"; TOKEN=; }
root() { as_superadmin "$@"; TOKEN=; }
for i in $(seq 1 9); do collection "{\"name\":\"extra_0$i\",\"schema\":[{\"name\":\"title\",\"type\":\"text\"}]}"; done
collection '{"name":"posts","schema":[{"name":"title","type":"text"},{"name":"secret","type":"text"}]}'; status 201 'a collection without rules of its own'
sign_up acme ann@acme.example.com; acme_id=$ACCOUNT
root POST /api/v1/users "{\"email\":\"bob@acme.example.com\",\"account_id\":\"$acme_id\",\"role_id\":2,\"password\":\"$PASSWORD\"}"; bob_id=$(value .id)
larder user verify bob@acme.example.com --account acme >/dev/null
granted() { root GET "/api/v1/roles/$1/permissions"; value "[.permissions[] | select(.collection == \"$2\") | .$3 | select(. != null) | .rule, (.fields | tojson)] | join(\" \")"; }

# ---- who ----------------------------------------------------------------------------------------
at_desk acme ann@acme.example.com
for path in roles roles/new roles/2 roles/2/edit roles/2/delete permissions roles/2/permissions/posts; do page "/admin/$path"; status 403 "for superadmins: /admin/$path"; done
page /admin/groups; form /admin/roles/2 'on=2/read/posts'; status 403 'nobody else grants'; form /admin/roles/new name=spy; status 403 'nor makes a role'

# ---- roles --------------------------------------------------------------------------------------
at_desk
page /admin/roles; status 200 'the roles'; says '>admin</a>' 'with admin'; says '/admin/permissions' 'and the way to what they may do'
page /admin/roles/new; form /admin/roles/new 'name=&description=kept'; status 422 'a name must be'; says 'value="kept"' 'what was typed stays'
form /admin/roles/new 'name=admin'; status 409 'another than those there are'
page /admin/roles/new; once=$ONCE; form /admin/roles/new 'name=%3Cb%3Eeditor&description=who+edits'; is "$STATUS" 303 'made'; editor=${NEXT##*/} first=$NEXT
ONCE=$once; form /admin/roles/new 'name=%3Cb%3Eeditor&description=who+edits'; is "$NEXT" "$first" 'pressed twice: once'
page "/admin/roles/$editor"; status 200 'its page'; says '&lt;b&gt;editor' 'escaped'; says_not '<b>editor' 'everywhere'
page "/admin/roles/$editor/edit"; version=$(hidden version)
form "/admin/roles/$editor/edit" "version=$version&name=editor&description="; goes "/admin/roles/$editor" 'renamed'
form "/admin/roles/$editor/edit" "version=$version&name=writer"; status 409 'who had it open before is told'; says 'value="writer"' 'with what they typed'
page /admin/roles/1/edit; form /admin/roles/1/edit "version=$(hidden version)&name=boss"; status 422 'admin keeps its name'

# ---- the grid of one role -----------------------------------------------------------------------
page /admin/roles/2; status 200 'the grid of a role'; says 'every collection' 'with all of them first'; says 'value="2/read/posts"' 'a box for each collection and operation'
version=$(hidden version)
form /admin/roles/2 "version=$version&on=2/read/posts&on=2/create/posts&on=2/read/nothing&on=9/read/posts"; goes /admin/roles/2 'ticked and saved'
is "$(granted 2 posts read)" 'true "*"' 'is granted: every row, every field'; is "$(granted 2 posts create)" 'true "*"' 'each of them'; is "$(granted 2 posts delete)" '' 'and nothing else'
page "$NEXT"; says 'Permissions changed: 2' 'as the page says'; says 'value="2/read/posts" checked' 'and shows'
sign_in acme bob@acme.example.com; get /api/v1/records/posts; status 200 'who has the role may do so at once'; TOKEN=
form /admin/roles/2 "version=$version&on=2/delete/posts"; status 409 'who had it open before is told'
says 'Somebody has changed these permissions' 'that it was changed'; says 'is granted now' 'what is now'; says 'value="2/delete/posts" checked' 'and keeps what they ticked'
version=$(hidden version); is "$(granted 2 posts delete)" '' 'nothing happens'
form /admin/roles/2 "version=$version&on=2/delete/posts"; goes /admin/roles/2 'sent again, it wins'
is "$(granted 2 posts read)/$(granted 2 posts delete)" '/true "*"' 'taken away, and given'
page '/admin/roles/2?collection=POST'; says 2/read/posts 'collections are looked for'; says_not 2/read/extra_01 'others are left out'
form '/admin/roles/2?collection=POST' "version=$(hidden version)&on=2/read/posts"; goes '/admin/roles/2?collection=POST' 'saved, one is where one was'
is "$(granted 2 posts read)/$(granted 2 posts delete)" 'true "*"/' 'what was seen is what is changed'
page '/admin/roles/2?collection=extra'; form '/admin/roles/2?collection=extra' "version=$(hidden version)&on=2/read/extra_01"
is "$(granted 2 posts read)" 'true "*"' 'what was not seen stays'
page /admin/roles/2; CSRF=none; form /admin/roles/2 "version=$(hidden version)"; status 403 'not without its token'
page /admin/roles/99; status 404 'a role that is none'

# ---- rules and fields of one collection ---------------------------------------------------------
page /admin/roles/2/permissions/posts; status 200 'rules and fields'; says 'checked' 'as they are'; version=$(hidden version)
form /admin/roles/2/permissions/posts "version=$version&read=on&read_rule=nonsense+(&read_fields=title&update=on&update_rule=true&update_fields=*"; status 422 'a rule that is none'
says 'href="#f-read_rule"' 'is told beside it'; says 'nonsense (</textarea>' 'and kept'; is "$(granted 2 posts update)" '' 'and nothing of it is done'
form /admin/roles/2/permissions/posts "version=$version&read=on&read_rule=title+%3D+%22open%22&read_fields=title,+id&update=on&update_rule=true&update_fields=*&delete_rule=true"; goes /admin/roles/2 'saved'
is "$(granted 2 posts read)" 'title = "open" ["title","id"]' 'a rule and fields'; is "$(granted 2 posts update)" 'true "*"' 'and all'
form /admin/roles/2/permissions/posts "version=$version&read_rule=true"; status 409 'who had it open before is told'; is "$(granted 2 posts update)" 'true "*"' 'nothing happens'
page /admin/roles/2; says 'title = &quot;open&quot;' 'the grid shows the rule'; says '/admin/roles/2/permissions/posts' 'and leads to it'
form /admin/roles/2 "version=$(hidden version)&on=2/read/posts&on=2/update/posts&on=2/delete/posts&on=2/read/extra_01"
is "$(granted 2 posts read)" 'title = "open" ["title","id"]' 'a tick that stays keeps its rule'
page '/admin/roles/2/permissions/*'; status 200 'of every collection as well'; form '/admin/roles/2/permissions/*' "version=$(hidden version)&read=on&read_rule=true&read_fields=*"; is "$(granted 2 '*' read)" 'true "*"' 'granted'
page /admin/roles/2/permissions/nothing; status 404 'a collection that is none'

# ---- of all roles -------------------------------------------------------------------------------
page /admin/permissions; status 200 'the grid of all roles'; says "value=\"$editor/read/posts\"" 'with each of them'; says 'value="2/read/posts" checked' 'and what is granted'
says 'operation=update' 'an operation at a time'
page '/admin/permissions?operation=update&collection=posts'; says "value=\"$editor/update/posts\"" 'like this'
form '/admin/permissions?operation=update&collection=posts' "version=$(hidden version)&on=$editor/update/posts"; goes '/admin/permissions?operation=update&collection=posts' 'saved for all'
is "$(granted "$editor" posts update)/$(granted 2 posts update)" 'true "*"/' 'given to one, taken from the other'
page '/admin/permissions?operation=nonsense'; status 422 'an operation that is none'

# ---- many collections ---------------------------------------------------------------------------
for i in $(seq 10 40); do collection "{\"name\":\"extra_$i\",\"schema\":[{\"name\":\"title\",\"type\":\"text\"}]}"; done
page /admin/roles/2; says '1–25 of 42' 'page by page'; says 'offset=25' 'with a next one'; bytes=$(wc -c <"$W/body")
is "$((bytes < 40000))" 1 "a page stays small ($bytes bytes)"
page '/admin/roles/2?offset=25'; says '26–42 of 42' 'and a last one'
form '/admin/roles/2?offset=25' "version=$(hidden version)&on=2/read/extra_40"; is "$STATUS" 303 'saved there'; is "$(granted 2 extra_40 read)" 'true "*"' 'a grant'
is "$(granted 2 extra_01 read)" 'true "*"' 'other pages stay'

# ---- the end ------------------------------------------------------------------------------------
root PATCH "/api/v1/users/$bob_id" "{\"role_id\":$editor}"
page "/admin/roles/$editor/delete"; status 200 'asked before a role is deleted'; says 'This cannot be done' 'that somebody has'
form "/admin/roles/$editor/delete" ''; status 409 'it stays'
root PATCH "/api/v1/users/$bob_id" '{"role_id":2}'
page "/admin/roles/$editor/delete"; form "/admin/roles/$editor/delete" ''; goes /admin/roles 'deleted'; root GET "/api/v1/roles/$editor"; status 404 'and gone'
page /admin/roles/1/delete; form /admin/roles/1/delete ''; status 422 'admin is never'
page /admin/roles -H 'Accept-Language: de'; says '<h1>Rollen</h1>' 'in German as well'
done_testing
