#!/bin/sh
# 46-desk-door.t — into the admin pages and out again: signing in, forgotten passwords, one's own settings, password, sessions.
LARDER_TEST_SETTINGS="LARDER_SIGN_IN_ATTEMPTS=6 LARDER_LOG_LEVEL=INFO"
. t/lib/larder.sh
. t/lib/links.sh
. t/lib/desk.sh
mail_setup

NEW='New-Horse-Battery-2'
enc() { printf %s "$1" | jq -sRr @uri; }
# door ACCOUNT EMAIL PASSWORD [NEXT] [-H …]: opens the door and knocks.
door() {
    door_fields="account=$(enc "$1")&email=$(enc "$2")&password=$(enc "$3")&next=$(enc "$4")"
    [ $# -lt 4 ] && shift $# || shift 4
    page /admin/sign-in
    form /admin/sign-in "$door_fields" "$@"
}
has_session() { case $(cookies) in *larder_session=?*) tap 0 "$1" ;; *) tap 1 "$1" "$(cookies)" ;; esac; }
no_session() { case $(cookies) in *larder_session=?*) tap 1 "$1" "$(cookies)" ;; *) tap 0 "$1" ;; esac; }

sign_up acme ann@acme.example.com; acme=$ACCOUNT ann=$USER_ID
role() { as_superadmin GET /api/v1/roles; value ".items[]? // .[] | select(.name == \"$1\") | .id"; }
user_role=$(role user) admin_role=$(role admin)
for who in max:$user_role eve:$admin_role; do
    post /api/v1/users "{\"email\":\"${who%:*}@acme.example.com\",\"password\":\"$PASSWORD\",\"account_id\":\"$acme\",\"role_id\":\"${who#*:}\"}"
    larder user verify "${who%:*}@acme.example.com" --account acme >/dev/null
done

# ---- the way in ---------------------------------------------------------------------------------
nobody
page '/admin/me?x=1&y=a%20b'
goes '/admin/sign-in?next=%2Fadmin%2Fme%3Fx%3D1%26y%3Da%2520b' 'a page asks who it is'
page "$NEXT"
status 200 'the door'
says '<h1>Sign in</h1>'
says 'name="next" value="/admin/me?x=1&amp;y=a%20b"' 'it keeps where they wanted to go'
header Cache-Control no-store 'nobody keeps it'
says_not 'nav class="side"' 'there is no menu before'
form /admin/sign-in "account=acme&email=ann@acme.example.com&password=$PASSWORD&next=$(enc '/admin/me?x=1&y=a%20b')"
goes '/admin/me?x=1&y=a%20b' 'who may is let in, to where they wanted'
has_session 'with a session'
has "$(grep -i '^set-cookie: larder_session' "$W/headers")" 'HttpOnly; SameSite=Lax' 'that scripts and other sites do not have'
page /admin/me
status 200 'and is known there'
says 'ann@acme.example.com' 'by name'
page '/admin/sign-in?next=/admin/me'; goes /admin/me 'who is in needs no door'

for next in //evil.example.com https://evil.example.com '/admin/../../x y' '/\evil.example.com' /administrator '/admin\@evil' \
    '/admin/sign-in' '/admin/sign-out' javascript:alert /admin#x "/admin/$(printf %02000d 0)" ' /admin' ''; do
    nobody; door acme ann@acme.example.com "$PASSWORD" "$next"
    goes /admin "no way out by next=$(printf %.30s "$next" | tr '\n' ' ')"
    page "/admin/sign-in?next=$(enc "$next")"; goes /admin 'nor for who is in'
done
nobody; door acme ann@acme.example.com "$PASSWORD" '/admin
Location: x'; goes /admin 'a header is no page either'
nobody; page "/admin/sign-in?next=%22%3E%3Cb%3E&account=%22%3E%3Ci%3E"
says_not '"><b>' 'what comes in the address is escaped'; says_not '"><i>' 'all of it'
nobody; door ACME ANN@acme.example.com "$PASSWORD"; status 422 'the part before the @ is as it is written'
nobody; door acme ann@ACME.example.com "$PASSWORD"; goes /admin 'the other is not'
nobody; door system "$ROOT_EMAIL" "$ROOT_PASSWORD" /admin/me; goes /admin/me 'a superadmin enters by their account'

# ---- who may not --------------------------------------------------------------------------------
nobody; page /admin/sign-in; form /admin/sign-in ''
status 422 'an empty form'
says 'id="summary-title"' 'is told so'
says '<a href="#f-email">E-mail address: This must be filled in.</a>' 'what is missing, with a way there'
says '<a href="#f-password">Password: This must be filled in.</a>'
door '' ann@acme.example.com "$PASSWORD"
status 422 'an account that is missing'
says 'Account is required' 'is told beside its field'
says 'value="ann@acme.example.com"' 'what was typed is still there'
says_not "$PASSWORD" 'but the password'
door acme 'ann at acme' "$PASSWORD"; says 'An email address must have an @-sign.' 'no address'
for who in "acme ann@acme.example.com Wrong-Horse-1" "acme nobody@acme.example.com $PASSWORD" "nowhere ann@acme.example.com $PASSWORD"; do
    # shellcheck disable=SC2086
    door $who
    status 422 "not so: $who"; says '<li>Invalid credentials</li>' 'in the same words'; no_session 'no session'
done
door acme max@acme.example.com "$PASSWORD" /admin/me
status 403 'who is no administrator'
says 'There is nothing for you here' 'is told so'
no_session 'has no session'
is "$(sql "SELECT COUNT(*) FROM refresh_tokens r JOIN users u ON u.id = r.user_id WHERE u.email = 'max@acme.example.com' AND NOT r.is_revoked")" 0 \
    'none is left behind'
nobody; sign_in acme max@acme.example.com; echo "larder_session=$TOKEN" >"$COOKIES"; TOKEN=
page /admin/groups; status 403 'a token of the API is no way round: they are told who may'
page '/admin/sign-in'; status 200 'and may sign in as somebody else'
nobody
page /admin/sign-in; CSRF=x; form /admin/sign-in "account=acme&email=ann@acme.example.com&password=$PASSWORD"
status 403 'a form with another token'; no_session 'lets nobody in'
page /admin/sign-in; : >"$COOKIES"; form /admin/sign-in "account=acme&email=ann@acme.example.com&password=$PASSWORD"
status 403 'nor one without its cookie'
page /admin/sign-in; form /admin/sign-in "account=acme&email=ann@acme.example.com&password=$PASSWORD" -H 'Sec-Fetch-Site: cross-site'
status 403 'nor one of another site'; no_session 'still nobody'
for n in 1 2 3 4 5 6; do door acme eve@acme.example.com wrong; done
door acme eve@acme.example.com "$PASSWORD"
status 429 'who guesses often'
says 'Rate limit exceeded. Try again in' 'is told to wait'
ok 'and how long' [ "$(header_value Retry-After)" -gt 0 ]
page /admin/sign-in -H 'Accept-Language: de'
form /admin/sign-in "account=acme&email=eve@acme.example.com&password=x" -H 'Accept-Language: de'
says 'Versuchen Sie es in' 'in their language'
says '<html lang="de"' 'which the page names'

# ---- the way out --------------------------------------------------------------------------------
nobody; door acme ann@acme.example.com "$PASSWORD"; page /admin/me; kept=$(cookies)
CSRF=x; form /admin/sign-out ''; status 403 'nobody is signed out by others'
page /admin/me; form /admin/sign-out ''
goes /admin/sign-in 'out'
no_session 'without a session'
page /admin/sign-in; says 'You are signed out.' 'it says so'
page /admin/sign-in; says_not 'You are signed out.' 'once'
printf '%s\n' "$kept" | tr ';' '\n' | sed 's/^ *//' >"$COOKIES"
page /admin/me; goes '/admin/sign-in?next=%2Fadmin%2Fme' 'a copy of the cookie is worth nothing'

# ---- forgotten ----------------------------------------------------------------------------------
same='If there is somebody of that address who signs in with a password, a link is on its way to them. It is good for an hour.'
nobody
for who in "acme ann@acme.example.com" "acme nobody@acme.example.com" "nowhere x@x.example.com"; do
    page /admin/forgotten
    status 200 'who forgot their password'
    form /admin/forgotten "account=${who% *}&email=${who#* }"
    goes /admin/sign-in "asks for a mail: $who"
    page "$NEXT"; says "$same" 'and is always told the same'
done
page /admin/forgotten; form /admin/forgotten 'email=ann@acme.example.com'; status 422 'the account is needed'
says 'Account is required' 'it says'
form /admin/forgotten 'account=acme&email=x'; status 422 'and an address'
CSRF=x; form /admin/forgotten 'account=acme&email=ann@acme.example.com'; status 403 'nobody asks for others'
token=$(token_of reset ann@acme.example.com)
nobody; page "/reset-password?token=$token"; form /reset-password "token=$token&password=$NEW&repeat=$NEW"
status 200 'with the link a new password is set'
says 'href="/admin/sign-in?account=acme"' 'from where administrators find back'
page '/admin/sign-in?account=acme'; says 'name="account" type="text" value="acme"' 'and need not say where'
nobody; door acme ann@acme.example.com "$PASSWORD"; status 422 'the old password is none any more'
nobody; door acme ann@acme.example.com "$NEW"; goes /admin 'the new one is'
TOKEN=; post /api/v1/auth/forgot-password '{"account":"acme","email":"max@acme.example.com"}'
token=$(token_of reset max@acme.example.com)
nobody; page "/reset-password?token=$token"; form /reset-password "token=$token&password=$NEW&repeat=$NEW"
says_not '/admin/sign-in' 'others are not sent to these pages'
for n in 1 2 3 4 5 6; do page /admin/forgotten; form /admin/forgotten 'account=acme&email=often@acme.example.com'; done
status 429 'who asks often is told to wait'
ok 'and how long' [ "$(header_value Retry-After)" -gt 0 ]

# ---- how they like it ---------------------------------------------------------------------------
nobody; door acme ann@acme.example.com "$NEW"; page /admin/me
says '<option value="" selected>As the browser asks for</option>' 'nothing is chosen yet'
says '<option value="de">Deutsch</option>' 'languages call themselves by their names'
says 'data-theme="auto"' 'colours are those of the device'
form /admin/me 'language=de&theme=dark&page_rows=20'
goes /admin/me 'choices are kept'
page /admin/me -H 'Accept-Language: en'
says 'Ihre Einstellungen sind gespeichert.' 'it says so in the language chosen'
says '<html lang="de" data-theme="dark">' 'which the page has from now on, and the colours'
says 'name="page_rows" type="number" value="20"' 'and the rows'
for bad in language=fr theme=pink page_rows=9 page_rows=101 page_rows=1e1 page_rows= language=../../etc; do
    page /admin/me
    form /admin/me "$(printf 'language=de&theme=dark&page_rows=20' | sed "s/${bad%%=*}=[a-z0-9]*//")&$bad"
    status 422 "no choice: $bad"
done
is "$(sql "SELECT language, theme, page_rows FROM user_preferences WHERE user_id = '$ann'")" 'de|dark|20' 'nothing of that was kept'
form /admin/me 'language=&theme=auto&page_rows=30'; goes /admin/me 'back to what is usual'
at_desk; page /admin/me; form /admin/me 'language=&theme=light&page_rows=10'; goes /admin/me 'superadmins choose, too'
as_superadmin GET /api/v1/accounts; other=$acme
echo "larder_account=$other" >>"$COOKIES"
page /admin/me; says 'value="10"' 'and have it whatever account they act in'

# ---- where they are signed in -------------------------------------------------------------------
nobody; sign_in acme ann@acme.example.com "$NEW"; elsewhere=$TOKEN; sign_in acme ann@acme.example.com "$NEW"; third=$TOKEN
nobody; sign_in acme max@acme.example.com "$NEW"; max=$TOKEN
sid() { printf %s "$1" | cut -d. -f2 | tr '_-' '/+' | { cat; echo ==; } | base64 -di 2>/dev/null | jq -r .sid; }
door acme ann@acme.example.com "$NEW" '' -H 'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
page /admin/me; mine=$(cookies)
says 'Firefox, Linux (this one)' 'the session in hand is marked'
says "value=\"$(sid "$elsewhere")\"" 'others can be chosen'
hasnt "$(body)" "value=\"$(sid "$(printf %s "$mine" | sed 's/.*larder_session=\([^;]*\).*/\1/')")\"" 'this one cannot'
form /admin/me/sessions "end=chosen&id=$(sid "$elsewhere")&id=$(sid "$max")&id=nothing"
goes /admin/me 'some are ended'
page /admin/me; says 'Sessions ended: 1' 'those of others are not there to be ended'
TOKEN=$elsewhere; get /api/v1/auth/me; status 401 'the one that was chosen'
TOKEN=$max; get /api/v1/auth/me; status 200 'and nobody else'
TOKEN=$third; get /api/v1/auth/me; status 200 'nor what was not chosen'
nobody; door acme ann@acme.example.com "$NEW" '' -H 'User-Agent: Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36'
page /admin/me; says 'Firefox, Linux' 'a browser is told by its name'
form /admin/me/sessions 'end=others'; goes /admin/me 'all others are ended'
TOKEN=$third; get /api/v1/auth/me; status 401 'so that they are'; TOKEN=
page /admin/me; status 200 'but this one'
says_not 'Firefox, Linux' 'alone'
was=$(cookies); nobody; printf '%s\n' "$mine" | tr ';' '\n' | sed 's/^ *//' >"$COOKIES"
page '/admin/me'; goes '/admin/sign-in?next=%2Fadmin%2Fme' 'a page whose session was ended elsewhere asks again'
form /admin/me 'language=de&theme=dark&page_rows=20'; status 401 'and its form is refused'
printf '%s\n' "$was" | tr ';' '\n' | sed 's/^ *//' >"$COOKIES"

# ---- another password ---------------------------------------------------------------------------
nobody; sign_in acme ann@acme.example.com "$NEW"; elsewhere=$TOKEN; nobody; door acme ann@acme.example.com "$NEW"
page /admin/me/password
status 200 'the page for another password'
says 'autocomplete="current-password"' 'known as what it is'
form /admin/me/password "current=$NEW&password=weak&repeat=weak"
status 422 'a weak one'
says 'Password must be at least 12 characters' 'is told beside its field'
says_not 'value="weak"' 'and not repeated'
form /admin/me/password "current=$NEW&password=$PASSWORD&repeat=$PASSWORD-"; says 'The two passwords are not the same.' 'two are not one'
form /admin/me/password "current=wrong&password=$PASSWORD&repeat=$PASSWORD"
status 422 'who does not know the old one'; says '<a href="#f-current">Password until now: This is not your password.</a>' 'changes nothing'
kept_csrf=$CSRF; CSRF=x; form /admin/me/password "current=$NEW&password=$PASSWORD&repeat=$PASSWORD"; status 403 'nor does another site'; CSRF=$kept_csrf
TOKEN=$elsewhere; get /api/v1/auth/me; status 200 'nothing has happened yet'; TOKEN=
form /admin/me/password "current=$NEW&password=$PASSWORD&repeat=$PASSWORD"
goes /admin/me 'a good one'
page /admin/me; says 'Your password is changed.' 'is set, and one stays in'
TOKEN=$elsewhere; get /api/v1/auth/me; status 401 'everybody else is out'; TOKEN=
nobody; sign_in acme ann@acme.example.com "$PASSWORD"; tap 0 'it is the new one'

# ---- put out ------------------------------------------------------------------------------------
door acme ann@acme.example.com "$PASSWORD"; page /admin/me; status 200 'somebody is in'
as_superadmin PATCH "/api/v1/users/$ann" "{\"role_id\":\"$user_role\"}"
page /admin/groups; status 403 'who is no administrator any more is told so'
as_superadmin PATCH "/api/v1/users/$ann" "{\"role_id\":\"$admin_role\"}"
as_superadmin PATCH "/api/v1/users/$ann" '{"is_active":false}'
page /admin/me; goes '/admin/sign-in?next=%2Fadmin%2Fme' 'who is deactivated is out'
nobody; door acme ann@acme.example.com "$PASSWORD"; status 422 'and does not come in again'
none "$(leaked "$NEW" "$PASSWORD")" 'no password is in the log, the queue or the history'
