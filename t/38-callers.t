#!/bin/sh
# 38-callers.t — every route of identity and administration, asked by everybody who may not: strangers, members,
# admins and keys of another account. What is another account's is answered as what is not there, and nothing changes.
. t/lib/larder.sh

# ---- two accounts -------------------------------------------------------------------------------
# What beta has must show in no answer to alpha; so its names are like nothing else.
sign_up beta hidden-owner@beta.example.com
beta=$TOKEN B=$ACCOUNT b_user=$USER_ID
post /api/v1/groups '{"name":"hidden-group"}'; b_group=$(value .id)
post /api/v1/invitations '{"email":"hidden-guest@beta.example.com"}'; b_invitation=$(value .id)
sign_up alpha owner@alpha.example.com
alpha=$TOKEN A=$ACCOUNT refresh=$REFRESH
post /api/v1/groups '{"name":"ours"}'; a_group=$(value .id)
a_user=$USER_ID
person() { # person EMAIL: a member of alpha, signed in; leaves $TOKEN and $USER_ID
    as_superadmin POST /api/v1/users "{\"email\":\"$1\",\"account_id\":\"$A\",\"role_id\":2,\"password\":\"$PASSWORD\"}"
    larder user verify "$1" --account alpha >/dev/null; sign_in alpha "$1"
}
person gone@alpha.example.com; gone=$TOKEN gone_id=$USER_ID
as_superadmin DELETE "/api/v1/users/$gone_id"; status 204 'somebody is put out'
person member@alpha.example.com; member=$TOKEN a_member=$USER_ID
as_superadmin POST /api/v1/admin/api-keys "{\"name\":\"service\",\"account_id\":\"$A\",\"scopes\":[\"admin\",\"records:secrets:read\"]}"
service=$(value .key) key=$(value .id)
as_superadmin POST /api/v1/roles '{"name":"mighty"}'; role=$(value .id)
as_superadmin POST /api/v1/permissions "{\"role_id\":$role,\"collection\":\"*\",\"rules\":{\"read\":{\"rule\":\"true\"}}}"; permission=$(value .id)
as_superadmin POST /api/v1/admin/configuration "{\"category\":\"email_providers\",\"provider_name\":\"smtp\",\"display_name\":\"Mail\",\"account_id\":\"$B\",\"config\":{\"host\":\"hidden-host\"}}"
configuration=$(value .id)
as_superadmin GET /api/v1/admin/email/templates; template=$(value '.[0].id')
nobody=01234567-89ab-4def-8123-456789abcdef

# ---- who may what -------------------------------------------------------------------------------
# need METHOD PATH [JSON]: P anybody, U who is signed in, A admins of the account, S superadmins. @x is beta's x.
cat >"$W/routes" <<'.'
P POST /api/v1/auth/register
P POST /api/v1/auth/login
P POST /api/v1/auth/refresh
P POST /api/v1/auth/logout
P POST /api/v1/auth/verify-email
P POST /api/v1/auth/forgot-password
P POST /api/v1/auth/reset-password
P GET /api/v1/auth/verify-reset-token/{token}
P GET /api/v1/invitations/{id}
P POST /api/v1/invitations/{token}/accept
U GET /api/v1/auth/me
U POST /api/v1/auth/sign {"password":"x","reason":"spy"}
U POST /api/v1/auth/send-verification {}
U POST /api/v1/auth/resend-verification {}
U GET /api/v1/groups
U GET /api/v1/groups/{group_id}
A POST /api/v1/groups {"name":"spy","account_id":"@account"}
A PATCH /api/v1/groups/{group_id} {"name":"taken"}
A DELETE /api/v1/groups/{group_id}
A POST /api/v1/groups/{group_id}/users {"user_id":"@us"}
A DELETE /api/v1/groups/{group_id}/users/{user_id}
A GET /api/v1/users
A POST /api/v1/users {"email":"spy@x.co","account_id":"@account","role_id":1,"password":"Correct-Horse-1"}
A GET /api/v1/users/{user_id}
A PATCH /api/v1/users/{user_id} {"email":"taken@x.co","role_id":2,"is_active":false}
A DELETE /api/v1/users/{user_id}
A PUT /api/v1/users/{user_id}/password {"new_password":"Another-Horse-2"}
A POST /api/v1/users/{user_id}/verify
A POST /api/v1/users/{user_id}/resend-verification
A GET /api/v1/invitations
A POST /api/v1/invitations {"email":"spy@x.co","account_id":"@account"}
A POST /api/v1/invitations/{id}/resend
A DELETE /api/v1/invitations/{id}
S GET /api/v1/accounts
S POST /api/v1/accounts {"name":"Spy"}
S GET /api/v1/accounts/{account_id}
S PUT /api/v1/accounts/{account_id} {"name":"Taken"}
S DELETE /api/v1/accounts/{account_id}
S GET /api/v1/accounts/{account_id}/users
S GET /api/v1/roles
S POST /api/v1/roles {"name":"spy"}
S GET /api/v1/roles/{role_id}
S PUT /api/v1/roles/{role_id} {"name":"taken"}
S PATCH /api/v1/roles/{role_id} {"name":"taken"}
S DELETE /api/v1/roles/{role_id}
S POST /api/v1/roles/validate-rule {"rule":"true"}
S POST /api/v1/roles/test-rule {"rule":"true","context":{}}
S GET /api/v1/roles/{role_id}/permissions
S GET /api/v1/roles/{role_id}/permissions/matrix
S PUT /api/v1/roles/{role_id}/permissions/bulk {"updates":[{"collection":"*","operation":"create","rule":"true","fields":"*"}]}
S GET /api/v1/permissions
S POST /api/v1/permissions {"role_id":2,"collection":"*","rules":{"read":{"rule":"true"}}}
S GET /api/v1/permissions/{permission_id}
S DELETE /api/v1/permissions/{permission_id}
S GET /api/v1/admin/api-keys
S POST /api/v1/admin/api-keys {"name":"spy"}
S GET /api/v1/admin/api-keys/{id}
S DELETE /api/v1/admin/api-keys/{id}
S GET /api/v1/admin/configuration/stats
S GET /api/v1/admin/configuration/recent
S GET /api/v1/admin/configuration/system
S GET /api/v1/admin/configuration/account?account_id=@account
S POST /api/v1/admin/configuration {"category":"spies","provider_name":"spy","display_name":"Spy","config":{}}
S PATCH /api/v1/admin/configuration/{id} {"enabled":false}
S DELETE /api/v1/admin/configuration/{id}
S GET /api/v1/admin/configuration/{id}/values
S PATCH /api/v1/admin/configuration/{id}/values {}
S POST /api/v1/admin/configuration/{id}/set-default
S DELETE /api/v1/admin/configuration/{id}/set-default
S GET /api/v1/admin/configuration/providers
S GET /api/v1/admin/configuration/schema/{category}/{provider}
S POST /api/v1/admin/configuration/test-connection {"category":"email_providers","provider_name":"smtp","config":{}}
S GET /api/v1/admin/email/templates
S GET /api/v1/admin/email/templates/{id}
S PUT /api/v1/admin/email/templates/{id} {"subject":"taken"}
S POST /api/v1/admin/email/templates/render {"template_type":"invitation","variables":{}}
S POST /api/v1/admin/email/templates/{id}/test {"recipient_email":"spy@x.co"}
S GET /api/v1/admin/email/logs
S GET /api/v1/admin/email/logs/{id}
S GET /api/v1/dashboard/stats
S GET /api/v1/audit-logs?account_id=@account
S GET /api/v1/audit-logs/{log_id}
S GET /api/v1/audit-logs/{log_id}/proof
S GET /api/v1/audit-logs/export?account_id=@account
S GET /api/v1/audit-logs/verify
.
jq -r '.paths | to_entries[] | .key as $path | .value | keys[] | "\(ascii_upcase) \($path)"' static/openapi.json |
    while read -r m p; do case $(program_of "$p") in auth | admin) echo "$m $p" ;; esac; done | sort >"$W/have"
sed 's/^[PUAS] \([A-Z]*\) \([^ ?]*\).*/\1 \2/' "$W/routes" | sort >"$W/told"
is "$(comm -3 "$W/have" "$W/told")" '' 'every route of auth and admin stands in the table above'

# as NAME TOKEN: whom the next requests come from.
as() { who=$1 TOKEN=$2; }
# ask METHOD PATH JSON USER GROUP INVITATION ACCOUNT: with these in the places of the path and the body
ask() {
    places="s|{user_id}|$4|; s|{group_id}|$5|; s|@account|$7|; s|@us|$a_user|; s|{account_id}|$7|; s|{role_id}|$role|
        s|{permission_id}|$permission|; s|{category}/{provider}|email_providers/smtp|; s|{log_id}|1|"
    case $2 in
    */invitations/*) places="$places; s|{id}|$6|" ;;
    */api-keys/*) places="$places; s|{id}|$key|" ;;
    */templates/*) places="$places; s|{id}|$template|" ;;
    *) places="$places; s|{id}|$configuration|" ;;
    esac
    if [ -n "$3" ]; then request "$1" "$(echo "$2" | sed "$places")" "$(echo "$3" | sed "$places")"
    else request "$1" "$(echo "$2" | sed "$places")"; fi
    ! grep -qiE "hidden-|$B" "$W/body" || shown="$shown $who: $1 $2"
}
theirs() { ask "$1" "$2" "$3" "$b_user" "$b_group" "$b_invitation" "$B"; }
answer() { echo "$STATUS $(value '.detail // .message')"; }
state() { for table in accounts users groups users_groups invitations roles permissions api_keys configurations email_templates; do
    sql "SELECT * FROM $table ORDER BY 1, 2, 3"; done; }

shown=
state >"$W/before"
while read -r need m p json; do
    [ "$need" != P ] || continue
    as 'a stranger' ''; theirs "$m" "$p" "$json"
    got=$(answer)
    for token in nonsense "$gone" "$refresh" "${alpha%?}x"; do
        as 'no token' "$token"; theirs "$m" "$p" "$json"; got="$got, $STATUS"
    done
    is "$got" '401 Missing authentication credentials, 401, 401, 401, 401' "strangers: $m $p"
    case $need in
    A)  as 'a member' "$member"; theirs "$m" "$p" "$json"; is "$(answer)" '403 Admin access required' "members: $m $p" ;;
    S)  got=
        for token in "$member" "$alpha" "$service"; do as 'no superadmin' "$token"; theirs "$m" "$p" "$json"; got="$got$(answer)/"; done
        denied='403 Superadmin access required/'
        is "$got" "$denied$denied$denied" "members, admins, keys: $m $p" ;;
    esac
done <"$W/routes"
state >"$W/after"
is "$(diff "$W/before" "$W/after" | sed 's/last_used_at//' | grep -c '^[<>]' | grep -v '^[02]$')" '' 'after all that nothing has changed but when the key was used'

# ---- another account's --------------------------------------------------------------------------
# The same words as for what is not there at all.
state | grep -v "$key" >"$W/before"
for caller in "$alpha" "$service"; do
    as 'another account' "$caller"
    while read -r need m p json; do
        case "$need $p" in [UA]*\{*) ;; *) continue ;; esac
        theirs "$m" "$p" "$json"; got=$(answer)
        ask "$m" "$p" "$json" $nobody $nobody $nobody $nobody
        is "$got" "$(answer)" "another account's: $m $p"
        is "$STATUS" 404 'is not there'
    done <"$W/routes"
    ask DELETE '/api/v1/groups/{group_id}/users/{user_id}' '' "$b_user" "$a_group" x x; is "$STATUS" 204 'nobody of theirs is in a group of ours'
    ask POST '/api/v1/groups/{group_id}/users' "{\"user_id\":\"$b_user\"}" x "$a_group" x x; is "$(answer)" '404 User not found' 'nor comes in'
    theirs POST /api/v1/groups '{"name":"spy","account_id":"@account"}'; is "$(answer)" '403 Cannot create groups in another account' 'no group is made there'
    theirs POST /api/v1/users "{\"email\":\"spy@x.co\",\"account_id\":\"@account\",\"role_id\":2,\"password\":\"$PASSWORD\"}"
    is "$(answer)" '403 Cannot create users in another account' 'nor a user'
    theirs POST /api/v1/invitations '{"email":"spy@x.co","account_id":"@account"}'; is "$(answer)" '403 Only superadmins can invite users to other accounts' 'nor anybody invited'
    theirs POST /api/v1/invitations "{\"email\":\"spy@x.co\",\"groups\":[\"$b_group\"]}"; is "$(answer)" '404 Group not found' 'nor into a group of theirs'
    for system in users invitations groups; do
        ask POST /api/v1/$system '{"email":"spy@x.co","name":"spy","account_id":"@account","role_id":1,"password":"Correct-Horse-1"}' x x x 00000000-0000-0000-0000-000000000000
        is "$STATUS" 403 "least of all in the system account: $system"
    done
    ask POST /api/v1/users "{\"email\":\"spy@x.co\",\"account_id\":\"$A\",\"role_id\":$role,\"password\":\"$PASSWORD\"}"; is "$(answer)" '403 Cannot grant this role' 'roles that may more are not given'
    ask PATCH "/api/v1/users/$a_member" "{\"role_id\":$role}"; is "$(answer)" '403 Cannot grant this role' 'to nobody'
    ask PATCH "/api/v1/users/$a_member" '{"role":"mighty"}'; is "$(answer)" '403 Cannot grant this role' 'by no name'
    ask POST /api/v1/invitations "{\"email\":\"spy@x.co\",\"role_id\":$role}"; is "$(answer)" '403 Account admins can grant the roles admin and user only' 'nor by invitation'
    for list in users groups invitations; do
        for query in '' "?account_id=$B" '?search=hidden' '?page=1&page_size=100' '?limit=100&status_filter=pending'; do
            theirs GET "/api/v1/$list$query"; is "$STATUS" 200 "a list: $list$query"
        done
    done
done
state | grep -v "$key" >"$W/after"
is "$(diff "$W/before" "$W/after")" '' 'nothing has changed'
is "$shown" '' 'and nothing of theirs was shown to anybody'

# ---- what is never taken from a body ------------------------------------------------------------
TOKEN=$alpha
evil="\"id\":\"$nobody\",\"account_id\":\"$B\",\"is_superadmin\":true,\"email_verified\":true,\"email_verified_at\":\"2020-01-01\",\"password_hash\":\"x\",\"tokens_valid_from\":0"
patch "/api/v1/users/$a_member" "{$evil,\"profile_data\":{\"a\":1}}"; status 200 'a change with more in it'
json '[.id,.account_id,.email_verified_at != "2020-01-01T00:00:00Z",.profile_data]' "[\"$a_member\",\"$A\",true,{\"a\":1}]" 'changes what may be changed'
anonymous
post /api/v1/auth/register "{$evil,\"email\":\"new@gamma.co\",\"password\":\"$PASSWORD\",\"account_name\":\"Gamma\",\"role_id\":$role,\"role\":\"mighty\",\"is_active\":false,\"auth_provider\":\"oauth\",\"groups\":[\"$b_group\"]}"
status 201 'a registration with more in it'
json '[.user.role,.user.is_active,.user.email_verified,.user.groups,.account.slug]' '["admin",true,false,["pii_access"],"gamma"]' 'is one like any'
isnt "$(value .user.account_id)" "$B" 'in an account of its own'
TOKEN=$alpha
post /api/v1/invitations "{\"email\":\"guest@x.co\",\"token\":\"known\",\"invited_by\":\"$b_user\",\"accepted_at\":\"2020-01-01\",\"email_sent\":true,\"expires_at\":\"2999-01-01\"}"
json '[.invited_by,.accepted_at,(.token | length),(.expires_at < "2999")]' "[\"$a_user\",null,64,true]" 'an invitation is what we make of it'
token=$(value .token)
anonymous
post "/api/v1/invitations/$token/accept" "{$evil,\"password\":\"$PASSWORD\",\"role_id\":1,\"role\":\"admin\",\"email\":\"other@x.co\",\"groups\":[\"$a_group\"]}"
json '[.user.email,.user.role,.user.account_id,.user.groups]' "[\"guest@x.co\",\"user\",\"$A\",[]]" 'and who accepts it is who was invited'
