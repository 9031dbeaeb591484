#!/bin/sh
# 58-overrides.t — an operator's templates and words in the data directory win over ours; a broken one is told in the log.
LARDER_TEST_SETTINGS="LARDER_LOG_LEVEL=WARNING"
. t/lib/larder.sh
plan 34

OWN=$W/data/templates
own() { mkdir -p "$(dirname "$OWN/$1")"; cat >"$OWN/$1"; }
# Each look is a new process, or a new worker: templates are read once.
look() { if [ -n "$FRONT" ]; then stop_server; start_server; fi; get /verify-email?token=junk "$@"; }
says() { body_has "$1" "${2:-it says: $1}"; }
says_not() { hasnt "$(body)" "$1" "$2"; }
logged() { if grep -qF -e "$1" "$W/log"; then tap 0 "$2"; else tap 1 "$2" "$(tail -n 3 "$W/log")"; fi; }

TOKEN=
look
status 400 'a page'
says 'This link does not work any more' 'as we ship it'
says '<html lang="en">' 'in English'

own auth/notice.html <<'EOT'
{{>parts/head.html}}
<p id="house">Our house: {{text}}</p>
{{>parts/foot.html}}
EOT
look
status 400 'an operator has another'
says '<p id="house">Our house: A link' 'theirs is shown, with the same values'
says 'class="mark"' 'the rest is ours'

own parts/head.html <<'EOT'
<!doctype html><html lang="{{lang}}"><head><title>{{title}}</title></head><body class="own"><main>
EOT
look
says 'class="own"' 'a part is replaced wherever it is used'
says 'Our house' 'in a page of theirs'
rm "$OWN/auth/notice.html"
look
says 'class="own"' 'and in one of ours'
says_not 'Our house' 'which is back'
get '/reset-password?token=junk'
says 'class="own"' 'on every page'
rm "$OWN/parts/head.html"

# A broken page is one clear failure; the reason is for the log.
: >"$W/log"
echo '{{>parts/head.html}}{{#text}}<p>no end' | own auth/notice.html
look
status 500 'a section left open'
says 'An unexpected error occurred' 'is told as any failure of ours'
says_not 'section' 'without the reason'
header Content-Type 'text/html; charset=utf-8' 'on a page'
logged 'auth/notice.html: a section is never ended' 'the log has it'
echo '{{what}}' | own auth/notice.html
look
status 500 'a value that is not there'
logged 'auth/notice.html: {{what}} has no value' 'is named in the log'
rm "$OWN/auth/notice.html"; mkdir "$OWN/auth/notice.html"
look
status 500 'a folder is no template'
logged 'auth/notice.html cannot be read' 'says the log'
rmdir "$OWN/auth/notice.html"
head -c 1100000 /dev/zero | tr '\0' x | own auth/notice.html
look
status 500 'nor is a megabyte'
logged 'auth/notice.html cannot be read or is too big' 'says the log'
rm "$OWN/auth/notice.html"
echo '{{/broken}}' | own parts/head.html
look
status 500 'where even the page of failures is broken'
header Content-Type 'text/plain; charset=utf-8' 'the words stand alone'
says 'An unexpected error occurred' 'the same'
rm "$OWN/parts/head.html"

# What is asked for never becomes a name.
echo secret >"$W/data/secret.html"
for path in '/..%2Fsecret.html' '/docs/../../secret.html' '/verify-email?token=../../secret.html' \
    '/verify-email/..%2f..%2fsecret.html'; do
    get "$path"
    says_not secret "no way out by $path"
done

# Words.
printf 'This language = Our English\nThis link does not work any more = This one is used up\n' | own words/en.txt
look
says 'This one is used up' 'English may be worded differently'
printf 'This link does not work any more = Ce lien ne sert plus\n' | own words/fr.txt
look -H 'Accept-Language: fr-CA, en;q=0.5'
says 'Ce lien ne sert plus' 'and a language be added'
says '<html lang="fr">' 'which the page names'
look -H 'Accept-Language: de-AT, fr;q=0.5'
says 'Dieser Link funktioniert nicht mehr' 'beside ours'
says '<html lang="de">' 'which are there still'
