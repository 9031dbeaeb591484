#!/bin/sh
# 00-rooms.t — includes follow the arrows in libcore/ROOMS, and no arrow comes back.
cd "$(dirname "$0")/.." || exit 1
. t/lib/tap.sh
plan 5

bad=$(awk '!/^#/ { sub(/:/, ""); for (i = 2; i <= NF; i++) print $i, $1 }' libcore/ROOMS | tsort 2>&1 >/dev/null)
none "$bad" 'the house has no circular corridor'

bad=$(grep -ro '^#include "[a-z]*/' libcore | sed 's|^libcore/\([a-z]*\)/.*"\([a-z]*\)/$|\1 \2|' | sort -u |
    awk 'NR == FNR { if (/^#/) next; sub(/:/, ""); ok[$1, $1] = 1; for (i = 2; i <= NF; i++) ok[$1, $i] = 1; next }
         !(($1, $2) in ok) { print $1, "may not include", $2 }' libcore/ROOMS -)
none "$bad" 'every include follows libcore/ROOMS'

bad=$(grep -rn '^#include "' libcore cgi-bin --include='*.[ch]' | grep -v '"[a-z]*/[a-z0-9]*\.\(h\|def\)"' |
    grep -v '^cgi-bin/.*"[a-z]*\.h"\|^cgi-bin/[a-z]*\.c:.*"[a-z]*/[a-z]*\.h"')
none "$bad" 'includes name their room'

bad=$(grep -rnE '^#include "(db|crypto)/' cgi-bin)
none "$bad" 'programs reach the database only through the rooms'

bad=$(for d in libcore/*/; do r=$(basename "$d"); grep -q "^$r:" libcore/ROOMS || echo "$r is not on the map"; done
    sed -n 's/^\([a-z]*\):.*/\1/p' libcore/ROOMS | while read -r r; do [ -d "libcore/$r" ] || echo "no room $r"; done
    git ls-files 2>/dev/null | cut -d/ -f1 | sort -u |
        grep -vxE 'cgi-bin|libcore|templates|static|schema|t|Makefile|README\.md|\..*' | sed 's/$/ is not of the top level/')
none "$bad" 'the map and the rooms agree, and the top level holds nothing else'
done_testing
