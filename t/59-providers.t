#!/bin/sh
# 59-providers.t — Amazon SES and Resend get what they want; settings are tried out, in the contract's words.
LARDER_TEST_SETTINGS=LARDER_JOB_WORKER_ENABLED=0        # none but ours
. t/lib/larder.sh
. t/lib/smtp.sh
plan 67

H=$W/http; mkdir -p "$H"
perl t/lib/httpd.pl "$H" >>"$W/log" 2>&1 &
http_pid=$!
trap 'code=$?; kill $http_pid 2>/dev/null; wait $http_pid 2>/dev/null; (exit $code); clean_up' EXIT
await test -s "$H/port" || exit 1
AT=http://127.0.0.1:$(cat "$H/port")
answer() { printf '%s' "$1" >"$H/answer.new"; mv "$H/answer.new" "$H/answer"; }
# asked: the newest request. header_of NAME: of it. form NAME: a field of its body. body_of: all of that.
asked() { cat "$H/$(find "$H" -name '[0-9]*' | sed 's|.*/||' | sort -n | tail -n 1)" | tr -d '\r'; }
header_of() { asked | sed '/^$/q' | sed -n "s/^$1: *//Ip"; }
body_of() { asked | sed '1,/^$/d'; }
form() { body_of | tr '&' '\n' | sed -n "s/^$1=//p" | perl -pe 's/%(..)/chr hex $1/ge'; }
like() { if printf '%s\n' "$1" | grep -q -e "$2"; then tap 0 "$3"; else tap 1 "$3" "no '$2' in: $1"; fi; }

# provider NAME JSON: is the one that sends the system's mail from now on.
provider() {
    as_superadmin POST /api/v1/admin/configuration \
        "{\"category\":\"email_providers\",\"provider_name\":\"$1\",\"display_name\":\"$1\",\"config\":$2}"
    [ "$STATUS" = 200 ] || { diag "no provider: $STATUS $(body)"; exit 1; }
    as_superadmin POST "/api/v1/admin/configuration/$(value .id)/set-default"
}
n=0
queue_mail() {
    n=$((n + 1))
    JOB=$(printf '01890000-0000-7000-8000-%012d' $n)
    payload=$(jq -nc --arg to "$1" '{ account_id: "00000000-0000-0000-0000-000000000000", to_email: $to, template_name: "invitation",
        locale: "en", template_vars: { account_name: "Käse & Co", invitation_url: "https://x.example.com/?a=b" }, sealed_vars: {} }')
    sql "INSERT INTO jobs (id, queue, handler, payload, status, priority, attempt_number, max_retries,
        retry_delay_seconds, created_at) VALUES ('$JOB', 'default', 'send_email', '$payload', 'pending', 0, 0, 5, 30, $n)"
}
job() { sql "SELECT $1 FROM jobs WHERE id = '$JOB'"; }
last_log() { sql "SELECT provider || ' ' || status FROM email_logs ORDER BY sent_at DESC, id DESC LIMIT 1"; }

# --- Resend ---
provider resend "{\"api_key\":\" re_Hush_1 \",\"from_email\":\"larder@example.com\",\"from_name\":\"Lärder\",\"reply_to\":\"desk@example.com\",\"endpoint_url\":\"$AT/\"}"
answer '200
{"id":"1"}'
queue_mail ann@acme.example.com
work
is "$(job status)" completed 'Resend takes a mail'
is "$(asked | head -n 1)" 'POST /emails HTTP/1.1' 'where its API is'
is "$(header_of Authorization)" 'Bearer re_Hush_1' 'with the key, trimmed'
is "$(header_of User-Agent)" Larder 'by our name'
is "$(body_of | jq -r .from)" '=?UTF-8?B?TMOkcmRlcg==?= <larder@example.com>' 'from whom'
is "$(body_of | jq -c '[.to, .reply_to, .subject]')" \
    '[["ann@acme.example.com"],"desk@example.com","You'"'"'ve been invited to join Käse & Co on SnackBase"]' 'to whom, about what'
has "$(body_of | jq -r .text)" 'Käse & Co' 'the text'
has "$(body_of | jq -r .html)" 'Käse &amp; Co' 'the HTML'
is "$(last_log)" 'resend sent' 'the log of mails knows by whom'
for case in '401|{"message":"key re_Hush_1"}|Invalid API key' '429|{}|Rate limit exceeded' '422|{"message":"The `to` field\nis wrong"}|The `to` field is wrong' \
    '500|oops|The server answered 500' 'moved||The server answered 302' '200|LONG 70000|The reply is too large'; do
    rest=${case#*|}
    answer "${case%%|*}
${rest%%|*}"
    queue_mail ann@acme.example.com
    work
    is "$(job "status || ': ' || error_message")" "retrying: ${rest#*|}" "an answer of ${case%%|*} is a failure"
done
is "$(last_log)" 'resend failed' 'the log has it'
like "$(asked | head -n 1)" '^POST /emails' 'nobody followed a redirection'
hasnt "$(sql 'SELECT error_message FROM jobs'; sql 'SELECT error_message FROM email_logs'; cat "$W/log")" re_Hush 'the key is nowhere to be read'

# --- Amazon SES ---
SES="{\"region\":\"eu-west-1\",\"access_key_id\":\"AKIDEXAMPLE\",\"secret_access_key\":\"Hush-Hush-1\",\"from_email\":\"larder@example.com\",\"reply_to\":\"desk@example.com\",\"endpoint_url\":\"$AT\"}"
provider aws_ses "$SES"
answer '200
<SendEmailResponse><SendEmailResult><MessageId>1</MessageId></SendEmailResult></SendEmailResponse>'
queue_mail bob@acme.example.com
work
is "$(job status)" completed 'SES takes a mail'
is "$(asked | head -n 1)" 'POST / HTTP/1.1' 'at its query API'
like "$(header_of Authorization)" '^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/[0-9]*/eu-west-1/ses/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=[0-9a-f]*$' 'signed'
like "$(header_of X-Amz-Date)" '^[0-9]\{8\}T[0-9]\{6\}Z$' 'at a time'
is "$(header_of Content-Type)" 'application/x-www-form-urlencoded; charset=utf-8' 'as a form'
is "$(form Action) $(form Version)" 'SendEmail 2010-12-01' 'asks it to send'
is "$(form Source)" '"SnackBase" <larder@example.com>' 'from whom'
is "$(form Destination.ToAddresses.member.1) $(form ReplyToAddresses.member.1)" 'bob@acme.example.com desk@example.com' 'to whom'
is "$(form Message.Subject.Data) $(form Message.Subject.Charset)" "You've been invited to join Käse & Co on SnackBase UTF-8" 'about what'
has "$(form Message.Body.Text.Data)" 'Käse & Co' 'the text'
has "$(form Message.Body.Html.Data)" 'Käse &amp; Co' 'the HTML'
is "$(last_log)" 'aws_ses sent' 'the log of mails knows by whom'
answer '400
<ErrorResponse><Error><Type>Sender</Type><Code>MessageRejected</Code><Message>Email address is not verified.</Message></Error></ErrorResponse>'
queue_mail bob@acme.example.com
work
is "$(job "status || ': ' || error_message")" 'retrying: Email address is not verified.' 'what it says is the reason'
answer 503
queue_mail bob@acme.example.com
work
is "$(job error_message)" 'The server answered 503' 'it may say nothing'
hasnt "$(sql 'SELECT error_message FROM jobs'; cat "$W/log")" Hush-Hush 'the key is nowhere to be read'

# --- trials ---
superadmin
try() { post /api/v1/admin/configuration/test-connection "{\"category\":\"$1\",\"provider_name\":\"$2\",\"config\":$3}"; }
tried() { is "$STATUS $(value .success) $(value .message)" "200 $1 $2" "$3"; }
smtp_start
SERVER="\"host\":\"127.0.0.1\",\"port\":$SMTP_PORT,\"use_tls\":false"
try email_providers smtp "{$SERVER}"
tried true 'SMTP connection successful' 'a mail server'
is "$(smtp_count)" 0 'which gets no mail'
try email_providers smtp "{$SERVER,\"username\":\"larder\",\"password\":\"Hush-1\"}"
tried true 'SMTP connection successful' 'with credentials'
is "$(tail -n 1 "$SMTP/auth")" 'larder Hush-1' 'which it gets'
smtp_mode 535
try email_providers smtp "{$SERVER,\"username\":\"larder\",\"password\":\"Hush-1\"}"
tried false 'SMTP connection failed: Login denied' 'when it does not know them'
smtp_mode ok
try email_providers smtp "{\"host\":\"127.0.0.1\",\"port\":$SMTP_PORT}"
tried false 'SMTP connection failed: STARTTLS not supported.' 'TLS is wanted unless somebody says no'
try email_providers smtp "{\"host\":\"127.0.0.1\",\"port\":1,\"use_tls\":false}"
is "$(value .success)" false 'where nobody listens'
like "$(value .message)" '^SMTP connection failed: Failed to connect to 127.0.0.1 port 1' 'it says so'
try email_providers smtp '{"port":25}'
tried false 'SMTP test failed: host is required' 'without a host'
try email_providers smtp '{"host":"127.0.0.1/x:y@z","port":25}'
tried false 'SMTP connection failed: The host is no name of a server' 'with one that is none'
smtp_mode hang
try email_providers smtp "{$SERVER}"
tried false 'Connection test timed out after 10 seconds. Check your network or SMTP server settings.' 'a server that does not speak'
smtp_mode ok
answer '200
<GetSendQuotaResponse><GetSendQuotaResult><SentLast24Hours>3.0</SentLast24Hours><Max24HourSend>200.0</Max24HourSend><MaxSendRate>1.0</MaxSendRate></GetSendQuotaResult></GetSendQuotaResponse>'
try email_providers aws_ses "$SES"
tried true 'AWS SES connection successful. Quota: 3.0/200.0 emails sent in last 24h, max send rate: 1.0 emails/second' 'SES'
answer '403
<ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>The token is invalid.</Message></Error></ErrorResponse>'
try email_providers aws_ses "$SES"
tried false 'AWS SES connection failed (InvalidClientTokenId): The token is invalid.' 'SES with a wrong key'
try email_providers aws_ses '{"region":"evil.example.com/","access_key_id":"a","secret_access_key":"b"}'
tried false 'AWS SES test failed: region is no name of a region' 'a region cannot lead elsewhere'
try email_providers aws_ses '{"region":"eu-west-1"}'
tried false 'AWS SES test failed: access_key_id is required' 'SES without keys'
answer '200
{"data":[]}'
try email_providers resend "{\"api_key\":\"re_1\",\"endpoint_url\":\"$AT\"}"
tried true 'Resend connection successful. API key is valid and ready to send emails.' 'Resend'
is "$(asked | head -n 1)" 'GET /domains HTTP/1.1' 'is asked for its domains'
answer 401
try email_providers resend "{\"api_key\":\"re_1\",\"endpoint_url\":\"$AT\"}"
tried false 'Resend connection failed: Invalid API key' 'Resend with a wrong key'
try email_providers resend '{}'
tried false 'Resend test failed: api_key is required' 'Resend without one'
answer hang
try email_providers resend "{\"api_key\":\"re_1\",\"endpoint_url\":\"$AT\"}"
tried false 'Connection test timed out after 10 seconds. Check your network or API key.' 'Resend that does not answer'
answer '200
{}'
CLIENT='"client_id":"a","client_secret":"b","redirect_uri":"https://x.example.com"'
for case in google:Google microsoft:Microsoft; do
    try auth_providers "${case%:*}" "{$CLIENT,\"endpoint_url\":\"$AT\"}"
    tried true "${case#*:} connection successful. Discovery endpoint reached." "${case#*:}"
done
try auth_providers github "{$CLIENT,\"endpoint_url\":\"$AT\"}"
tried true 'GitHub connection successful. API reached.' 'GitHub'
try auth_providers apple "{$CLIENT,\"endpoint_url\":\"$AT\"}"
tried false 'Missing required configuration field: team_id' 'Apple wants more'
try auth_providers apple "{$CLIENT,\"team_id\":\"t\",\"key_id\":\"k\",\"endpoint_url\":\"$AT\"}"
tried true 'Apple connection successful. Discovery endpoint reached.' 'and gets it'
answer 404
try auth_providers google "{$CLIENT,\"endpoint_url\":\"$AT\"}"
tried false 'Failed to fetch Google discovery document: 404' 'a document that is not there'
try auth_providers github "{$CLIENT,\"endpoint_url\":\"$AT\"}"
tried false 'Failed to reach GitHub API: 404' 'an API that is not there'
try auth_providers google "{$CLIENT,\"endpoint_url\":\"http://127.0.0.1:1\"}"
like "$(value .message)" '^Connectivity error to Google: Failed to connect' 'nobody there'
S3="\"region\":\"us-east-1\",\"access_key_id\":\"AKIDEXAMPLE\",\"secret_access_key\":\"Hush-2\",\"endpoint_url\":\"$AT\""
answer 200
try storage_providers s3 "{\"bucket\":\"files/x\",$S3}"
tried true "S3 connection successful. Bucket 'files/x' is accessible in region 'us-east-1'." 'a bucket'
is "$(asked | head -n 1)" 'HEAD /files%2Fx HTTP/1.1' 'whose name leads nowhere else'
answer 403
try storage_providers s3 "{\"bucket\":\"files\",$S3}"
tried false 'S3 connection failed (403): Forbidden' 'one that is not ours'
try storage_providers s3 "{$S3}"
tried false 'S3 storage test failed: bucket is required' 'none at all'
try saml_providers okta '{"idp_entity_id":"a"}'
tried false 'Invalid SAML configuration: idp_sso_url is required' 'SAML with half of it'
hasnt "$(cat "$W/log")" Hush- 'no secret is in the log'
