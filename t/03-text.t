#!/bin/sh
# 03-text.t — text and markup stay apart: no tag in C, JSON through jv.c, SQL through SQL().
cd "$(dirname "$0")/.." || exit 1
. t/lib/tap.sh
plan 9

c() { grep -rnE "$1" libcore cgi-bin --include='*.[ch]'; }
code() { c "$1" | grep -vE '^[^:]+:[0-9]+: *(/\*|\*|//)'; }

bad=$(code '"[^"]*</?(html|head|body|div|span|p|a|b|i|em|table|tr|t[dh]|ul|ol|li|form|input|script|style|link|meta|h[1-6]|br|hr|img|button|select|option|pre|code|title)[ />]')
none "$bad" 'no HTML tag in a C string'

bad=$(c '\\bjson_(object|tokener|type)|json-c' | grep -v '^libcore/base/jv\.[ch]:')
none "$bad" 'json-c is known to base/jv.c alone'

bad=$(code '\(struct sql\)|struct sql [a-z_]+ *= *\{' | grep -v '^libcore/db/')
none "$bad" 'nobody forges a struct sql'

bad=$(code '\bSQL(_OF)?\(' | grep '^cgi-bin')
none "$bad" 'no SQL in the programs'

bad=$(c 'fcgi_stdio')
none "$bad" 'fcgi_stdio.h is not used'

bad=$(find libcore cgi-bin -name '*.c' -exec awk '
    FNR == 1 { inside = 0 } /^\{/ { inside = 1 } /^\}/ { inside = 0 }
    inside && /^#[ ]*(if|else|elif)/ { print FILENAME ":" FNR ": " $0 }' {} +)
none "$bad" 'no #ifdef inside a function'

bad=$(grep -rnIE '\b(TODO|FIXME|XXX|not implemented|stub)\b' libcore cgi-bin templates static schema t Makefile README.md .ci \
    --exclude-dir=node_modules 2>/dev/null | grep -vE '^t/(03-text\.t|sdk/)')
none "$bad" 'nothing is left to be done'

bad=$(grep -rnP '\t| +$' libcore cgi-bin schema t --include='*.[ch]' --include='*.t' --include='*.sh' --include='*.sql' --include='*.def' \
    --exclude-dir=node_modules | head -n 40)
none "$bad" 'no tabs, no trailing blanks'

bad=$(grep -rnE '\bmemcmp\(' libcore cgi-bin --include='*.c' | grep -iE 'hash|token|secret|password|mac|signature')
none "$bad" 'secrets are not compared with memcmp'
done_testing
