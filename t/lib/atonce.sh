# atonce.sh — the same request many times at the same moment, over a web server (larder.sh comes first).

# at_once N METHOD PATH [JSON]: that request N times in parallel, # in PATH and JSON being the number
# of the request; leaves the replies in $W/each.* and prints how often which status came.
at_once() {
    printf '%s\n%s\n' "$URL$3" "$4" | awk -v n="$1" -v method="$2" -v token="$TOKEN" -v w="$W" '
        { gsub(/\\/, "\\\\"); gsub(/"/, "\\\""); text[NR] = $0 }
        END {
            for (i = 1; i <= n; i++) {
                url = text[1]; json = text[2]; gsub(/#/, i, url); gsub(/#/, i, json)
                printf "%surl = \"%s\"\noutput = \"%s/each.%d\"\nrequest = %s\n", (i > 1 ? "next\n" : ""), url, w, i, method
                printf "header = \"Authorization: Bearer %s\"\nwrite-out = \"%%{http_code}\\n\"\n", token
                if (json != "") printf "header = \"Content-Type: application/json\"\ndata-binary = \"%s\"\n", json
            }
        }' >"$W/config"
    curl -s -m 100 -Z --no-progress-meter --parallel-immediate --parallel-max 16 -K "$W/config" | sort | uniq -c | awk '{ printf "%s%s x%s", s, $2, $1; s = " " }'
}
