#!/bin/sh
# 48-desk-providers.t — pages of providers: settings by a form, secrets never shown, on, off, tried out, gone.
. t/lib/larder.sh
. t/lib/desk.sh

sign_up acme ann@acme.example.com; acme_id=$ACCOUNT
superadmin; root=$TOKEN
C=/api/v1/admin/configuration
ask() { TOKEN=$root; "$@"; TOKEN=; }
P=/admin/providers

# ---- who may see them ---------------------------------------------------------------------------
nobody
page $P; goes '/admin/sign-in?next=%2Fadmin%2Fproviders' 'who is not signed in is asked to'
at_desk acme ann@acme.example.com
for path in "$P" "$P/new?category=email_providers&provider=smtp"; do page "$path"; status 403 "an account's admin has no page $path"; done
form "$P/new?category=email_providers&provider=smtp" 'display_name=x'; status 403 'nor may one configure'

# ---- new ----------------------------------------------------------------------------------------
at_desk
page $P; status 200 'those of the system'
says 'Email and Password' 'with what is built in'
N="$P/new?category=email_providers&provider=smtp"
says 'category=email_providers&amp;provider=smtp' 'and what may be added'
page "$N"; status 200 'a form from its table'
says 'name="config.port" type="number" value="587"' 'with the defaults'
says 'name="config.password" type="password"' 'and a field for the secret'
form "$N" 'display_name=Mail&enabled=on&config.host=&config.port=x&config.password=Hidden-1'; status 422 'what must be is missing'
says 'href="#f-config.host"' 'which is said at its field'; says 'href="#f-config.port"' 'a port is a number'
says_not Hidden-1 'the secret does not come back'
page "$N"; form "$N" 'display_name=%3Cb%3EMail&enabled=on&config.host=127.0.0.1&config.port=9&config.username=ann&config.password=Hidden-1&config.from_email=a%40acme.example.com&config.use_tls=on'
is "$STATUS" 303 'configured'; one=$NEXT; id=${one##*/}
ask get "$C/$id/values"; json .host 127.0.0.1 'as it was typed'; json .port 9 'a number'; json .use_tls true 'on'; json .use_ssl false 'off'
json .password '••••••••' 'the secret is kept'
page "$one"; status 200 'its page'; says '&lt;b&gt;Mail' 'its name is text'; says 'It is set. Empty: it stays as it is.' 'it is said that there is a secret'
says_not Hidden-1 'and not which'; says_not '••••' 'nor its mask'
page "$N"; form "$N" 'display_name=Mail&config.host=h&config.port=9&config.username=u&config.password=x&config.from_email=a%40b.co'; status 409 'one is enough'

# ---- changed ------------------------------------------------------------------------------------
set='config.host=localhost&config.port=9&config.username=ann&config.from_email=a%40acme.example.com'
version() { hidden version; }
page "$one"; v=$(version)
form "$one" "version=$v&$set&config.password="; goes "$one" 'the rest is changed'
ask get "$C/$id/values"; json .host localhost 'it is'; json .use_tls false 'and what is not ticked is off'
is "$(sql "SELECT COUNT(*) FROM configurations WHERE id = '$id' AND config LIKE '%lx1:%'")" 1 'the secret is still there, sealed'
form "$one" "version=$v&$set&config.username=bob"; status 409 'an edit of what was before'
says 'It has become:' 'sees what it has become'
ask get "$C/$id/values"; json .username ann 'nothing is changed'
ask patch "$C/$id/values" '{"host":"localhost","port":9,"username":"ann","password":"••••••••","from_email":"a@b.co","extra":{"kept":1},"extra_secret":"Hidden-2"}'
page "$one"; says_not Hidden-2 'what nobody knows is no page'
form "$one" "version=$(version)&$set"; goes "$one" 'and stays'
ask get "$C/$id/values"; json .extra.kept 1 'as it was'; json .extra_secret '••••••••' 'secrets as well'

# ---- on, off, default, tried out ----------------------------------------------------------------
page "$one"; form "$one/state" do=default; goes "$one" 'the default'
ask get "$C/system?category=email_providers"; json '.[]|select(.provider_name=="smtp").is_default' true 'it is'
page "$one"; form "$one/state" do=disable; goes "$one" 'off'
ask get "$C/system?category=email_providers"; json '.[]|select(.provider_name=="smtp")|[.enabled,.is_default]|join(",")' false,false 'and no longer the default'
page "$one"; form "$one/state" do=default; status 422 'what is off is no default'; says 'notice bad' 'which is said'
form "$one/state" do=explode; status 422 'a button that is none'
page "$one"; form "$one/test" ''; status 200 'tried out'; says 'notice bad' 'nobody answers there'
says_not Hidden-1 'and nothing is given away'

# ---- of an account ------------------------------------------------------------------------------
page "$P?account=nowhere"; status 404 'an account that is none'
page "$P?account=acme"; status 200 'those of an account'; says 'the system&#39;s hold for it' 'it has none'
says_not 'provider=s3' 'storage is the system alone'
A="$N&account=$acme_id"
page "$A"; form "$A" 'display_name=Theirs&enabled=on&config.host=h&config.port=9&config.username=u&config.password=x&config.from_email=a%40b.co'
is "$STATUS" 303 'one of its own'; theirs=$NEXT
ask get "$C/account?account_id=$acme_id"; json '.[0].display_name' Theirs 'is there'
page "$theirs/delete"; says 'hold for the account' 'what deleting it means'
form "$theirs/delete" ''; goes "$P?account=$acme_id" 'back to the system'
page "$theirs"; status 404 'it is gone'

# ---- deleted ------------------------------------------------------------------------------------
page $P; builtin=$(grep -o 'href="/admin/providers/[0-9a-f-]*">Email and Password' "$W/body" | cut -d'"' -f2)
page "$builtin"; says 'Built in' 'what is built in'; says_not "$builtin/delete" 'has no way to be deleted'; says 'There is nothing to set.' 'and no settings'
page "$builtin/delete"; says 'it can be disabled, not deleted' 'which is said'
form "$builtin/delete" ''; status 400 'nor does it go when asked for'
page "$one/delete"; status 200 'the other'; form "$one/delete" ''; goes $P 'goes'
page "$one"; status 404 'once'
page $P; form "$one" "$set"; status 404 'and cannot change'
page "$P/new?category=email_providers&provider=pigeon"; status 404 'a provider that is none'
done_testing
