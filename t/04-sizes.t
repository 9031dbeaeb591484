#!/bin/sh
# 04-sizes.t — files, functions and lines stay small enough to be read.
cd "$(dirname "$0")/.." || exit 1
. t/lib/tap.sh
plan 6

sources=$(find libcore cgi-bin t -name '*.[ch]' ! -path '*/node_modules/*')
bad=$(find libcore cgi-bin t schema templates static -type f ! -path '*/node_modules/*' ! -path 't/fuzz/*/*' \
        ! -name '*.json' ! -path 'templates/words/*' -exec wc -l {} + | awk '$2 != "total" && $1 > 700 { print $2, "has", $1, "lines" }')
none "$bad" 'no file over 700 lines'

# A function begins with { and ends with } in the first column.
# shellcheck disable=SC2086
functions=$(awk 'FNR == 1 { start = 0 }
    /^\{/ { start = FNR; name = last } { if (!start && /^[a-z].*\(/) last = $0 }
    /^\}/ { if (start) print FILENAME, FNR - start + 1, name; start = 0 }' $sources)
bad=$(printf '%s\n' "$functions" | awk '$1 ~ /^(libcore|cgi-bin)/ && $2 > 61')
none "$bad" 'no function of 60 lines or more'
bad=$(printf '%s\n' "$functions" | awk '$1 ~ /^cgi-bin\/.*\// && $2 > 32 && /struct reply/')
none "$bad" 'no handler of 30 lines or more'

# shellcheck disable=SC2086
bad=$(awk '/^                    *[a-z}].*\{$/ && /^ +(\} )?(if|else|for|while|do|switch)/ { print FILENAME ":" FNR ": " $0 }' \
    $(printf '%s\n' $sources | grep -E '^(libcore|cgi-bin)'))
none "$bad" 'nesting at most three deep'

# shellcheck disable=SC2086
bad=$(perl -CSD -ne 'chomp; my $most = $ARGV =~ m{^t/} ? 112 : 100;
    printf "%s:%d: %d columns\n", $ARGV, $., length if length > $most; close ARGV if eof' \
    $(printf '%s\n' $sources | grep -vE 'settings\.def'))
none "$bad" 'no line over 100 columns (112 in tests, which quote a lot)'

bad=$(awk 'END { if (NR >= 300) print NR " lines" }' Makefile)
none "$bad" 'the Makefile stays under 300 lines'
done_testing
