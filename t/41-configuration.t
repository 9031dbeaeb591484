#!/bin/sh
# 41-configuration.t — configured providers for superadmins (identity.md §16, §17): rows, sealed values, defaults, refusals.
. t/lib/larder.sh
. t/lib/smtp.sh

C=/api/v1/admin/configuration
SYSTEM=00000000-0000-0000-0000-000000000000 NOWHERE=00000000-0000-4000-8000-000000000000
MASK='••••••••'
# rows SQL: what the database says, columns parted by |.
rows() {
    if [ "$DB" = postgres ]; then psql -qXAt -v ON_ERROR_STOP=1 "$POSTGRES_URL" -c "$1"
    else sqlite3 "$W/data/larder.db" "$1"; fi
}
# detail STATUS TEXT NAME: the refusal, exactly.
detail() { status "$1" "$3"; body_is "{\"detail\":\"$2\"}" "$3: the words"; }

sign_up acme owner@acme.co; acme=$TOKEN acme_id=$ACCOUNT

# ---- who may -------------------------------------------------------------------------------------
for who in "$acme" ''; do
    TOKEN=$who wanted=$([ -n "$who" ] && echo 403 || echo 401)
    for path in stats recent system "account?account_id=$acme_id" providers schema/email_providers/smtp \
            "$NOWHERE/values"; do
        get "$C/$path"; status "$wanted" "$path is not for others ($wanted)"
    done
    post $C/test-connection '{"category":7}'; status "$wanted" 'trying out'
    post $C '{"category":7}'; status "$wanted" 'nor is configuring, before the body is looked at'
    patch "$C/$NOWHERE" '{"enabled":true}'; status "$wanted" 'switching'
    patch "$C/$NOWHERE/values" '{}'; status "$wanted" 'values'
    post "$C/$NOWHERE/set-default"; status "$wanted" 'the default'
    delete "$C/$NOWHERE/set-default"; status "$wanted" 'its end'
    delete "$C/$NOWHERE"; status "$wanted" 'deleting'
done
superadmin; root=$TOKEN

# ---- what every installation has -----------------------------------------------------------------
get $C/system
json '[.[] | .category + "/" + .provider_name] | sort | join(" ")' \
    'auth_providers/email_password storage_providers/local system_settings/system' \
    'three rows are there from the start'
json '.[0] | keys_unsorted | join(" ")' \
    'id display_name provider_name category enabled is_builtin is_default priority updated_at logo_url' \
    'in the form of the contract'
json 'all(.[]; .enabled and .is_builtin)' true 'enabled and built in'
json '[.[] | select(.is_default) | .provider_name] | join(" ")' local 'local storage is the default'
json '[.[] | .logo_url] | sort | join(" ")' \
    '/assets/providers/email.svg /assets/providers/system.svg /assets/providers/system.svg' \
    'with their pictures'
get "$C/system?category=system_settings"
json length 1 'by category'
system_id=$(value '.[0].id')
get "$C/$system_id/values"
json . '{"app_name":"SnackBase","app_url":"http://localhost:8000","support_email":""}' \
    'the system knows its name and address'
larder init-db --force >"$W/init" 2>&1 || diag "$(cat "$W/init")"
is "$(rows "SELECT count(*) FROM configurations")" 3 'a second start makes no more of them'
rows "DELETE FROM configurations WHERE provider_name = 'local'" >/dev/null
larder init-db --force >"$W/init" 2>&1
is "$(rows "SELECT provider_name FROM configurations WHERE is_default")" local \
    'an installation made before gets what it lacks'
LARDER_TEST_SETTINGS="$LARDER_TEST_SETTINGS LARDER_EXTERNAL_URL=https://example.com"
larder init-db --force >"$W/init" 2>&1
get "$C/$system_id/values"; json .app_url https://example.com 'and what nobody has changed follows the settings'
delete "$C/$system_id"; detail 400 'Cannot delete built-in provider' 'it stays'

# ---- providers -----------------------------------------------------------------------------------
get $C/providers
json '[.[].provider_name] | join(" ")' \
    'email_password smtp aws_ses resend system local s3 google github microsoft apple okta azure_ad generic_saml' 'fourteen providers in their order'
json '.[1]' \
    '{"category":"email_providers","provider_name":"smtp","display_name":"SMTP Server","logo_url":"/assets/providers/smtp.svg","is_builtin":true}' 'each as the contract has it'
get "$C/providers?category=email_providers"
json '[.[].provider_name] | join(" ")' 'smtp aws_ses resend' 'by category'
get "$C/providers?category=saml_providers"
json '[.[] | .category + "/" + .provider_name] | join(" ")' \
    'saml_providers/okta saml_providers/azure_ad saml_providers/generic_saml' 'SAML under its own'
get "$C/providers?category=nonsense"; json . '[]' 'none under a category that nobody knows'
get $C/schema/email_providers/smtp
json '[.type, (.required | join(" ")), (.properties | keys_unsorted | join(" "))] | join(", ")' \
    'object, host port username password from_email, host port username password use_tls use_ssl from_email from_name reply_to' 'the schema of SMTP'
json '.properties.password' '{"type":"string","title":"Password","writeOnly":true}' \
    'its password is only written'
json '[.properties[] | .default // empty | tostring] | join(" ")' '587 true SnackBase' 'its defaults'
json '.properties | [.use_ssl.default, .from_email.format]' '[false,"email"]' 'and formats'
get $C/schema/auth_providers/google
json '.properties | [.client_secret.secret, .scopes]' \
    '[true,{"type":"array","title":"Scopes","items":{"type":"string"},"default":["openid","email","profile"]}]' 'secrets and scopes of Google'
get $C/schema/saml_providers/generic_saml
json '.properties.binding | [.enum, .default]' '[["HTTP-Redirect","HTTP-POST"],"HTTP-Redirect"]' \
    'the bindings of SAML'
get $C/schema/auth_providers/email_password; body_is '{}' 'passwords need nothing'
get $C/schema/auth_providers/nobody; detail 404 'Provider not found' 'an unknown provider'

# ---- making --------------------------------------------------------------------------------------
make() { post $C "$1"; }
smtp='"category":"email_providers","provider_name":"smtp","display_name":"Mail"'
values='{"host":"mail.acme.co","port":587,"username":"u","password":"hush-hush","from_email":"a@acme.co","api":[{"access_key":"deep"}]}'
make '{}'; detail 400 'Missing field: category' 'nothing is said'
make '{"category":"x"}'; detail 400 'Missing field: provider_name' 'no provider'
make '{"category":"x","provider_name":"y"}'; detail 400 'Missing field: display_name' 'no name'
make "{$smtp}"; detail 400 'Missing field: config' 'no values'
make "{$smtp,\"config\":[]}"; status 422 'values that are no object'
make "{$smtp,\"config\":{},\"enabled\":\"perhaps\",\"priority\":1.5}"
json '[.detail[].loc[1]] | join(" ")' 'enabled priority' 'every fault in one list'
make "{$smtp,\"config\":{},\"account_id\":\"$NOWHERE\"}"
detail 404 'Account not found' 'for an account that is not'
make "{$smtp,\"config\":{},\"account_id\":\"acme\"}"; status 404 'an id that is none'
storage='"category":"storage_providers","provider_name":"s3","display_name":"S3","config":{}'
make "{$storage,\"account_id\":\"$acme_id\"}"
detail 400 'Storage providers can only be configured at system level.' 'storage of an account'
is "$(rows 'SELECT count(*) FROM configurations')" 3 'none of that left anything'
make "{$smtp,\"config\":$values,\"is_builtin\":true,\"is_default\":true}"
status 200 'a provider is configured'
smtp_id=$(value .id)
json 'keys_unsorted + [.status] | join(" ")' 'id status success' 'the answer is its id'
make "{$smtp,\"config\":{}}"
detail 409 'Configuration already exists for this provider and category.' 'the same again'
make "{$smtp,\"config\":{\"password\":\"theirs\"},\"account_id\":\"$acme_id\",\"enabled\":false,\"priority\":5}"
status 200 'an account has its own'
own_id=$(value .id)
make '{"category":"email_providers","provider_name":"resend","display_name":"Resend","config":{"api_key":"re_1"},"priority":-1}'
resend_id=$(value .id)
make '{"category":"what","provider_name":"ever","display_name":"Ever","config":{"token":"t","note":"n"},"logo_url":"/x.svg"}'
ever_id=$(value .id)
status 200 'other names are taken as they are'

# ---- lists ---------------------------------------------------------------------------------------
get "$C/system?category=email_providers"
json '[.[] | .provider_name + " " + (.priority | tostring)] | join(", ")' 'resend -1, smtp 0' 'by priority'
json '[.[] | .is_builtin or .is_default] | any' false 'what came by HTTP is neither built in nor the default'
get $C/account; json '.detail[0] | [.type, .loc[1]] | join(" ")' 'missing account_id' 'whose?'
get "$C/account?account_id=$NOWHERE"; detail 404 'Account not found' 'nobody'
get "$C/account?account_id=$acme_id"
json '.[0] | keys_unsorted | join(" ")' \
    'id display_name provider_name category enabled is_default priority updated_at logo_url account_id' \
    'those of an account'
json 'length' 1 'and no others'
get "$C/account?account_id=$acme_id&category=auth_providers"; json . '[]' 'by category'
get $C/stats
json . \
    '{"system_configs":{"total":6,"by_category":{"auth_providers":1,"email_providers":2,"storage_providers":1,"system_settings":1,"what":1}},"account_configs":{"total":0,"by_category":{}}}' 'what is enabled is counted'
get $C/recent; json 'length' 5 'the last five'
json '.[0] | keys_unsorted | join(" ")' \
    'id display_name provider_name category updated_at is_system account_id logo_url enabled' \
    'in the form of the contract'
json '[.[0:3][].provider_name] | join(" ")' 'ever resend smtp' 'the latest first'
json '[.[2].is_system, .[2].enabled]' '[false,false]' 'and whose'
get "$C/recent?limit=1"; json length 1 'or fewer'
get "$C/recent?limit=0"; json '.detail[0].type' greater_than_equal 'but one'

# ---- values --------------------------------------------------------------------------------------
get "$C/$smtp_id/values"
json '[.password, .api[0].access_key, .host] | join(" ")' "$MASK $MASK mail.acme.co" \
    'secrets are masked, however deep'
none "$(rows 'SELECT config FROM configurations' | grep -E 'hush|deep|theirs|re_1')" \
    'in the database nothing can be read'
patch "$C/$smtp_id/values" "{\"host\":\"new.acme.co\",\"password\":\"$MASK\",\"gone\":\"$MASK\"}"
status 200 'values are replaced'
json '[.status, .id, .is_system, .enabled] | map(tostring) | join(" ")' "success $smtp_id true true" \
    'the answer is the row'
get "$C/$smtp_id/values"
json . "{\"host\":\"new.acme.co\",\"password\":\"$MASK\"}" 'all of them, but for what equals the mask'
get "$C/$ever_id/values"; json . "{\"token\":\"$MASK\",\"note\":\"n\"}" 'without a schema the name tells'
patch "$C/$smtp_id/values" '[]'; status 422 'an array is no configuration'
patch "$C/$smtp_id/values"; status 422 'nor is nothing'
patch "$C/$smtp_id/values" '{"a":'; status 422 'nor half of one'
get "$C/$NOWHERE/values"; detail 404 'Configuration not found' 'values of nothing'
get "$C/nonsense/values"; status 404 'an odd id'
patch "$C/$NOWHERE/values" '{}'; status 404 'nothing changed'
none "$(rows "SELECT old_value, new_value FROM audit_log WHERE table_name = \
    'configurations'" | grep -E 'hush|lx1|theirs|re_1')" 'no secret, open or sealed, reaches the trail'
is "$(rows "SELECT new_value FROM audit_log WHERE table_name = 'configurations' AND record_id = \
    '$smtp_id' AND column_name = 'config' AND operation = 'UPDATE'")" \
    '{"host":"new.acme.co","password":"***"}' 'what changed does'
ok 'and its chain holds' larder audit verify

# ---- on and off, the default ---------------------------------------------------------------------
patch "$C/$smtp_id" '{}'; json '.detail[0].loc[1]' enabled 'on or off?'
patch "$C/$NOWHERE" '{"enabled":true}'; detail 404 'Configuration not found' 'nothing to switch'
post "$C/$own_id/set-default"
detail 400 'Cannot set a disabled provider as default. Enable it first.' 'a disabled default'
patch "$C/$own_id" '{"enabled":true}'
body_is '{"status":"success","enabled":true,"is_default":false}' 'it is enabled'
post "$C/$own_id/set-default"
body_is '{"status":"success","is_default":true,"provider_name":"smtp","display_name":"Mail"}' 'then it can be'
post "$C/$smtp_id/set-default"; status 200 'the system has its own'
post "$C/$resend_id/set-default"; status 200 'one'
is "$(rows "SELECT id FROM configurations WHERE is_default AND category = \
    'email_providers' ORDER BY account_id")" "$resend_id
$own_id" 'at a time, for each'
is "$(rows "SELECT old_value || new_value FROM audit_log WHERE record_id = '$smtp_id' AND column_name = \
    'is_default' AND operation = 'UPDATE' ORDER BY id DESC LIMIT 1")" truefalse \
    'the trail knows who is it no longer'
patch "$C/$resend_id" '{"enabled":false}'
body_is '{"status":"success","enabled":false,"is_default":false}' 'what is disabled is no default'
delete "$C/$own_id/set-default"; body_is '{"status":"success","is_default":false}' 'there may be none'
delete "$C/$own_id/set-default"; status 200 'twice'
post "$C/$NOWHERE/set-default"; detail 404 'Configuration not found' 'no default of nothing'
delete "$C/$NOWHERE/set-default"; status 404 'nor its end'

# ---- a foreign row of storage, made by nobody's leave --------------------------------------------
rows "UPDATE configurations SET category = 'storage_providers' WHERE id = '$own_id'" >/dev/null
for verb in "patch $C/$own_id {\"enabled\":true}" "get $C/$own_id/values" "patch $C/$own_id/values {}" \
    "post $C/$own_id/set-default" "delete $C/$own_id/set-default"; do
    # shellcheck disable=SC2086
    $verb
    body_is '{"detail":"Storage providers can only be configured at system level."}' \
    "storage of an account: ${verb%% *} ${verb##*/}"
done

# ---- gone ----------------------------------------------------------------------------------------
delete "$C/$own_id"; body_is '{"status":"success","success":true}' 'but it can be deleted'
delete "$C/$own_id"; detail 404 'Configuration not found' 'once'
get "$C/account?account_id=$acme_id"; json . '[]' 'nothing is left'

# ---- trying out ----------------------------------------------------------------------------------
try() { post $C/test-connection "$1"; status 200 "$2: always 200"; }
missing='{"success":false,"message":"Internal server error: 400: Missing required fields"}'
try '{}' 'nothing'; body_is "$missing" 'what is missing is said'
try '{"category":"email_providers","provider_name":"smtp","config":[]}' 'values that are none'
body_is "$missing" 'they count as missing'
try '{"category":1,"provider_name":"smtp","config":{}}' 'a category that is none'; body_is "$missing" 'so does it'
post $C/test-connection '{"cat'; status 422 'what is no JSON is no question'
try '{"category":"x","provider_name":"pigeon","config":{}}' 'a provider that nobody knows'
body_is '{"success":false,"message":"Provider pigeon does not support connection testing yet."}' 'is not tried'
try '{"category":"storage_providers","provider_name":"local","config":{}}' 'local storage'
body_is "{\"success\":true,\"message\":\"Local storage is writable at '$W/data/files'.\"}" 'is tried'
if [ -z "$FRONT" ]; then
    LARDER_TEST_SETTINGS="$LARDER_TEST_SETTINGS LARDER_STORAGE_PATH=$W/no/where"
    try '{"category":"storage_providers","provider_name":"local","config":{}}' 'a folder in no folder'
    body_is "{\"success\":false,\"message\":\"Local storage is not writable at '$W/no/where'.\"}" 'is told'
    LARDER_TEST_SETTINGS="${LARDER_TEST_SETTINGS% *}"
fi
smtp_start
server="\"host\":\"127.0.0.1\",\"port\":$SMTP_PORT,\"username\":\"larder\",\"use_tls\":false,\"from_email\":\"a@acme.co\""
patch "$C/$smtp_id/values" "{$server,\"password\":\"stored-secret\"}"
of='"category":"email_providers","provider_name":"smtp"'
masked="{$server,\"password\":\"$MASK\"}"
try "{$of,\"config\":$masked,\"config_id\":\"$smtp_id\"}" 'a masked secret'
body_is '{"success":true,"message":"SMTP connection successful"}' 'is tried as it is stored'
is "$(tail -n 1 "$SMTP/auth")" 'larder stored-secret' 'the server was told'
try "{$of,\"config\":{$server,\"password\":\"other\"},\"config_id\":\"$smtp_id\"}" 'a new secret'
is "$(tail -n 1 "$SMTP/auth")" 'larder other' 'is tried as it was typed'
for other in "$NOWHERE" nonsense "$ever_id"; do
    try "{$of,\"config\":$masked,\"config_id\":\"$other\"}" 'secrets of something else'
    body_is '{"success":false,"message":"Configuration not found"}' 'are not used'
done
smtp_mode 535
try "{$of,\"config\":$masked,\"config_id\":\"$smtp_id\"}" 'a server that refuses'
is "$(value .success) $(value .message | cut -d: -f1)" 'false SMTP connection failed' 'is a failure'
hasnt "$(body)" stored-secret 'that tells no secret'
smtp_stop
try "{$of,\"config\":$masked}" 'a server that is not there'
is "$(value .success) $(value .message | cut -d: -f1)" 'false SMTP connection failed' 'is another'

# ---- another key ---------------------------------------------------------------------------------
if [ -z "$FRONT" ]; then
    LARDER_TEST_SETTINGS="$LARDER_TEST_SETTINGS LARDER_ENCRYPTION_KEY=another"
    get "$C/$smtp_id/values"; json .password "$MASK" 'with another key what is masked can be shown'
    make '{"category":"what","provider_name":"keys","display_name":"K","config":{"token":"t"}}'; keys_id=$(value .id)
    patch "$C/$smtp_id/values" '{"host":"h","password":"again"}'; status 200 'and set anew'
    apple='{"category":"auth_providers","provider_name":"apple","display_name":"A","config":{"key_id":"KID"}}'
    make "$apple"; apple_id=$(value .id)
    LARDER_TEST_SETTINGS="${LARDER_TEST_SETTINGS% *}"
    get "$C/$apple_id/values"
    detail 500 'Failed to fetch configuration values' 'what would be shown open is not'
    has "$(cat "$W/log")" 'another encryption_key' 'and the log says why'
fi
TOKEN=$acme; get "$C/$smtp_id/values"; status 403 'all that time nobody else saw anything'
