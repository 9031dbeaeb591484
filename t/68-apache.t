#!/bin/sh
# 68-apache.t — a shared host: Apache, .htaccess, plain CGI, configuration found from the program's own place.
START=later
. t/lib/larder.sh
. t/lib/desk.sh
plan 30

modules=/usr/lib/apache2/modules
user=$(id -un) group=$(id -gn)
[ "$(id -u)" != 0 ] || user=www-data group=www-data
mkdir -p "$W/web/bin"
cp "$BIN"/admin "$BIN"/auth "$BIN"/install "$BIN"/collections "$BIN"/files "$BIN"/realtime "$BIN"/records "$BIN"/system "$BIN"/larder "$BIN"/worker "$W/web/bin/"
cp -R templates schema "$W/web/"
[ ! -d static ] || cp -R static "$W/web/"
cat >"$W/web/bin/larder.conf" <<EOT
DATA_DIR = $W/data
ARGON2_MEMORY_KIB = 8192
EOT
web() { env -i PATH="$PATH" "$W/web/bin/larder" "$@"; }
web server-config apache >"$W/web/.htaccess"
mkdir "$W/data"; chmod 700 "$W/data"
[ "$(id -u)" != 0 ] || { chown -R "$user:$group" "$W"; }

start_apache() {
    PORT=$((20000 + ($$ * 13 + $1 * 4099) % 30000)) URL=http://127.0.0.1:$PORT
    cat >"$W/apache.conf" <<EOT
ServerRoot "$W"
ServerName localhost
Listen 127.0.0.1:$PORT
PidFile "$W/apache.pid"
ErrorLog "$W/log"
User $user
Group $group
LoadModule mpm_prefork_module $modules/mod_mpm_prefork.so
StartServers 3
LoadModule authz_core_module $modules/mod_authz_core.so
LoadModule rewrite_module $modules/mod_rewrite.so
LoadModule cgi_module $modules/mod_cgi.so
LoadModule env_module $modules/mod_env.so
LoadModule filter_module $modules/mod_filter.so
LoadModule deflate_module $modules/mod_deflate.so
DocumentRoot "$W/web"
<Directory "$W/web">
    AllowOverride All
    Require all granted
    SetOutputFilter DEFLATE
</Directory>
EOT
    setsid apache2 -f "$W/apache.conf" -D FOREGROUND >>"$W/log" 2>&1 & server_pid=$!
    for _ in $(seq 100); do curl -s -o /dev/null "$URL/health" && return; kill -0 "$server_pid" 2>/dev/null || break; sleep 0.1; done
    stop_server; return 1
}
for try in 1 2 3; do start_apache $try && break; done

page /admin/install; status 200 'the first visit'
form /admin/install "do=check&token=$(cat "$W/data/install-token")"
says 'It is passed on' 'Authorization is seen to come through'
says '1 MB comes through' 'and a large body'
says 'Streaming.' 'and how replies in pieces arrive'
form /admin/install "do=install&token=$(cat "$W/data/install-token")&email=$ROOT_EMAIL&password=$ROOT_PASSWORD&repeat=$ROOT_PASSWORD&url=http%3A%2F%2F127.0.0.1:$PORT"
goes /admin/sign-in 'the installation is made'
page /admin/install; status 404 'once'
echo 'ENVIRONMENT = production' >>"$W/web/bin/larder.conf"
nobody
get /ready; json .status ready 'it is ready'
superadmin
isnt "$TOKEN" '' 'a superadmin signs in'
collection '{"name":"notes","fields":[{"name":"text","type":"text"}],"list_rule":"","create_rule":"@request.auth.id != \"\""}'
collection '{"name":"ticks","fields":[{"name":"n","type":"number"}],"list_rule":"","view_rule":"","create_rule":""}'
post /api/v1/records/notes '{"text":"by CGI"}'; status 201 'a record is written: Authorization passes'
note=$(value .id)
request DELETE /api/v1/records/notes/batch "{\"ids\":[\"$note\"]}"; status 200 'a DELETE keeps its body'
get '/api/v1/records/notes?filter=text%20%3D%20%27x%2Fy%27'; json .total 0 'queries arrive as they were'
head -c 3000000 /dev/zero | tr '\0' x >"$W/three"
upload "$W/three" three.txt text/plain; status 201 'a file comes in'
file=$(value .file.path)
get "/api/v1/files/$file"; is "$(cksum <"$W/body")" "$(cksum <"$W/three")" 'and goes out'
get "/api/v1/files/$file" -H 'Range: bytes=2999998-'; is "$STATUS $(body)" '206 xx' 'or a part of it'
{ printf -- '--x\r\nContent-Disposition: form-data; name="file"\r\nContent-Type: text/plain\r\n\r\n'; cat "$W/three"; } >"$W/open"
is "$(curl -s -o "$W/body" -w '%{http_code}' -T "$W/open" -X POST -H 'Transfer-Encoding: chunked' -H "Authorization: Bearer $TOKEN" \
    -H 'Content-Type: multipart/form-data; boundary=x' "$URL/api/v1/files/upload")" 400 'one without an end does not come in'
is "$(curl -s -o "$W/body" -w '%{http_code}' -H "Authorization: Bearer $TOKEN" -F "file=@$W/three;type=text/plain" "$URL/api/v1/files/upload")" 201 'a form of curl does'
curl -s -m 1 --limit-rate 100k -o "$W/body" -H "Authorization: Bearer $TOKEN" -F "file=@$W/three;type=text/plain" "$URL/api/v1/files/upload"
waited=0; while [ -n "$(find "$W/data/files/.incoming" -type f)" ] && [ $waited -lt 100 ]; do waited=$((waited + 1)); sleep 0.1; done
is "$(find "$W/data/files" -type f | wc -l)" 2 'a caller who goes leaves nothing'
get "/api/v1/files/$file?token=$TOKEN" -H 'Authorization: none'; status 200 'a link may carry the token'
read -r heard best _ <<EOT
$(perl t/lib/prompt.pl "$URL" ticks "$TOKEN" 3 2>&1)
EOT
is "$heard" 3 "a stream is told events at once, although replies are compressed ($best ms)"
is "$(curl -s -o "$W/body" -w '%{http_code}' "$URL/api/v1/realtime/ws?token=$TOKEN" -H 'Connection: Upgrade' -H 'Upgrade: websocket' \
    -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==')" 426 'a WebSocket is refused at once'
get '/api/v1/records/ticks/subscribe?token=x'; is "$STATUS $(header_value Location)" '307 /api/v1/realtime/subscribe?collections=ticks&token=x' 'a collection leads to its stream'
TOKEN=''
get /api/v1/records/notes -H 'X-Account-ID: system'; status 200 'so do other headers'
for secret in /bin/larder.conf /schema/0001_core.sql /bin/larder /bin/worker; do
    get "$secret"; ok "$secret is not shown ($STATUS)" [ "$STATUS" = 403 -o "$STATUS" = 404 ]
done
post /api/v1/auth/register '{"account_name":"Acme","account_slug":"acme","email":"ann@acme.example.com","password":"Correct-Horse-1"}'
status 201 'somebody signs up'
tried() { [ "$(sqlite3 -cmd '.timeout 10000' "$W/data/larder.db" "SELECT status FROM jobs WHERE handler = 'send_email'")" = retrying ]; }
waited=0; while ! tried && [ $waited -lt 300 ]; do waited=$((waited + 1)); sleep 0.1; done
ok 'whose mail is tried at once, although no worker runs' tried
get /api/v1/nothing/here/at/all; status 404 'an unknown path is not found'
has "$(header_value Content-Type)" application/json 'in the words of the API'
