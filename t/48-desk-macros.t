#!/bin/sh
# 48-desk-macros.t — macros for people: written, checked before they count, tried, used, deleted.
. t/lib/larder.sh
. t/lib/desk.sh

enc() { printf %s "$1" | jq -sRr @uri; }
macro() { printf 'name=%s&description=%s&parameters=%s&sql_query=%s' "$(enc "$1")" "$(enc "$2")" "$(enc "$3")" "$(enc "$4")"; }
again() { form "$@"; ONCE=$(hidden once); }             # as from the page that came back
ONE="SELECT count(*) FROM users WHERE role_id = :role"

sign_up acme ann@acme.example.com
at_desk acme ann@acme.example.com
page /admin/macros
status 403 'macros are for superadmins'
page /admin/macros/new
status 403 'none is written by others'

at_desk
page /admin/macros
status 200 'macros are listed'
says 'No macro is stored yet.' 'those that are stored'
says '@has_role(&quot;admin&quot;)' 'and those that are built in'
says 'href="/admin/macros/new"' 'with a way to write one'

page /admin/macros/new
again /admin/macros/new "do=check&$(macro staff '<b>Staff</b>' role "$ONE")"
status 200 'a macro is checked before it is stored'
says 'Nothing was saved.'
again /admin/macros/new "do=check&$(macro staff '' role 'DELETE FROM users')"
status 422 'what is no SELECT is refused'
says 'DELETE FROM users' 'and kept as it was typed'
again /admin/macros/new "do=save&$(macro 'two words' '' role "$ONE")"
status 422 'so is a name that is none'
again /admin/macros/new "do=save&$(macro '' '' '' '')"
says 'Name: This must be filled in.' 'what is missing is told'
page /admin/macros/new
form /admin/macros/new "do=save&$(macro staff '<b>Staff</b>' role "$ONE")"
is "$STATUS" 303 'it is stored'
MACRO=${NEXT##*/}
form /admin/macros/new "do=save&$(macro staff '<b>Staff</b>' role "$ONE")"
is "$STATUS $NEXT" "303 /admin/macros/$MACRO" 'once, however often the button is pressed'
page "/admin/macros/$MACRO"
says 'The macro is stored. Rules may call it.'
says '&lt;b&gt;Staff&lt;/b&gt;' 'text is shown as text'
page /admin/macros
says '@staff</a>'
page /admin/macros/new
form /admin/macros/new "do=save&$(macro staff '' '' 'SELECT 1')"
status 409 'there is one of a name'

page "/admin/macros/$MACRO"
VERSION=$(hidden version)
form "/admin/macros/$MACRO/try" 'p0=1&account=acme'
status 200 'it is tried with arguments'
says 'id="result"'
form "/admin/macros/$MACRO/try" 'p0=1&account=nowhere'
status 422 'on the rows of an account that there is'
form "/admin/macros/$MACRO" "do=save&version=$VERSION&$(macro staff 'People of a role' role "$ONE")"
goes "/admin/macros/$MACRO" 'it is changed'
as_superadmin GET "/api/v1/macros/$MACRO"
json .description 'People of a role' 'as it was said'
page "/admin/macros/$MACRO"
form "/admin/macros/$MACRO" "do=save&version=$VERSION&$(macro staff 'Other' role "$ONE")"
status 409 'who saw an older one is told first'
as_superadmin GET "/api/v1/macros/$MACRO"
json .description 'People of a role' 'and changes nothing'

collection '{"name":"posts","fields":[{"name":"title","type":"text"}],"list_rule":"@staff(1)"}'
page "/admin/macros/$MACRO"
says 'href="/admin/rules/posts"' 'it says where it is used'
page "/admin/macros/$MACRO/delete"
says 'This cannot be done' 'one that is used stays'
form "/admin/macros/$MACRO/delete" ''
status 409 'whatever is sent'
as_superadmin PUT /api/v1/collections/posts/rules '{"list_rule":null}'
page "/admin/macros/$MACRO/delete"
says 'Delete the macro @staff?'
form "/admin/macros/$MACRO/delete" ''
goes /admin/macros 'else it goes'
as_superadmin GET "/api/v1/macros/$MACRO"
status 404 'for good'
page "/admin/macros/$MACRO"
status 404 'and its page with it'
at_desk acme ann@acme.example.com
form "/admin/macros/new" "do=save&$(macro mine '' '' 'SELECT 1')"
status 403 'others store none'
