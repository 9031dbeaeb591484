#!/bin/sh
# 46-install.t — the first visit: what the page checks, who may install, once; and what it leaves behind.
START=later
. t/lib/larder.sh
. t/lib/desk.sh
plan 43
token() { cat "$W/data/install-token"; }
NEW='Very-Long-Secret-1'
install() { form /admin/install "do=install&token=$1&email=$2&password=$3&repeat=${4:-$3}&url=$5"; }
people() { sql "SELECT COUNT(*) FROM users"; }

if [ "$DB" != postgres ]; then
    mkdir -p "$W/data"; chmod 755 "$W/data"
    page /admin/install; status 200 'a directory that others can read is no reason to say nothing'
    says 'Others may read' 'the page says what is wrong'
    says_not 'name="token"' 'and does not offer to install yet'
    rm -rf "$W/data"
    : >"$W/data"
    page /admin/install; status 200 'a data directory that cannot be'
    says 'cannot be written to' 'is a fault the page names'
    rm -f "$W/data"
else
    for n in 1 2 3 4 5; do tap 0 "files alone: $n"; done
fi

page /admin/install
status 200 'the first visit'
header Content-Type 'text/html; charset=utf-8' 'is a page'
says 'Data directory' 'that says what it looked at'
says 'can be written to, by us alone' 'and found'
is "$(stat -c %a "$W/data") $(stat -c %a "$W/data/install-token") $(stat -c %a "$W/data/keys.conf")" '700 600 600' 'directory, token and keys are ours alone'
says_not "$(token)" 'the page does not tell the token'
first=$(token)
page /admin/install; is "$(token)" "$first" 'which stays the same one'
page /admin/install -H 'Accept-Language: de'; says 'Larder einrichten' 'in German for whom it concerns'

form /admin/install "do=install&token=$(token)&email=a@b.co&password=$NEW&repeat=$NEW&url=https%3A%2F%2Fx.example.com" -H 'Sec-Fetch-Site: cross-site'
status 403 'another site cannot send the form'
good=$CSRF CSRF=wrong
install "$(token)" a@b.co "$NEW" "$NEW" https%3A%2F%2Fx.example.com; status 403 'nor without its token'
CSRF=$good
install wrong a@b.co "$NEW" "$NEW" https%3A%2F%2Fx.example.com; status 403 'whoever does not know the file may not'
says 'not the token in the file' 'and hears it'
install "$(token)" a@b.co weak weak https%3A%2F%2Fx.example.com; status 422 'a weak password'
says 'at least 12 characters' 'in the words of the policy'
install "$(token)" nobody "$NEW" "$NEW" https%3A%2F%2Fx.example.com; status 422 'no address'
install "$(token)" a@b.co "$NEW" Other-Secret-123 https%3A%2F%2Fx.example.com; status 422 'two passwords'
for url in x.example.com javascript:alert%281%29 https%3A%2F%2F https%3A%2F%2Fx%2Fpath 'https%3A%2F%2Fx%0ASECRET_KEY%20%3D%20y'; do
    install "$(token)" a@b.co "$NEW" "$NEW" "$url"; status 422 "no public address: $url"
done
is "$(token)" "$first" 'nothing of it used the token'
is "$(sql "SELECT 1" 2>/dev/null)$(people 2>/dev/null)" "$(sql 'SELECT 1' 2>/dev/null)" 'nor made anybody'
form /admin/install "do=check&token=wrong"; status 403 'the web server is not asked for just anybody'
form /admin/install "do=check&token=$(token)" -H 'Host: 127.0.0.1:1'; status 200 'for whoever has the token it is'
says 'could not be asked' 'and that it does not answer is no reason to stop'
post /admin/install/echo '{"x":1}' -H 'Authorization: Bearer x'; json . '{"authorization":true,"bytes":7}' 'what came through'

install "$(token)" ' ann@x.example.com' "$NEW" "$NEW" https%3A%2F%2Fx.example.com
goes /admin/sign-in 'and then it is installed'
is "$(ls "$W/data" | grep -c install-token)" 0 'the token is gone'
has "$(cat "$W/data/keys.conf")" 'EXTERNAL_URL = https://x.example.com' 'the public address is kept'
is "$(people)" 1 'there is one person'
nobody
post /api/v1/auth/login "{\"account\":\"system\",\"email\":\"ann@x.example.com\",\"password\":\"$NEW\"}"
status 200 'who can sign in'; json .user.role admin 'as a superadmin'
page /admin/install; status 404 'the page is over'
form /admin/install "do=install&token=$first&email=eve@x.co&password=$NEW&repeat=$NEW&url=https%3A%2F%2Fx.example.com"
status 403 'for the old token, too'
post /admin/install/echo '{}'; status 404 'and it echoes nothing any more'
is "$(people)" 1 'there still is one person'
larder audit verify >/dev/null; is $? 0 'and the trail is whole'
