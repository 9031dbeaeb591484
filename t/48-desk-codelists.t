#!/bin/sh
# 48-desk-codelists.t — code lists for people: made, ordered, extended, hidden, imported; each account its own.
. t/lib/larder.sh
. t/lib/desk.sh

enc() { printf %s "$1" | jq -sRr @uri; }
order_of() { as_superadmin GET "/api/v1/codelists/$1/manage/values"; value '[.[].code] | join(" ")'; }

sign_up acme ann@acme.example.com; ACME=$ACCOUNT
sign_up other rival@other.example.com
as_superadmin POST /api/v1/users "{\"email\":\"max@acme.example.com\",\"password\":\"$PASSWORD\",\"account_id\":\"$ACME\",\"role_id\":2}"
larder user verify max@acme.example.com --account acme >/dev/null
at_desk acme max@acme.example.com
page /admin/codelists
status 403 'a member keeps no lists'

at_desk
page /admin/codelists/new
form /admin/codelists/new 'code=Not+Good&name=X'
isnt "$STATUS" 303 'a code that may be none is refused'
says 'value="Not Good"' 'and kept as it was typed'
page /admin/codelists/new
form /admin/codelists/new 'code=colours&name=%3Cb%3EColours%3C%2Fb%3E&is_active=on&is_extensible=on'
goes /admin/codelists/colours 'a superadmin makes a list'
form /admin/codelists/new 'code=colours&name=%3Cb%3EColours%3C%2Fb%3E&is_active=on&is_extensible=on'
goes /admin/codelists/colours 'once, however often the button is pressed'
page /admin/codelists/colours
says '&lt;b&gt;Colours&lt;/b&gt;' 'text is shown as text'; says 'No value fits.'
add() {
    page /admin/codelists/colours/add
    form /admin/codelists/colours/add "code=$1&labels=$(enc "$2")&is_active=on"
}
add red 'en: Red
de: Rot'
goes /admin/codelists/colours 'it gets a value with its labels'
add green 'en: Green'; add blue 'en: Blue'
page /admin/codelists/colours
says '>red</a>'; says 'Red'; says 'de, en' 'and in which languages'
add red 'en: Again'
status 409 'there is one of a code'
says 'Again</textarea>' 'what was typed is kept'
add pink 'Pink'
status 422 'a label names its language'; says 'A line is a language, a colon and the label.'
add 'a b' 'en: X'
isnt "$STATUS" 303 'a code that may be none is refused'
is "$(order_of colours)" 'blue green red' 'values of one place stand by their codes'
page /admin/codelists/colours
form /admin/codelists/colours/move up=red
goes /admin/codelists/colours 'one is moved up'
is "$(order_of colours)" 'blue red green' 'by one place'
page /admin/codelists/colours
form /admin/codelists/colours/move down=blue
is "$(order_of colours)" 'red blue green' 'or down'
form /admin/codelists/colours/move up=red
is "$(order_of colours)" 'red blue green' 'not beyond the end'
form /admin/codelists/colours/move 'up=blue&at=search%3De%26offset%3D0'
goes '/admin/codelists/colours?search=e&offset=0' 'and leads back to where it was'
form /admin/codelists/colours/move down=blue
form /admin/codelists/colours/move ''
status 400 'nothing chosen is nothing done'
form /admin/codelists/colours/move off=blue
as_superadmin GET /api/v1/codelists/colours/manage/values
json '.[] | select(.code == "blue") | .is_active' false 'one is switched off'
form /admin/codelists/colours/move on=blue
page '/admin/codelists/colours?search=ROT'
says '>red</a>' 'one is found by its label'; says_not '>blue</a>'

page /admin/codelists/colours/values/red
VERSION=$(hidden version)
says 'de: Rot' 'a value has its labels on a page'
form /admin/codelists/colours/values/red "version=$VERSION&labels=$(enc 'en: Crimson
de: Rot
fr: Rouge')&sort_order=1&is_active=on"
goes /admin/codelists/colours 'it is changed'
as_superadmin GET /api/v1/codelists/colours/manage/values
json '.[] | select(.code == "red") | [.labels[].label] | join(" ")' 'Rot Crimson Rouge' 'with what was said'
page /admin/codelists/colours/values/red
form /admin/codelists/colours/values/red "version=$VERSION&labels=&sort_order=x&is_active=on"
status 409 'who saw older ones is told first'
page /admin/codelists/colours/values/nothing
status 404 'a value that is not has no page'

page /admin/codelists/colours/edit
VERSION=$(hidden version)
form /admin/codelists/colours/edit "version=$VERSION&name=Hues&is_active=on&is_extensible=on"
goes /admin/codelists/colours 'a list is changed'
page /admin/codelists/colours/edit
form /admin/codelists/colours/edit "version=$VERSION&name=Other&is_active=on"
status 409 'not over the head of another'

page /admin/codelists/import
form /admin/codelists/import "package=$(enc 'no JSON')"
status 422 'what is no package is refused'; says 'no JSON</textarea>' 'and kept'
as_superadmin GET /api/v1/codelists/colours/export
cp "$W/body" "$W/package"
page /admin/codelists/colours/export
is "$(body)" "$(cat "$W/package")" 'a list can be taken home, as the API gives it'
has "$(header_value Content-Disposition)" codelist_colours.json 'as a file'
PACKAGE=$(sed 's/colours/shades/' "$W/package")
page /admin/codelists/import
form /admin/codelists/import "package=$(enc "$PACKAGE")"
goes /admin/codelists/shades 'a package is imported'
is "$(order_of shades)" "$(order_of colours)" 'with its values'

at_desk acme ann@acme.example.com
page /admin/codelists
status 200 'an account sees the lists of everybody'
says '>colours</a>'; says_not 'href="/admin/codelists/import"'
page /admin/codelists/colours/edit
status 403 'and does not change them'
page /admin/codelists/import
status 403 'nor imports any'
page /admin/codelists/colours/export
status 403 'nor takes those home'
page /admin/codelists/colours
form /admin/codelists/colours/move off=red
status 403 'nor switches their values'
page /admin/codelists/colours/values/red
says 'superadmins keep it'
form /admin/codelists/colours/values/red 'labels=en%3A+Mine&is_active=on'
status 403 'nor renames them'
form /admin/codelists/colours/values/red/here 'visibility=hidden'
goes /admin/codelists/colours 'but has them otherwise'
page /admin/codelists/colours
says 'hidden here'
sign_in acme ann@acme.example.com; get /api/v1/codelists/colours/values
is "$(value '[.[].code] | index("red")')" null 'for its own people'
TOKEN=
page /admin/codelists/colours/values/red
says 'Have it as everybody has it'
form /admin/codelists/colours/values/red/as-everybody ''
goes /admin/codelists/colours 'and takes that back'
form /admin/codelists/colours/values/red/here 'visibility=gone'
status 422 'not in ways that there are not'
page /admin/codelists/colours/add
form /admin/codelists/colours/add 'code=mauve&labels=en%3A+Mauve&is_active=on'
goes /admin/codelists/colours 'adds values of its own'
page /admin/codelists/colours
says '>mauve</a>'
page /admin/codelists/new
form /admin/codelists/new 'code=sizes&name=Sizes&is_active=on'
goes /admin/codelists/sizes 'and lists'

at_desk other rival@other.example.com
page /admin/codelists
says_not '>sizes</a>' 'which others do not see'
page /admin/codelists/sizes
status 404 'nor open'
page /admin/codelists
form /admin/codelists/sizes/delete ''
status 404 'nor delete'
page /admin/codelists/colours
says_not '>mauve</a>' 'nor values of others'

at_desk acme ann@acme.example.com
page /admin/codelists/sizes/delete
says 'Delete the list Sizes?'
form /admin/codelists/sizes/delete ''
goes /admin/codelists 'its keeper does'
page /admin/codelists/sizes
status 404 'then it is gone'
page /admin/codelists/colours/delete
status 403 "everybody's is not theirs to delete"
