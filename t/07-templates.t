#!/bin/sh
# 07-templates.t — templates are well formed and keep to the strict content security policy.
cd "$(dirname "$0")/.." || exit 1
. t/lib/tap.sh
plan 7

# Mails are written in another language, and mail clients want their styles inline.
pages=$(find templates -name '*.html' ! -path 'templates/mail/*')
all=$(find templates -type f ! -path 'templates/mail/*' ! -path 'templates/words/*')
mails=$(find templates/mail -name '*.html')

# shellcheck disable=SC2086
bad=$(perl -ne '
    while (/\{\{([#^\/])\s*(\w+)\s*\}\}/g) {
        if ($1 ne "/") { push @open, $2 }
        elsif (!@open || pop(@open) ne $2) { print "$ARGV:$.: {{/$2}} closes nothing\n" }
    }
    if (eof) { print "$ARGV: {{#$_}} stays open\n" for @open; @open = (); close ARGV }' $all)
none "$bad" 'every section is closed where it should be'

# shellcheck disable=SC2086
bad=$(grep -noE '\{\{[^}]*\}\}' $all | grep -vE '\{\{([#^/]? ?[a-z_0-9]+ ?|&[a-z_]+|[a-z_]+\|(url|json)|>[a-z/_.-]+|=.*|!.*)\}\}$')
none "$bad" 'only the words that the templates know'

bad=$(for t in $(printf '%s' "$all" | xargs grep -ohE '\{\{>[^}]*\}\}' | sed 's/{{>\(.*\)}}/\1/' | sort -u); do
    [ -f "templates/$t" ] || echo "no part $t"; done)
none "$bad" 'every part that is named is there'

none "$(for p in $pages; do
    perl -0777 -ne 'while (/<script\b([^>]*)>(.*?)<\/script>/gs) { print "$ARGV: inline script\n" if $1 !~ /src=/ || $2 =~ /\S/ }
        while (/<[a-z][^>]*\s(on[a-z]+|style)\s*=/g) { print "$ARGV: attribute $1\n" }
        print "$ARGV: style element\n" if /<style\b/; print "$ARGV: javascript: address\n" if /javascript:/' "$p"; done)" \
    'no script, style or handler in a page'

none "$(for p in $pages; do
    perl -0777 -ne 's/<!--.*?-->//gs; while (/<[a-z][a-z0-9]*\b((?:"[^"]*"|[^">])*)>/g) { my $a = $1;
        $a =~ s/"[^"]*"/""/gs; print "$ARGV: unquoted value in <...$a>\n" if $a =~ /=\s*[^\s"]/ }' "$p"; done)" \
    'attributes are quoted'

none "$(for m in $mails; do for part in subject text; do [ -s "${m%.html}.$part" ] || echo "${m%.html} has no $part"; done; done
    [ -n "$mails" ] || echo 'no mails')" 'a mail has a subject, HTML and a text'
# shellcheck disable=SC2086
none "$(grep -niE '<(script|style|link|img|iframe|form|input|object|svg|audio|video)|\bsrc=|url\(|javascript:|\son[a-z]+=' $mails)" \
    'mails load nothing and run nothing'
done_testing
