#!/bin/sh
# 48-desk-rules.t — rules for people: whom what is open to, checked before they count, tried as somebody.
. t/lib/larder.sh
. t/lib/desk.sh

enc() { printf %s "$1" | jq -sRr @uri; }

sign_up acme ann@acme.example.com; ACME=$ACCOUNT ANN=$USER_ID
collection '{"name":"posts","fields":[{"name":"title","type":"text"},{"name":"status","type":"text"}],
    "list_rule":"status = \"open\"","view_rule":"@request.auth.id != \"\"","create_rule":"","update_rule":"created_by = @request.auth.id",
    "update_fields":"[\"title\"]"}'
collection '{"name":"notes","fields":[{"name":"text","type":"text"}],"list_rule":null}'
post /api/v1/records/posts '{"title":"One","status":"open"}'; RECORD=$(value .id)

at_desk acme ann@acme.example.com
page /admin/rules
status 403 'rules are for superadmins'
page /admin/rules/posts
status 403 'each of them'
form /admin/rules/posts 'do=save&list_who=public'
status 403 'nor are they changed by others'

at_desk
page /admin/rules
status 200 'all rules in one table'
says '>posts</a>'; says '>notes</a>'
says 'badge bad">public</span>' 'public is said, and red'
says 'public in part' 'so are rules that let anybody see some rows'
says 'signed in'; says 'by rule'; says 'locked'
page '/admin/rules?search=NOT'
says '>notes</a>' 'found by name'; says_not '>posts</a>'
page '/admin/rules?reach=public'
says '>posts</a>' 'or by whom they are open to'; says_not '>notes</a>'
page '/admin/rules?search=nothing'
says 'No collection fits.'
page '/admin/rules?reach=x'
status 422 'not by what there is not'

as_superadmin POST /api/v1/roles '{"name":"editor"}'; EDITOR=$(value .id)
as_superadmin POST /api/v1/permissions "{\"role_id\":$EDITOR,\"collection\":\"notes\",\"rules\":{\"read\":{\"rule\":\"true\",\"fields\":[\"text\"]}}}"
as_superadmin POST /api/v1/permissions "{\"role_id\":$EDITOR,\"collection\":\"*\",\"rules\":{\"delete\":{\"rule\":\"@owns_record()\",\"fields\":\"*\"}}}"
page /admin/rules
says 'and roles: editor' 'what roles add is told'; says 'every collection'

page /admin/rules/posts
status 200 'a collection has its rules on a page'
says 'status = &quot;open&quot;' 'as they are written'
says 'value="title"' 'with its field lists'
VERSION=$(hidden version)
page /admin/rules/nothing
status 404 'one that there is not has none'

rules_form() { printf 'version=%s&list_who=%s&list_rule=%s&list_fields=*&view_who=rule&view_rule=%s&view_fields=*&create_who=locked&create_rule=&create_fields=*&update_who=rule&update_rule=%s&update_fields=%s&delete_who=locked&delete_rule=' \
    "$VERSION" "$1" "$(enc "$2")" "$(enc "$3")" "$(enc 'created_by = user.id')" "${4:-title}"; }
page /admin/rules/posts
form /admin/rules/posts "do=check&$(rules_form rule 'record.status == "open" and user.role == "editor"' '@has_role("admin")')"
status 200 'rules are checked before they count'
says 'r.&quot;status&quot; = ' 'with the SQL they become'
says '= &quot;open&quot;' 'and what is bound'
says 'no record' 'and whom they let nothing'; says 'role editor'
says 'every record of the account'
says 'would want an index over:' 'and the index that lists would want'
as_superadmin GET /api/v1/collections/posts/rules
json .list_rule 'status = "open"' 'nothing is saved by that'

form /admin/rules/posts "do=check&$(rules_form rule 'status = = "x"' 'colour = "red"')"
status 422 'faults are told'
says 'Line 1, column 10:' 'with their place'
says 'status = = &quot;x&quot;
         ^' 'and an arrow under it'
says 'value="title"' 'what was typed is kept'
form /admin/rules/posts "do=save&$(rules_form rule 'status = = "x"' 'true')"
status 422 'what cannot be read is not saved'
form /admin/rules/posts "do=save&$(rules_form rule '' 'true')"
status 422 'a rule that is empty neither'
says 'Write a rule, or choose locked or public.'
form /admin/rules/posts "do=save&$(rules_form public '' 'true' 'title,colour')"
status 422 'nor fields that there are not'; says 'There is no field colour.'
as_superadmin GET /api/v1/collections/posts/rules
json .list_rule 'status = "open"' 'all is as it was'

form /admin/rules/posts "do=save&$(rules_form rule 'status = "open" or user.role == "admin"' 'true' 'title, status')"
goes /admin/rules/posts 'rules are saved'
page "$NEXT"
says 'The rules are saved and count from now on.'
as_superadmin GET /api/v1/collections/posts/rules
json .list_rule 'status = "open" or user.role == "admin"' 'as they were written'
json .create_rule null 'locked is locked'
json .update_fields '["title","status"]' 'with their fields'
form /admin/rules/posts "do=save&$(rules_form public '' 'true')"
status 409 'who saw older rules is told first'
says 'notice warning' 'in words'
as_superadmin GET /api/v1/collections/posts/rules
json .list_rule 'status = "open" or user.role == "admin"' 'and nothing is lost'
VERSION=$(page /admin/rules/posts; hidden version)

attempt() { form /admin/rules/posts "do=try&$(rules_form rule 'status = "open"' '@request.auth.id != ""' title)&$1"; }
page /admin/rules/posts
attempt "record=$RECORD"
status 200 'rules are tried as nobody'
says 'Tried as Somebody who is not signed in'
is "$(body | grep -c 'badge good">allowed')" 1 'who may list it alone'
attempt "account=acme&email=ann@acme.example.com&record=$RECORD"
says 'Tried as ann@acme.example.com, role admin' 'or as somebody'
is "$(body | grep -c 'badge good">allowed')" 3 'who may list, view and update it'
says 'Fields: title' 'these fields'
attempt 'account=acme&email=ann@acme.example.com&sample=%7B%22status%22%3A%22closed%22%7D'
is "$(body | grep -c 'badge good">allowed')" 1 'or on what does not exist'
sign_up other bob@other.example.com
at_desk
page /admin/rules/posts
attempt "account=other&email=bob@other.example.com&record=$RECORD"
is "$(body | grep -c 'another account')" 4 "another account's record stays closed whatever rules say"
attempt "account=nowhere&email=x@x.example.com&record=$RECORD"
status 422 'no such account'
attempt "account=acme&email=x@x.example.com&record=$RECORD"
says 'Nobody of this account has that address.'
attempt "email=x@x.example.com&record=$RECORD"
says 'Say in which account they are.'
attempt 'record=nothing'
says 'There is no such record.'
attempt 'sample=%5B1%5D'
says 'This is no JSON object.'
attempt ''
says 'Name a record, or give one as JSON.'
attempt 'sample=%7B%22status%22%3A%22%3Cb%3E%22%7D&account=%3Cscript%3E'
says_not '<script>' 'what is typed is shown as text'
form /admin/rules/posts "do=save&version=$VERSION"
status 422 'a form that lacks something opens nothing'
as_superadmin GET /api/v1/collections/posts/rules
json .create_rule null 'what was locked stays locked'
CSRF=forged
form /admin/rules/posts "do=save&$(rules_form public '' 'true')"
status 403 "another site's form is refused"
