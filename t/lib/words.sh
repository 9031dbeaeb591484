#!/bin/sh
# words.sh — puts the lines of the catalogues in order; run it before you commit to one.
cd "$(dirname "$0")/../.." || exit 1
for f in templates/words/*.txt; do
    { grep '^#' "$f"; grep -v '^#' "$f" | grep . | LC_ALL=C sort -u; } >"$f.new" && mv "$f.new" "$f"
done
