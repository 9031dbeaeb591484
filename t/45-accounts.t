#!/bin/sh
# 45-accounts.t — accounts for superadmins (identity.md §11): pages, making, renaming, and an end that leaves nothing.
. t/lib/larder.sh
plan 124

SYSTEM=00000000-0000-0000-0000-000000000000 NOWHERE=00000000-0000-4000-8000-000000000000
# rows SQL: what the database says, columns parted by |.
rows() {
    if [ "$DB" = postgres ]; then psql -qXAt -v ON_ERROR_STOP=1 "$POSTGRES_URL" -c "$1"; else sqlite3 "$W/data/larder.db" "$1"; fi
}
long=$(printf '%0256d' 0)

sign_up acme owner@acme.co; acme=$TOKEN acme_id=$ACCOUNT acme_user=$USER_ID
sign_up other owner@other.co; other=$TOKEN other_id=$ACCOUNT other_refresh=$REFRESH other_user=$USER_ID

# ---- who may -------------------------------------------------------------------------------------
for who in "$acme" ''; do
    TOKEN=$who wanted=$([ -n "$who" ] && echo 403 || echo 401)
    get /api/v1/accounts; status "$wanted" "the list is not for others ($wanted)"
    post /api/v1/accounts '{"name":7}'; status "$wanted" 'making one neither, before the body is looked at'
    get "/api/v1/accounts/$acme_id"; status "$wanted" 'not even a look at the own one'
    put "/api/v1/accounts/$acme_id" '{"name":"Mine"}'; status "$wanted" 'or its name'
    delete "/api/v1/accounts/$other_id"; status "$wanted" 'nobody deletes a rival'
    get "/api/v1/accounts/$other_id/users"; status "$wanted" 'or counts its people'
done
TOKEN=$acme
get /api/v1/accounts; body_is '{"detail":"Superadmin access required"}' 'they are told who may'
superadmin; root=$TOKEN

# ---- making --------------------------------------------------------------------------------------
make() { post /api/v1/accounts "$1"; }
make ''; status 422 'a body is needed'
make '{}'; json '.detail[0] | [.type, .loc[1]] | join(" ")' 'missing name' 'and a name'
make '{"name":""}'; json '.detail[0].type' string_too_short 'of a character'
make "{\"name\":\"$long\"}"; json '.detail[0].type' string_too_long 'and at most 255'
make '{"name":"X","slug":"ab"}'; json '.detail[0].type' string_too_short 'a slug has three'
make '{"name":"X","slug":"Acme"}'; json '.detail[0] | [.type, .ctx.pattern] | join(" ")' 'string_pattern_mismatch ^[a-z0-9-]+$' 'small letters'
make "{\"name\":\"X\",\"slug\":\"abcdefghijabcdefghijabcdefghijabc\"}"; json '.detail[0].type' string_too_long 'and no more than 32'
make '{"name":"Acme again","slug":"acme"}'
status 422 'a slug is had once'
body_is "{\"detail\":\"Slug 'acme' already exists\"}" 'and says so'
make '{"name":"The system","slug":"system"}'; status 422 'nobody becomes the system'
get /api/v1/accounts; json .total 3 'none of that left anything'
make '{"name":"9 Lives & Sons","slug":"9-lives","id":"x","account_code":"ZZ9999"}'
status 201 'digits may lead a slug; other members are ignored'
lives=$(value .id)
json '[.account_code, .slug, .name, .user_count] | tojson' '["AA0003","9-lives","9 Lives & Sons",0]' 'the next code, nobody in it'
json 'keys_unsorted | join(" ")' 'id account_code slug name created_at updated_at user_count collections_used' 'in the form of the contract'
json .collections_used '[]' 'no records'
json '.created_at == .updated_at' true 'as old as its last change'
is "$(rows "SELECT name FROM groups WHERE account_id = '$lives'")" pii_access 'with the group pii_access'
make '{"name":"Acme"}'; json .slug acme-1 'a name that is taken is numbered'
make '{"name":" ACME! "}'; json .slug acme-2 'and numbered on'
make '{"name":"X"}'; json .slug account-x 'a short one is made longer'
make '{"name":"東京"}'; json .slug account 'one without letters has a name all the same'
make '{"name":"東京"}'; json '[.slug, .name] | join(" ")' 'account-1 東京' 'twice'
make '{"name":"abcdefghij abcdefghij abcdefghij abc"}'; json .slug abcdefghij-abcdefghij-abcdefghij 'it is cut to 32'
make '{"name":"abcdefghij abcdefghij abcdefghij abc"}'; json .slug abcdefghij-abcdefghij-abcdefgh-1 'with its number, too'
post /api/v1/accounts '{"name":"Once"}' -H 'Idempotency-Key: once'; once=$(value .id)
post /api/v1/accounts '{"name":"Once"}' -H 'Idempotency-Key: once'; json .id "$once" 'a repeated call makes one account'

# ---- pages ---------------------------------------------------------------------------------------
get /api/v1/accounts
json '[.total, .page, .page_size, .total_pages] | tojson' '[12,1,25,1]' 'a page of 25'
json '.items[0] | keys_unsorted | join(" ")' 'id account_code slug name created_at user_count status' 'an account in a list'
json '.items[0].slug' once 'the newest first'
json '.items[-1].slug' system 'the system is one of them'
json '[.items[] | select(.slug == "acme" or .slug == "9-lives" or .slug == "system") | .user_count] | tojson' '[0,1,1]' 'with the number of people'
json '[.items[].status] | unique | join(" ")' active 'all active'
get '/api/v1/accounts?page=3&page_size=4&sort_by=account_code&sort_order=asc'
json '[.total, .page, .page_size, .total_pages, ([.items[].account_code] | join(" "))] | tojson' '[12,3,4,3,"AA0009 AA0010 AA0011 SY0000"]' 'the last page, by code'
get '/api/v1/accounts?page=4&page_size=4'; json '[.total, .total_pages, (.items | length)] | tojson' '[12,3,0]' 'past the end there is nothing'
get '/api/v1/accounts?page=999999999&page_size=100'; json '.items | length' 0 'however far'
for sort in id slug name created_at account_code; do
    get "/api/v1/accounts?sort_by=$sort&sort_order=asc"; up=$(value "[.items[].$sort]") up_ids=$(value '[.items[].id]')
    is "$(value "[.items[].$sort] | sort_by(rtrimstr(\"Z\"))")" "$up" "by $sort"
    get "/api/v1/accounts?sort_by=$sort&sort_order=desc"; is "$(value '[.items[].id] | reverse')" "$up_ids" 'and the other way round'
done
get '/api/v1/accounts?sort_by=updated_at'
status 422 'not by anything else'
body_is '{"detail":"Invalid sort_by column. Must be one of: id, slug, name, created_at, account_code"}' 'as it says'
get '/api/v1/accounts?sort_by=id;DROP+TABLE+accounts'; status 422 'least of all by SQL'
get '/api/v1/accounts?sort_order=up'; json '.detail[0] | [.type, .loc[1], .ctx.pattern] | join(" ")' 'string_pattern_mismatch sort_order ^(asc|desc)$' 'up or down'
get '/api/v1/accounts?page=0&page_size=101'; json '[.detail[] | .type] | join(" ")' 'greater_than_equal less_than_equal' 'pages have their limits'
get '/api/v1/accounts?page=1e3'; status 422 'and are numbers'

found() { get "/api/v1/accounts?sort_by=account_code&sort_order=asc&search=$1"; json '[.items[].account_code] | join(" ")' "$2" "$3"; }
found ACME 'AA0001 AA0004 AA0005' 'searching in names and slugs, in any case'
found aa0002 AA0002 'in codes'
found "$(printf %.13s "$other_id")-" "$(get "/api/v1/accounts/$other_id"; value .account_code)" 'in ids'
found 'lives%20%26' AA0003 'for all of a text'
found '%E6%9D%B1' 'AA0007 AA0008' 'in any script'
found '%25' '' 'a percent sign is itself'
found '_' '' 'an underscore is itself'
found "'" '' 'a quote is itself'
found '%5C' '' 'and a backslash'
found "$long$long$long" '' 'what is too long to be there is not'
get '/api/v1/accounts?search=acme&page_size=2'; json '[.total, .total_pages] | tojson' '[3,2]' 'what is found is counted'
get '/api/v1/accounts?search=&is_active=false'; json .total 12 'an empty search is none; all accounts are active'
get '/api/v1/accounts?search=%00'; status 400 'a NUL is refused'

# ---- one -----------------------------------------------------------------------------------------
get "/api/v1/accounts/$NOWHERE"; status 404 'what is not there'
body_is "{\"detail\":\"Account '$NOWHERE' not found\"}" 'is named'
get /api/v1/accounts/acme; body_is "{\"detail\":\"Account 'acme' not found\"}" 'by id alone'
get /api/v1/accounts/%22%3C; body_is "{\"detail\":\"Account '\\\"<' not found\"}" 'whatever was sent comes back as text'
get /api/v1/accounts/$SYSTEM; json '[.slug, .account_code, .user_count] | tojson' '["system","SY0000",1]' 'the system itself'
collection '{"name":"Notes","fields":[{"name":"title","type":"text"}],"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""}'
collection '{"name":"replies","fields":[{"name":"note","type":"reference","collection":"Notes","on_delete":"restrict","required":true}],"list_rule":"","view_rule":"","create_rule":""}'
collection '{"name":"asides","fields":[{"name":"note","type":"reference","collection":"Notes","on_delete":"set_null"}],"list_rule":"","create_rule":""}'
collection '{"name":"empty","fields":[{"name":"title","type":"text"}]}'
for token in "$acme" "$other"; do
    TOKEN=$token
    post /api/v1/records/Notes '{"title":"one"}'; note=$(value .id)
    post /api/v1/records/replies "{\"note\":\"$note\"}"
    post /api/v1/records/asides "{\"note\":\"$note\"}"
done
status 201 'records of two accounts'
TOKEN=$root
get "/api/v1/accounts/$acme_id"; json '[.user_count, .collections_used] | tojson' '[1,["Notes","asides","replies"]]' 'an account is shown with what it uses'
get "/api/v1/accounts/$lives"; json .collections_used '[]' 'and one without anything with nothing'

# ---- renaming ------------------------------------------------------------------------------------
put "/api/v1/accounts/$acme_id" '{}'; status 422 'a new name is needed'
put "/api/v1/accounts/$acme_id" '{"name":""}'; status 422 'of a character'
put "/api/v1/accounts/$NOWHERE" '{"name":"X"}'; status 404 'for an account that is there'
put "/api/v1/accounts/$acme_id" '{"name":"Acme & Söhne","slug":"stolen"}'
status 200 'renamed'
json '[.name, .slug, .account_code, (.updated_at > .created_at)] | tojson' '["Acme & Söhne","acme","AA0001",true]' 'slug and code stay'
is "$(rows "SELECT operation, old_value, new_value, user_email FROM audit_log WHERE table_name = 'accounts' AND record_id = '$acme_id' AND column_name = 'name' ORDER BY id DESC LIMIT 1")" \
    "UPDATE|acme|Acme & Söhne|$ROOT_EMAIL" 'with its history'
TOKEN=$acme; get /api/v1/auth/me; json .account.name 'Acme & Söhne' 'its people see that at once'
TOKEN=$root

# ---- people --------------------------------------------------------------------------------------
people() { get "/api/v1/accounts/$acme_id/users$1"; }
people ''; json '[.total, .page, .page_size, .total_pages] | tojson' '[1,1,25,1]' 'its people, by the page'
json '.items[0] | tojson' "$(get "/api/v1/accounts/$acme_id/users"; value '.items[0] | {id: "'"$acme_user"'", email: "owner@acme.co", role: "admin", is_active: true, created_at}')" 'in the form of the contract'
people '?page=2'; json '.items' '[]' 'past the end nobody'
people '?page_size=0'; status 422 'a page has people'
get "/api/v1/accounts/$lives/users"; json '[.total, .total_pages, .items] | tojson' '[0,1,[]]' 'nobody is a page, too'
get "/api/v1/accounts/$NOWHERE/users"; status 404 'no account has no people'

# ---- the end -------------------------------------------------------------------------------------
delete "/api/v1/accounts/$SYSTEM"; status 422 'the system stays'
body_is '{"detail":"Cannot delete system account"}' 'and says so'
delete "/api/v1/accounts/$NOWHERE"; status 404 'what is not there cannot go'
delete /api/v1/accounts/acme; status 404 'nor by its slug'

now=$(date +%s)000000
rows "INSERT INTO invitations (id, account_id, email, token_hash, token_enc, role_id, groups, inviter_account_id, invited_by, invited_by_email, expires_at, email_sent, created_at, updated_at)
    VALUES ('i1', '$acme_id', 'a@b.co', 'h1', 'e', 2, '[]', '$other_id', '$other_user', 'owner@other.co', $now, '0', $now, $now),
           ('i2', '$other_id', 'a@b.co', 'h2', 'e', 2, '[]', '$acme_id', '$acme_user', 'owner@acme.co', $now, '0', $now, $now)"
TOKEN=$other; get /api/v1/auth/me; status 200 'a person of an account that is there'
TOKEN=$root; get "/api/v1/records/Notes?account_id=$other_id"; get "/api/v1/records/Notes"; json .total 2 'both accounts have notes'
delete "/api/v1/accounts/$other_id"
status 204 'an account is deleted'
body_is '' 'without a word'
get "/api/v1/accounts/$other_id"; status 404 'gone'
get /api/v1/accounts; json .total 11 'from the list as well'
get "/api/v1/records/Notes"; json .total 1 'with its records'
delete "/api/v1/accounts/$other_id"; status 404 'and not twice'
TOKEN=$other; get /api/v1/auth/me; status 401 'its people are out at their next request'
body_is '{"detail":"User does not belong to the specifying account"}' 'as strangers'
get /api/v1/records/Notes; status 401 'from the records, too'
TOKEN=; post /api/v1/auth/refresh "{\"refresh_token\":\"$other_refresh\"}"; status 401 'no refreshing'
post /api/v1/auth/login "{\"account\":\"other\",\"email\":\"owner@other.co\",\"password\":\"$PASSWORD\"}"; status 401 'no signing in'
get /api/v1/records/Notes -H 'X-Account-ID: other'; status 404 'no guests'
left=''
for table in users groups users_groups refresh_tokens invitations col_notes col_replies col_asides; do
    left="$left$(rows "SELECT '$table', count(*) FROM $table WHERE account_id = '$other_id' HAVING count(*) > 0")"
done
none "$left" 'nothing of it is left'
is "$(rows "SELECT id, inviter_account_id IS NULL, invited_by IS NULL, invited_by_email FROM invitations" | tr tf 10)" 'i1|1|1|owner@o1her.co' \
    'what its people sent for others stays, without them'
is "$(rows "SELECT column_name, old_value FROM audit_log WHERE account_id = '$other_id' AND operation = 'DELETE' AND column_name IN ('id', 'slug') ORDER BY id" | tr '\n' ' ')" \
    "id|$other_id slug|other " 'its trail tells the end'
is "$(rows "SELECT count(*) FROM audit_log WHERE account_id = '$other_id' AND operation = 'DELETE' AND table_name <> 'accounts'")" 0 'and nothing of what the engine took along'
ok 'the trail is whole' larder audit verify
TOKEN=$acme; get /api/v1/auth/me; status 200 'others live on'
get /api/v1/records/replies; json .total 1 'with what they have'
TOKEN=$root; make '{"name":"Other","slug":"other"}'
status 201 'the slug is free again'
json '[.account_code, (.id != "'"$other_id"'")] | tojson' '["AA0012",true]' 'the code is not'
