#!/bin/sh
# 46-desk-mails.t — pages: mail templates, tried out and saved; the log of mails.
. t/lib/larder.sh
. t/lib/links.sh
. t/lib/desk.sh
plan 54
mail_setup
id_of() { sql "SELECT id FROM email_templates WHERE template_type = '$1'"; }
encoded() { printf %s "$1" | jq -sRr @uri; }
texts() { echo "subject=$(encoded "$1")&text_body=$(encoded "$2")&html_body=$(encoded "$3")&enabled=on&version=$(hidden version)"; }
invitation=$(id_of invitation)

sign_up acme ann@acme.co
at_desk acme ann@acme.co
for path in /admin/mail/templates "/admin/mail/templates/$invitation" "/admin/mail/templates/$invitation/preview" "/admin/mail/templates/$invitation/reset" /admin/mail/log; do
    page "$path"; status 403 "an admin of an account does not see $path"
done
page /admin/groups
form "/admin/mail/templates/$invitation" subject=x; status 403 'nor changes a text'
form "/admin/mail/templates/$invitation/test" recipient_email=eve@x.co; status 403 'nor sends one'
nobody; page /admin/mail/templates; goes '/admin/sign-in?next=%2Fadmin%2Fmail%2Ftemplates' 'nobody signs in first'

at_desk
page /admin/mail/templates; status 200 'a superadmin sees the templates'
for type in invitation password_reset email_verification; do says "$type"; done
says '/api/v1/admin/email/templates' 'and the call behind the page'
page "/admin/mail/templates/$invitation"; status 200 'one of them'
says 'name="version"' 'guarded against others'
says 'sandbox' 'its preview stands in a sandbox'

page "/admin/mail/templates/$invitation/preview"; status 200 'the preview'
header X-Frame-Options SAMEORIGIN 'can be framed by us'
has "$(header_value Content-Security-Policy)" 'sandbox' 'and runs nothing'
says 'ann@example.com' 'with sample values'
page "/admin/mail/templates/$invitation"
form "/admin/mail/templates/$invitation/preview" "$(texts S T '<p>typed {{ email }}</p><script>1</script>')"
status 200 'what is typed can be seen before it is saved'; says 'typed ann@example.com'
form "/admin/mail/templates/$invitation/preview" "$(texts S T '<b>{{ <i>x</i> }}')"
status 200 'with a fault'; says_not '<i>x' 'the fault is told, escaped'
page "/admin/mail/templates/$invitation"; says_not typed 'and nothing was saved'

form "/admin/mail/templates/$invitation" "$(texts '' T H)"; status 422 'a mail needs a subject'
says 'Subject: This must be filled in.' 'the summary says so'; says 'T</textarea>' 'what was typed is kept'
form "/admin/mail/templates/$invitation" "$(texts S T '{% if %}')"; status 422 'a template with a fault is not saved'
says 'role="alert"' 'and is told'
is "$(sql "SELECT COUNT(*) FROM email_templates WHERE html_body LIKE '%if %}' AND subject = 'S'")" 0 'nothing of it is there'
page "/admin/mail/templates/$invitation"; stale=$(texts 'Mine' 'M' '<p>mine</p>')
form "/admin/mail/templates/$invitation" "$(texts "Theirs <b>\"&'" 'Text {{ email }}' '<p>their {{ email }}</p>')"
goes "/admin/mail/templates/$invitation" 'a good one is saved'
page "$NEXT"; says 'Saved.' 'and it says so'; says 'Theirs &lt;b&gt;&quot;&amp;&#39;' 'its markup is text here'
page "/admin/mail/templates/$invitation"; says_not 'Saved.' 'once'
form "/admin/mail/templates/$invitation" "$stale"; status 409 'who was slower hears of it'
says 'Theirs' 'and sees what it has become'; says 'Mine' 'beside theirs'
form "/admin/mail/templates/$invitation" "$(texts 'Mine' 'M' '<p>mine</p>')"; goes "/admin/mail/templates/$invitation" 'saved again, theirs counts'

[ -n "$FRONT" ] || settle
form "/admin/mail/templates/$invitation/test" recipient_email=nobody; status 422 'a test needs an address'
form "/admin/mail/templates/$invitation/test" recipient_email=cleo%40acme.co; goes "/admin/mail/templates/$invitation" 'a test is sent'
is "$(cat "$SMTP"/*.to | grep -c cleo@acme.co)" 1 'and arrives'
page /admin/mail/log; status 200 'the log'; says cleo@acme.co 'has it'
page "/admin/mail/log?status=failed"; says_not cleo@acme.co 'not among those that failed'
page "/admin/mail/log?from=2999-01-01"; says 'No mail was sent that is like that.' 'nor of another day'
page "/admin/mail/log?from=yesterday"; says 'This must be a date' 'a day that is none'
page "/admin/mail/log/$(sql "SELECT id FROM email_logs WHERE recipient_email = 'cleo@acme.co'")"
status 200 'one of the log'; says '***' 'its secrets are stars'; says_not 0123456789abcdef 'and only that'
page /admin/mail/log/x; status 404 'one that is not there'

page "/admin/mail/templates/$invitation/reset"; says 'Back to the original text?' 'going back is asked first'
form "/admin/mail/templates/$invitation/reset" ''; goes "/admin/mail/templates/$invitation" 'and done'
page "/admin/mail/templates/$invitation"; says_not Mine 'the text is what it was'
