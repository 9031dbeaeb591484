#!/bin/sh
# 47-desk-session.t — the session behind the pages: its cookie, its end, its tokens; acting in an account.
. t/lib/larder.sh
. t/lib/desk.sh
plan 41

sign_up acme ann@acme.co; acme=$ACCOUNT
sign_up rival eve@rival.co; rival=$ACCOUNT
post /api/v1/groups '{"name":"theirs"}'; theirs=$(value .id)
sign_in acme ann@acme.co; token=$TOKEN

nobody; page '/admin/groups?search=a%26b'
goes '/admin/sign-in?next=%2Fadmin%2Fgroups%3Fsearch%3Da%2526b' 'whoever is not signed in is sent there, and comes back'
TOKEN=$token; page /admin/groups; TOKEN=
is "$STATUS" 303 'a header signs nobody in at a page'
at_desk acme ann@acme.co
page /admin/groups; status 200 'the cookie does'
is "$(header_value Set-Cookie)" '' 'and stays as it is while it is fresh'
get /api/v1/groups -H "Cookie: larder_session=$token"; status 401 'the cookie is nothing to the API'
echo 'larder_session=nonsense' >"$COOKIES"; page /admin/groups; is "$STATUS" 303 'a bad one signs nobody in'
printf 'larder_session=\377\376\n' >"$COOKIES"; page /admin/groups; is "$STATUS" 303 'whatever is in it'

at_desk acme ann@acme.co
page /admin/groups/new; csrf=$CSRF
isnt "$csrf" '' 'a form has a token'
CSRF=; form /admin/groups/new name=One; status 403 'without it nothing is done'
CSRF=wrong; form /admin/groups/new name=One; status 403 'nor with another'
at_desk rival eve@rival.co; page /admin/groups/new; other=$CSRF
at_desk acme ann@acme.co; CSRF=$other; form /admin/groups/new name=One; status 403 'nor with that of another session'
page /admin/groups/new
form /admin/groups/new name=One -H 'Sec-Fetch-Site: cross-site'; status 403 'nor when another site sends it'
form /admin/groups/new name=One -H 'Origin: https://evil.example.com'; status 403 'whatever tells so'
is "$(sql "SELECT COUNT(*) FROM groups WHERE name = 'One'")" 0 'so far nothing was made'
form /admin/groups/new name=One; is "$STATUS" 303 'with it, it is'
first=$NEXT; form /admin/groups/new name=One; goes "$first" 'pressed twice, the second gets the reply of the first'
is "$(sql "SELECT COUNT(*) FROM groups WHERE name = 'One'")" 1 'and it is done once'
page /admin/groups/new; form /admin/groups/new name=One; status 409 'a new form with the same name is refused'
form /admin/groups/new name=Two; is "$STATUS" 303 'and can be mended and sent again'
page /admin/groups; says One; says 'The group Two is there.' 'the page after it says what was done'
page /admin/groups; says_not 'The group Two is there.' 'once'

page "/admin/groups/$theirs"; status 404 'what is of another account is not there'
page /admin/mail/log; status 403 'what is for superadmins is refused'

# an old token is renewed while it is used, and not by what a page asks for by itself
at_desk acme ann@acme.co
page /admin/groups -H 'Accept: text/event-stream'; is "$(header_value Set-Cookie)" '' 'what streams renews nothing'
LARDER_TEST_SETTINGS="$LARDER_TEST_SETTINGS LARDER_ACCESS_TOKEN_EXPIRE_MINUTES=600"
[ -z "$FRONT" ] || { stop_server; start_server; }
page /admin/groups; has "$(header_value Set-Cookie)" 'larder_session=ey' 'one whose life is mostly over is renewed'
has "$(header_value Set-Cookie)" 'HttpOnly; SameSite=Lax' 'kept from scripts and other sites'
page /admin/groups; status 200 'and counts'; is "$(header_value Set-Cookie)" '' 'the new one is fresh'

# acting
at_desk
page /admin/groups; says 'theirs' 'a superadmin sees the groups of all'
echo "larder_account=$acme" >>"$COOKIES"
page /admin/groups; says One 'one who acts in an account sees its own'; says_not theirs 'and no others'
page /admin/mail/log; status 403 'and nothing that its admin may not see'
page /admin/groups/new; form /admin/groups/new name=Acted; is "$STATUS" 303 'what they make'
is "$(sql "SELECT account_id FROM groups WHERE name = 'Acted'")" "$acme" 'is of that account'
has "$(sql "SELECT user_email FROM audit_log WHERE table_name = 'groups' AND new_value = 'Acted'")" "$ROOT_EMAIL" 'and the trail says who it was'
page "/admin/groups/$theirs"; status 404 'others are out of reach'
at_desk acme ann@acme.co; echo "larder_account=$rival" >>"$COOKIES"
page /admin/groups; says_not theirs 'for all others the cookie means nothing'
at_desk; echo "larder_account=../x" >>"$COOKIES"; page /admin/groups; status 200 'nor does one that names none'

# the end
at_desk acme ann@acme.co; page /admin/groups; status 200 'a session'
post /api/v1/auth/logout '{}' -H "Authorization: Bearer $(sed -n 's/larder_session=//p' "$COOKIES")"
page /admin/groups; is "$STATUS" 303 'that is ended elsewhere is ended here'
