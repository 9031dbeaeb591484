#!/bin/sh
# 48-desk-trail.t — the audit trail for people: found, shown, proven, taken home; each account its own.
LARDER_TEST_SETTINGS=LARDER_AUDIT_CHECKPOINT_MINUTES=0         # a worker would sign them meanwhile
. t/lib/larder.sh
. t/lib/desk.sh

end_of() { printf '…%s' "$(printf %s "$1" | tail -c 8)"; }      # as lists show an id
sign_up other rival@other.example.com; OTHER=$ACCOUNT
collection '{"name":"posts","fields":[{"name":"title","type":"text"},{"name":"email","type":"text"}],
    "list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""}'
post /api/v1/records/posts '{"title":"Rival secret"}'; RIVAL=$(value .id)
sign_up acme ann@acme.example.com; ACME=$ACCOUNT
post /api/v1/records/posts '{"title":"<b>One</b> & \"more\"","email":"zoe@acme.example.com"}'; RECORD=$(value .id)
put "/api/v1/records/posts/$RECORD" '{"title":"Two","email":"zoe@acme.example.com"}'

nobody
page /admin/trail
is "$STATUS" 303 'nobody is led to the sign-in'
hasnt "$(body)" "$RECORD" 'and told nothing'

at_desk
page /admin/trail
status 200 'a superadmin sees the trail'
says "$(end_of "$RECORD")"
page '/admin/trail?account=other'
says "$(end_of "$RIVAL")" 'of every account'
page /admin/trail
says '&lt;b&gt;One&lt;/b&gt; &amp;' 'text of others is shown as text'
says_not '<b>One'
says 'GET</span> <code>/api/v1/audit-logs' 'the call behind it is told'
page "/admin/trail?table=posts&record=$RECORD&operation=UPDATE&field=title"
says 'Two'
is "$(body | grep -c 'class="badge')" 1 'filters narrow it to one entry'
ENTRY=$(body | grep -o '/admin/trail/[0-9][0-9]*' | head -n 1 | sed 's/.*trail.//')
page "/admin/trail?user=ann@acme.example.com&operation=CREATE"
says "$(end_of "$RECORD")" 'by who changed it'
says_not "$(end_of "$RIVAL")"
page '/admin/trail?account=acme'
says "$(end_of "$RECORD")" 'by account, as people call it'; says_not "$(end_of "$RIVAL")"
page '/admin/trail?table=nothing'
says 'No entry fits.' 'an empty list says so'
page '/admin/trail?from=yesterday'
status 422 'a time that is none is refused'
says 'value="yesterday"' 'and kept as it was typed'; says 'This is no time.'
page '/admin/trail?from=2099-01-01T00:00'
says 'No entry fits.' 'nothing happened in times to come'
page '/admin/trail?operation=EAT'
status 422 'an operation that there is not is refused'

page "/admin/trail?account=acme"
NEXT_PAGE=$(body | grep -o 'rel="next" href="[^"]*"' | sed 's/.*href="//; s/"$//; s/&amp;/\&/g')
isnt "$NEXT_PAGE" '' 'a long list leads on'
FIRST=$(body | grep -o '/admin/trail/[0-9][0-9]*' | head -n 1)
page "$NEXT_PAGE"
status 200 'to older entries'
hasnt "$(body)" "\"$FIRST\"" 'not to the same'
BACK=$(body | grep -o 'rel="prev" href="[^"]*"' | sed 's/.*href="//; s/"$//; s/&amp;/\&/g')
page "$BACK"
says "$FIRST" 'and back'

page "/admin/trail/$ENTRY"
status 200 'an entry has a page of its own'
says '<del>&lt;b&gt;One&lt;/b&gt;' 'with what was before'; says '<ins>Two</ins>' 'and after'
says 'updated_at' 'and what the same request changed with it'
says 'The entry has the checksum that belongs to it.'
says 'under none yet' 'under which checkpoint it is'
page "/admin/trail/$ENTRY/proof"
status 409 'before that there is no proof'
page /admin/trail/checkpoints
says 'No checkpoint was signed yet.' 'nor a checkpoint in the list'
larder audit checkpoint >/dev/null
page /admin/trail/checkpoints
says 'Checkpoints 1 to 1' 'now there is'
page "/admin/trail/$ENTRY"
says 'Download the proof'
page "/admin/trail/$ENTRY/proof"
status 200 'which can be taken home'
is "$(body | jq -r .entry.id)" "$ENTRY" 'with its entry'
page /admin/trail/999999
status 404 'an entry that is not'
page /admin/trail/verify
says 'Prove it now'
form /admin/trail/verify ''
status 200 'the trail is proven'
says 'The trail is whole'
form /admin/trail/verify 'account=acme'
says 'The trail is whole' 'or that of one account'
form /admin/trail/verify 'account=nobody'
status 422 'not one that there is not'; says 'There is no such account.'
CSRF=forged
form /admin/trail/verify ''
is "$STATUS" 403 'a form of another site is refused'
page "/admin/trail/export?format=csv&record=$RECORD&field=title"
status 200 'what is shown can be taken home'
is "$(header_value Content-Type)" 'text/csv; charset=utf-8' 'as CSV'
is "$(body | grep -c ,title,)" 2 'with the same filters'
page "/admin/trail/export?format=json&record=$RECORD"
is "$(body | jq -r '[.[].record_id] | unique | .[]')" "$RECORD" 'as JSON'
page '/admin/trail/export?format=xml'
status 400 'nothing else'
page '/admin/trail/export?format=csv&from=x'
status 400 'nor what cannot be understood'

at_desk acme ann@acme.example.com
page /admin/trail
status 200 "an account's administrator sees it, too"
says "$(end_of "$RECORD")"; says_not "$(end_of "$RIVAL")" 'that of the account alone'
page "/admin/trail?account=other&record=$RIVAL"
says_not "$(end_of "$RIVAL")" 'whatever they ask for'; says 'No entry fits.'
as_superadmin GET "/api/v1/audit-logs?record_id=$RIVAL&limit=1"
FOREIGN=$(value '.items[0].id')
page "/admin/trail/$FOREIGN"
status 404 "another account's entry is none"
page "/admin/trail/$FOREIGN/proof"
status 404 'nor has it a proof'
page "/admin/trail/export?format=json&account=other"
is "$(body | jq -r '[.[].record_id] | index("'"$RIVAL"'")')" null 'nor is it in their file'
page /admin/trail/checkpoints
status 403 'checkpoints tell of all accounts'
page /admin/trail/verify
form /admin/trail/verify 'account=other'
says 'The trail is whole' 'they prove their own'
says_not 'name="account"'
page "/admin/trail?record=$RECORD"
says 'zoe@acme' 'and personal data, as one who may'
as_superadmin GET /api/v1/roles
ADMIN_ROLE=$(value '.items[] | select(.name == "admin") | .id')
as_superadmin POST /api/v1/users "{\"email\":\"eve@acme.example.com\",\"password\":\"$PASSWORD\",\"account_id\":\"$ACME\",\"role_id\":$ADMIN_ROLE}"
larder user verify eve@acme.example.com --account acme >/dev/null
at_desk acme eve@acme.example.com
page "/admin/trail?record=$RECORD"
says 'z***@acme.example.com' 'from others it is hidden'; says_not 'zoe@acme'
page "/admin/trail/export?format=json&record=$RECORD"
hasnt "$(body)" 'zoe@acme' 'in the file, too'

as_superadmin POST /api/v1/users "{\"email\":\"max@acme.example.com\",\"password\":\"$PASSWORD\",\"account_id\":\"$ACME\",\"role_id\":2}"
larder user verify max@acme.example.com --account acme >/dev/null
at_desk acme max@acme.example.com
page /admin/trail
status 403 'a member may not'
page "/admin/trail/$ENTRY"
status 403 'nor one entry'
page '/admin/trail/export?format=csv'
status 403 'nor a file'

# A trail so long that a page does not look through all of it; what was put into it is no part of the chain.
sql "INSERT INTO audit_log (id, account_id, operation, table_name, record_id, column_name, user_id, user_email, user_name,
    occurred_at, checksum) VALUES (20000, '$ACME', 'UPDATE', 'users', 'x', 'email', 'x', 'x', 'x', 1, 'forged')"
at_desk
page "/admin/trail?table=posts&field=title&account=acme"
says 'Only a part of the trail was looked through.' 'a rare thing in a long trail takes several looks'
looks=0
while [ $looks -lt 5 ] && ! body | grep -q "$(end_of "$RECORD")"; do
    looks=$((looks + 1))
    page "$(body | grep -o 'href="[^"]*cursor=b[0-9]*"' | head -n 1 | sed 's/href="//; s/"$//; s/&amp;/\&/g')"
done
is $looks 2 'and is found'
page /admin/trail/20000
says 'it was changed' 'an entry that does not fit its checksum is told'
page /admin/trail/verify
form /admin/trail/verify ''
status 200 'so it is when all are proven'
says 'The trail is not whole.'; says 'Entry 20000' 'and which it is'
