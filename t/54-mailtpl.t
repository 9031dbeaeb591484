#!/bin/sh
# 54-mailtpl.t — mail templates: listed, changed, filled in and tried out; the log of mails; for superadmins alone.
. t/lib/larder.sh
. t/lib/smtp.sh

NIL=00000000-0000-0000-0000-000000000000 T=/api/v1/admin/email/templates L=/api/v1/admin/email/logs
sql() {
    if [ "$DB" = postgres ]; then psql -qtA -v ON_ERROR_STOP=1 "$POSTGRES_URL" -c "$1"
    else sqlite3 "$W/data/larder.db" "$1"; fi
}
# own ACCOUNT TYPE LOCALE SUBJECT ID: a template of an account; SQLite and PostgreSQL differ in their truths.
own() {
    yes=1 no=0; [ "$DB" != postgres ] || yes=true no=false
    sql "INSERT INTO email_templates (id, account_id, template_type, locale, subject, html_body, text_body, enabled, is_builtin,
         created_at, updated_at) VALUES ('$5', '$1', '$2', '$3', '$4', '<p>$4</p>', '$4', $yes, $no, 0, 0)" >/dev/null
}

sign_up acme owner@acme.example.com; acme=$TOKEN acme_id=$ACCOUNT
sign_up other owner@other.example.com; other_id=$ACCOUNT
own "$acme_id" invitation en 'Acme: {{ token }}' aaaaaaaa-0000-4000-8000-000000000001
own "$acme_id" greeting de 'Hallo {{ name }}' aaaaaaaa-0000-4000-8000-000000000002

# --- who may
for call in "GET $T" "GET $T/x" "PUT $T/x" "POST $T/render" "POST $T/x/test" "GET $L" "GET $L/x"; do
    TOKEN=$acme; request ${call%% *} "${call#* }"; status 403 "an account's admin may not $call"
    anonymous; request ${call%% *} "${call#* }"; status 401 'nor may anonymous callers'
done
superadmin

# --- templates
get "$T"; status 200 'a superadmin may'
json '[.[] | [.account_id == "'$NIL'", .template_type, .locale]]' \
    '[[true,"email_verification","en"],[true,"invitation","en"],[true,"password_reset","en"],[false,"greeting","de"],[false,"invitation","en"]]' \
    'three came along; all by account, type and locale'
json '[.[0] | keys_unsorted[]] | join(" ")' \
    'id account_id template_type locale subject html_body text_body enabled is_builtin created_at updated_at' 'with these members'
json '[.[0] | .enabled, .is_builtin, (.created_at | endswith("Z"))]' '[true,true,true]' 'enabled and built in'
reset=$(value '.[2].id') invitation=$(value '.[1].id')
get "$T?account_id=$acme_id"; json length 2 'those of an account'
get "$T?template_type=invitation"; json length 2 'of a type'
get "$T?locale=de&enabled=true"; json '[.[].template_type]' '["greeting"]' 'of a locale'
get "$T?enabled=false"; json length 0 'and the disabled ones'
get "$T?enabled=maybe"; status 422 'maybe is neither'; json '.detail[0].type' bool_parsing 'and told so'
get "$T?account_id=x%27"; json length 0 'an account that is none has none'
get "$T/$reset"; status 200 'one template'; json .subject 'Reset your {{ app_name }} password' 'with its known subject'
get "$T/$acme_id"; status 404 'an id that nobody has'; json .detail "Email template not found: $acme_id" 'is told with its name'
get "$T/nonsense"; status 404 'and so is nonsense'

put "$T/$reset" '{"subject":"New {{ token }}","html_body":null}'; status 200 'a subject is changed'
json '[.subject, (.html_body | contains("reset_url")), .is_builtin, .enabled, .updated_at > .created_at]' \
    '["New {{ token }}",true,true,true,true]' 'and nothing else'
updated=$(value .updated_at)
put "$T/$reset" '{"subject":"New {{ token }}","nonsense":1}'; json .updated_at "$updated" 'the same again is no change'
put "$T/$reset" '{"enabled":"no"}'; json '[.enabled,.subject]' '[false,"New {{ token }}"]' 'it is disabled'
put "$T/$reset" '{"enabled":true}'; json .enabled true 'and enabled'
put "$T/$reset" '{}'; status 200 'nothing is changed'
put "$T/$reset" '{"subject":7,"html_body":[],"enabled":"maybe"}'; status 422 'what does not fit is refused'
json '[.detail[].loc[1]]' '["subject","html_body","enabled"]' 'all of it'
put "$T/$reset" "{\"subject\":\"$(printf '%256s' | tr ' ' x)\"}"; json '.detail[0].type' string_too_long 'a subject has 255 characters'
put "$T/nonsense" '{"subject":"x"}'; status 404 'where nothing is nothing is changed'
is "$(sql "SELECT count(*) FROM audit_log WHERE table_name = 'email_templates' AND column_name = 'subject' AND operation = 'UPDATE'
    AND new_value = 'New {{ token }}' AND user_email = '$ROOT_EMAIL'")" 1 'the change is in the trail'
larder init-db --force >/dev/null 2>&1; get "$T/$reset"; json .subject 'New {{ token }}' 'an upgrade does not undo it'
get "$T"; json length 5 'nor put anything in twice'
sql "DELETE FROM email_templates WHERE id = '$invitation'" >/dev/null
larder migrate upgrade >/dev/null 2>&1; get "$T?template_type=invitation&account_id=$NIL"; json length 1 'what is missing comes back'

# --- filling in
post "$T/render" '{"template_type":"password_reset","variables":{"token":"T0<","email":"a@b.co","reset_url":"https://a.co/?token=T0&x"}}'
status 200 'a template is filled in'
json .subject 'New T0<' 'the subject as it is'
json '[(.html_body | contains("href=\"https://a.co/?token=T0&amp;x\"")), (.html_body | contains("T0&lt;")), (.text_body | contains("T0&x\n"))]' \
    '[true,true,true]' 'HTML escaped, the text not'
json '[(.html_body,.text_body) | contains("SnackBase")]' '[false,false]' 'without the variables of the system'
post "$T/render" '{"template_type":"password_reset","variables":{"n":7,"t":true,"r":1.5,"m":"<i>&\"'"'"'"},
    "subject":"{{ n }} {{ t }}\n {{ r }}{{ unknown }}","html_body":"{{ m }}{{ m|safe }}","text_body":"{% for x in [n, t] %}{{ x }};{% endfor %}"}'
json '[.subject,.html_body,.text_body]' '["7 true  1.5","&lt;i&gt;&amp;&#34;&#39;<i>&\"'"'"'","7;true;"]' 'other texts are tried; numbers and truths are text'
for bad in null '[1]' '{"a":1}'; do
    post "$T/render" '{"template_type":"password_reset","variables":{"ok":"x","bad.one":'"$bad"'}}'
    json '[.detail[] | .type, .loc, .input]' "[\"string_type\",[\"body\",\"variables\",\"bad.one\"],$(echo "$bad" | jq -c .)]" "$bad is none"
done
post "$T/render" '{"template_type":"password_reset","variables":{},"html_body":"a\n{{ nobody.name }}"}'
status 422 'an error of the template is one of the request'
json .detail "Template rendering failed: html_body, line 2: 'nobody' is undefined" 'that says where and why'
post "$T/render" '{"template_type":"password_reset","variables":{},"text_body":"{% if %}"}'
json .detail "Template rendering failed: text_body, line 1: unexpected '%}', expected an expression" 'a syntax error too'
post "$T/render" '{"template_type":"password_reset","variables":{},"text_body":"{% for a in \"'"$(printf '%3000s' | tr ' ' x)"'\" %}{% for b in \"'"$(printf '%3000s' | tr ' ' x)"'\" %}.{% endfor %}{% endfor %}"}'
status 422 'one that would not end is stopped'
post "$T/render" '{"template_type":"nope","variables":{}}'; status 404 'there is no such template'
json .detail 'Email template not found: nope (locale: en)' 'and its locale is told'
post "$T/render" '{"template_type":"greeting","variables":{},"locale":"it"}'; status 404 'nor one of the system in that locale'
json .detail 'Email template not found: greeting (locale: it)' 'that it was asked for'
post "$T/render" '{"locale":"de"}'; json '[.detail[] | .type, .loc[1]]' '["missing","template_type","missing","variables"]' 'what is needed'
post "$T/render" '{"template_type":"greeting","variables":[]}'; json '.detail[0].type' dict_type 'variables have names'
post "$T/render" '{"template_type":"greeting","variables":{"name":"Bo"},"locale":"de","account_id":"'"$acme_id"'"}'
json .subject 'Hallo Bo' "an account's own template"
post "$T/render" '{"template_type":"greeting","variables":{"name":"Bo"},"locale":"de","account_id":"'"$other_id"'"}'
status 404 'is not for another account'
post "$T/render" '{"template_type":"greeting","variables":{"name":"Bo"},"locale":"de"}'; status 404 'nor for the system'
post "$T/render" '{"template_type":"invitation","variables":{"account_name":"R","app_name":"S","token":"x"},"account_id":"'"$other_id"'"}'
json .subject "You've been invited to join R on S" 'which has its own instead'
post "$T/render" '{"template_type":"invitation","variables":{"token":"x"},"locale":"de-AT","account_id":"'"$acme_id"'"}'
json .subject 'Acme: x' 'a locale without a template gets that of en'

# --- trying out
# Mails to others may be on their way too: those that verify the addresses of the accounts above.
test_mail() { post "$T/${2:-$reset}/test" "$1"; }
mails_to() { grep -lx "$1" "$SMTP"/*.to 2>/dev/null | wc -l; }
test_mail '{"recipient_email":"ann@acme.example.com"}'; status 500 'without a provider no mail goes out'
has "$(value .detail)" 'Failed to send test email: No enabled email provider configured.' 'and the reason is told'
mail_setup
test_mail '{"recipient_email":"ann@acme.example.com"}'; status 500 'the same again soon gets the same answer'
is "$(mails_to ann@acme.example.com)" 0 'and nothing was sent'
test_mail '{"recipient_email":"Ann <ann@ACME.example.com>","variables":{"token":"S3CRET","reset_url":"https://a.co/r?token=S3CRET","n":5}}'
status 200 'a test mail is sent'
body_is '{"status":"success","message":"Test email sent to ann@acme.example.com","template_type":"password_reset","locale":"en"}' 'and said so'
is "$(mails_to ann@acme.example.com)" 1 'to whom it was meant for'
MAIL=$(grep -lx ann@acme.example.com "$SMTP"/*.to); MAIL=${MAIL%.to}
is "$(cat "$MAIL.subject")" 'New S3CRET' 'with its values'
has "$(cat "$MAIL.text")" 'https://a.co/r?token=S3CRET' 'the link in its text'
has "$(cat "$MAIL.html")" 'https://a.co/r?token=S3CRET' 'and in its HTML'
test_mail '{"recipient_email":"ann@acme.example.com","variables":{"n":5,"token":"S3CRET","reset_url":"https://a.co/r?token=S3CRET"}}'
status 200 'the same again'; is "$(mails_to ann@acme.example.com)" 1 'sends nothing'
test_mail '{"recipient_email":"ann@acme.example.com","variables":{"token":"S3CRET","n":5}}'
status 200 'another'; is "$(mails_to ann@acme.example.com)" 2 'is sent'
post "$T/$reset/test" '{"recipient_email":"key@acme.example.com"}' -H 'Idempotency-Key: one'
status 200 'an Idempotency-Key keeps no transaction open meanwhile'; is "$(mails_to key@acme.example.com)" 1 'it is sent'
smtp_mode 550
test_mail '{"recipient_email":"bo@acme.example.com"}'; status 500 'a refused mail is told'
has "$(value .detail)" 'Failed to send test email: ' 'with a reason'; reason=$(value .detail)
smtp_mode ok
test_mail '{"recipient_email":"bo@acme.example.com"}'; status 500 'and not tried again soon'; json .detail "$reason" 'for the same reason'
is "$(sql "SELECT count(*) FROM email_logs WHERE recipient_email = 'bo@acme.example.com'")" 1 'it was tried once'
work; is "$(mails_to bo@acme.example.com)" 0 'nor is it by the worker, later'
test_mail '{"recipient_email":"ann@acme.example.com","provider":"nope"}'; status 500 'a provider that is none'
json .detail "Failed to send test email: Provider 'nope' is not configured or enabled." 'is told'
test_mail '{"recipient_email":"nobody"}'; status 422 'a bad address is refused'; json '.detail[0].type' value_error 'as such'
test_mail '{"variables":{}}'; json '.detail[0] | [.type,.loc[1]]' '["missing","recipient_email"]' 'and so is none'
test_mail '{"recipient_email":"ann@acme.example.com","variables":{"x":null}}'; json '.detail[0].type' string_type 'or a value that is none'
test_mail '{"recipient_email":"ann@acme.example.com"}' nonsense; status 404 'there is no such template'
json .detail 'Email template not found: nonsense' 'and it is named'
if [ -n "$FRONT" ]; then
    . t/lib/atonce.sh
    said=$(at_once 6 POST "$T/$reset/test" '{"recipient_email":"many@acme.example.com"}')
    none "$(echo "$said" | tr ' ' '\n' | grep -vE '^(200|503|x[0-9]+)$')" "six at once are told that it was sent, or is being sent"
    has "$said" 200 'at least one that it was'
    is "$(mails_to many@acme.example.com)" 1 'and one is sent'
fi
put "$T/$reset" '{"text_body":"{{ nobody.x }}"}'
test_mail '{"recipient_email":"cy@acme.example.com"}'; status 500 'a template that fails is told'
has "$(value .detail)" "text_body, line 1: 'nobody' is undefined" 'with its place'

# --- the log
get "$L"; status 200 'the log of mails'
json '[.page,.page_size,.total == (.logs | length)]' '[1,25,true]' 'a page of it'
json '[.logs[0] | keys_unsorted[]] | join(" ")' \
    'id account_id template_type recipient_email provider status error_message variables sent_at' 'with these members'
json '[.logs[].sent_at] | . == (sort | reverse)' true 'the newest first'
tests="$L?template_type=password_reset"
get "$tests"; total=$(value .total)
json '.logs[0] | [.status,.recipient_email]' '["failed","cy@acme.example.com"]' 'what failed'
get "$tests&status_filter=sent"; json '[.total >= 3, (.logs | map(.status) | unique)]' '[true,["sent"]]' 'what was sent'
json '.logs[-1] | [.provider,.error_message,.account_id,.template_type]' "[\"smtp\",null,\"$NIL\",\"password_reset\"]" 'by whom'
json '.logs[-1].variables | [.token,.reset_url,.n,length]' '["***","https://a.co/r?***","5",3]' 'with its values, without secrets'
hasnt "$(body)" S3CRET 'which are nowhere in it'
one=$(value '.logs[-1].id') at=$(value '.logs[-1].sent_at')
get "$L/$one"; status 200 'one of them'; json .recipient_email ann@acme.example.com 'is that one'
get "$L/$NIL"; status 404 'an id that nobody has'; json .detail "Email log not found: $NIL" 'is named'
get "$tests&status_filter=failed"; none "$(value '.logs[] | select(.error_message == null) | .id')" 'failures say why'
json '[.logs[].provider] | unique | join(" ")' 'nope smtp unknown' 'and by whom, if that is known'
get "$L?template_type=invitation"; json .total 0 'of a type'
get "$tests&account_id=$acme_id"; json .total 0 'of an account'
get "$tests&start_date=$at&end_date=$at"; json '[.logs[].id]' "[\"$one\"]" 'both ends of a range belong to it'
today=$(echo "$at" | cut -c1-10)
get "$tests&start_date=$today&end_date=$today"; json .total "$total" 'the end of a day is its last moment'
get "$tests&end_date=2020-01-01"; json .total 0 'before'; get "$tests&start_date=2200-01-01T00:00:00Z"; json .total 0 'and after there is nothing'
get "$L?start_date=yesterday"; status 422 'what is no date'; body_is '{"detail":"Invalid start_date format: yesterday"}' 'is refused'
get "$L?end_date=2026-02-30"; json .detail 'Invalid end_date format: 2026-02-30' 'nor a day that never was'
get "$tests&end_date=&status_filter=&account_id="; json .total "$total" 'what is empty asks for nothing'
get "$tests&page=2&page_size=2"; json '[.page,.page_size,(.logs | length),.total]' "[2,2,2,$total]" 'the second page'
get "$L?page=99"; json '.logs' '[]' 'a page past the end'
get "$L?page_size=500"; json .page_size 100 'a page has a hundred at most'
get "$L?page=0&page_size=x"; json '[.detail[] | .type]' '["greater_than_equal","int_parsing"]' 'and a number'
