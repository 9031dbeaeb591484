#!/bin/sh
# 55-reset.t — a forgotten password: nobody learns who is there, one link, one winner, every session ends.
LARDER_TEST_SETTINGS="LARDER_MAIL_REQUESTS=0 LARDER_SIGN_IN_ATTEMPTS=0 LARDER_LOG_LEVEL=INFO"
. t/lib/larder.sh
. t/lib/links.sh
plan 69
mail_setup

INVALID='{"detail":"Invalid, expired, or already used reset token"}'
SENT='{"message":"If an account with that email exists, a password reset link has been sent."}'
API=/api/v1/auth
NEW='New-Horse-Battery-2'
forgot() { post $API/forgot-password "$1"; }
reset() { post $API/reset-password "{\"token\":\"$1\",\"new_password\":\"${2:-$NEW}\"}"; }
login() { post $API/login "{\"account\":\"acme\",\"email\":\"owner@acme.co\",\"password\":\"$1\"}"; }
mails() { find "$SMTP" -name '[0-9]*.text' -exec grep -l reset-password {} + | wc -l; }
# link: asks for one for the owner of acme and leaves its token in $LINK
link() { TOKEN=; forgot '{"account":"acme","email":"owner@acme.co"}'; LINK=$(token_of reset owner@acme.co); }

sign_up other rival@other.co; RIVAL=$TOKEN
sign_up acme owner@acme.co
ONE=$TOKEN ONE_REFRESH=$REFRESH
sign_in acme owner@acme.co
TWO=$TOKEN
TOKEN=

# Asking: what is wrong with the question.
forgot '{"email":"owner@acme.co"}'
status 400 'the account is needed'
body_is '{"error":"Validation error","details":[{"field":"account","message":"Account is required in multi-tenant mode","code":"required"}]}' 'and asked for'
forgot '{"account":"acme","email":"x"}'; status 422 'an address must be one'
forgot '{"account":"","email":"owner@acme.co"}'; status 422 'an empty account is none'
forgot '{"account":"acme"}'; status 422 'an address is needed'
forgot ''; status 422 'as is a body'

# Asking: the same answer for everybody, and a mail for who can use it.
sql "UPDATE users SET auth_provider = 'oauth', auth_provider_name = 'google' WHERE email = 'rival@other.co'"
for who in '"account":"nowhere","email":"owner@acme.co"' '"account":"acme","email":"nobody@acme.co"' \
    '"account":"acme","email":"OWNER@acme.co"' '"account":"other","email":"rival@other.co"' \
    '"account":"acme'"'"' OR 1=1 --","email":"owner@acme.co"' '"account":"acme","email":"rival@other.co"'; do
    forgot "{$who}"
    is "$STATUS $(body)" "200 $SENT" "the same answer: $who"
done
settle
is "$(mails)" 0 'and nobody has mail'
forgot '{"account":"acme","email":"owner@acme.co"}'
is "$STATUS $(body)" "200 $SENT" 'the same for who is there'
header Set-Cookie '' 'with nothing beside it'
settle
is "$(mails)" 1 'but a mail'
first=$(token_of reset owner@acme.co)
is "$(link_of reset owner@acme.co)" "http://localhost:8000/reset-password?token=$first" 'a link to the page'
is "$(sql "SELECT COUNT(*) FROM password_reset_tokens WHERE token_hash = '$(sha256 "$first")' AND used_at IS NULL")" 1 'of which the hash is kept'
forgot "{\"account\":\"$ACCOUNT\",\"email\":\"Owner <owner@ACME.co>\"}"
second=$(token_of reset owner@acme.co)
isnt "$second" "$first" 'by the id of the account, in another spelling: another link'

# Looking.
get "$API/verify-reset-token/$second"
status 200 'a link may be looked at'
json '[.valid, (.expires_at | test("^[0-9T:-]+(\\.[0-9]+)?Z$"))] | tojson' '[true,true]' 'it is good'
get "$API/verify-reset-token/$second"; json .valid true 'and looking wears nothing out'
get "$API/verify-reset-token/$first"
body_is '{"valid":false,"expires_at":null}' 'the one before is not'
get "$API/verify-reset-token/junk"; body_is '{"valid":false,"expires_at":null}' 'nor is junk'
get "$API/verify-reset-token/%00%ff"; case $STATUS in 200 | 400 | 404) tap 0 'nor what is no text' ;; *) status 404 'nor what is no text' ;; esac

# A password that will not do leaves everything as it is.
reset "$second" short
status 422 'seven characters are no password'
json '.detail[0] | [.type,.msg,.input]' '["string_too_short","String should have at least 8 characters","**********"]' 'and are not said again'
reset "$second" longenough
status 400 'a weak one is refused'
body_is '{"detail":{"error":"Validation error","details":[{"field":"password","message":"Password must be at least 12 characters","code":"password_too_short"},{"field":"password","message":"Password must contain at least one uppercase letter","code":"password_no_uppercase"},{"field":"password","message":"Password must contain at least one digit","code":"password_no_digit"},{"field":"password","message":"Password must contain at least one special character","code":"password_no_special"}]}}' \
    'with every rule'
reset junk weak-but-long
json '.detail.details[0].field' password 'a weak password is told before a bad link'
reset junk; body_is "$INVALID" 'a bad link'
reset "$first"; body_is "$INVALID" 'a replaced one'
reset "$(sha256 "$second")"; body_is "$INVALID" 'what is in the database opens nothing'
post $API/reset-password '{}'; json '[.detail[].loc[1]] | join(" ")' 'token new_password' 'both are needed'
post $API/verify-email "{\"token\":\"$second\"}"; status 400 'it verifies no address'
get "$API/verify-reset-token/$second"; json .valid true 'after all that it is still good'
login "$PASSWORD"; status 200 'and the password is the old one'
THREE=$(value .token)

# The right one, by one of many.
race 5 $API/reset-password "{\"token\":\"$second\",\"new_password\":\"$NEW\"}"
is "$RACED" '200 x1 400 x4' 'of five at once, one wins'
reset "$second"; body_is "$INVALID" 'it is good once'
get "$API/verify-reset-token/$second"; json .valid false 'and can be seen to be spent'
login "$PASSWORD"; status 401 'the old password is none'
login "$NEW"; status 200 'the new one is'
FOUR=$(value .token)
for dead in "$ONE" "$TWO" "$THREE"; do
    TOKEN=$dead
    get $API/me; body_is '{"detail":"Token has been revoked"}' 'a token from before is refused at once'
done
get /api/v1/records/none; status 401 'by every program'
get /api/v1/collections; status 401 'each of them'
TOKEN=
post $API/refresh "{\"refresh_token\":\"$ONE_REFRESH\"}"; status 401 'as is a refresh token'
TOKEN=$FOUR
get $API/me; status 200 'what was signed in since is good'
TOKEN=$RIVAL
get $API/me; status 200 'and nobody else was signed out'
is "$(sql "SELECT COUNT(*) FROM event_outbox WHERE event = 'auth.password_reset' AND record_id = '$USER_ID'")" 1 'it is known as an event'
event=$(sql "SELECT record FROM event_outbox WHERE event = 'auth.password_reset'")
hasnt "$event" argon2 'which tells no hash'

# A link serves the address it was mailed to; with the password all that is outstanding dies.
named() { sql "UPDATE users SET email = '$1' WHERE id = '$USER_ID'"; }
link; one=$LINK
named new@acme.co
get "$API/verify-reset-token/$one"; json .valid false 'who has another address now'
reset "$one"; body_is "$INVALID" 'is not served by a link to the old one'
forgot '{"account":"acme","email":"new@acme.co"}'; two=$(token_of reset new@acme.co)
get "$API/verify-reset-token/$two"; json .valid true 'but by one to the new'
named owner@acme.co
reset "$one" "$PASSWORD"
body_is '{"message":"Password reset successfully. You can now log in with your new password."}' 'of two links, one is used'
is "$(sql "SELECT COUNT(*) FROM password_reset_tokens WHERE used_at IS NULL")" 0 'and none is left'
link
sql "UPDATE password_reset_tokens SET expires_at = 1 WHERE used_at IS NULL"
reset "$LINK"; body_is "$INVALID" 'an hour later it is too late'
link
sql "UPDATE users SET auth_provider = 'saml' WHERE email = 'owner@acme.co'"
reset "$LINK"; body_is "$INVALID" 'who has no password any more gets none'
sql "UPDATE users SET auth_provider = 'password' WHERE email = 'owner@acme.co'"
reset "$LINK" "$(printf 'Aa1!%02000d' 0)"
status 400 'a password of two thousand characters is refused'
get "$API/verify-reset-token/$LINK"; json .valid true 'and the link lives on'
sql "UPDATE users SET is_active = FALSE WHERE email = 'owner@acme.co'"
get "$API/verify-reset-token/$LINK"; json .valid false 'the link of who was put out'
reset "$LINK"; body_is "$INVALID" 'sets nothing'
before=$(mails)
forgot '{"account":"acme","email":"owner@acme.co"}'; is "$STATUS $(body)" "200 $SENT" 'another is promised like any'
settle
is "$(mails)" "$before" 'and never sent'
sql "UPDATE users SET is_active = TRUE WHERE email = 'owner@acme.co'"
reset "$LINK"; status 200 'who is let in again may choose a password'
login "$NEW"; status 200 'and has it'

# What is left behind.
ok 'the trail is whole' larder audit verify
none "$(leaked "$first" "$second" "$LINK" "$NEW")" 'no token or password is in the log, the queue or the history'
