#!/bin/sh
# 47-desk-users.t — pages of people: found, made, changed, given a password, signed out and deactivated by forms alone.
. t/lib/larder.sh
. t/lib/desk.sh

sign_up beta boss@beta.example.com; beta=$TOKEN beta_id=$ACCOUNT boss=$USER_ID
sign_up acme ann@acme.example.com; acme=$TOKEN acme_id=$ACCOUNT ann=$USER_ID
as_superadmin POST /api/v1/roles '{"name":"editor"}'; editor=$(value .id)
ask() { TOKEN=$acme; get "$1"; TOKEN=; }     # what the database has: by the API, as Ann
user() { ask "/api/v1/users/$1"; value "$2"; }

# ---- new ----------------------------------------------------------------------------------------
at_desk acme ann@acme.example.com
page /admin/users; status 200 'the users'; says ann@acme.example.com 'Ann is one'; says_not boss@beta 'who is of another account is not'
page /admin/users/new; status 200 'a form for a new one'
says_not '>editor<' 'account admins do not give every role'
says_not 'name="account"' 'nor choose the account'
form /admin/users/new "email=nonsense&role_id=2&password=$PASSWORD"; status 422 'an address that is none'
says 'href="#f-email"' 'is told beside its field'; says 'value="nonsense"' 'which keeps it'; says_not "$PASSWORD" 'a password is never shown again'
form /admin/users/new 'email=bob%40acme.example.com&role_id=2&password=short'; status 422 'a password that is too weak'
says 'href="#f-password"' 'is told beside its field'
form /admin/users/new "email=bob%40acme.example.com&role_id=$editor&password=$PASSWORD"; status 422 'a role that is not theirs to give'
form /admin/users/new "email=ann%40acme.example.com&role_id=2&password=$PASSWORD"; status 409 'an address that is taken'
page /admin/users/new; once=$ONCE
form /admin/users/new "email=bob%40acme.example.com&role_id=2&password=$PASSWORD&verified=on&account=$beta_id"; is "$STATUS" 303 'made'
first=$NEXT bob=${NEXT##*/}
ONCE=$once; form /admin/users/new "email=bob%40acme.example.com&role_id=2&password=$PASSWORD&verified=on&account=$beta_id"
is "$STATUS $NEXT" "303 $first" 'pressed twice: the same answer'
is "$(user "$bob" '[.email, .role, .account_id, .email_verified, .is_active]')" "[\"bob@acme.example.com\",\"user\",\"$acme_id\",true,true]" 'as the form said, in their own account'
sign_in acme bob@acme.example.com; status 200 'and may sign in'; TOKEN=

at_desk acme bob@acme.example.com
for path in users users/new "users/$ann" "users/$ann/edit" "users/$ann/password" "users/$ann/delete"; do page "/admin/$path"; status 403 "a member has no page /admin/$path"; done
form "/admin/users/$ann/password" 'password=Another-Horse-2&again=Another-Horse-2'; status 403 "nor sets a password"
nobody; page "/admin/users/$ann/password"; is "$STATUS" 303 'who is not signed in is asked to, by auth as well'
at_desk acme ann@acme.example.com

# ---- the list -----------------------------------------------------------------------------------
page '/admin/users?search=BOB'; says bob@acme.example.com 'found by a part of the address'; says_not "users/$ann" 'others are not'
page '/admin/users?role_id=1'; says_not "$bob" 'by role'
page '/admin/users?active=0'; says 'Nobody is like that.' 'by status'
page '/admin/users?sort=email'; says 'aria-sort="ascending"' 'sorted'
page '/admin/users?role_id=nonsense'; status 422 'a filter that is none is told'

# ---- one ----------------------------------------------------------------------------------------
page "/admin/users/$bob"; status 200 'a page for each'
says 'bob@acme.example.com' 'with the address'; says "/admin/users/$bob/edit" 'the way to change it'; says_not 'Latest changes' 'the trail is for superadmins'
page "/admin/users/$ann"; says 'This is you.' 'for oneself as well'; says_not "/admin/users/$ann/edit" 'which one does not change'
page "/admin/users/$ann/edit"; form "/admin/users/$ann/edit" "version=$(hidden version)&email=ann%40acme.example.com&role_id=2"; status 422 'whatever is posted'
is "$(user "$ann" .role)" admin 'nothing changed'

# ---- edit ---------------------------------------------------------------------------------------
TOKEN=$acme; post /api/v1/groups '{"name":"<i>sales</i>"}'; sales=$(value .id); post /api/v1/groups '{"name":"night"}'; night=$(value .id); TOKEN=
page "/admin/users/$bob/edit"; status 200 'a form to change it'; version=$(hidden version)
says '&lt;i&gt;sales&lt;/i&gt;' 'offers the groups, escaped'
form "/admin/users/$bob/edit" "version=$version&email=bob%40acme.example.com&role_id=2&active=on&profile=%7Bnot"; status 422 'a profile that is no JSON'
says 'This is not valid JSON' 'is told'; says '{not</textarea>' 'and kept'
form "/admin/users/$bob/edit" "version=$version&email=bob%40acme.example.com&role_id=2&active=on&profile=%5B1%5D"; status 422 'nor an object'
form "/admin/users/$bob/edit" "version=$version&email=rob%40acme.example.com&role_id=1&active=on&groups=$sales&groups=$night&profile=%7B%22a%22%3A1%7D"
goes "/admin/users/$bob" 'changed'
is "$(user "$bob" '[.email, .role, (.groups | sort | join(" ")), .profile_data.a]')" '["rob@acme.example.com","admin","<i>sales</i> night",1]' 'to that'
form "/admin/users/$bob/edit" "version=$version&email=tim%40acme.example.com&role_id=2&active=on"; status 409 'who had it open before is told'
says 'value="tim@acme.example.com"' 'with what they typed'; says 'rob@acme.example.com' 'and what it has become'
page "/admin/users/$bob/edit"
form "/admin/users/$bob/edit" "version=$(hidden version)&email=rob%40acme.example.com&role_id=2&active=on&groups=$night&profile=%7B%7D"; goes "/admin/users/$bob" 'and again'
is "$(user "$bob" '[.role, (.groups | join(" "))]')" '["user","night"]' 'groups are left, too'
page "/admin/users/$bob/edit"
form "/admin/users/$bob/edit" "version=$(hidden version)&email=ann%40acme.example.com&role_id=2&active=on"; status 409 'an address that is taken'

# ---- passwords and sessions ---------------------------------------------------------------------
sign_in acme rob@acme.example.com; old=$TOKEN; TOKEN=
page "/admin/users/$bob"; says 'Network address' 'the sessions are seen'
page "/admin/users/$bob/password"; status 200 'a form for another password'; says 'autocomplete="new-password"' 'a new one'
form "/admin/users/$bob/password" 'password=Another-Horse-2&again=Another-Horse-3'; status 422 'twice the same'
form "/admin/users/$bob/password" 'password=weak&again=weak'; status 422 'a good one'
form "/admin/users/$bob/password" 'password=Another-Horse-2&again=Another-Horse-2'; goes "/admin/users/$bob" 'set'
TOKEN=$old; get /api/v1/auth/me; status 401 'whoever was signed in is not any more'
PASSWORD=Another-Horse-2 sign_in acme rob@acme.example.com; status 200 'the new one is good'; old=$TOKEN; TOKEN=
page "/admin/users/$bob"
form "/admin/users/$bob/sessions" ''; goes "/admin/users/$bob" 'all sessions are ended'
TOKEN=$old; get /api/v1/auth/me; status 401 'they are'; TOKEN=
page "/admin/users/$bob"; says 'Not signed in anywhere.' 'and the page says so'
form "/admin/users/$bob/unlock" ''; goes "/admin/users/$bob" 'failed sign-ins are forgotten'
form "/admin/users/$bob/verify" ''; goes "/admin/users/$bob" 'verified'
form "/admin/users/$bob/resend" ''; status 422 'a link for what is verified'; says 'already verified' 'is refused on the page'

# ---- deactivate ---------------------------------------------------------------------------------
page "/admin/users/$bob/delete"; status 200 'before somebody is put out'; says night 'it says what hangs on it'
is "$(user "$bob" .is_active)" true 'asking does nothing'
form "/admin/users/$bob/delete" ''; goes "/admin/users/$bob" 'deactivated'
is "$(user "$bob" .is_active)" false 'is inactive'
page "/admin/users/$ann"; form "/admin/users/$ann/delete" ''; status 422 'nobody deactivates themselves'
is "$(user "$ann" .is_active)" true 'nothing happened'

# ---- others' ------------------------------------------------------------------------------------
for path in '' /edit /delete /password; do page "/admin/users/$boss$path"; status 404 "another account's user${path:+: $path}"; done
page "/admin/users/$bob"
for path in /edit /delete /password /verify /resend /reset /sessions /unlock; do
    form "/admin/users/$boss$path" 'email=taken%40x.example.com&role_id=2&password=Another-Horse-2&again=Another-Horse-2'; status 404 "nothing is done to them: $path"
done
TOKEN=$beta; get /api/v1/auth/me; json .email boss@beta.example.com 'they are as they were'; TOKEN=

# ---- members, superadmins -----------------------------------------------------------------------
at_desk
page /admin/users; says boss@beta.example.com 'superadmins see everybody'
page '/admin/users?account=acme'; says_not boss@beta.example.com 'or one account'; page '/admin/users?account=nowhere'; status 422 'which must be one'
page "/admin/users/$bob"; says 'Latest changes' 'with the trail'; says is_active 'of what was changed'
page "/admin/users/$bob/edit"; says '>editor<' 'they give every role'
form "/admin/users/$bob/edit" "version=$(hidden version)&email=rob%40acme.example.com&role_id=$editor&active=on"; goes "/admin/users/$bob" 'like this one'
page '/admin/users/new?account=beta'; says 'value="beta"' 'and choose the account'
form /admin/users/new "email=carl%40beta.example.com&role_id=2&password=Another-Horse-2&account=beta"; is "$STATUS" 303 'made there'
TOKEN=$beta; get "/api/v1/users/${NEXT##*/}"; json .account_id "$beta_id" 'it is'; TOKEN=
at_desk acme ann@acme.example.com
page "/admin/users/$bob/edit"; says '>editor<' 'a role somebody has is among those to choose'
page "/admin/users/$bob/password"; form "/admin/users/$bob/password" 'password=Correct-Horse-3&again=Correct-Horse-3'; status 422 'but whose powers are more keeps the password'
page /admin/users -H 'Accept-Language: de'; says '<h1>Benutzer</h1>' 'in German as well'
done_testing
