#!/bin/sh
# 07-words.t — whatever is said to people stands in every catalogue, and nothing else does.
cd "$(dirname "$0")/.." || exit 1
. t/lib/tap.sh

plan $((1 + 5 * $(find templates/words -name '*.txt' | wc -l)))
none "$(perl t/lib/words.pl bare)" 'whatever a page says can be translated'
for file in templates/words/*.txt; do
    language=$(basename "$file" .txt)
    missing=$(perl t/lib/words.pl missing "$language")
    none "$missing" "$language: every text is translated (perl t/lib/words.pl missing prints the lines to add)"
    none "$(perl t/lib/words.pl unused "$language")" "$language: no line that nobody says"
    none "$(perl t/lib/words.pl places "$language")" "$language: names and places are those of the English text"
    none "$(perl t/lib/words.pl twice "$language")" "$language: no text is translated in two ways"
    ok "$language: it names itself" grep -q '^This language = .' "$file"
done
done_testing
