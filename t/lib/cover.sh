#!/bin/sh
# cover.sh — cover.sh DIR GOAL: lines of libcore that the tests ran, by file; fails below GOAL per cent.
cd "$1" || exit 1
find . -path './libcore/*' -name '*.gcda' | while read -r data; do
    gcov -n -o "$(dirname "$data")" "$data" 2>/dev/null
done | awk -v goal="$2" "
    /^File '.*libcore.*\\.c'/ { file = \$2; gsub(/'/, \"\", file); sub(/.*libcore\\//, \"\", file); next }
    /^File/ { file = \"\" }
    /^Lines executed/ && file != \"\" {
        split(\$0, part, /[:% ]+/); printf \"%6.1f %% of %4d  %s\\n\", part[3], part[5], file
        hit += part[3] * part[5] / 100; lines += part[5]; file = \"\" }
    END { printf \"%6.1f %% of %d lines of libcore\\n\", 100 * hit / lines, lines; exit 100 * hit / lines < goal }"
