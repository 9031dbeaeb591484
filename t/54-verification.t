#!/bin/sh
# 54-verification.t — mailed links that prove an address: who may ask, what they do, once, for whom.
LARDER_TEST_SETTINGS="LARDER_MAIL_REQUESTS=0 LARDER_SIGN_IN_ATTEMPTS=0 LARDER_LOG_LEVEL=INFO"
. t/lib/larder.sh
. t/lib/links.sh
plan 53
mail_setup

INVALID='{"detail":"Invalid or expired verification token"}'
API=/api/v1/auth
verify() { post $API/verify-email "{\"token\":\"$1\"}"; }
is_verified() { sql "SELECT email_verified FROM users WHERE email = '$1'" | sed 's/^t$/1/; s/^f$/0/'; }

# Registering mails the first link.
TOKEN=
post $API/register "{\"account_slug\":\"acme\",\"account_name\":\"Acme\",\"email\":\"owner@acme.co\",\"password\":\"$PASSWORD\"}"
status 201 'registered'
hasnt "$(body)" "$(token_of verify owner@acme.co)" 'the reply does not carry the token'
first=$(token_of verify owner@acme.co)
is "${#first}" 43 'the mail does: 32 bytes in base64url'
is "$(link_of verify owner@acme.co)" "http://localhost:8000/verify-email?token=$first" 'in a link to the page'
is "$(sql "SELECT COUNT(*) FROM email_verification_tokens WHERE token_hash = '$(sha256 "$first")' AND used_at IS NULL")" 1 \
    'only its hash is kept'
post $API/login "{\"account\":\"acme\",\"email\":\"owner@acme.co\",\"password\":\"$PASSWORD\"}"
status 401 'not yet in'

# Tokens that are none.
verify junk; status 400 'junk is refused'
body_is "$INVALID" 'in the words of the contract'
header WWW-Authenticate '' 'without a challenge'
verify "$(printf %043d 0)"; body_is "$INVALID" 'one of the right length likewise'
verify "$(sha256 "$first")"; body_is "$INVALID" 'what is in the database opens nothing'
verify "${first}A"; body_is "$INVALID" 'nor does more than the token'
post $API/verify-email '{}'; status 422 'none at all is a fault of the caller'
json '.detail[0].type' missing 'called missing'
post $API/verify-email '{"token":7}'; status 422 'a number is no token'
post $API/verify-email '{"token":null}'; status 422 'nor is nothing'
get "$API/verify-email?token=$first"; status 405 'a link that is only looked at consumes nothing'
is "$(is_verified owner@acme.co)" 0 'so nobody is verified yet'

# The right one, once, by one of many.
race 6 $API/verify-email "{\"token\":\"$first\"}"
is "$RACED" '200 x1 400 x5' 'of six at once, one wins'
is "$(is_verified owner@acme.co)" 1 'and the address is verified'
verify "$first"; body_is "$INVALID" 'it is good once'
post $API/login "{\"account\":\"acme\",\"email\":\"owner@acme.co\",\"password\":\"$PASSWORD\"}"
status 200 'and its owner is in'

# Asking for another.
sign_in acme owner@acme.co
post $API/send-verification '{}'
status 200 'asked for again'
body_is '{"message":"Verification email sent to owner@acme.co"}' 'to the own address'
second=$(token_of verify owner@acme.co)
isnt "$second" "$first" 'another token'
post $API/resend-verification '{}'
body_is '{"message":"Verification email resent successfully"}' 'and once more'
third=$(token_of verify owner@acme.co)
TOKEN=
verify "$second"; body_is "$INVALID" 'a later link replaces the one before'
verify "$third"
status 200 'the last is good, though they are verified already'
body_is "{\"message\":\"Email verified successfully\",\"user\":{\"id\":\"$USER_ID\",\"email\":\"owner@acme.co\",\"email_verified\":true}}" \
    'and says whose it is'
sign_in acme owner@acme.co
post $API/send-verification '{"email":null}'; status 200 'null is the own address, too'
post $API/send-verification ''; status 200 'as is no body'
post $API/send-verification '{"email":"x"}'; status 422 'an address must be one'
post $API/resend-verification ''; status 422 'resending wants a body'
json '.detail[0] | [.type, .loc[0]] | join(" ")' 'missing body' 'and misses it'
post $API/resend-verification '[]'; json '.detail[0].type' model_attributes_type 'a list is none'
post $API/send-verification '{"email":"Else <else@WHERE.co>"}'
body_is '{"message":"Verification email sent to else@where.co"}' 'another address may be named'
TOKEN=
verify "$(token_of verify else@where.co)"
json .user.email owner@acme.co 'its link changes nobody'"'"'s address'
post $API/send-verification '{}'; status 401 'nobody asks for nobody'
post $API/resend-verification '{}'; status 401 'nor again'

# What a link to another address must not do: stand for the own one.
post $API/register "{\"account_slug\":\"thief\",\"account_name\":\"Thief\",\"email\":\"victim@acme.co\",\"password\":\"$PASSWORD\"}"
mine=$(token_of verify victim@acme.co)
sql "UPDATE email_verification_tokens SET email = 'thief@else.co' WHERE token_hash = '$(sha256 "$mine")'"
verify "$mine"; body_is "$INVALID" 'a link to another address verifies none'
is "$(is_verified victim@acme.co)" 0 'so the address stays unproven'
sql "UPDATE email_verification_tokens SET email = 'victim@acme.co' WHERE token_hash = '$(sha256 "$mine")'"
sql "UPDATE email_verification_tokens SET expires_at = 1 WHERE token_hash = '$(sha256 "$mine")'"
verify "$mine"; body_is "$INVALID" 'an hour later it is too late'
is "$(sql "SELECT (MAX(expires_at - created_at)) / 60000000 FROM email_verification_tokens WHERE expires_at > 1")" 60 'an hour, not more'

# A user, a token and an account belong together.
sign_up other rival@other.co
post $API/send-verification '{}'; theirs=$(token_of verify rival@other.co)
sign_in acme owner@acme.co
verify "$theirs"
json .user.email rival@other.co 'whoever brings a token, it is about its owner'

# Nobody to send it.
as_superadmin DELETE "/api/v1/admin/configuration/$MAILER"
is "$STATUS" 200 'the provider is gone'
sign_in acme owner@acme.co
before=$(sql 'SELECT COUNT(*) FROM jobs')
post $API/send-verification '{}'
status 500 'without a provider, sending fails'
body_is '{"detail":"Failed to send verification email"}' 'and says so'
is "$(sql 'SELECT COUNT(*) FROM jobs')" "$before" 'with nothing in the queue'
post $API/resend-verification '{}'; status 200 'resending does not fail for that'
TOKEN=
post $API/register "{\"account_slug\":\"mute\",\"account_name\":\"Mute\",\"email\":\"mute@acme.co\",\"password\":\"$PASSWORD\"}"
status 201 'nor does registering'

# What is left behind.
is "$(sql "SELECT COUNT(*) FROM audit_log WHERE table_name = 'email_verification_tokens' AND column_name = 'token_hash' AND new_value <> '***'")" \
    0 'the history shows no hash'
ok 'the trail is whole' larder audit verify
none "$(leaked "$first" "$second" "$third" "$mine")" 'no token is in the log, the queue or the history'
