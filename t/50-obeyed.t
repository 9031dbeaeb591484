#!/bin/sh
# 50-obeyed.t — what one worker changes, every worker obeys at its very next request.
FRONT=${FRONT:-lighttpd} LARDER_TEST_SETTINGS="LARDER_WORKERS=4 LARDER_LOG_LEVEL=INFO $LARDER_TEST_SETTINGS"
. t/lib/larder.sh
. t/lib/atonce.sh

# all WHAT EXPECTED METHOD PATH [JSON [JQ]]: forty callers at once, each with $TOKEN, hear the same:
# that status or, with JQ, that value in their replies. None may be answered by what was before.
all() {
    rm -f "$W"/each.*
    heard=$(at_once 40 "$3" "$4" "$5")
    if [ -n "$6" ]; then
        heard=$(cat "$W"/each.* | jq -r "$6" | sort | uniq -c | awk '{ printf "%s%s x%s", s, $2, $1; s = " " }')
    fi
    is "$heard" "$2 x40" "$1"
}
# done_by TOKEN METHOD PATH [JSON]: one request with that token, which must succeed.
done_by() {
    kept=$TOKEN; TOKEN=$1; shift
    request "$@"
    TOKEN=$kept
    case $STATUS in 2??) ;; *) tap 1 "$1 $2" "$STATUS $(body)" ;; esac
}

collection '{"name":"locked","fields":[{"name":"title","type":"text","required":true},{"name":"text","type":"text"}]}'
collection '{"name":"notes","fields":[{"name":"title","type":"text"},{"name":"mail","type":"email","pii":true,"mask_type":"email"}],
    "list_rule":"@has_role(\"editor\") || @has_group(\"writers\")","create_rule":"@request.auth.id != \"\""}'
sign_up acme owner@acme.example.com; owner=$TOKEN owner_id=$USER_ID
post /api/v1/records/notes '{"title":"n","mail":"someone@example.com"}'
superadmin; root=$TOKEN

# ---- permissions ---------------------------------------------------------------------------------
TOKEN=$owner
done_by "$root" PUT /api/v1/roles/1/permissions/bulk '{"updates":[{"collection":"locked","operation":"create","rule":"true"}]}'
post /api/v1/records/locked '{"title":"t","text":"x"}'; status 201 'there is something to see'
locked=/api/v1/records/locked
for round in 1 2 3; do
    done_by "$root" PUT /api/v1/roles/1/permissions/bulk '{"updates":[{"collection":"locked","operation":"create","rule":null}]}'
    all "without a permission all are refused ($round)" 403 GET $locked
    all "writers, too ($round)" 403 POST $locked '{}'
    done_by "$root" POST /api/v1/permissions '{"role_id":1,"collection":"locked","rules":{"read":{"rule":"true"},"create":{"rule":"true"}}}'
    permission=$(value .id)
    all "with one all read ($round)" 200 GET $locked
    all "and write, if badly ($round)" 400 POST $locked '{}'
    done_by "$root" POST /api/v1/permissions '{"role_id":1,"collection":"locked","rules":{"read":{"rule":"true","fields":["title"]}}}'
    all "fewer fields are fewer for all ($round)" false GET $locked '' '.items[0] | has("text")'
    done_by "$root" POST /api/v1/permissions '{"role_id":1,"collection":"locked","rules":{"read":{"rule":"title != \"t\""}}}'
    all "a stricter rule is for all ($round)" 0 GET $locked '' '.items | length'
    done_by "$root" DELETE "/api/v1/permissions/$permission"
done
all 'a permission that is taken away is gone for all' 403 GET $locked

# ---- groups --------------------------------------------------------------------------------------
post /api/v1/groups '{"name":"writers"}'; writers=$(value .id)
get '/api/v1/groups?search=pii'; pii=$(value '.[0].id')
notes=/api/v1/records/notes
for round in 1 2; do
    all "who is in no group sees nothing ($round)" 0 GET $notes '' '.items | length'
    done_by "$owner" POST "/api/v1/groups/$writers/users" "{\"user_id\":\"$owner_id\"}"
    all "who is in one does ($round)" 1 GET $notes '' '.items | length'
    done_by "$owner" DELETE "/api/v1/groups/$pii/users/$owner_id"
    all "masked ($round)" 's***@example.com' GET $notes '' '.items[0].mail'
    done_by "$owner" POST "/api/v1/groups/$pii/users" "{\"user_id\":\"$owner_id\"}"
    all "or in clear ($round)" someone@example.com GET $notes '' '.items[0].mail'
    done_by "$owner" PATCH "/api/v1/groups/$writers" '{"name":"readers"}'
    all "another name gives other rights ($round)" 0 GET $notes '' '.items | length'
    done_by "$owner" PATCH "/api/v1/groups/$writers" '{"name":"writers"}'
    all "the old one the old ($round)" 1 GET $notes '' '.items | length'
    done_by "$owner" DELETE "/api/v1/groups/$writers/users/$owner_id"
done
done_by "$owner" POST "/api/v1/groups/$writers/users" "{\"user_id\":\"$owner_id\"}"
all 'in again' '["pii_access","writers"]' GET /api/v1/auth/me '' '.user.groups | tojson'
done_by "$owner" DELETE "/api/v1/groups/$writers"
all 'a group that is deleted gives nothing' 0 GET $notes '' '.items | length'
all 'and is nobody'\''s' '["pii_access"]' GET /api/v1/auth/me '' '.user.groups | tojson'

# ---- sessions ------------------------------------------------------------------------------------
sign_in acme owner@acme.example.com; second=$TOKEN
all 'two sessions' 200 GET $notes
done_by "$second" POST /api/v1/auth/logout '{}'
all 'one of them ends' 401 GET $notes
all 'for writers, too' 401 POST $notes '{}'
TOKEN=$owner
all 'and the other goes on' 200 GET $notes

# ---- roles ---------------------------------------------------------------------------------------
done_by "$root" POST /api/v1/roles '{"name":"editor"}'; editor=$(value .id)
done_by "$owner" GET /api/v1/auth/me; acme=$(value .account_id)
done_by "$root" POST /api/v1/users "{\"email\":\"ann@acme.example.com\",\"account_id\":\"$acme\",\"role_id\":2,\"password\":\"$PASSWORD\"}"
ann_id=$(value .id)
larder user verify ann@acme.example.com --account acme >/dev/null
sign_in acme ann@acme.example.com; ann=$TOKEN
for round in 1 2; do
    all "a user sees nothing ($round)" 0 GET $notes '' '.items | length'
    done_by "$root" PATCH "/api/v1/users/$ann_id" "{\"role_id\":$editor}"
    all "an editor does ($round)" 1 GET $notes '' '.items | length'
    done_by "$root" PUT "/api/v1/roles/$editor" '{"name":"writer"}'
    all "a writer, who was one, does not ($round)" 0 GET $notes '' '.items | length'
    all "though all know the name ($round)" writer GET /api/v1/auth/me '' .role
    done_by "$root" PUT "/api/v1/roles/$editor" '{"name":"editor"}'
    all "until it is the old one ($round)" 1 GET $notes '' '.items | length'
    done_by "$root" PATCH "/api/v1/users/$ann_id" '{"role_id":2}'
done
done_by "$root" PATCH "/api/v1/users/$ann_id" '{"role_id":1}'
all 'an administrator may all at once' 422 POST /api/v1/groups '{}'
done_by "$root" PATCH "/api/v1/users/$ann_id" '{"role_id":2}'
all 'and no longer' 403 POST /api/v1/groups '{}'

# ---- passwords, activation -----------------------------------------------------------------------
TOKEN=$ann
new=Better-Horse-7-Battery
done_by "$root" PUT "/api/v1/users/$ann_id/password" "{\"new_password\":\"$new\"}"
all 'a new password ends what the old one began' 401 GET $notes
all 'in every program' 401 GET /api/v1/auth/me
sign_in acme ann@acme.example.com $new; ann=$TOKEN
all 'who knows the new one is in' 200 GET $notes
done_by "$root" DELETE "/api/v1/users/$ann_id"
all 'who is deactivated is out' 401 GET $notes
all 'for writers, too' 401 POST $notes '{}'
done_by "$root" PATCH "/api/v1/users/$ann_id" '{"is_active":true}'
sign_in acme ann@acme.example.com $new; ann=$TOKEN
all 'and in when active again' 200 GET $notes

# ---- keys ----------------------------------------------------------------------------------------
TOKEN=$root
post /api/v1/admin/api-keys '{"name":"opener"}'; status 201 'a key'
key=$(value .key) key_id=$(value .id)
TOKEN=$key
all 'opens' 200 GET $notes
done_by "$root" DELETE "/api/v1/admin/api-keys/$key_id"
all 'until it is revoked' 401 GET $notes

# ---- everybody was asked -------------------------------------------------------------------------
stop_server                 # who ends has written its log
grep '^{' "$W/log" | jq -r 'select(.event == "request" and .program == "records" and .method == "GET") | .pid' |
    sort | uniq -c >"$W/pids"
is "$(wc -l <"$W/pids")" 4 'every reader was among those who answered'
diag "requests each: $(awk '{ printf "%s ", $1 }' "$W/pids")"
