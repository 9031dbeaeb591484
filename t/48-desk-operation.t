#!/bin/sh
# 48-desk-operation.t — the pages for who runs the place: health, settings, jobs, the request log.
START=later
. t/lib/larder.sh
. t/lib/desk.sh
rows() {
    if [ "$DB" = postgres ]; then psql -qXAt -v ON_ERROR_STOP=1 "$POSTGRES_URL" -c "$1"
    else sqlite3 "$W/data/larder.db" "$1"; fi
}
log=$W/requests.log
start LARDER_JOB_WORKER_ENABLED=0 LARDER_WORKER_SLICE=0 LARDER_LOG_LEVEL=INFO LARDER_LOG_FILE="$log" LARDER_METRICS_TOKEN=hush-hush
sign_up acme ann@acme.co; acme=$ACCOUNT ann=$USER_ID
sign_up other eve@other.co; other=$ACCOUNT

# ---- who may -------------------------------------------------------------------------------------
at_desk acme ann@acme.co
for p in /admin/health /admin/settings /admin/jobs /admin/jobs/x; do
    page $p; status 403 "$p is not for the admin of an account"
done
form /admin/jobs/x/retry ''; status 403 'nor is trying a job anew'
form /admin/jobs/x/cancel ''; status 403 'nor calling one off'
nobody
for p in /admin/health /admin/settings /admin/jobs /admin/requests; do
    page $p; status 303 "$p asks who nobody is"
done

# ---- health --------------------------------------------------------------------------------------
at_desk
page /admin/health
status 200 'superadmins see how it is'
says '<h2>Database</h2>'; says '<dt>Schema</dt>'
says 'does not run' 'that nobody works'
says '<span class="badge warning">Warning</span>' 'which is a warning'
says '<code>/metrics</code>' 'and where programs may ask'
[ "$DB" = postgres ] || says 'kept out of reach by our own lock' 'what is known of a version'
page /admin/health -H 'Accept-Language: de'
says '<h2>Datenbank</h2>' 'in German'

# ---- settings ------------------------------------------------------------------------------------
page /admin/settings
status 200 'settings'
says 'rel="next"' 'a page of them'
says 'product name that the API reports' 'with what they are for'
page /admin/settings -H 'Accept-Language: de'
says 'Name des Produkts, wie ihn die API nennt' 'in German'
page '/admin/settings?search=worker_slice'
says '<td data-label="Setting">WORKER_SLICE</td>' 'one by its name'
says 'LARDER_WORKER_SLICE; built in is: 1' 'where it comes from'
page '/admin/settings?search=token'
says '<td data-label="Setting">METRICS_TOKEN</td>'
says '<code>set</code>' 'a secret is set'
says_not 'hush-hush' 'and not told'
page '/admin/settings?which=set&search=log_f'
says 'LOG_FILE'; says_not 'LOG_FORMAT' 'only what somebody set'
page '/admin/settings?search=%3Cb%3E'
says 'No setting is like that.'; says_not '<b>' 'nothing is markup'

# ---- jobs ----------------------------------------------------------------------------------------
page /admin/jobs
status 200 'jobs'
rows 'DELETE FROM jobs' >/dev/null
page /admin/jobs
says 'No job is like that.' 'none'
# id KIND STATUS
job() {
    rows "INSERT INTO jobs (id, queue, handler, payload, status, priority, attempt_number, max_retries,
        retry_delay_seconds, created_at, error_message, account_id)
        VALUES ('$1', 'default', '$2', '{\"token\":\"hush-hush\"}', '$3', 0, 3, 3, 60, 1700000000000000, '$4', '$acme')" >/dev/null
}
job 00000000-0000-7000-8000-000000000001 send_email dead 'no <b>mail</b> server'
job 00000000-0000-7000-8000-000000000002 send_email pending ''
job 00000000-0000-7000-8000-000000000003 sweep_files running ''
page /admin/jobs
says '<span class="badge bad">given up</span>'; says '3 / 3' 'with its tries'
says 'no &lt;b&gt;mail&lt;/b&gt; server' 'why it failed is text'
says_not 'hush-hush' 'what it carries is not told'
page '/admin/jobs?status=running'
says 'sweep_files</a>'; says_not 'send_email</a>' 'by state'
page '/admin/jobs?handler=send_email&status=completed'
says 'No job is like that.' 'by kind and state'
page /admin/jobs/00000000-0000-7000-8000-000000000001
status 200 'one of them'
says 'action="/admin/jobs/00000000-0000-7000-8000-000000000001/retry"' 'can be tried anew'
says_not '/cancel"' 'not called off'
says_not 'hush-hush' 'nor is told here what it carries'
form /admin/jobs/00000000-0000-7000-8000-000000000001/retry ''
goes /admin/jobs/00000000-0000-7000-8000-000000000001 'tried anew'
page "$NEXT"
says 'The job is tried anew.'; says '/cancel"' 'now it could be called off'
is "$(rows "SELECT status || attempt_number FROM jobs WHERE id = '00000000-0000-7000-8000-000000000001'")" pending0 'it waits again'
form /admin/jobs/00000000-0000-7000-8000-000000000001/retry ''
status 409 'not twice'
form /admin/jobs/00000000-0000-7000-8000-000000000002/cancel ''
goes /admin/jobs/00000000-0000-7000-8000-000000000002 'called off'
page "$NEXT"
says "Called off by $ROOT_EMAIL" 'by whom'
form /admin/jobs/00000000-0000-7000-8000-000000000003/cancel ''
status 409 'one at work is not'
page /admin/jobs/nix; status 404 'one that is none'
CSRF=forged
form /admin/jobs/00000000-0000-7000-8000-000000000001/cancel ''; status 403 'nor by a forged form'
is "$(rows "SELECT status FROM jobs WHERE id = '00000000-0000-7000-8000-000000000001'")" pending 'which changes nothing'
as_superadmin GET "/api/v1/audit-logs?table_name=jobs"
json '[.items[] | select(.column_name == "status") | .new_value] | sort | join(" ")' 'dead pending' 'the trail tells both'

# ---- requests ------------------------------------------------------------------------------------
# line SECONDS METHOD PATH STATUS MS ACCOUNT USER
line() {
    printf '{"time":"2026-01-01T00:00:%02dZ","level":"info","program":"records","pid":1,"event":"request","correlation_id":"c%s","method":"%s","path":"%s","status":%s,"us":%s000,"bytes":1,"account":"%s","user":"%s","request_id":"hk_1"}\n' \
        "$1" "$1" "$2" "$3" "$4" "$5" "$6" "$7"
}
fresh() {
    { line 1 GET /api/v1/old 200 5 "$acme" "$ann"
      line 2 POST '/api/v1/<b>x</b>' 422 50 "$acme" "$ann"
      line 3 DELETE /api/v1/theirs 500 900 "$other" eve; } >"$log"
}
fresh
page /admin/requests
status 200 'superadmins see requests'
says '/api/v1/theirs' 'of every account'
says '/api/v1/&lt;b&gt;x&lt;/b&gt;' 'whose paths are text'
says '<span class="badge bad">500</span>' 'what broke stands out'
says "href=\"/admin/accounts/$acme\"" 'and whose it was'
fresh; page '/admin/requests?status=4'
says 'badge warning'; says_not 'badge bad' 'by kind of status'
fresh; page '/admin/requests?method=GET&path=/api/v1/o'
says '/api/v1/old'; says_not 'badge warning' 'by method and path'
fresh; page '/admin/requests?slower=100'
says '900.0'; says_not '/api/v1/old' 'slow ones'
fresh; page '/admin/requests?since=2026-01-01T00:00:02&until=2026-01-01T00:00:03'
says '&lt;b&gt;x'; says_not 'badge bad' 'by time'
fresh; page '/admin/requests?slower=soon&since=never&path=%22%3E%3Cb%3E'
status 422 'what cannot be read is refused'
says 'This is no number of milliseconds.'; says 'This is no point in time.' 'each beside its field'
says 'value="soon"' 'and kept'; says_not '"><b>' 'as text'
page '/admin/requests?cursor=1-x'; status 422 'a place that is none'
page '/admin/requests?cursor=1-1'; status 200 'one that is gone'
says 'That part of the log is no longer there.' 'is told'
i=0; while [ $i -lt 60 ]; do line $((i % 60)) GET "/api/v1/n$i" 200 1 "$acme" "$ann"; i=$((i + 1)); done >"$log"
page /admin/requests
says '/api/v1/n59<'; says_not '/api/v1/n9<' 'a page of them'
older=$(grep -o 'href="/admin/requests?cursor=[^"]*"' "$W/body" | head -n 1 | cut -d'"' -f2)
page "$older"
says '/api/v1/n9<' 'and the next one'

fresh
at_desk acme ann@acme.co
fresh; page /admin/requests
status 200 'the admin of an account sees requests'
says '/api/v1/old' 'of the account'
says_not theirs 'and no others'
says_not 'name="account"' 'nor may one ask for another account'
fresh; page "/admin/requests?account=$other"
says_not theirs 'who asks all the same learns nothing'
rm "$log"
page /admin/requests -H 'Accept-Language: de'
says 'Anfragenprotokoll' 'in German'
done_testing
