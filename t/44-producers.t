#!/bin/sh
# 44-producers.t — whatever is changed over HTTP stands in the audit trail: which rows, whose, by whom, from where, by
# which request; and no secret is in it. Every route that changes something is asked.
LARDER_TEST_SETTINGS='LARDER_JOB_WORKER_ENABLED=0 LARDER_TRUSTED_PROXIES=127.0.0.1'
. t/lib/larder.sh
. t/lib/smtp.sh
R=/api/v1/records SYSTEM=00000000-0000-0000-0000-000000000000 last=0

newest() { sql 'SELECT max(id) FROM audit_log'; }
# me ID EMAIL METHOD: who the next rows have to be of.
me() { me="$1 $2 $2 $3"; }
by_root() { TOKEN=$root; me "$root_id" "$ROOT_EMAIL" jwt; }
by_owner() { TOKEN=$owner; me "$owner_id" owner@acme.co jwt; }
by_nobody() { TOKEN=''; me anonymous anonymous anonymous; }
# did WHAT NAME: what came since the last look, as "table OPERATION account" in the order of their names, A is acme's,
# S the system's; one request did it, and it was me.
did() {
    now=$(newest)
    got=$(sql "SELECT DISTINCT table_name || ' ' || operation || ' ' || CASE account_id WHEN '$A' THEN 'A' WHEN '$SYSTEM' THEN 'S' ELSE 'other' END
        FROM audit_log WHERE id > $last ORDER BY 1" | LC_ALL=C sort | paste -sd, | sed 's/,/, /g')
    who=$(sql "SELECT DISTINCT user_id || ' ' || user_email || ' ' || user_name || ' ' || substr(extra_metadata, 17, length(extra_metadata) - 18) || ' ' ||
        COALESCE(ip_address, '-') || ' ' || COALESCE(user_agent, '-') || ' ' || (SELECT count(DISTINCT request_id) FROM audit_log WHERE id > $last AND length(request_id) = 15)
        FROM audit_log WHERE id > $last" | LC_ALL=C sort)
    is "$got; $who" "$1; $([ -z "$1" ] || echo "$me 192.0.2.7 tester/1.0 1")" "$2"
    last=$now
}
# ask METHOD PATH [JSON…]: from somewhere; anything but success ends the test.
ask() {
    request "$@" -H 'X-Forwarded-For: 192.0.2.7' -H 'User-Agent: tester/1.0'
    case $STATUS in 2*) ;; *) tap 1 "$1 $2 succeeds" "     got: $STATUS $(head -c 300 "$W/body")" ;; esac
}
keep() { secrets="$secrets
$1"; }
sign_up acme owner@acme.co 'Hidden-Owner-Pass-1'; A=$ACCOUNT owner=$TOKEN owner_id=$USER_ID refresh=$REFRESH
superadmin; root=$TOKEN root_id=$USER_ID
keep 'Hidden-Owner-Pass-1'; keep "$ROOT_PASSWORD"; keep "$owner"; keep "$refresh"
mail_setup
last=$(newest)

# ---- collections, rules --------------------------------------------------------------------------
by_root
ask POST /api/v1/collections '{"name":"posts","fields":[{"name":"title","type":"text","unique":true},{"name":"n","type":"number"},
    {"name":"pin","type":"text","encrypted":true},{"name":"doc","type":"file"},{"name":"tags","type":"select","options":{"values":["a","b"],"max":2}}],
    "list_rule":"","create_rule":"@request.auth.id != \"\"","update_rule":"@request.auth.id != \"\"","delete_rule":"@request.auth.id != \"\""}'
posts=$(value .id)
did 'collection_rules CREATE S, collections CREATE S' 'a collection is made'
ask PUT "/api/v1/collections/$posts" '{"description":"x","schema":[{"name":"title","type":"text","unique":true},{"name":"n","type":"number"},
    {"name":"pin","type":"text","encrypted":true},{"name":"doc","type":"file"},{"name":"tags","type":"select","options":{"values":["a","b"],"max":2}},{"name":"more","type":"text"}]}'
did 'collections UPDATE S' 'changed'
ask PUT /api/v1/collections/posts/rules '{"view_rule":"","create_rule":""}'
did 'collection_rules UPDATE S' 'its rules'
ask GET /api/v1/collections/export; sed 's/"posts"/"copies"/' "$W/body" >"$W/export"
ask POST /api/v1/collections/import "{\"data\":$(cat "$W/export")}"
did 'collection_rules CREATE S, collections CREATE S' 'imported'
ask DELETE "/api/v1/collections/$(sql "SELECT id FROM collections WHERE name = 'copies'")"
did 'collection_rules DELETE S, collections DELETE S' 'deleted'

# ---- records -------------------------------------------------------------------------------------
by_owner
printf 'bytes of a document' >"$W/doc.txt"
upload "$W/doc.txt" doc.txt text/plain; doc=$(value .file); last=$(newest)
ask POST $R/posts "{\"title\":\"one\",\"pin\":\"hidden-pin-1234\",\"doc\":$doc,\"tags\":[\"a\"]}"; id=$(value .id); keep hidden-pin-1234
did 'col_posts CREATE A' 'a record is created'
ask PUT "$R/posts/$id" '{"title":"one","n":2,"pin":"hidden-pin-5678"}'; keep hidden-pin-5678
did 'col_posts UPDATE A' 'replaced'
ask PATCH "$R/posts/$id" '{"n":3,"tags":["b"]}'
did 'col_posts UPDATE A' 'changed'
ask PATCH "$R/posts/$id" '{"n":3}'; none "$(sql "SELECT column_name FROM audit_log WHERE id > $last AND column_name NOT LIKE 'updated%'")" 'to what it was: nothing but when'
last=$(newest)
ask POST $R/posts/batch '{"records":[{"title":"two"},{"title":"three"}]}'; two=$(value '.created[0].id'); three=$(value '.created[1].id')
did 'col_posts CREATE A' 'several'
ask PATCH $R/posts/batch "{\"records\":[{\"id\":\"$two\",\"data\":{\"n\":1}},{\"id\":\"$three\",\"data\":{\"n\":1}}]}"
did 'col_posts UPDATE A' 'changed together'
ask PATCH "$R/posts?filter=n%3D1" '{"n":5}'
did 'col_posts UPDATE A' 'all that a filter finds'
ask PUT "$R/posts?key=title" '{"title":"two","n":6}'
did 'col_posts UPDATE A' 'by a key: there'
ask PUT "$R/posts?key=title" '{"title":"four","n":6}'
did 'col_posts CREATE A' 'and not there'
ask POST "$R/posts/import?mode=commit" -H 'Content-Type: text/csv' "$(printf 'title,n\nfive,1\nsix,2\n')"
did 'col_posts CREATE A' 'imported'
ask POST "$R/posts/import?mode=preview" -H 'Content-Type: text/csv' "$(printf 'title,n\nseven,1\n')"
did '' 'a preview changes nothing'
ask POST /api/v1/batch '{"operations":[{"operation":"create","collection":"posts","data":{"title":"eight"}}]}'
did 'col_posts CREATE A' 'operations'
ask DELETE $R/posts/batch "{\"ids\":[\"$two\"]}"
did 'col_posts DELETE A' 'deleted together'
ask DELETE "$R/posts?filter=n%3D6"
did 'col_posts DELETE A' 'all that a filter finds'
ask DELETE "$R/posts/$three"
did 'col_posts DELETE A' 'or one'
ask GET "$R/posts/$three/history"; version=$(value '[.items[].version] | min')
ask POST "$R/posts/$three/restore" "{\"version\":$version}"
did 'col_posts CREATE A' 'which is made again'
by_nobody
ask POST $R/posts '{"title":"of a visitor"}' -H 'X-Account-ID: acme'
did 'col_posts CREATE A' 'a visitor is anonymous'
by_root
ask PATCH "$R/posts/$id" '{"n":9}'
did 'col_posts UPDATE A' "a superadmin's change of a tenant's record is in the tenant's chain"

# ---- files ---------------------------------------------------------------------------------------
by_owner
upload "$W/doc.txt" other.txt text/plain; other=$(value .file.path); status 201 'a file is uploaded'
is "$(sql "SELECT DISTINCT table_name || ' ' || operation || ' ' || user_id FROM audit_log WHERE id > $last")" "files CREATE $owner_id" 'it has history'
last=$(newest)
ask POST /api/v1/files/sign "{\"path\":\"$other\"}"; keep "$(value .url | sed 's/.*signature=//')"
did '' 'a link is no change'
ask DELETE "/api/v1/files/$other"
did 'files DELETE A' 'deleted'

# ---- people --------------------------------------------------------------------------------------
by_root
ask POST /api/v1/accounts '{"name":"Beta"}'; beta=$(value .id)
did 'accounts CREATE other, groups CREATE other' 'an account'
ask PUT "/api/v1/accounts/$beta" '{"name":"Gamma"}'
did 'accounts UPDATE other' 'changed'
ask DELETE "/api/v1/accounts/$beta"
did 'accounts DELETE other' 'deleted'
by_owner
ask POST /api/v1/groups '{"name":"writers"}'; group=$(value .id)
did 'groups CREATE A' 'a group'
ask PATCH "/api/v1/groups/$group" '{"description":"x"}'
did 'groups UPDATE A' 'changed'
ask POST /api/v1/users "{\"email\":\"ann@acme.co\",\"role_id\":2,\"password\":\"Hidden-Ann-Pass-1\",\"account_id\":\"$A\"}"; ann=$(value .id); keep Hidden-Ann-Pass-1
did 'users CREATE A' 'somebody'
ask PATCH "/api/v1/users/$ann" '{"profile_data":{"a":1}}'
did 'users UPDATE A' 'changed'
ask POST "/api/v1/groups/$group/users" "{\"user_id\":\"$ann\"}"
did 'users_groups CREATE A' 'in the group'
ask DELETE "/api/v1/groups/$group/users/$ann"
did 'users_groups DELETE A' 'and out of it'
ask DELETE "/api/v1/groups/$group"
did 'groups DELETE A' 'which is deleted'
ask POST "/api/v1/users/$ann/resend-verification"
did 'email_verification_tokens CREATE A' 'a mailed link'
ask POST "/api/v1/users/$ann/verify"
did 'users UPDATE A' 'an address is verified'
ask PUT "/api/v1/users/$ann/password" '{"new_password":"Hidden-Ann-Pass-2"}'; keep Hidden-Ann-Pass-2
did 'users UPDATE A' 'a password is set'
ask DELETE "/api/v1/users/$ann"
did 'users UPDATE A' 'put out'
ask POST /api/v1/invitations '{"email":"guest@acme.co"}'; invitation=$(value .id) token=$(value .token); keep "$token"
did 'invitations CREATE A' 'somebody is invited'
ask POST "/api/v1/invitations/$invitation/resend"; token=$(value '.token // empty'); keep "${token:-nothing-at-all}"
did '' 'again'
ask DELETE "/api/v1/invitations/$invitation"
did 'invitations DELETE A' 'no more'
ask POST /api/v1/invitations '{"email":"bob@acme.co"}'; token=$(value .token); keep "$token"; last=$(newest)
by_nobody
ask POST "/api/v1/invitations/$token/accept" '{"password":"Hidden-Bob-Pass-1"}'; keep Hidden-Bob-Pass-1
me "$(value .user.id)" bob@acme.co jwt; me="$me 192.0.2.7 tester/1.0 1
anonymous anonymous anonymous anonymous"
did 'invitations UPDATE A, users CREATE A, users UPDATE A' 'and comes, and is signed in'

# ---- what people may -----------------------------------------------------------------------------
by_root
ask POST /api/v1/roles '{"name":"mighty"}'; role=$(value .id)
did 'roles CREATE S' 'a role'
ask PUT "/api/v1/roles/$role" '{"name":"mightier"}'
did 'roles UPDATE S' 'changed'
ask PATCH "/api/v1/roles/$role" '{"description":"x"}'
did 'roles UPDATE S' 'or so'
ask POST /api/v1/permissions "{\"role_id\":$role,\"collection\":\"posts\",\"rules\":{\"read\":{\"rule\":\"true\"}}}"; permission=$(value .id)
did 'permissions CREATE S' 'a permission'
ask PUT "/api/v1/roles/$role/permissions/bulk" '{"updates":[{"collection":"posts","operation":"create","rule":"true","fields":"*"}]}'
did 'permissions CREATE S' 'more of it'
ask DELETE "/api/v1/permissions/$permission"
did 'permissions DELETE S' 'none'
ask DELETE "/api/v1/roles/$role"
did 'roles DELETE S' 'a role goes'
ask POST /api/v1/admin/api-keys '{"name":"Nightly"}'; key=$(value .id) own_key=$(value .key); keep "$own_key"
did 'api_keys CREATE S' 'a key'
ask POST /api/v1/admin/api-keys "{\"name\":\"service\",\"account_id\":\"$A\",\"scopes\":[\"admin\"]}"; service=$(value .id) service_key=$(value .key); keep "$service_key"
did 'api_keys CREATE S' 'one that acts for an account'
TOKEN=''; me "$root_id" "$ROOT_EMAIL" api_key
ask POST /api/v1/roles '{"name":"by key"}' -H "X-API-Key: $own_key"; role=$(value .id)
did 'roles CREATE S' 'who uses a key is its owner'
me "$service" key:service api_key
ask POST /api/v1/groups '{"name":"by service"}' -H "X-API-Key: $service_key"
did 'groups CREATE A' 'or the account'"'"'s own'
by_root
ask DELETE "/api/v1/admin/api-keys/$key"
did 'api_keys UPDATE S' 'revoked'

# ---- configuration -------------------------------------------------------------------------------
ask POST /api/v1/admin/configuration '{"category":"email_providers","provider_name":"resend","display_name":"Mail","config":{"api_key":"hidden-mail-1","from_email":"a@b.co","from_name":"x"}}'
configuration=$(value '.id'); keep hidden-mail-1
did 'configurations CREATE S' 'a provider'
ask PATCH "/api/v1/admin/configuration/$configuration/values" '{"api_key":"hidden-mail-2","from_email":"a@b.co","from_name":"x"}'; keep hidden-mail-2
did 'configurations UPDATE S' 'its values'
ask PATCH "/api/v1/admin/configuration/$configuration" '{"enabled":true,"priority":3}'
did 'configurations UPDATE S' 'switched'
ask POST "/api/v1/admin/configuration/$configuration/set-default"
did 'configurations UPDATE S' 'the default'
ask DELETE "/api/v1/admin/configuration/$configuration/set-default"
did 'configurations UPDATE S' 'no more'
ask DELETE "/api/v1/admin/configuration/$configuration"
did 'configurations DELETE S' 'deleted'
ask POST /api/v1/admin/configuration/test-connection '{"category":"storage_providers","provider_name":"local","config":{}}'
did '' 'trying out is no change'
ask GET /api/v1/admin/email/templates; template=$(value '.[0].id')
ask PUT "/api/v1/admin/email/templates/$template" '{"subject":"Hello"}'
did 'email_templates UPDATE S' 'the text of a mail'
ask POST /api/v1/macros '{"name":"is_two","sql_query":"SELECT :n = 2","parameters":["n"]}'; macro=$(value .id)
did 'macros CREATE S' 'a macro'
ask PUT "/api/v1/macros/$macro" '{"name":"is_two","description":"x","sql_query":"SELECT :n = 3","parameters":["n"]}'
did 'macros UPDATE S' 'changed'
ask DELETE "/api/v1/macros/$macro"
did 'macros DELETE S' 'deleted'

# ---- codelists -----------------------------------------------------------------------------------
L=/api/v1/codelists
ask POST $L '{"code":"regions","name":"Regions","scope":"system","is_extensible":true}'
did 'codelists CREATE S' 'a codelist'
ask POST $L/regions/manage/values '{"code":"eu","labels":[{"language":"en","label":"Europe"}]}'
did 'codelist_value_labels CREATE S, codelist_values CREATE S' 'a value'
ask PATCH $L/regions/manage/values/eu '{"sort_order":3}'
did 'codelist_values UPDATE S' 'changed'
ask POST $L/regions/manage/values/eu/labels '[{"language":"de","label":"Europa"}]'
did 'codelist_value_labels CREATE S' 'its label'
ask PATCH $L/regions '{"name":"Regions!"}'
did 'codelists UPDATE S' 'the list'
by_owner
ask PUT $L/regions/values/eu/override '{"is_hidden":true}'
did 'codelist_account_overrides CREATE A' 'hidden in an account'
ask DELETE $L/regions/values/eu/override
did 'codelist_account_overrides DELETE A' 'and shown'
by_root
ask DELETE $L/regions
did 'codelists UPDATE S' 'given up'

# ---- sessions and passwords ----------------------------------------------------------------------
TOKEN=''; me "$owner_id" owner@acme.co jwt
ask POST /api/v1/auth/login '{"account":"acme","email":"owner@acme.co","password":"Hidden-Owner-Pass-1"}'; owner=$(value .token) refresh=$(value .refresh_token); keep "$owner"; keep "$refresh"
did 'users UPDATE A' 'signing in is when somebody was last seen'
ask POST /api/v1/auth/refresh "{\"refresh_token\":\"$refresh\"}"; owner=$(value .token) refresh=$(value .refresh_token); keep "$owner"; keep "$refresh"
did '' 'sessions have no history'
ask POST /api/v1/auth/logout "{\"refresh_token\":\"$refresh\"}"
did '' 'nor has their end'
ask POST /api/v1/auth/login '{"account":"acme","email":"owner@acme.co","password":"Hidden-Owner-Pass-1"}'; owner=$(value .token); keep "$owner"; last=$(newest)
by_owner
ask POST /api/v1/auth/sign '{"password":"Hidden-Owner-Pass-1","reason":"checked"}'; signature=$(value .signature); keep "$signature"
did '' 'a signature by itself changes nothing'
ask PATCH "$R/posts/$id" '{"n":10}' -H "X-ES-Signature: $signature"
did 'col_posts UPDATE A' 'what was signed'
is "$(sql "SELECT DISTINCT es_username || ' ' || es_reason FROM audit_log WHERE record_id = '$id' AND es_reason IS NOT NULL")" 'owner@acme.co checked' 'says so'
rows="SELECT DISTINCT table_name || ' ' || operation || ' ' || user_id || ' ' || user_name || ' ' || COALESCE(ip_address, '-') FROM audit_log WHERE id >"
ask POST /api/v1/auth/send-verification '{}'
did 'email_verification_tokens CREATE A, email_verification_tokens DELETE A' 'a link is mailed, in place of another'
work
is "$(sql "$rows $last" | LC_ALL=C sort | paste -sd,)" 'email_logs CREATE system system -,invitations UPDATE system system -' 'by the worker, which is the system'
last=$(newest)
ask POST /api/v1/auth/resend-verification '{}'
did 'email_verification_tokens CREATE A, email_verification_tokens DELETE A' 'once more'
by_nobody
ask POST /api/v1/auth/forgot-password '{"account":"acme","email":"owner@acme.co"}'
did '' 'a forgotten password is the worker'"'"'s to look at'
work
is "$(sql "$rows $last" | LC_ALL=C sort | paste -sd,)" 'email_logs CREATE system system -,password_reset_tokens CREATE system system -' 'which mails a link'
# mailed PAGE: the token of the last link to it that the owner was sent
mailed() { grep -lF owner@acme.co "$SMTP"/*.to | sort -V | sed 's/to$/text/' | xargs cat | grep -o "$1?token=[0-9A-Za-z_-]*" | tail -n 1 | sed 's/.*=//'; }
token=$(mailed reset-password); keep "$token"; last=$(newest)
ask POST /api/v1/auth/reset-password "{\"token\":\"$token\",\"new_password\":\"Hidden-Owner-Pass-2\"}"; keep Hidden-Owner-Pass-2
did 'password_reset_tokens UPDATE A, users UPDATE A' 'and set anew'
token=$(mailed verify-email); keep "$token"
ask POST /api/v1/auth/verify-email "{\"token\":\"$token\"}"
did 'email_verification_tokens UPDATE A' 'an address is verified, which it was'
ask POST /api/v1/auth/register '{"account_slug":"delta","account_name":"Delta","email":"new@delta.co","password":"Hidden-New-Pass-1"}'; keep Hidden-New-Pass-1
did 'accounts CREATE other, email_verification_tokens CREATE other, groups CREATE other, users CREATE other, users_groups CREATE other' 'an account is registered'

# ---- what changes nothing ------------------------------------------------------------------------
superadmin; root=$TOKEN; keep "$root"; last=$(newest); by_root
ask POST /api/v1/roles/validate-rule '{"rule":"true"}'
ask POST /api/v1/roles/test-rule '{"rule":"true","context":{}}'
ask POST /api/v1/rules/validate '{"rule":"n = 1","operation":"list","collectionFields":["n"]}'
ask POST /api/v1/admin/email/templates/render '{"template_type":"invitation","variables":{}}'
did '' 'trying out rules and mails'
ask POST "/api/v1/admin/email/templates/$template/test" '{"recipient_email":"a@b.co"}'
is "$(sql "SELECT DISTINCT table_name || ' ' || operation FROM audit_log WHERE id > $last")" 'email_logs CREATE' 'a mail that went leaves a note'
last=$(newest)
ask PATCH "$R/posts/$id" '{"more":"plain"}'; last=$(newest)
ask POST "/api/v1/collections/$posts/fields/more/encryption" '{"encrypted":true}'
did 'col_posts UPDATE A, collections UPDATE S' 'a field is encrypted'
larder user verify new@delta.co --account delta >/dev/null
is "$(sql "SELECT DISTINCT table_name || ' ' || operation || ' ' || user_name || ' ' || COALESCE(request_id, '-') || ' ' || extra_metadata FROM audit_log WHERE id > $last")" \
    'users UPDATE system - {"auth_method":"system"}' 'the command line is the system'

# ---- every route ---------------------------------------------------------------------------------
# A route that changes something was asked here, and did: but for these.
cat >"$W/apart" <<'.'
POST /api/v1/rules/test
POST /api/v1/macros/{macro_id}/test
POST /api/v1/codelists/import
.
jq -r '.paths | to_entries[] | .key as $path | .value | keys[] | "\(ascii_upcase) \($path)"' static/openapi.json | grep -v '^GET ' | grep -vxFf "$W/apart" >"$W/routes"
none "$(while read -r m p; do
    re=$(echo "$p" | sed 's/{path}/.+/; s/{[a-z_]*}/[^\/?]+/g')
    cut -f 1-3 "$exchanges" | grep -qP "^$m\t$re(\?\S*)?\t2" || echo "$m $p"
done <"$W/routes")" 'every route that changes something was asked'

# ---- no secrets ----------------------------------------------------------------------------------
sql 'SELECT * FROM audit_log' >"$W/trail"
none "$(printf '%s\n' "$secrets" | grep -v '^$' | while read -r secret; do ! grep -qF -e "$secret" "$W/trail" || echo "$secret"; done)" 'none of them is anywhere in the trail'
none "$(grep -E 'lx[0-9]+:|\$argon2|eyJ[A-Za-z0-9_-]{20}|sb_[a-z]+\.' "$W/trail" | head -n 3)" 'nor what is sealed, hashed or signed'
is "$(sql "SELECT count(*) FROM audit_log WHERE column_name IN ('password_hash', 'key_hash', 'token_hash', 'token_enc') AND (old_value NOT IN ('***') OR new_value NOT IN ('***'))")" 0 'secrets are stars'
is "$(sql "SELECT DISTINCT new_value FROM audit_log WHERE column_name = 'pin' AND new_value IS NOT NULL")" '••••••••' 'what is encrypted is dots'
is "$(sql "SELECT count(*) FROM audit_log WHERE table_name IN ('audit_log', 'refresh_tokens', 'token_blacklist', 'jobs', 'event_outbox', 'idempotency_keys', 'leases')")" 0 'and what works behind it is not told of'
get /api/v1/audit-logs/verify; json '[.valid,.checked]' "[true,$(sql 'SELECT count(*) FROM audit_log')]" 'the chains hold'
