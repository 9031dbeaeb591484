#!/bin/sh
# 56-modes.t — one account for everybody, and a demonstration whose superadmins stay as they are.
START=later
. t/lib/larder.sh
. t/lib/links.sh
. t/lib/desk.sh
plan 43

API=/api/v1/auth
register() { post $API/register "$1"; }
login() { post $API/login "$1"; }
again() { [ -z "$FRONT" ] || { stop_server; start_server; }; }

# Single-tenant mode needs to know of whom.
NEEDED='SNACKBASE_SINGLE_TENANT_ACCOUNT is required when SNACKBASE_SINGLE_TENANT_MODE=true'
for program in larder auth records; do
    said=$(with_settings LARDER_SINGLE_TENANT_MODE=true REQUEST_METHOD=GET "$BIN/$program" --data "$W/data" $([ $program != larder ] || echo info) 2>&1 </dev/null)
    code=$?
    has "$said" "$NEEDED" "$program says what it needs"
    isnt "$code" 0 'and does not start'
done
for bad in system SYSTEM; do
    said=$(with_settings LARDER_SINGLE_TENANT_MODE=true "LARDER_SINGLE_TENANT_ACCOUNT=$bad" REQUEST_METHOD=GET "$BIN/auth" --data "$W/data" 2>&1 </dev/null)
    has "$said" 'cannot be the system account' "nobody registers as a superadmin: $bad"
done
for bad in ab 'has space' "$(printf '%033d' 0)"; do
    isnt "$(with_settings LARDER_SINGLE_TENANT_MODE=true "LARDER_SINGLE_TENANT_ACCOUNT=$bad" "$BIN/larder" --data "$W/data" init-db --force \
        >/dev/null 2>&1 </dev/null; echo $?)" 0 "no slug: '$bad'"
done

start LARDER_MAIL_REQUESTS=0 LARDER_SINGLE_TENANT_MODE=true LARDER_SINGLE_TENANT_ACCOUNT=Shop
mail_setup
is "$(sql "SELECT slug || ' ' || name || ' ' || account_code FROM accounts WHERE slug <> 'system'")" 'shop shop AA0001' \
    'the account is made at the start, its slug in lower case'
is "$(sql "SELECT COUNT(*) FROM users WHERE account_id <> '00000000-0000-0000-0000-000000000000'")" 0 'without people'
is "$(sql 'SELECT COUNT(*) FROM groups')" 0 'and without groups'
larder init-db --force >/dev/null 2>&1
is "$(sql 'SELECT COUNT(*) FROM accounts')" 2 'once, however often it starts'

register "{\"email\":\"ann@shop.co\",\"password\":\"weak\"}"
status 400 'a weak password is refused'
json .details[0].field password 'for what it is'
register "{\"email\":\"ann@shop.co\",\"password\":\"$PASSWORD\",\"account_name\":\"Mine\",\"account_slug\":\"mine\"}"
status 201 'who registers joins, whatever account they name'
json '[.user.role, .account.slug, (.user.groups | length)] | tojson' '["user","shop",0]' 'as a user of it'
register "{\"email\":\"ann@shop.co\",\"password\":\"$PASSWORD\"}"
status 409 'once'
body_is '{"error":"Conflict","message":"An account with this email already exists","field":"email"}' 'and is told so'
race 4 $API/register "{\"email\":\"bob@shop.co\",\"password\":\"$PASSWORD\"}"
is "$RACED" '201 x1 409 x3' 'of four at once, one joins'
post $API/verify-email "{\"token\":\"$(token_of verify ann@shop.co)\"}"
status 200 'the mail that verifies is sent in this mode, too'
login "{\"email\":\"ann@shop.co\",\"password\":\"$PASSWORD\"}"
status 200 'signing in needs no account'
json .account.slug shop 'there is but one'
login "{\"account\":\"shop\",\"email\":\"ann@shop.co\",\"password\":\"$PASSWORD\"}"; status 200 'though it may be named'
login "{\"email\":\"$ROOT_EMAIL\",\"password\":\"$ROOT_PASSWORD\"}"; status 401 'superadmins are not of it'
login "{\"account\":\"system\",\"email\":\"$ROOT_EMAIL\",\"password\":\"$ROOT_PASSWORD\"}"; status 200 'and name their own'
post $API/forgot-password '{"email":"ann@shop.co"}'; status 200 'nor does forgetting need one'
token=$(token_of reset ann@shop.co)
post $API/reset-password "{\"token\":\"$token\",\"new_password\":\"New-Horse-Battery-2\"}"; status 200 'the link is that of the one account'
login '{"email":"ann@shop.co","password":"New-Horse-Battery-2"}'; status 200 'and so is the password'
post $API/forgot-password "{\"account\":\"system\",\"email\":\"$ROOT_EMAIL\"}"; status 200 'superadmins forget theirs in their own'
isnt "$(token_of reset "$ROOT_EMAIL")" '' 'and get a link'

# The account of the settings is not there.
LARDER_TEST_SETTINGS="$LARDER_TEST_SETTINGS LARDER_SINGLE_TENANT_ACCOUNT=elsewhere"
if [ -z "$FRONT" ]; then
    register "{\"email\":\"eve@shop.co\",\"password\":\"$PASSWORD\"}"
    status 404 'an account that was never made'
    body_is '{"error":"Not found","message":"Configured single-tenant account not found. Contact administrator."}' 'is a matter for who runs it'
    login "{\"email\":\"ann@shop.co\",\"password\":\"$PASSWORD\"}"; status 401 'nobody is in it'
else
    start_over=$(larder init-db --force 2>&1) && tap 0 'an account that was never made' || tap 1 "$start_over"
    again
    register "{\"email\":\"eve@shop.co\",\"password\":\"$PASSWORD\"}"; json .account.slug elsewhere 'is made at the start'
    login "{\"email\":\"ann@shop.co\",\"password\":\"$PASSWORD\"}"; status 401 'and people of others are not of it'
fi

# Demonstration: superadmins keep their passwords.
LARDER_TEST_SETTINGS="$LARDER_TEST_SETTINGS LARDER_SINGLE_TENANT_MODE=0 LARDER_IS_DEMO=true"
again
DEMO='{"detail":"Demo mode: superadmin credentials cannot be modified"}'
root=$(token_of reset "$ROOT_EMAIL")
post $API/reset-password "{\"token\":\"$root\",\"new_password\":\"New-Horse-Battery-2\"}"
status 403 'in demo mode a superadmin cannot be reset'
body_is "$DEMO" 'and is told why'
get "$API/verify-reset-token/$root"; json .valid true 'the link is not used up'
login "{\"account\":\"system\",\"email\":\"$ROOT_EMAIL\",\"password\":\"$ROOT_PASSWORD\"}"; status 200 'the password is what it was'
page "/reset-password?token=$root"
form /reset-password "token=$root&password=New-Horse-Battery-2&repeat=New-Horse-Battery-2"
status 403 'the page refuses it, too'
post $API/forgot-password '{"account":"shop","email":"ann@shop.co"}'
post $API/reset-password "{\"token\":\"$(token_of reset ann@shop.co)\",\"new_password\":\"Other-Horse-Battery-3\"}"
status 200 'everybody else can'
sign_up newer newer@newer.co
get $API/me; status 200 'and the rest is as ever'
