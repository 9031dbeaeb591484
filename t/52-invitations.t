#!/bin/sh
# 52-invitations.t — inviting, looking, accepting, cancelling: every reply of identity.md §15; who may, and who is first.
LARDER_TEST_SETTINGS='LARDER_LOG_LEVEL=DEBUG LARDER_MAIL_REQUESTS=3'
. t/lib/larder.sh
. t/lib/smtp.sh

all=/api/v1/invitations
NONE='{"error":"Not found","message":"Invitation not found"}'
WRONG='{"error":"Not found","message":"Invalid invitation token"}'
tokens='' hex64=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
invite() { post $all "{\"email\":\"$1\"${2:+,$2}}"; id=$(value .id) token=$(value .token); [ "$STATUS" != 201 ] || tokens="$tokens $token"; }
late() { sql "UPDATE invitations SET expires_at = $(($(date +%s) - 60))000000 WHERE id = '$1'"; }
accept() { kept=$TOKEN TOKEN=; post "$all/$1/accept" "{\"password\":\"${2:-$PASSWORD}\"}"; TOKEN=$kept; }
look() { kept=$TOKEN TOKEN=; get "$all/$1"; TOKEN=$kept; }

# Who may.
for call in "get $all" "post $all {\"email\":\"x@y.co\"}" "delete $all/$hex64" "post $all/$hex64/resend {}"; do
    $call; status 401 "nobody may not: ${call%% *}"
done
sign_up acme owner@acme.co; owner=$TOKEN acme=$ACCOUNT owner_id=$USER_ID
sign_up rival owner@rival.co; rival_token=$TOKEN rival=$ACCOUNT
superadmin; root=$TOKEN
mail_setup
TOKEN=$owner
post /api/v1/groups '{"name":"writers"}'; writers=$(value .id)
post /api/v1/groups '{"name":"readers"}'; readers=$(value .id)
TOKEN=$rival_token; post /api/v1/groups '{"name":"theirs"}'; theirs=$(value .id)
TOKEN=$root
post /api/v1/roles '{"name":"auditor"}'; auditor=$(value .id)

# What is sent.
TOKEN=$owner
post $all '{}'; json '.detail[0] | [.type, .loc[1]] | join(" ")' 'missing email' 'an address is needed'
post $all '{"email":"nobody"}'; status 422 'and has to be one'
post $all '{"email":"a@b.co","role_id":{},"groups":["x",7]}'; status 422 'the rest is looked at too'
json '[.detail[] | [.type, (.loc | map(tostring) | join(".")), .input]] | tojson' \
    '[["string_type","body.role_id",{}],["string_type","body.groups.1",7]]' 'and named'
post $all '{"email":"a@b.co","groups":"writers"}'; json '.detail[0].type' list_type 'groups are a list'
invite 'New <new@B.co>'; status 201 'somebody is invited'
json 'keys_unsorted | join(" ")' \
    'id account_id account_code email invited_by expires_at accepted_at created_at email_sent email_sent_at status token role_id groups updated_at' 'the members'
json '[.account_id, .account_code, .email, .invited_by, .status] | join(" ")' "$acme AA0001 new@b.co $owner_id pending" 'of the account, by its admin'
json '[.accepted_at, .email_sent, .email_sent_at, .role_id, .groups] | tojson' '[null,false,null,null,[]]' 'its mail is on the way'
json '.token | test("^[0-9a-f]{64}$")' true 'a token of 64 digits'
json '((.expires_at | sub("\\.[0-9]+";"") | fromdate) - (.created_at | sub("\\.[0-9]+";"") | fromdate))' 172800 'for two days'
first=$id first_token=$token
is "$(sql "SELECT token_hash FROM invitations WHERE id = '$first'")" "$(printf %s "$token" | sha256sum | cut -c1-64)" 'its hash is kept'
invite new@b.co; status 409 'once'
body_is '{"error":"Conflict","message":"A pending invitation already exists for this email"}' 'and is told so'
invite owner@acme.co; status 400 'who is there needs none'
body_is '{"error":"Validation error","message":"User with this email already exists in this account"}' 'and is told so'
invite else@b.co "\"account_id\":\"$rival\""; status 403 'other accounts are not theirs'
body_is '{"error":"Forbidden","message":"Only superadmins can invite users to other accounts"}' 'to invite to'
invite else@b.co "\"account_id\":\"nowhere\""; status 403 'there or not'
invite else@b.co '"role_id":99'; body_is '{"error":"Not found","message":"Role not found"}' 'a role must be there'
invite else@b.co '"role_id":"admin"'; body_is '{"error":"Not found","message":"Role not found"}' 'and be its number'
invite else@b.co "\"role_id\":$auditor"; status 403 'an admin gives no other role'
body_is '{"error":"Forbidden","message":"Account admins can grant the roles admin and user only"}' 'than those of an account'
invite else@b.co "\"groups\":[\"$writers\",\"$theirs\"]"; body_is '{"error":"Not found","message":"Group not found"}' 'groups are of the account'
invite else@b.co '"groups":["writers"]'; status 404 'by their ids'
is "$(sql 'SELECT count(*) FROM invitations')" 1 'what was refused left nothing'
invite Second@b.co "\"role_id\":\"1\",\"groups\":[\"$writers\",\"$readers\",\"$writers\"],\"account_id\":\"$acme\""
status 201 'a role as text, groups, the own account'
json '[.role_id, (.groups | length)] | tojson' '[1,2]' 'are kept, each once'
second=$id second_token=$token

# The mail, and that it went out.
mail_to() { MAIL=$(grep -lxF -- "$1" "$SMTP"/*.to | head -n 1) MAIL=${MAIL%.to}; [ -f "$MAIL" ]; }
[ -n "$FRONT" ] || work
ok 'a mail comes to them' await mail_to new@b.co
has "$(cat "$MAIL.subject")" 'join acme' 'about the account'
has "$(cat "$MAIL.text")" "http://localhost:8000/accept-invitation?token=$first_token" 'with the link'
has "$(cat "$MAIL.html")" "$first_token" 'in HTML, too'
has "$(cat "$MAIL.text")" 'owner@acme.co' 'by whom they are invited'
first_is_sent() { get $all; [ "$(value ".invitations[] | select(.id == \"$first\") | .email_sent")" = true ]; }
ok 'then it counts as sent' await first_is_sent
json ".invitations[] | select(.id == \"$first\") | .email_sent_at >= .created_at" true 'and when'

# Looking.
get $all; status 200 'they are listed'
json '[.total, (.invitations | map(.email) | join(" "))] | tojson' '[2,"Second@b.co new@b.co"]' 'the newest first'
json '.invitations[1] | [.token == "'"$first_token"'", .status, .account_code] | tojson' '[true,"pending","AA0001"]' 'with their tokens, for who is an admin'
get "$all?status_filter=cancelled"; json '[.total, .invitations] | tojson' '[0,[]]' 'cancelled ones are gone'
get "$all?status_filter=gone"; json '.detail[0] | [.type, .msg] | join(" ")' "enum Input should be 'pending', 'accepted', 'expired' or 'cancelled'" 'no other status'
get "$all?page=2&page_size=1"; json '[.total, .invitations[0].email] | tojson' '[2,"new@b.co"]' 'in pages'
get "$all?page_size=1"; json '.invitations | length' 1 'of a size'
get "$all?page=9223372036854775807"; json '.invitations | length' 0 'to the last of all'
get "$all?page=0"; status 422 'from the first'
get "$all?search=SECOND%40"; json '[.total, .invitations[0].email] | tojson' '[1,"Second@b.co"]' 'by a part of the address'
get "$all?search=%25"; json .total 0 'which is no pattern'
get "$all?account_id=$rival"; json .total 2 'another account is not theirs to name'
TOKEN=$rival_token
get $all; json '[.total, .invitations] | tojson' '[0,[]]' 'another account sees none'
delete $all/$first; body_is "$NONE" 'cancels none'
post $all/$first/resend '{}'; body_is "$NONE" 'sends none again'
delete $all/x; body_is "$NONE" 'nor what is none'
TOKEN=$root
get $all; json .total 2 'a superadmin sees all'
get "$all?account_id=$rival"; json .total 0 'or those of one account'
invite guest@b.co "\"account_id\":\"$rival\",\"role_id\":$auditor"; status 201 'and invites to any, in any role'
json '[.account_id, .role_id] | tojson' "[\"$rival\",$auditor]" 'as asked'
guest=$token guest_id=$id
invite guest@b.co "\"account_id\":\"01234567-89ab-7def-8123-456789abcdef\""; body_is '{"error":"Not found","message":"Account not found"}' 'that is there'
invite guest@b.co "\"account_id\":\"$rival\",\"groups\":[\"$writers\"]"; status 409 'once'
invite other@b.co "\"account_id\":\"$rival\",\"groups\":[\"$writers\"]"; status 404 'with groups of that account'
TOKEN=$rival_token; get $all; json '[.total, .invitations[0].invited_by != null] | tojson' '[1,true]' 'who sees it then'

# By the token.
TOKEN=
look "$first_token"; status 200 'the token tells'
json 'keys_unsorted | join(" ")' 'email account_name invited_by_name expires_at is_valid' 'what is offered'
json '[.email, .account_name, .invited_by_name, .is_valid] | tojson' '["new@b.co","acme","owner@acme.co",true]' 'to whom, by whom'
look "$hex64"; status 404 'another does not'; body_is "$WRONG" 'and says no more'
look "$first"; body_is "$WRONG" 'an id is no token'
look "$(printf %s "$first_token" | sha256sum | cut -c1-64)"; body_is "$WRONG" 'nor is its hash'
look "$(printf %s "$first_token" | tr a-f A-F)x"; body_is "$WRONG" 'nor what is like it'
get "$all/$first_token" -H 'Authorization: Bearer junk'; status 200 'whatever else is sent along'

# Accepting.
post "$all/$first_token/accept" '{}'; json '.detail[0] | [.type, .loc[1]] | join(" ")' 'missing password' 'a password is needed'
post "$all/$first_token/accept" '{"password":"Short-1"}'; status 422 'of eight characters'
hasnt "$(body)" 'Short-1' 'which is not told again'
post "$all/$first_token/accept" '{"password":"password"}'; status 400 'and more'
json '[.error, .details[0].field, (.details | map(.code) | join(" "))] | join("|")' \
    'Validation error|password|password_too_short password_no_uppercase password_no_digit password_no_special' 'as registration has it'
accept "$hex64"; status 404 'no token'; body_is "$WRONG" 'lets nobody in'
accept "$hex64" passwordpassword; body_is "$WRONG" 'which comes before the password'
accept "$second_token"; status 200 'a token does'
json 'keys_unsorted | join(" ")' 'token refresh_token expires_in account user' 'with a session'
json '[.account.slug, .user.email, .user.role, .user.is_active, .user.email_verified, .user.groups, .user.last_login != null] | tojson' \
    '["acme","Second@b.co","admin",true,true,["readers","writers"],true]' 'as what was offered'
joined=$(value .token) joined_id=$(value .user.id) joined_refresh=$(value .refresh_token)
TOKEN=$joined; get /api/v1/auth/me; json '[.user_id, .role] | join(" ")' "$joined_id admin" 'the session is good'
get $all; status 200 'an admin is one at once'
TOKEN=; post /api/v1/auth/refresh "{\"refresh_token\":\"$joined_refresh\"}"; status 200 'and lasts'
sign_in acme Second@b.co; is "$USER_ID" "$joined_id" 'the password is theirs'
accept "$second_token"; status 404 'a second time'
body_is '{"error":"Not found","message":"Invitation has already been accepted"}' 'is too late'
look "$second_token"; status 400 'and told so'
body_is '{"error":"Already accepted","message":"Invitation has already been accepted"}' 'to who looks'
TOKEN=$owner
get "$all?status_filter=accepted"; json '[.total, .invitations[0].id, .invitations[0].accepted_at != null] | tojson' "[1,\"$second\",true]" 'it is listed as such'
post $all/$second/resend '{}'; status 400 'and not sent again'
body_is '{"error":"Validation error","message":"Cannot resend invitation with status: accepted"}' 'as is told'
is "$(sql "SELECT count(*) FROM users WHERE id = '$joined_id' AND email_verified_at IS NOT NULL AND last_login IS NOT NULL")" 1 'when is kept'
accept "$guest"; json '[.account.slug, .user.role] | join(" ")' 'rival auditor' 'a superadmin gave any role'
is "$(sql "SELECT event || ' ' || record FROM event_outbox WHERE record_id = '$joined_id' AND event IN ('auth.register', 'auth.login') ORDER BY id LIMIT 2" | sed 's/{.*"provider"/"provider"/')" \
    'auth.register "provider":"password","method":"invitation","is_new_user":true}
auth.login "provider":"password","method":"invitation","is_new_user":true}' 'both events are told'

# Too late, gone, otherwise there by now.
TOKEN=$owner
invite late@b.co; late "$id"
look "$token"; status 400 'late'; body_is '{"error":"Expired","message":"Invitation has expired"}' 'is told'
accept "$token"; body_is '{"error":"Not found","message":"Invitation has expired"}' 'and no good'
get "$all?status_filter=expired"; json '[.total, .invitations[0].status] | tojson' '[1,"expired"]' 'listed as such'
post $all/$id/resend '{}'; body_is '{"error":"Validation error","message":"Cannot resend invitation with status: expired"}' 'not sent again'
invite late@b.co; status 201 'another may follow'; last=$token
get "$all?status_filter=pending"; json '.invitations | map(.email) | join(" ")' 'late@b.co new@b.co' 'those that are open'
delete $all/$id; status 204 'one is cancelled'
accept "$last"; body_is "$WRONG" 'and lets nobody in'
delete $all/$id; body_is "$NONE" 'once'
invite there@b.co; there=$token
if [ "$DB" = postgres ]; then uuid='CAST(gen_random_uuid() AS text)'; else uuid="'01234567-89ab-7def-8123-456789abcdef'"; fi
sql "INSERT INTO users (id, account_id, email, password_hash, role_id, is_active, email_verified, auth_provider, created_at, updated_at)
    SELECT $uuid, account_id, 'there@b.co', 'x', role_id, is_active, email_verified, auth_provider, 1, 1 FROM users WHERE id = '$owner_id'"
accept "$there"; status 409 'who is there by now'
json '[.error, .message] | join(": ")' 'Conflict: An account with this email already exists' 'is told'
invite groupless@b.co "\"groups\":[\"$readers\"],\"role_id\":2"; groupless=$token
delete /api/v1/groups/$readers
accept "$groupless"; json '[.user.role, .user.groups] | tojson' '["user",[]]' 'a group that is gone is left out'
TOKEN=$(value .token)
get $all; status 403 'a member may not invite'; json .detail 'Admin access required' 'as is told'
for call in "post $all {\"email\":\"x@y.co\"}" "delete $all/$first" "post $all/$first/resend {}"; do
    $call; status 403 "nor may they ${call%% *}"
done
TOKEN=$owner

# Sent again, so often.
post $all/$first/resend '{}'; status 200 'a mail is sent again'
json '[.message, .token == "'"$first_token"'"] | tojson' '["Invitation email resent successfully",true]' 'with the same token'
post $all/$first/resend; status 200 'with or without a body'
post $all/$first/resend '{}'; post $all/$first/resend '{}'; status 429 'but nobody is pestered'
is "$(sql "SELECT count(*) FROM jobs WHERE handler = 'send_email' AND payload LIKE '%invitation $acme $first%'")" 4 'a job for each'
post $all '{"email":"once@b.co"}' -H 'Idempotency-Key: once'; once=$(value .token); tokens="$tokens $once"
post $all '{"email":"once@b.co"}' -H 'Idempotency-Key: once'; json .token "$once" 'a repeated request hears the same'
as_superadmin POST /api/v1/admin/api-keys "{\"name\":\"Hiring\",\"account_id\":\"$acme\",\"scopes\":[\"admin\"]}"
TOKEN=$(value .key); invite byservice@b.co; status 201 'a service may invite'
json .invited_by null 'though nobody is behind it'
look "$token"; json .invited_by_name 'Team Member' 'nor named'
TOKEN=$owner

# Many at once: one invitation for an address, one user for an invitation.
at_once() { # at_once COMMAND…: five of it, their statuses
    rm -rf "$W"/at-once.*; pids=
    for n in 1 2 3 4 5; do
        (W=$W/at-once.$n; mkdir "$W"; exchanges=/dev/null; : >"$W/log"; data=${W%/*}/data
            with_settings() { env $settings $LARDER_TEST_SETTINGS LARDER_DATA_DIR="$data" "$@"; }
            trap - EXIT; "$@"; echo "$STATUS" >"$W/status") &
        pids="$pids $!"
    done
    # shellcheck disable=SC2086
    wait $pids
    statuses=$(cat "$W"/at-once.*/status | sort | uniq -c | awk '{ print $1 "x" $2 }' | paste -sd' ')
}
at_once post $all '{"email":"race@b.co"}'; is "$statuses" '1x201 4x409' 'of five who invite somebody one does'
race=$(cat "$W"/at-once.*/body | jq -r '.token // empty'); tokens="$tokens $race"
at_once accept "$race"; is "$statuses" '1x200 4x404' 'of five who accept one gets in'
is "$(sql "SELECT count(*) FROM users WHERE email = 'race@b.co'")" 1 'as one user'
is "$(sql "SELECT count(*) FROM refresh_tokens t JOIN users u ON u.id = t.user_id WHERE u.email = 'race@b.co'")" 1 'with one session'

# Accounts that go take their invitations along, and the names of who invited to others.
TOKEN=$root; invite orphan@b.co "\"account_id\":\"$rival\""; orphan=$token orphan_id=$id
TOKEN=$owner; invite gone@b.co; gone=$token
as_superadmin DELETE "/api/v1/accounts/$acme"; status 204 'an account is deleted'
look "$gone"; body_is "$WRONG" 'its invitations are gone'
look "$orphan"; status 200 'others stay'

# What browsers ask first, and what is no route, has the token in its path, too.
options "/api/v1/invitations/$orphan/accept" -H 'Origin: http://localhost:3000' -H 'Access-Control-Request-Method: POST'
status 200 'a browser asks before it accepts'
options "/api/v1/invitations/$orphan"; status 204 'which methods there are'
put "/api/v1/invitations/$orphan/accept/" '{}'; status 405 'a method that is none'

# Where the tokens are not: the log, the trail, the outbox, the queue, the table, stored replies, the log of mails.
stop_server
for table in audit_log event_outbox jobs invitations idempotency_keys email_logs; do sql "SELECT * FROM $table"; done >"$W/shown"
found=
for secret in $tokens; do grep -qF -- "$secret" "$W/log" "$W/shown" && found="$found $secret"; done
none "$found" "none of $(echo "$tokens" | wc -w) tokens can be read where it should not"
isnt "$(grep -c '"path":"/api/v1/invitations/\*\*\*/accept"' "$W/log")" 0 'a log names the path without it'
isnt "$(grep -c '"path":"/api/v1/invitations/\*\*\*"' "$W/log")" 0 'to look as to accept'
is "$(sql "SELECT DISTINCT new_value FROM audit_log WHERE table_name = 'invitations' AND column_name IN ('token_hash', 'token_enc') AND new_value IS NOT NULL")" '***' 'nor in the trail'
is "$(sql "SELECT DISTINCT user_email FROM audit_log WHERE record_id = '$joined_id' AND column_name = 'last_login' AND operation = 'UPDATE' ORDER BY 1")" 'Second@b.co' 'what who came does is theirs'
ok 'the trail is whole' larder audit verify
