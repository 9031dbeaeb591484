#!/bin/sh
# 58-linkpages.t — the pages that mailed links lead to: they ask first, work without scripts, and leak nothing.
LARDER_TEST_SETTINGS="LARDER_MAIL_REQUESTS=0 LARDER_SIGN_IN_ATTEMPTS=0 LARDER_LOG_LEVEL=INFO"
. t/lib/larder.sh
. t/lib/links.sh
. t/lib/desk.sh
plan 109
mail_setup

API=/api/v1/auth
NEW='New-Horse-Battery-2'
is_page() { status "$1" "$2"; header Content-Type 'text/html; charset=utf-8' "$2: a page"; }
is_verified() { sql "SELECT email_verified FROM users WHERE email = '$1'" | sed 's/^t$/1/; s/^f$/0/'; }

TOKEN=
post $API/register "{\"account_slug\":\"acme\",\"account_name\":\"Acme\",\"email\":\"o'neil&co@acme.co\",\"password\":\"$PASSWORD\"}"
status 201 'somebody with a name that needs escaping'
token=$(token_of verify "o'neil&co@acme.co")

# Verifying.
page "/verify-email?token=$token"
is_page 200 'the link opens'
says '<p class="who">o&#39;neil&amp;co@acme.co</p>' 'whose address it is, escaped'
says "name=\"token\" value=\"$token\"" 'the form carries the token'
header Cache-Control no-store 'nobody keeps the page'
header Referrer-Policy no-referrer 'nor learns its address'
is "$(grep -ci '^referrer-policy' "$W/headers")" 1 'said once'
has "$(header_value Content-Security-Policy)" "script-src 'self'" 'the policy holds'
none "$(grep -oE '<script|<style| style=| on[a-z]+=|https?://[^" ]*' "$W/body" | grep -v '^http://localhost:8000$')" \
    'no script, no style and no stranger in it'
head_of "/verify-email?token=$token"; status 200 'programs that look at links'
page "/verify-email?token=$token"; status 200 'however often'
is "$(is_verified "o''neil&co@acme.co")" 0 'verify nothing'
form /verify-email "token=$token" -H 'Sec-Fetch-Site: cross-site'
is_page 403 'a form of another site is refused'
says 'another site' 'in words'
form /verify-email "token=$token" -H 'Origin: https://evil.example.com'
status 403 'by its origin, too'
is "$(is_verified "o''neil&co@acme.co")" 0 'so nothing has happened yet'
form /verify-email "token=$token" -H 'Sec-Fetch-Site: same-origin' -H 'Origin: null'
is_page 200 'our own is taken'
says 'verified' 'it is done'
says_not "$token" 'the token is not said again'
is "$(is_verified "o''neil&co@acme.co")" 1 'and true'
form /verify-email "token=$token"
is_page 400 'once'
says 'does not work any more' 'then the link is spent'
for bad in '?token=junk' '' '?token=' "?token=%22%3E%3Cb%3E" '?token=%00' "?token=$(printf '%05000d' 0)"; do
    get "/verify-email$bad"
    status 400 "no link: $(printf %.20s "$bad")"
    says_not '"><b>' 'and nothing of it comes back'
done
request PUT "/verify-email?token=$token" ''; status 405 'there are no other ways'
header Allow 'GET, HEAD, POST' 'than these'

# Choosing a password.
sign_in acme "o'neil&co@acme.co"; OLD=$TOKEN; TOKEN=
post $API/forgot-password '{"account":"acme","email":"o'"'"'neil&co@acme.co"}'
token=$(token_of reset "o'neil&co@acme.co")
page "/reset-password?token=$token"
is_page 200 'a link to choose a password'
says 'value="o&#39;neil&amp;co@acme.co"' 'for a name that password managers can see'
says 'At least 12 characters' 'the rules are told before'
says 'autocomplete="new-password"' 'the field is known as what it is'
says_not 'aria-invalid' 'nothing is wrong yet'
form /reset-password "token=$token&password=weak&repeat=weak"
is_page 400 'a weak password'
says '<p class="fault">Password must be at least 12 characters</p>' 'is told beside the field'
says 'aria-invalid="true"' 'which is marked'
says_not 'value="weak"' 'and is empty again'
form /reset-password "token=$token&password=$NEW&repeat=Another-Horse-3"
is_page 400 'two passwords'
says '<p class="fault">The two passwords are not the same.</p>' 'are not one'
form /reset-password "token=$token"
is_page 400 'none at all'
says 'at least 12 characters' 'is too short'
form /reset-password "token=$token&password=$NEW&repeat=$NEW" -H 'Sec-Fetch-Site: cross-site'
status 403 'another site chooses none'
form /reset-password "token=$token&password=%zz"
is_page 400 'what is no form'
form /reset-password "token=$token&password=$(printf %020000d 0)"
is_page 413 'a form that is too large'
get "$API/verify-reset-token/$token"; json .valid true 'the link is still good'
form /reset-password "token=$token&password=New-Horse%2BBattery%202&repeat=New-Horse%2BBattery+2" -H "Origin: ${URL:-http://localhost:8000}"
is_page 200 'a good one'
says 'Your password is set' 'is set'
post $API/login "{\"account\":\"acme\",\"email\":\"o'neil&co@acme.co\",\"password\":\"New-Horse+Battery 2\"}"
status 200 'as it was typed'
TOKEN=$OLD
get $API/me; status 401 'and sessions end as they do by the API'
TOKEN=
form /reset-password "token=$token&password=$NEW&repeat=$NEW"
is_page 400 'once'
page "/reset-password?token=$token"; status 400 'as the link says when it is opened again'

# Coming by invitation.
sign_in acme "o'neil&co@acme.co" 'New-Horse+Battery 2'
post /api/v1/invitations '{"email":"new@acme.co"}'
status 201 'somebody is invited'
TOKEN=
invited=$(token_of accept new@acme.co)
page "/accept-invitation?token=$invited"
is_page 200 'the link opens'
says 'Join Acme' 'to what'
says 'o&#39;neil&amp;co@acme.co invites you' 'by whom'
says 'value="new@acme.co"' 'and whom'
form /accept-invitation "token=$invited&password=weak&repeat=weak"
is_page 400 'a weak password'
says '<p class="fault">Password must be at least 12 characters</p>' 'is told as anywhere'
form /accept-invitation "token=$invited&password=$NEW&repeat=$PASSWORD"
says 'The two passwords are not the same.' 'as are two'
form /accept-invitation "token=$invited&password=$NEW&repeat=$NEW" -H 'Origin: https://evil.example.com'
status 403 'another site accepts nothing'
is "$(sql "SELECT COUNT(*) FROM users WHERE email = 'new@acme.co'")" 0 'nobody is in yet'
form /accept-invitation "token=$invited&password=$NEW&repeat=$NEW"
is_page 200 'they join'
says 'Welcome to Acme' 'and are welcome'
is "$(sql "SELECT COUNT(*) FROM refresh_tokens r JOIN users u ON u.id = r.user_id WHERE u.email = 'new@acme.co' AND NOT r.is_revoked")" 0 \
    'no session is left that nobody has'
post $API/login "{\"account\":\"acme\",\"email\":\"new@acme.co\",\"password\":\"$NEW\"}"
status 200 'and can sign in'
form /accept-invitation "token=$invited&password=$NEW&repeat=$NEW"
is_page 400 'once'
says 'already been accepted' 'as it says'
page "/accept-invitation?token=$invited"; status 400 'and the link'
for bad in '?token=junk' '' '?token=%22%3E%3Cb%3E'; do
    get "/accept-invitation$bad"
    status 400 "no invitation: $bad"
    says_not '"><b>' 'and nothing of it comes back'
done

# In their language: the one they have chosen, else the one the browser asks for.
post $API/forgot-password '{"account":"acme","email":"new@acme.co"}'
german=$(token_of reset new@acme.co)
page "/reset-password?token=$german" -H 'Accept-Language: de-DE,de;q=0.9,en;q=0.5'
is_page 200 'a German'
says '<html lang="de">' 'is told so'
says 'Neues Passwort wählen' 'in German'
form /reset-password "token=$german&password=weak&repeat=weak" -H 'Accept-Language: de'
says '<p class="fault">Das Passwort muss mindestens 12 Zeichen lang sein</p>' 'with all that is wrong'
form /reset-password "token=$german&password=weak&repeat=weak" -H 'Accept-Language: de' -H 'Sec-Fetch-Site: cross-site'
says 'Dieses Formular wurde von einer anderen Website abgeschickt.' 'and every failure'
form /reset-password "token=$german&password=$(printf %020000d 0)" -H 'Accept-Language: de'
says '<h1>Zu groß</h1>' 'by its title'
sql "INSERT INTO user_preferences (account_id, user_id, language, theme, page_rows, updated_at)
    SELECT account_id, id, 'de', 'auto', 50, created_at FROM users WHERE email = 'new@acme.co'"
page "/reset-password?token=$german" -H 'Accept-Language: en'
says 'Neues Passwort wählen' 'who has chosen a language'
form /reset-password "token=$german&password=$PASSWORD&repeat=$PASSWORD"
says 'Ihr Passwort ist festgelegt' 'has it everywhere'
page "/reset-password?token=$german"
says 'This link does not work any more' 'where it is known who they are'

none "$(leaked "$german" "$token" "$NEW" "$invited")" 'no token or password is in the log, the queue or the history'
