#!/bin/sh
# 46-users.t — people for administrators (identity.md §12): who may, every refusal in its order, and tokens that end at once.
. t/lib/larder.sh
plan 261

SYSTEM=00000000-0000-0000-0000-000000000000 NOWHERE=00000000-0000-4000-8000-000000000000
PASSWORD2='Another-Horse-2'
rows() {
    if [ "$DB" = postgres ]; then psql -qXAt -v ON_ERROR_STOP=1 "$POSTGRES_URL" -c "$1"; else sqlite3 "$W/data/larder.db" "$1"; fi
}
full='id email account_id account_code account_name role_id role_name is_active auth_provider auth_provider_name external_id external_email profile_data email_verified email_verified_at created_at last_login role groups'
# person EMAIL ACCOUNT_ID ROLE_ID [MORE]: its JSON.
person() { printf '{"email":"%s","account_id":"%s","role_id":%s,"password":"%s"%s}' "$1" "$2" "$3" "$PASSWORD" "$4"; }
me() { TOKEN=$1; get /api/v1/auth/me; }
# login ACCOUNT EMAIL PASSWORD: leaves $STATUS, $TOKEN, $REFRESH.
login() { TOKEN=; post /api/v1/auth/login "{\"account\":\"$1\",\"email\":\"$2\",\"password\":\"$3\"}"; TOKEN=$(value .token) REFRESH=$(value .refresh_token); }
refreshes() { TOKEN=; post /api/v1/auth/refresh "{\"refresh_token\":\"$1\"}"; }
missing='{"detail":"User not found"}'

sign_up acme owner@acme.co; acme=$TOKEN acme_id=$ACCOUNT acme_user=$USER_ID
sign_up other owner@other.co; other=$TOKEN other_id=$ACCOUNT other_user=$USER_ID
superadmin; root=$TOKEN root_id=$USER_ID
post /api/v1/roles '{"name":"auditor"}'; auditor=$(value .id)

# ---- making: what is wrong, in order -----------------------------------------------------------------
make() { post /api/v1/users "$1"; }
make '{}'; json '[.detail[] | .loc[1]] | join(" ")' 'email account_id role_id' 'what is needed'
make '{"email":"x","account_id":"short","role_id":0,"password":"","is_active":"maybe","profile_data":[]}'
json '[.detail[].type] | join(" ")' 'value_error string_too_short greater_than_equal too_short bool_parsing dict_type' 'what does not fit, all at once'
make "$(person a@acme.co "$NOWHERE" 99 | sed 's/,"password":"[^"]*"//')"; status 400 'a password is needed, before anything is looked up'
body_is '{"detail":"Password is required for password-based authentication"}' 'as it says'
make "{\"email\":\"a@acme.co\",\"account_id\":\"$NOWHERE\",\"role_id\":99,\"password\":\"weak\"}"; status 400 'a good one'
json '.detail | [.error, (.details | length), .details[0].field, .details[0].code] | tojson' '["Validation error",4,"password","password_too_short"]' 'every rule is told'
make "$(person owner@acme.co "$NOWHERE" 99)"; status 404 'then the account'; body_is '{"detail":"Account not found"}' 'must be there'
make "$(person owner@acme.co "$acme_id" 99)"; status 404 'then the role'; body_is '{"detail":"Role not found"}' 'must be there'
make "$(person owner@acme.co "$acme_id" 2)"; status 409 'then the address'; body_is '{"detail":"A user with this email already exists in the account"}' 'must be free'
get "/api/v1/users?account_id=$acme_id"; json .total 1 'none of that left anybody'

make "$(person 'Ann <ann@ACME.co>' "$acme_id" 2 ',"profile_data":{"z":1,"a":{"b":[]}},"id":"x","email_verified":true')"
status 201 'a person is made'
ann=$(value .id)
json 'keys_unsorted | join(" ")' "$full" 'in the form of the contract'
json '[.email, .account_id == "'"$acme_id"'", .account_code, .account_name, .role_id, .role_name, .role, .is_active] | tojson' \
    '["ann@acme.co",true,"AA0001","acme",2,"user","user",true]' 'of the account, in the role'
json '[.auth_provider, .auth_provider_name, .external_id, .external_email] | tojson' '["password",null,null,null]' 'with a password'
json '[.email_verified, .email_verified_at, .last_login, .groups] | tojson' '[false,null,null,[]]' 'not verified, whatever was said'
json '.profile_data | tojson' '{"a":{"b":[]},"z":1}' 'and what is known of them'
hasnt "$(body)" argon2 'never a hash'
make "$(person ann@acme.co "$other_id" 2)"; status 201 'the same address in another account is another person'
other_ann=$(value .id)
make "{\"email\":\"saml@acme.co\",\"account_id\":\"$acme_id\",\"role_id\":1,\"auth_provider\":\"saml\",\"auth_provider_name\":\"okta\",\"external_id\":\"00u1\",\"external_email\":\"s@okta.co\",\"is_active\":false}"
status 201 'one of an outside provider needs none'
saml=$(value .id)
json '[.auth_provider, .auth_provider_name, .external_id, .external_email, .is_active, .role] | tojson' '["saml","okta","00u1","s@okta.co",false,"admin"]' 'and is as it was said'
login acme saml@acme.co "$PASSWORD"; status 400 'nor signs in with one'
TOKEN=$root
login acme ann@acme.co "$PASSWORD"; status 401 'who is not verified does not sign in'
has "$(body)" verified 'and hears why'
TOKEN=$root

# ---- looking ---------------------------------------------------------------------------------------
get "/api/v1/users/$ann"; json .email ann@acme.co 'one person'
get "/api/v1/users/$NOWHERE"; status 404 'nobody'; body_is "$missing" 'is not found'
get /api/v1/users/ann@acme.co; body_is "$missing" 'people are known by id alone'
get "/api/v1/users/$acme_user"; json '[.groups, .email_verified, (.last_login != null)] | tojson' '[["pii_access"],true,true]' 'with their groups'
list() { get "/api/v1/users?$1"; json "$2" "$3" "$4"; }
list '' '[.total, (.items | length), (keys_unsorted | join(" "))] | tojson' '[6,6,"total items"]' 'a superadmin sees everybody'
json '.items[0] | keys_unsorted | join(" ")' "$full" 'as a whole'
json '.items[0].id' "$saml" 'the newest first'
list "account_id=$acme_id" '[.items[].email] | tojson' '["saml@acme.co","ann@acme.co","owner@acme.co"]' 'of one account'
list "account_id=$NOWHERE" .total 0 'of none'
list 'account_id=%27%20OR%201=1' .total 0 'nonsense is none'
list 'role_id=1' '[.items[].role] | unique | tojson' '["admin"]' 'in one role'
list 'role_id=77' .total 0 'which nobody has'
list 'is_active=false' '[.items[].email] | tojson' '["saml@acme.co"]' 'who are not active'
list 'is_active=1' .total 5 'or are'
list 'search=ANN@' '[.items[].account_code] | sort | tojson' '["AA0001","AA0002"]' 'by a part of the address, in any case'
list 'search=%25' .total 0 'a percent sign is itself'
list 'search=_' .total 0 'an underscore, too'
list 'search=acme&role_id=1&is_active=true' '[.items[].email] | tojson' '["owner@acme.co"]' 'all of it together'
list 'skip=4&limit=1' '[.total, (.items | length)] | tojson' '[6,1]' 'a part of the list'
get '/api/v1/users?limit=1&skip=4'; one=$(value '.items[0].id')
list 'page=5&page_size=1' '.items[0].id' "$one" 'by pages, as the SDK asks'
list 'page=2' '.items' '[]' 'of 30'
list 'skip=999999999&limit=100' '[.total, .items] | tojson' '[6,[]]' 'past the end nobody'
get '/api/v1/users?skip=-1&limit=101&page=0&role_id=x&is_active=perhaps&sort_order=up'
json '[.detail[].loc[1]] | join(" ")' 'role_id is_active skip limit page sort_order' 'what does not fit is told'
for sort in id email account_id role_id is_active email_verified email_verified_at created_at updated_at last_login auth_provider auth_provider_name; do
    get "/api/v1/users?sort=$sort"; up=$(value '[.items[].id]')
    [ $sort = updated_at ] || is "$(value "[.items[].$sort | if type == \"string\" then rtrimstr(\"Z\") else . end]")" \
        "$(value "[.items[].$sort | if type == \"string\" then rtrimstr(\"Z\") else . end] | sort")" "sorted by $sort, nothing first"
    get "/api/v1/users?sort=-$sort"; is "$(value '[.items[].id] | reverse')" "$up" "and $sort the other way round"
    get "/api/v1/users?sort_by=$sort&sort_order=asc"; is "$(value '[.items[].id]')" "$up" 'in the other spelling'
done
get '/api/v1/users?sort=%2Bemail'; up=$(value '[.items[].email]'); get '/api/v1/users?sort=+email'; is "$(value '[.items[].email]')" "$up" 'a plus may have become a space'
list 'sort=-password_hash' '.items[0].id' "$saml" 'by nothing else: by age'
list 'sort=id;DROP+TABLE+users' '.items[-1].id' "$saml" 'least of all by SQL'

# ---- account admins: their own account, and no further ------------------------------------------------
TOKEN=$acme
list '' '[.total, ([.items[].account_id] | unique == ["'"$acme_id"'"])] | tojson' '[3,true]' 'an account admin sees the own people'
list "account_id=$other_id" '[.total, .items] | tojson' '[0,[]]' 'never those of another account'
list 'search=other' .total 0 'nor by searching'
for id in "$other_user" "$root_id" "$NOWHERE"; do
    get "/api/v1/users/$id"; body_is "$missing" 'another account has nobody: look'
    patch "/api/v1/users/$id" '{"is_active":false}'; body_is "$missing" 'change'
    delete "/api/v1/users/$id"; body_is "$missing" 'deactivate'
    put "/api/v1/users/$id/password" "{\"new_password\":\"$PASSWORD2\"}"; body_is "$missing" 'password'
    put "/api/v1/users/$id/password" '{"send_reset_link":true}'; body_is "$missing" 'link'
    post "/api/v1/users/$id/verify" '{}'; body_is "$missing" 'verify'
    post "/api/v1/users/$id/resend-verification" '{}'; body_is "$missing" 'mail'
done
is "$(rows "SELECT count(*) FROM users WHERE id = '$other_user' AND tokens_valid_from IS NULL AND CAST(is_active AS text) IN ('1', 'true')")" 1 'and nothing happened to them'
for account in "$other_id" "$SYSTEM" "$NOWHERE"; do
    make "$(person mole@acme.co "$account" 1)"; status 403 'nobody is put into another account'
    body_is '{"detail":"Cannot create users in another account"}' 'there or not'
done
make "$(person bob@acme.co "$acme_id" "$auditor")"; status 403 'another role'
body_is '{"detail":"Cannot grant this role"}' 'is not theirs to give'
make "$(person bob@acme.co "$acme_id" 77)"; status 404 'nor one that is not there'
make "{\"email\":\"bob@acme.co\",\"account_id\":\"$acme_id\",\"role_id\":2,\"auth_provider\":\"oauth\",\"auth_provider_name\":\"google\",\"external_id\":\"1\"}"
status 403 'an identity elsewhere'; body_is '{"detail":"Cannot set an external identity"}' 'would bring its owner here'
make "$(person bob@acme.co "$acme_id" 2 ',"external_id":"1"')"; status 403 'a part of one, too'
make "$(person bob@acme.co "$acme_id" 2)"; status 201 'a member is made'
bob=$(value .id)
patch "/api/v1/users/$bob" "{\"role_id\":$auditor}"; body_is '{"detail":"Cannot grant this role"}' 'nor promoted past the admin'
patch "/api/v1/users/$bob" '{"role":"auditor"}'; body_is '{"detail":"Cannot grant this role"}' 'by name neither'
patch "/api/v1/users/$bob" '{"external_id":"1"}'; body_is '{"detail":"Cannot set an external identity"}' 'nor linked'
patch "/api/v1/users/$bob" '{"auth_provider":"oauth"}'; body_is '{"detail":"Cannot set an external identity"}' 'in any part'
patch "/api/v1/users/$bob" "{\"account_id\":\"$other_id\",\"auth_provider\":\"password\"}"; json .account_id "$acme_id" 'nobody moves'
patch "/api/v1/users/$bob" '{"role":"admin"}'; json '[.role, .role_id] | tojson' '["admin",1]' 'an admin makes admins'
patch "/api/v1/users/$bob" '{"role_id":2,"role":"admin"}'; json .role user 'role_id wins over role'
as_superadmin PATCH "/api/v1/users/$bob" '{"role":"auditor"}'; json .role auditor 'a superadmin gives any role'
get "/api/v1/users/$bob"; json .role auditor 'which the admin sees'
put "/api/v1/users/$bob/password" "{\"new_password\":\"$PASSWORD2\"}"; status 403 'but does not sign in with'
body_is '{"detail":"Cannot change the credentials of a user with this role"}' 'by setting the password'
patch "/api/v1/users/$bob" '{"email":"mine@acme.co"}'; status 403 'or the address'
patch "/api/v1/users/$bob" "{\"email\":\"bob@acme.co\",\"role_id\":$auditor,\"is_active\":true}"; status 200 'what stays as it is may be said'
patch "/api/v1/users/$bob" '{"role":"user"}'; json .role user 'it can be taken away'

# Members, strangers.
as_superadmin POST "/api/v1/users/$bob/verify"
login acme bob@acme.co "$PASSWORD"; bob_token=$TOKEN
for who in "$bob_token" ''; do
    TOKEN=$who
    for call in "get /api/v1/users" "get /api/v1/users/$bob" "post /api/v1/users {}" "patch /api/v1/users/$ann {\"role_id\":0}" "delete /api/v1/users/$ann" \
        "put /api/v1/users/$ann/password {}" "post /api/v1/users/$ann/verify" "post /api/v1/users/$ann/resend-verification"; do
        $call; status "$([ -n "$who" ] && echo 403 || echo 401)" "not for $([ -n "$who" ] && echo members || echo strangers): ${call%% \{*}"
    done
done
TOKEN=$bob_token; get /api/v1/users; body_is '{"detail":"Admin access required"}' 'they are told who may'
as_superadmin PATCH "/api/v1/users/$bob" '{"role":"admin"}'; TOKEN=$bob_token
get /api/v1/users; status 200 'an admin from the next request on'
as_superadmin PATCH "/api/v1/users/$bob" '{"role":"user"}'; TOKEN=$bob_token
get /api/v1/users; status 403 'and no longer than that'
TOKEN=$root

# ---- changing ----------------------------------------------------------------------------------------
patch "/api/v1/users/$root_id" '{"email":"not an address"}'; status 422 'what does not fit comes first'
patch "/api/v1/users/$root_id" '{"is_active":false}'; status 403 'nobody changes themselves'
body_is '{"detail":"Cannot modify your own account through this endpoint"}' 'as it says'
patch "/api/v1/users/$NOWHERE" '{"role_id":99}'; body_is "$missing" 'then the person must be there'
patch "/api/v1/users/$ann" '{"email":"owner@acme.co","role_id":99}'; status 409 'then the address must be free'
patch "/api/v1/users/$ann" '{"role_id":99}'; body_is '{"detail":"Role not found"}' 'then the role must be there'
patch "/api/v1/users/$ann" '{"role":"emperor"}'; body_is '{"detail":"Role not found"}' 'by name, too'
patch "/api/v1/users/$ann" '{"role_id":0}'; status 422 'roles count from one'
before=$(rows "SELECT count(*) FROM audit_log")
patch "/api/v1/users/$ann" ''; status 200 'nothing to change'
patch "/api/v1/users/$ann" '{"email":null,"role_id":null,"role":null,"is_active":null,"auth_provider":null,"external_id":null,"profile_data":null,"password":"x","email_verified":true}'
json '[.email, .role, .is_active, .auth_provider, .email_verified, (.profile_data.z)] | tojson' '["ann@acme.co","user",true,"password",false,1]' 'null changes nothing, other members neither'
patch "/api/v1/users/$ann" '{"email":"ann@acme.co","role":"user","is_active":true}'
is "$(rows "SELECT count(*) FROM audit_log")" "$before" 'and leaves no history'
patch "/api/v1/users/$ann" '{"email":"anna@acme.co","role":"admin","auth_provider_name":"x","external_id":"y","external_email":"z","profile_data":{"n":2}}'
json '[.email, .role, .auth_provider_name, .external_id, .external_email, .profile_data.n] | tojson' '["anna@acme.co","admin","x","y","z",2]' 'everything else is changed'
is "$(rows "SELECT column_name, old_value, new_value, user_email FROM audit_log WHERE table_name = 'users' AND record_id = '$ann' AND operation = 'UPDATE' AND column_name IN ('email', 'role_id') ORDER BY id" | tr '\n' ' ')" \
    "email|ann@acme.co|anna@acme.co|$ROOT_EMAIL role_id|2|1|$ROOT_EMAIL " 'with its history'
patch "/api/v1/users/$ann" '{"email":"owner@other.co","role":"user"}'; status 200 'an address of another account is free'

# ---- verifying ---------------------------------------------------------------------------------------
verify() { post "/api/v1/users/$1/verify"; }
verify "$ann"; body_is '{"message":"User email verified successfully"}' 'an address is verified'
verify "$ann"; body_is '{"message":"User email is already verified"}' 'once'
get "/api/v1/users/$ann"; json '[.email_verified, (.email_verified_at != null)] | tojson' '[true,true]' 'from then on'
verify "$NOWHERE"; body_is "$missing" 'of nobody'
post "/api/v1/users/$ann/resend-verification"; status 400 'then there is nothing to mail'
body_is '{"detail":"User email is already verified"}' 'as it says'
post "/api/v1/users/$NOWHERE/resend-verification"; body_is "$missing" 'nor to nobody'

# ---- passwords ---------------------------------------------------------------------------------------
set_password() { put "/api/v1/users/$1/password" "$2"; }
set_password "$ann" ''; json '.detail[0] | [.type, .loc[0]] | join(" ")' 'missing body' 'a body is needed'
set_password "$ann" '{"new_password":null}'; status 422 'with a password or a wish'
json '.detail[0] | [.type, (.loc | tojson), .msg, (.ctx | tojson)] | join(" ")' \
    'value_error ["body"] Value error, Either new_password must be provided or send_reset_link must be True {"error":{}}' 'as it says'
set_password "$NOWHERE" '{}'; status 422 'before anybody is looked for'
set_password "$ann" '{"new_password":""}'; json '.detail[0].type' too_short 'an empty one is none'
set_password "$NOWHERE" '{"new_password":"weak"}'; body_is "$missing" 'then the person'
set_password "$ann" '{"new_password":"weak"}'; status 400 'then the rules'
json '.detail | [.error, (.details | length)] | tojson' '["Validation error",4]' 'all of them'
hasnt "$(body)" weak 'without an echo'
login acme owner@other.co "$PASSWORD"; ann_token=$TOKEN ann_refresh=$REFRESH
login acme owner@other.co "$PASSWORD"; ann_second=$TOKEN ann_second_refresh=$REFRESH
me "$ann_token"; status 200 'signed in'
TOKEN=$root; set_password "$ann" "{\"new_password\":\"$PASSWORD2\",\"send_reset_link\":false}"
status 200 'a password is set'; body_is '{"message":"Password updated successfully"}' 'as it says'
me "$ann_token"; status 401 'and the person is out at the next request'
body_is '{"detail":"Token has been revoked"}' 'the token is dead'
me "$ann_second"; status 401 'every one of them'
refreshes "$ann_refresh"; status 401 'no refreshing'
refreshes "$ann_second_refresh"; status 401 'of any session'
login acme owner@other.co "$PASSWORD"; status 401 'the old password is none'
login acme owner@other.co "$PASSWORD2"; status 200 'the new one is'
ann_token=$TOKEN ann_refresh=$REFRESH
me "$ann_token"; status 200 'and its token is good'
me "$other"; status 200 'the other person of that address noticed nothing'
TOKEN=$other; get /api/v1/auth/me; json .email owner@other.co 'who is somebody else'
hasnt "$(rows "SELECT old_value, new_value FROM audit_log WHERE record_id = '$ann'")" argon2 'the history has no hash'
TOKEN=$acme; set_password "$acme_user" "{\"new_password\":\"$PASSWORD2\"}"; status 200 'one may set the own one'
me "$acme"; status 401 'and signs in again'
login acme owner@acme.co "$PASSWORD2"; status 200 'with it'
acme=$TOKEN

# ---- mail: a link that verifies, a link that sets a password ---------------------------------------------
resend() { post "/api/v1/users/$1/resend-verification"; }
links() { rows "SELECT count(*) FROM $1 WHERE user_id = '$2'"; }
mails() { rows "SELECT count(*) FROM jobs WHERE handler = 'send_email' AND account_id = '$acme_id' AND payload LIKE '%$1%'"; }
TOKEN=$root; make "$(person cat@acme.co "$acme_id" 2)"; cat=$(value .id)
mailed=$(mails cat@acme.co)
resend "$cat"; status 500 'without a provider there is no mail'
body_is '{"detail":"Failed to send verification email"}' 'as it says'
set_password "$ann" '{"send_reset_link":true}'; status 500 'nor a link'
body_is '{"detail":"Failed to send password reset email"}' 'as it says'
me "$ann_token"; status 200 'and nothing happened'
is "$(links email_verification_tokens "$cat") $(links password_reset_tokens "$ann") $(mails cat@acme.co)" "0 0 $mailed" 'at all'
rows "INSERT INTO configurations (id, account_id, category, provider_name, display_name, config, enabled, is_builtin, is_default, priority, created_at, updated_at)
    VALUES ('01900000-0000-7000-8000-000000000001', '$SYSTEM', 'email_providers', 'smtp', 'SMTP', '{}', '1', '0', '1', 0, 1, 1)"
TOKEN=$acme; resend "$cat"; status 200 'with one'
body_is '{"message":"Verification email sent to cat@acme.co"}' 'it is on its way'
is "$(links email_verification_tokens "$cat") $(mails cat@acme.co)" "1 $((mailed + 1))" 'to the right address'
TOKEN=$root; set_password "$ann" "{\"send_reset_link\":true,\"new_password\":\"weak\"}"; status 200 'the link wins over a password'
body_is '{"message":"Password reset link sent to owner@other.co"}' 'and is on its way'
is "$(links password_reset_tokens "$ann") $(mails owner@other.co)" '1 1' 'to the right address'
me "$ann_token"; status 401 'its sessions have ended'
refreshes "$ann_refresh"; status 401 'all of them'
login acme owner@other.co "$PASSWORD2"; status 200 'the password stays until then'
TOKEN=$root; patch "/api/v1/users/$ann" '{"role":"user"}'; is "$(links password_reset_tokens "$ann")" 1 'a link outlives other changes'
patch "/api/v1/users/$ann" '{"email":"ann.new@acme.co"}'; is "$(links password_reset_tokens "$ann")" 0 'but not that of the address it went to'
set_password "$ann" '{"send_reset_link":true}'
set_password "$ann" "{\"new_password\":\"$PASSWORD2\"}"; is "$(links password_reset_tokens "$ann")" 0 'nor a new password'

# ---- deactivating ------------------------------------------------------------------------------------
TOKEN=$root
delete "/api/v1/users/$root_id"; status 403 'nobody deactivates themselves'
body_is '{"detail":"Cannot deactivate your own account"}' 'as it says'
delete "/api/v1/users/$NOWHERE"; body_is "$missing" 'or nobody'
me "$bob_token"; status 200 'somebody is signed in'
TOKEN=$acme; delete "/api/v1/users/$bob"; status 204 'and is deactivated'
me "$bob_token"; status 401 'they are out at the next request'
body_is '{"detail":"Token has been revoked"}' 'as their session has ended'
login acme bob@acme.co "$PASSWORD"; status 401 'no signing in'
TOKEN=$acme; delete "/api/v1/users/$bob"; status 204 'twice is once'
get "/api/v1/users/$bob"; json .is_active false 'the row stays'
is "$(rows "SELECT old_value, new_value, user_email FROM audit_log WHERE record_id = '$bob' AND column_name = 'is_active' AND operation = 'UPDATE'")" 'true|false|owner@acme.co' 'with its history, once'
patch "/api/v1/users/$bob" '{"is_active":true}'; json .is_active true 'back again'
me "$bob_token"; status 401 'but the old token stays dead'
login acme bob@acme.co "$PASSWORD"; status 200 'until a new sign-in'
bob_token=$TOKEN bob_refresh=$REFRESH
TOKEN=$acme; patch "/api/v1/users/$bob" '{"is_active":false}'; json .is_active false 'deactivated by a change'
me "$bob_token"; status 401 'is the same'
as_superadmin PATCH "/api/v1/users/$bob" '{"is_active":true}'
refreshes "$bob_refresh"; status 401 'its refresh token is gone for ever'

# ---- by the command line -------------------------------------------------------------------------------
set_by_hand() { larder user set-password "$@" >"$W/out" 2>&1; }
ok 'a password set by hand' set_by_hand ann@ACME.co --account other --password "$PASSWORD2"
as_superadmin POST "/api/v1/users/$other_ann/verify"
login other ann@acme.co "$PASSWORD2"; status 200 'is one'
ann_there=$TOKEN
printf '%s\n%s\n' "$PASSWORD" "$PASSWORD" >"$W/typed"
set_typed() { larder user set-password ann@acme.co --account AA0002 <"$W/typed" >"$W/out" 2>&1; }
ok 'it may be typed twice' set_typed
me "$ann_there"; status 401 'and ends what there was'
login other ann@acme.co "$PASSWORD"; status 200 'the typed one counts'
isnt "$(set_by_hand ann@acme.co --account other --password weak; echo $?)" 0 'a weak one is refused'
has "$(cat "$W/out")" 'Password validation failed: password: Password must be at least 12 characters' 'with the reasons'
isnt "$(set_by_hand nobody@acme.co --account other --password "$PASSWORD"; echo $?)" 0 'nobody has none'
has "$(cat "$W/out")" "Account 'other' has no user with email 'nobody@acme.co'" 'as it says'
isnt "$(set_by_hand ann@acme.co; echo $?)" 0 'an account must be named'

# ---- what it left ---------------------------------------------------------------------------------------
ok 'the trail is whole' larder audit verify
hasnt "$(cat "$W/log")" "$PASSWORD2" 'no password reached the log'

# ---- demo mode: superadmins stay as they are ---------------------------------------------------------------
LARDER_TEST_SETTINGS="$LARDER_TEST_SETTINGS LARDER_IS_DEMO=1"
[ -z "$FRONT" ] || { stop_server; start_server; }
TOKEN=$root
make "$(person second@larder.example.com "$SYSTEM" 1)"; status 201 'a second superadmin'
second=$(value .id)
DEMO='{"detail":"Demo mode: superadmin credentials cannot be modified"}'
patch "/api/v1/users/$second" '{"email":"owner@acme.co","role_id":99}'; status 403 'is not changed'; body_is "$DEMO" 'in demo mode'
put "/api/v1/users/$second/password" '{"new_password":"weak"}'; body_is "$DEMO" 'no password'
put "/api/v1/users/$second/password" '{"send_reset_link":true}'; body_is "$DEMO" 'no link'
delete "/api/v1/users/$second"; body_is "$DEMO" 'no end'
delete "/api/v1/users/$root_id"; body_is '{"detail":"Cannot deactivate your own account"}' 'the own one comes first'
patch "/api/v1/users/$bob" '{"is_active":false}'; status 200 'others are changed as ever'
