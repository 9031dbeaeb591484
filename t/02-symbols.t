#!/bin/sh
# 02-symbols.t — what the objects say: names tell their file, no banned call, one malloc, no hidden state.
cd "$(dirname "$0")/.." || exit 1
. t/lib/tap.sh
B=${LARDER_BUILD:-build}
plan 9

objects=$(find "$B/libcore" "$B/cgi-bin" -name '*.o' | while read -r o; do
    s=${o#"$B"/}; [ -f "${s%.o}.c" ] && echo "$o"; done)
# file, type, symbol of everything defined (uppercase: external) or wanted (U)
# shellcheck disable=SC2086
table=$(nm -A -P $objects | sed "s|^$B/||" | awk '{ sub(/:$/, "", $1); print $1, $3, $2 }')
wanted() { printf '%s\n' "$table" | awk -v re="^($1)\$" '$2 == "U" && $3 ~ re { print $1, "calls", $3 }'; }

bad=$(printf '%s\n' "$table" | awk '
    $2 !~ /^[TDRBCVW]$/ || $3 == "main" { next }
    { stem = $1; sub(/.*\//, "", stem); sub(/\.o$/, "", stem) }
    $1 ~ /base\/fail\.o$/ && ($3 == "fail" || $3 == "broken") { next }
    $3 != stem && index($3, stem "_") != 1 { print $1, "defines", $3 }')
none "$bad" 'external symbols begin with the stem of their file'

bad=$(find libcore -name '*.c' | sed 's|.*/||' | sort | uniq -d
    { find libcore -name '*.c' | sed 's|.*/||' | sort -u; find cgi-bin -mindepth 2 -name '*.c' | sed 's|.*/||' | sort -u; } |
        sort | uniq -d)
none "$bad" 'stems are unique in the house'

bad=$(printf '%s\n' "$table" | awk '
    NR == FNR { if (!/^#/) { sub(/:/, ""); ok[$1, $1] = 1; for (i = 2; i <= NF; i++) ok[$1, $i] = 1 } next }
    { split($1, part, "/"); room = part[2]; n++; file[n] = $1; type[n] = $2; name[n] = $3; at[n] = room }
    $2 ~ /^[TDRBC]$/ && $1 ~ /^libcore/ { home[$3] = room }
    END { for (i = 1; i <= n; i++)
        if (type[i] == "U" && (name[i] in home)) {
            if (file[i] ~ /^cgi-bin/) { if (home[name[i]] == "db") print file[i], "reaches", name[i], "of db" }
            else if (!((at[i], home[name[i]]) in ok)) print file[i], "reaches", name[i], "of", home[name[i]] } }
    ' libcore/ROOMS -)
none "$bad" 'no object reaches past the arrows of libcore/ROOMS'

tests=$(find "$B/t" -name '*.o' 2>/dev/null)
# shellcheck disable=SC2086
bad=$({ printf '%s\n' "$table"; [ -z "$tests" ] || nm -A -P $tests | awk '{ sub(/:$/, "", $1); print $1, $3, $2 }'; } | awk '
    $2 == "U" { used[$3] = 1 }
    $2 ~ /^[TDRBC]$/ && $1 ~ /^libcore/ { home[$3] = $1 }
    END { for (s in home) if (!(s in used)) print home[s], "exports", s, "that no other file uses" }' | sort)
none "$bad" 'what no other file uses is static'

bad=$(wanted '(__)?(strcpy|strcat|sprintf|vsprintf|strncpy|strtok|gets|atoi|system|popen|rand|gmtime|localtime)(_chk)?'
    grep -rnP '(?<!\w)(strcpy|strcat|sprintf|strncpy|strtok|gets|atoi|system|popen|rand|gmtime|localtime)\s*\(' \
        libcore cgi-bin --include='*.[ch]')
none "$bad" 'no banned call'

bad=$(wanted 'malloc|calloc|realloc|reallocarray|free|strdup|strndup|aligned_alloc|posix_memalign|asprintf|getline' |
    grep -v '^libcore/base/arena\.o ')
none "$bad" 'only base/arena.c calls malloc and free'

bad=$(wanted 'sqlite3_.*' | grep -v '^libcore/db/sqlite[a-z]*\.o '
    wanted 'curl_.*' | grep -v '^libcore/net/[a-z0-9]*\.o '
    wanted 'HPDF_.*' | grep -v '^cgi-bin/auditpdf/paper\.o '
    wanted 'gd[A-Z].*' | grep -v '^cgi-bin/thumb/paint\.o '
    wanted 'PQ.*' | grep -v '^libcore/db/postgres[a-z]*\.o '
    wanted 'json_.*' | grep -v '^libcore/base/jv\.o '
    wanted 'FCGX_.*|OS_.*' | grep -vE '^libcore/http/gate[a-z]*\.o '
    wanted '(sodium|crypto)_.*' | grep -vE '^libcore/(crypto/[a-z]*|base/random|db/migrate)\.o ')
none "$bad" 'a library is known to the file that wraps it alone'

bad=$(for o in $objects; do size -A "$o" | awk -v o="${o#"$B"/}" '
    $1 ~ /^\.(data|bss|tdata|tbss|data\.rel|data\.rel\.local)(\..*)?$/ && $1 !~ /\.data\.rel\.ro/ && $2 > 0 {
        print o, $1, $2, "bytes" }'; done | grep -vE '^libcore/(http/serve|base/log|base/random|base/fault)\.o')
[ -z "$SAN" ] || bad=
none "$bad" 'no writable data outside http/serve.c and base/log.c'

bad=$(wanted 'getenv|secure_getenv' | grep -vE '^libcore/(base/settings|base/fault|app/boot|http/[a-z]*)\.o ' | grep '^libcore'
    wanted 'time|gettimeofday|clock_gettime' | grep -vE '^libcore/(base/(when|log)|http/[a-z]*|db/[a-z]*|app/boot)\.o ' | grep '^libcore')
none "$bad" 'domain code reads neither the clock nor the environment'
done_testing
