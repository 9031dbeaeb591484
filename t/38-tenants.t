#!/bin/sh
# 38-tenants.t — no way leads from one account to another's records (data.md §17.2, row by row).
. t/lib/larder.sh

open='"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""'
collection '{"name":"notes","fields":[{"name":"title","type":"text"},{"name":"secret","type":"text"},{"name":"hidden","type":"text"}],'"$open"',
    "list_fields":["title","secret","other"],"view_fields":["title","secret","other"]}'
collection '{"name":"parts","fields":[{"name":"note","type":"reference","collection":"notes","on_delete":"set_null"}],'"$open}"
collection '{"name":"yes","fields":[{"name":"title","type":"text"}],"list_rule":"true","view_rule":"true","create_rule":"true","update_rule":"true","delete_rule":"true || account_id != \"\""}'
notes=/api/v1/records/notes

sign_up alpha a@alpha.example.com; A=$TOKEN A_ID=$ACCOUNT A_USER=$USER_ID
post $notes '{"title":"of A","secret":"a-secret"}'; a_note=$(value .id)
sign_up beta b@beta.example.com; B=$TOKEN B_ID=$ACCOUNT
post $notes '{"title":"of B","secret":"admin_secret","hidden":"b"}'; b_note=$(value .id)
post /api/v1/records/yes '{"title":"B says yes"}'; b_yes=$(value .id)
isnt "$A_ID" "$B_ID" 'two accounts'

# ---- records ------------------------------------------------------------------------------------
TOKEN=$A
get $notes
json '[.total, .items[0].title, .items[0].account_id]' "[1,\"of A\",\"$A_ID\"]" 'ISO-AC-001: a list has the own rows'
body_hasnt() { hasnt "$(body)" "$1" "$2"; }
body_hasnt 'of B' 'ISO-AC-002: and nothing of others'
for id in "$b_note" $(printf %s "$b_note" | tr 'a-f' 'A-F') 00000000-0000-0000-0000-000000000000 '*' '%25' "$b_note'%20OR%20'1'='1"; do
    get "$notes/$id"; status 404 "ISO-AC-003: not to be read: $id"
done
patch "$notes/$b_note" '{"title":"taken"}'; status 404 'ISO-AC-004: not to be changed'
put "$notes/$b_note" '{"title":"taken"}'; status 404 'nor put'
delete "$notes/$b_note"; status 404 'ISO-AC-005: not to be deleted'
post $notes "{\"title\":\"t\",\"account_id\":\"$B_ID\"}"; status 422 'ISO-AC-006, ISO-XA-004: nothing is made for others'
json .detail.unauthorized_fields '["account_id"]' 'and the member is named'
post $notes/batch "{\"records\":[{\"title\":\"t\"},{\"title\":\"t\",\"account_id\":\"$B_ID\"}]}"; status 422 'nor in a batch'
patch "$notes/$a_note" "{\"account_id\":\"$B_ID\"}"; status 422 'ISO-XA-005: nothing is moved to others'
patch "$notes/$a_note" '{"account_name":"beta"}'; status 400 'nor renamed'
patch $notes/batch "{\"records\":[{\"id\":\"$a_note\",\"data\":{}},{\"id\":\"$b_note\",\"data\":{\"title\":\"x\"}}]}"
status 404 'a batch finds nothing of others'
delete $notes/batch "{\"ids\":[\"$a_note\",\"$b_note\"]}"; status 404 'and deletes nothing of others'
get "/api/v1/records/yes/$b_yes"; status 404 'a rule that is always true stays in its tenant: read'
patch "/api/v1/records/yes/$b_yes" '{"title":"x"}'; status 404 'change'
delete "/api/v1/records/yes/$b_yes"; status 404 'delete'
get /api/v1/records/yes; json .total 0 'list'
get "/api/v1/notes/$b_note"; status 404 'the short form is no way round'
get "$notes/$b_note/history"; status 404 'what became of a record of others is not told'
version=$(sql "SELECT max(id) FROM audit_log WHERE record_id = '$b_note'")
post "$notes/$b_note/restore" "{\"version\":$version}"; status 404 'nor undone'
post "$notes/$a_note/restore" "{\"version\":$version}"; status 404 'nor put into the own one'

# ---- filters, sorts, cursors --------------------------------------------------------------------
asks() { # FILTER: what A finds with it
    get "$notes?filter=$(printf %s "$1" | jq -sRr @uri)"
}
for filter in "account_id = \"$B_ID\"" 'secret = "admin_secret"' "id = \"$b_note\"" "title ~ \"%B\""; do
    asks "$filter"; is "$STATUS $(value .total)" '200 0' "ISO-AC-008: nothing of others: $filter"
done
for filter in 'true' '1 = 1 || account_id = account_id' "title = 'x') OR (1=1" "secret IS NULL || secret IS NOT NULL" '!(title = "nothing")' 'account_id != "x"'; do
    asks "$filter"; body_hasnt 'of B' "no filter widens a list: $filter"
done
for filter in ':account = "x"' 'tenant = "x"' '?1 = 1' '$1 = 1'; do
    asks "$filter"; status 400 "no filter names a parameter: $filter"
done
asks "title = \"'; DROP TABLE col_notes; --\""; is "$STATUS $(value .total)" '200 0' 'SQL in a filter is a value'
asks "title IN (\"'; DROP TABLE col_notes; --\")"; is "$STATUS $(value .total)" '200 0' 'in a list too'
asks '@request.auth.id = "x"'; status 400 'filters know no caller'
get $notes; json .total 1 'the table is intact'
forged=$(printf '{"sort":"-created_at,-id","sort_value":253402300000000000,"id":"%s"}' "$b_note" | basenc --base64url -w0)
get "$notes?cursor=$forged"; json '[.items[].title]' '["of A"]' 'a forged cursor is a place, no key'
get "$notes?sort=hidden&fields=hidden,title&cursor="; body_hasnt '"hidden"' 'a hidden field is not sorted by, nor carried by cursors'
is "$(value .next_cursor)" null 'nor shown'
asks 'hidden = "b"'; status 400 'nor filtered by'
get "$notes?expand=hidden"; status 400 'nor expanded'

# ---- names as SQL -------------------------------------------------------------------------------
post $notes '{"title":"t","x\" AS y, (SELECT password_hash FROM users) AS \"title":"1"}'; status 400 'a key is no SQL'
json '.details[0].code' unknown_field 'but an unknown field'
for path in 'notes%22%3B%20DROP%20TABLE%20col_notes%3B--' 'col_notes' 'users"' 'notes/../notes' '%2e%2e/users'; do
    get "/api/v1/records/$path/x"
    case $STATUS in 400 | 404) ok "no collection: $path" true ;; *) status 404 "no collection: $path" ;; esac
done

# ---- references ---------------------------------------------------------------------------------
post /api/v1/records/parts "{\"note\":\"$b_note\"}"; status 400 'a reference ends at the fence'
json '.details[0].code' invalid_reference 'as one to nothing'
post /api/v1/records/parts "{\"note\":\"$a_note\"}"; status 201 'within it is well'
a_part=$(value .id)
patch "/api/v1/records/parts/$a_part" "{\"note\":\"$b_note\"}"; status 400 'nor is it moved over'
patch /api/v1/records/parts/batch "{\"records\":[{\"id\":\"$a_part\",\"data\":{\"note\":\"$b_note\"}}]}"; status 400 'in a batch'
TOKEN=$B; delete "$notes/$b_note"; status 204 'B deletes its own'
post $notes '{"title":"of B","secret":"admin_secret","hidden":"b"}'; b_note=$(value .id)
TOKEN=$A; get "/api/v1/records/parts/$a_part"; json .note "$a_note" 'which leaves A alone'

# ---- who is asked -------------------------------------------------------------------------------
anonymous
get $notes -H 'X-Account-ID: alpha'; body_hasnt 'of B' 'strangers see the account they name'
get $notes -H 'X-Account-ID: beta'; body_hasnt 'of A' 'and no other'
get "$notes/$b_note" -H 'X-Account-ID: alpha'; status 404 'by id neither'
for account in "alpha' OR '1'='1" '*' '%' '' ; do
    get $notes -H "X-Account-ID: $account"
    case $STATUS in 400 | 404) ok "no account: $account" true ;; *) status 404 "no account: $account" ;; esac
done
TOKEN=$A; get $notes -H 'X-Account-ID: beta'; body_hasnt 'of B' 'who is signed in stays where they are'
get "$notes?account_id=$B_ID"; status 400 'no parameter changes that'
claims=$(printf '%s' "$A" | cut -d. -f2 | tr '_-' '/+'); claims=$(printf '%s==' "$claims" | base64 -d 2>/dev/null | tr -d '\0')
other=$(printf '%s' "$claims" | sed "s/$A_ID/$B_ID/" | basenc --base64url -w0 | tr -d =)
TOKEN=$(printf '%s' "$A" | cut -d. -f1).$other.$(printf '%s' "$A" | cut -d. -f3)
get $notes; status 401 'ISO-XA-006: a token with another account is not signed'
TOKEN=$A
post $notes '{"title":"x"}' -H 'X-HTTP-Method-Override: DELETE'; status 201 'AUTH-AZ-009: a method is what it is'
delete "$notes/$(value .id)"
get /api/v1/collections; status 403 'AUTH-AZ-004: definitions are not the tenant'"'"'s'
get /api/v1/auth/../accounts
case $STATUS in 400 | 403 | 404) ok 'AUTH-AZ-010: dots lead nowhere' true ;; *) status 404 'AUTH-AZ-010: dots lead nowhere' ;; esac

# ---- superadmins --------------------------------------------------------------------------------
superadmin
get $notes; json '[.items[].title] | sort' '["of A","of B"]' 'ISO-AC-007, ISO-SA-003: a superadmin sees all'
json '[.items[].account_name] | sort' '["alpha","beta"]' 'and whose'
get "$notes?filter=account_id+%3D+%22$B_ID%22"; json '[.total,.items[0].title]' '[1,"of B"]' 'or one of them'
patch "$notes/$b_note" '{"title":"changed"}'; status 200 'ISO-SA-004: changes'
json .account_id "$B_ID" 'where it is'
post $notes "{\"title\":\"for A\",\"account_id\":\"$A_ID\"}"; status 201 'makes for a tenant'
for_a=$(value .id)
post $notes '{"title":"t","account_id":"nobody"}'; status 404 'who must exist'
json .detail "Account 'nobody' not found" 'and is named'
post /api/v1/records/parts "{\"note\":\"$b_note\",\"account_id\":\"$A_ID\"}"; status 400 'references stay in their tenant even so'
post $notes '{"title":"system"}'; json .account_id 00000000-0000-0000-0000-000000000000 'or for the system account'
patch "$notes/$for_a" "{\"account_id\":\"$B_ID\"}"; status 422 'nothing is moved, by nobody'
delete "$notes/$b_note"; status 204 'ISO-SA-005: deletes'
get "$notes/$b_note"; status 404 'for good'
TOKEN=$A; get "$notes/$for_a"; json '[.title, .created_by != "'"$A_USER"'"]' '["for A",true]' 'the tenant finds what was made for it'
