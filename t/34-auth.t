#!/bin/sh
# 34-auth.t — register, login, refresh, logout, me: every reply of identity.md §6, and what it leaves behind.
. t/lib/larder.sh
plan 110

register() { post /api/v1/auth/register "$1"; }
login() { post /api/v1/auth/login "$1"; }
acme='"account":"acme","email":"owner@acme.co"'
INVALID='{"error":"Authentication failed","message":"Invalid credentials"}'
REFUSED='{"error":"Authentication failed","message":"Invalid or expired refresh token"}'

# Registration: input, then the password, then the names.
register '{'
status 422 'broken JSON is refused'
json '.detail[0].type' json_invalid 'as JSON'
register ''
status 422 'a missing body is refused'
json '.detail[0] | [.type, .loc[0]] | join(" ")' 'missing body' 'as missing'
register '[]'
status 422 'a list is no body'
register '{}'
status 422 'nothing is not enough'
json '[.detail[].loc[1]] | join(" ")' 'email password' 'both are told at once'
json '.errors.email[0]' 'Field required' 'with the words forms use'
register '{"email":"x","password":"","account_name":"","account_slug":"ab"}'
status 422 'four faults'
json '[.detail[].type] | join(" ")' 'value_error string_too_short string_too_short string_too_short' 'of their kinds'
json '.detail[0].msg' 'value is not a valid email address: An email address must have an @-sign.' 'an address is explained'
json '.detail[1].input' '' 'a password is never echoed'
register '{"email":"owner@acme.co","password":7}'
status 422 'a number is no password'
hasnt "$(body)" '"input":7' 'nor echoed when it is none'
register '{"email":"owner@acme.co","password":"short"}'
status 400 'a weak password'
body_is '{"error":"Validation error","details":[{"field":"password","message":"Password must be at least 12 characters","code":"password_too_short"},{"field":"password","message":"Password must contain at least one uppercase letter","code":"password_no_uppercase"},{"field":"password","message":"Password must contain at least one digit","code":"password_no_digit"},{"field":"password","message":"Password must contain at least one special character","code":"password_no_special"}]}' 'tells every rule, before the missing name'
register "{\"email\":\"owner@acme.co\",\"password\":\"$PASSWORD\"}"
status 400 'no name'
body_is '{"error":"Validation error","details":[{"field":"account_name","message":"Account name is required","code":"required"}]}' 'is told so'
register "{\"email\":\"owner@acme.co\",\"password\":\"$PASSWORD\",\"account_name\":\"Acme\",\"account_slug\":\"9 lives\"}"
status 400 'a bad slug'
json '[.details[].code] | join(" ")' 'slug_invalid_start slug_invalid_chars' 'has two faults'
json '.details[0].field' account_slug 'of that field'

register "{\"email\":\" Owner <owner@ACME.co> \",\"password\":\"$PASSWORD\",\"account_name\":\"Acme & Söhne\",\"extra\":1}"
status 201 'an account is registered; unknown members are ignored'
json .message 'Registration successful. Please check your email to verify your account.' 'the message'
json .user.email owner@acme.co 'the address in its one form'
json .user.role admin 'the first user is an admin'
json '.user | [.is_active, .email_verified, .last_login] | tojson' '[true,false,null]' 'active, not verified, never in'
json .account.slug acme-sohne 'the slug is made from the name'
json .account.name 'Acme & Söhne' 'which is kept'
json .account.account_code AA0001 'the first code'
json '.user.groups | tojson' '["pii_access"]' 'who may see personal data'
json '.account.id == .user.account_id' true 'of that account'
json '.user.created_at | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(\\.[0-9]{6})?Z$")' true 'times end in Z'
hasnt "$(body)" '"token"' 'no tokens yet'
hasnt "$(body)" 'argon2' 'no hash'
register "{\"email\":\"owner@acme.co\",\"password\":\"$PASSWORD\",\"account_name\":\"Acme\",\"account_slug\":\"ACME\"}"
status 201 'the same address makes another account'
json '[.account.slug, .account.account_code] | join(" ")' 'acme AA0002' 'its slug lowered, the next code'
register "{\"email\":\"rival@acme.co\",\"password\":\"$PASSWORD\",\"account_name\":\"acme\"}"
status 409 'a slug is had once'
body_is '{"error":"Conflict","message":"An account with this slug already exists","field":"account_slug"}' 'and says so'
register "{\"email\":\"rival@acme.co\",\"password\":\"$PASSWORD\",\"account_name\":\"System\"}"
status 409 'nobody becomes the system'
get /api/v1/auth/register
status 405 'it is not for reading'
header Allow POST 'but for posting'

# Signing in.
login "{\"email\":\"owner@acme.co\",\"password\":\"$PASSWORD\"}"
status 400 'the account is needed'
body_is '{"error":"Validation error","details":[{"field":"account","message":"Account is required in multi-tenant mode","code":"required"}]}' 'and asked for'
login '{"email":"owner@acme.co","password":"","account":""}'
status 422 'empty is not enough'
login "{\"account\":\"nowhere\",\"email\":\"owner@acme.co\",\"password\":\"$PASSWORD\"}"
status 401 'an unknown account'
body_is "$INVALID" 'invalid credentials'
header WWW-Authenticate '' 'without a challenge'
login "{\"account\":\"acme\",\"email\":\"nobody@acme.co\",\"password\":\"$PASSWORD\"}"
body_is "$INVALID" 'an unknown user: the same'
login "{$acme,\"password\":\"Wrong-Horse-12\"}"
body_is "$INVALID" 'a wrong password: the same'
login "{\"account\":\"acme' OR 1=1 --\",\"email\":\"owner@acme.co\",\"password\":\"$PASSWORD\"}"
body_is "$INVALID" 'SQL in the account: the same'
login "{$acme,\"password\":\"$PASSWORD\"}"
status 401 'right, but not verified'
body_is '{"error":"Authentication failed","message":"Email not verified. Please check your email inbox."}' 'in words the SDK knows'
LARDER_TEST_SETTINGS="$LARDER_TEST_SETTINGS LARDER_REQUIRE_EMAIL_VERIFICATION=0"
if [ -z "$FRONT" ]; then login "{$acme,\"password\":\"$PASSWORD\"}"; else STATUS=200; fi
status 200 'which a setting can waive'
LARDER_TEST_SETTINGS=${LARDER_TEST_SETTINGS% *}
ok 'larder verifies the address' larder user verify owner@acme.co --account acme
none "$(larder user verify nobody@acme.co --account acme 2>&1 >/dev/null | grep -v "Error: Account 'acme' has no user")" 'but nobody else'
login "{$acme,\"password\":\"$PASSWORD\"}"
status 200 'they are in'
json 'keys_unsorted | join(" ")' 'token refresh_token expires_in account user' 'with a session'
json .expires_in 3600 'of an hour'
json '.account | keys_unsorted | join(" ")' 'id slug name created_at account_code' 'the account in brief'
json '.user | keys_unsorted | join(" ")' 'id email role is_active created_at account_id groups last_login token_type email_verified' 'the user in brief'
json '.user | [.token_type, .email_verified, (.last_login != null)] | tojson' '["jwt",true,true]' 'as of now'
json '.token | split(".")[1] | gsub("-";"+") | gsub("_";"/") | @base64d | fromjson | keys_unsorted | join(" ")' \
    'iss sub iat exp user_id account_id email role type jti sid' 'the claims of the token'
TOKEN=$(value .token) REFRESH=$(value .refresh_token) ACCOUNT=$(value .account.id) USER_ID=$(value .user.id)
login "{\"account\":\"aa0002\",\"email\":\"owner@acme.co\",\"password\":\"$PASSWORD\"}"
status 200 'by the code of the account'
login "{\"account\":\"$ACCOUNT\",\"email\":\"owner@acme.co\",\"password\":\"$PASSWORD\"}"
status 200 'by its id'
login "{\"account\":\"acme-sohne\",\"email\":\"owner@acme.co\",\"password\":\"$PASSWORD\"}"
status 401 'the namesake in the other account is somebody else'

# Who am I.
get /api/v1/auth/me
status 200 'the token is good'
json '[.user_id, .account_id, .email, .role] | join(" ")' "$USER_ID $ACCOUNT owner@acme.co admin" 'who it is'
json '[.user.account_id, .account.slug] | join(" ")' "$ACCOUNT acme" 'whole objects for the SDK'
GOOD=$TOKEN
for case in 'junk|Invalid token' "$REFRESH|Not an access token" "${GOOD}x|Invalid token" \
    'sb_ak.a|Invalid token format: must have 3 parts' 'sb_ak.a.!|Invalid signature encoding'; do
    TOKEN=${case%|*}
    get /api/v1/auth/me
    body_is "{\"detail\":\"${case#*|}\"}" "a bad token: ${case#*|}"
done
header WWW-Authenticate Bearer 'with a challenge'
TOKEN=
get /api/v1/auth/me
body_is '{"detail":"Missing authentication credentials"}' 'no token at all'
get /api/v1/auth/me -H 'X-API-Key: abc'
body_is '{"detail":"Invalid API key format"}' 'a key of no kind'
get /api/v1/auth/me -H 'X-API-Key: sb_sk_AA0001_abc'
body_is '{"detail":"Invalid API key"}' 'an unknown key'
get /api/v1/auth/me -H "X-API-Key: $GOOD"
body_is '{"detail":"Invalid API key format"}' 'a token is no key'
get /api/v1/auth/me -H "authorization: bearer   $GOOD"
status 200 'the scheme in any case'
get /api/v1/auth/me -H 'Authorization: Basic b3duZXI6eA=='
status 401 'another scheme is none'
post /api/v1/auth/login "{$acme,\"password\":\"$PASSWORD\"}" -H 'Authorization: Bearer junk'
status 200 'a stale token does not stop a sign-in'

# Refreshing.
post /api/v1/auth/refresh '{}'
status 422 'a token is needed'
post /api/v1/auth/refresh '{"refresh_token":"junk"}'
status 401 'junk is refused'
body_is "$REFUSED" 'in the contract'"'"'s words'
header WWW-Authenticate '' 'without a challenge'
post /api/v1/auth/refresh "{\"refresh_token\":\"$GOOD\"}"
body_is "$REFUSED" 'an access token refreshes nothing'
post /api/v1/auth/refresh "{\"refresh_token\":\"$REFRESH\"}"
status 200 'a refresh token does'
json 'keys_unsorted | join(" ")' 'token refresh_token expires_in' 'three members'
NEW=$(value .refresh_token) TOKEN=$(value .token)
get /api/v1/auth/me
status 200 'the new token is good'
TOKEN=
post /api/v1/auth/refresh "{\"refresh_token\":\"$REFRESH\"}"
body_is "$REFUSED" 'the old one is spent'
post /api/v1/auth/refresh "{\"refresh_token\":\"$NEW\"}"
status 200 'the newer one lives on'
LAST=$(value .refresh_token) TOKEN=$(value .token)

# Signing out.
post /api/v1/auth/logout '{}'
status 200 'signing out'
body_is '{"success":true,"message":"Logged out"}' 'is done'
get /api/v1/auth/me
body_is '{"detail":"Token has been revoked"}' 'at once'
TOKEN=$GOOD
get /api/v1/auth/me
body_is '{"detail":"Token has been revoked"}' 'for every token of the session'
TOKEN=
post /api/v1/auth/refresh "{\"refresh_token\":\"$LAST\"}"
body_is "$REFUSED" 'and its refresh token'
TOKEN=$GOOD
post /api/v1/auth/logout '{}'
status 200 'again is no error'
TOKEN=
post /api/v1/auth/logout ''
status 200 'nor without a body or a token'
post /api/v1/auth/logout '{"all":"maybe"}'
status 422 'though what is said must make sense'
sign_in acme owner@acme.co; ONE=$TOKEN
sign_in acme owner@acme.co; TWO=$REFRESH TOKEN=
post /api/v1/auth/logout "{\"refresh_token\":\"$TWO\"}"
post /api/v1/auth/refresh "{\"refresh_token\":\"$TWO\"}"
status 401 'a refresh token ends its own session'
TOKEN=$ONE
get /api/v1/auth/me
status 200 'and no other'
sign_in acme owner@acme.co
post /api/v1/auth/logout '{"all":true}'
TOKEN=$ONE
get /api/v1/auth/me
status 401 'all means all'

# The superadmin.
superadmin
get /api/v1/auth/me
json '[.account_id, .account.slug, .account.account_code, .role] | join(" ")' \
    '00000000-0000-0000-0000-000000000000 system SY0000 admin' 'the superadmin is of the system account'
TOKEN=

# What it all left behind.
ok 'the trail is whole' larder audit verify
hasnt "$(cat "$W/log")" "$PASSWORD" 'no password reached the log'

# One account: registration joins it.
LARDER_TEST_SETTINGS="$LARDER_TEST_SETTINGS LARDER_SINGLE_TENANT_MODE=1 LARDER_SINGLE_TENANT_ACCOUNT=Acme"
if [ -n "$FRONT" ]; then
    stop_server; start_server
fi
register "{\"email\":\"member@acme.co\",\"password\":\"$PASSWORD\"}"
status 201 'in single-tenant mode a name is not needed'
json '[.user.role, .account.slug] | join(" ")' 'user acme' 'a member of the one account'
register "{\"email\":\"member@acme.co\",\"password\":\"$PASSWORD\"}"
body_is '{"error":"Conflict","message":"An account with this email already exists","field":"email"}' 'once'
larder user verify member@acme.co --account acme
login "{\"email\":\"member@acme.co\",\"password\":\"$PASSWORD\"}"
status 200 'who need not name it to sign in'
superadmin
status 200 'the superadmin still names the system account'
