#!/bin/sh
# 01-headers.t — every file says what it is in its first line, and every header compiles alone.
cd "$(dirname "$0")/.." || exit 1
. t/lib/tap.sh
plan 5

files=$(find libcore cgi-bin schema t templates static -type f ! -path '*/node_modules/*' ! -path 't/fuzz/*/*' \
    \( -name '*.[ch]' -o -name '*.def' -o -name '*.sh' -o -name '*.t' -o -name '*.sql' -o -name '*.lua' \
       -o -name '*.mjs' -o -name '*.css' -o -name '*.js' -o -name '*.conf' \) 2>/dev/null)
bad=$(for f in $files; do
    n=$(basename "$f")
    head -n 2 "$f" | grep -qE "^(/\* | \* |# |-- |// )$(printf %s "$n" | sed 's/\./\\./g') — .{10,}" || echo "$f"
done)
none "$bad" 'the first line names the file and says what it does'

bad=$(${CC:-gcc} -std=c11 -Wall -Wextra -Wpedantic -Wno-unused-function -D_XOPEN_SOURCE=700 -Ilibcore \
    -I/usr/include/postgresql -fsyntax-only -x c libcore/*/*.h 2>&1 |
    grep -E 'error|warning' | grep -v 'pragma once')
none "$bad" 'each header compiles alone'

bad=$(for c in libcore/*/*.c; do
    h=${c#libcore/}; h=${h%.c}.h
    [ -f "libcore/$h" ] || continue
    first=$(sed -n 's/^#include ["<]\(.*\)[">].*/\1/p' "$c" | head -n 1)
    [ "$first" = "$h" ] || echo "$c includes $first first"
done)
none "$bad" 'each .c includes its own header first'

bad=$(for h in libcore/*/*.h; do
    guard=$(echo "${h#libcore/}" | tr 'a-z/.' 'A-Z__')
    grep -q "^#ifndef $guard\$" "$h" || echo "$h: guard is not $guard"
done)
none "$bad" 'guards are named after room and file'
none "$(find t .ci -maxdepth 1 \( -name '*.t' -o -name run \) ! -perm -u+x; find t/lib t/load -name '*.sh' -perm -u+x ! -exec head -n 1 {} \; |
    grep -v '^#!')" 'every test can be run by its name'
done_testing
