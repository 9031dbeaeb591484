# bigrows.sh — for bench.sh: what a large table costs, and what it costs those who have little in it.

ARTICLES=${ARTICLES:-100000} OTHERS=${OTHERS:-900000} SMALL=1000

# seed ACCOUNT FIRST N: articles by the engine's hand, since a million creates would be a benchmark of their own.
seed() {
    sqlite3 -cmd '.timeout 60000' "$LARDER_DATA_DIR/larder.db" "
        WITH RECURSIVE n(i) AS (SELECT $2 UNION ALL SELECT i + 1 FROM n WHERE i < $2 + $3 - 1)
        INSERT INTO col_articles (id, account_id, created_at, created_by, updated_at, updated_by, title, body, kind, points, author)
        SELECT printf('%08x-0000-7000-8000-%012x', i, i), '$1', 1700000000000000 + i, 'bench', 1700000000000000 + i, 'bench',
            'article ' || i, 'word' || (i % 1000) || ' common lorem ipsum dolor sit amet number ' || i, 'kind ' || (i % 20), i % 100,
            (SELECT id FROM col_authors WHERE account_id = '$1' AND name = 'author ' || (i % 30)) FROM n"
}
# timed PATH: leaves $ms, $bytes of one request, the best of three.
timed() {
    ms=$(for _ in 1 2 3; do curl -s -m 600 -o "$W/out" -w '%{time_total}\n' -H "Authorization: Bearer $TOKEN" "$URL$1"; done |
        sort -n | awk 'NR == 1 { printf "%.1f", $1 * 1000 }')
    bytes=$(stat -c %s "$W/out")
}
per_second() { awk -v n="$1" -v ms="$2" 'BEGIN { printf "%.0f", n / ms * 1000 }'; }
# own PROGRAM: the most memory that one of its processes has to itself, the mapped database apart, in KiB.
own() {
    for pid in $(pgrep -f "^$PWD/$LARDER_BIN/$1 "); do
        tr '\0' '\n' <"/proc/$pid/environ" | grep -q "^LARDER_DATA_DIR=$W/" && awk '/^RssAnon:/ { print $2 }' "/proc/$pid/status"
    done | sort -n | tail -n 1
}
account_of() { sqlite3 "$LARDER_DATA_DIR/larder.db" "SELECT id FROM accounts WHERE slug = '$1'"; }
sign_up() { # SLUG: its token
    local who='{"account":"'$1'","email":"bench@'$1'.example","password":"Correct-Horse-7-Battery"}'
    curl -sf -H 'Content-Type: application/json' "$URL/api/v1/auth/register" -d "${who/account\":/account_name\":\"$1\",\"account_slug\":}" >/dev/null
    curl -sf -H 'Content-Type: application/json' "$URL/api/v1/auth/login" -d "$who" | jq -r .token
}

big_rows() {
    local root id small quiet before built fields tenant=$TOKEN
    root=$(curl -sf -H 'Content-Type: application/json' "$URL/api/v1/auth/login" \
        -d '{"account":"system","email":"root@larder.example.com","password":"Root-Pass-word-1"}' | jq -r .token)
    small=$(sign_up small)
    TOKEN=$root
    call POST /api/v1/collections '{"name":"authors","fields":[{"name":"name","type":"text"}],"list_rule":"","view_rule":"","create_rule":""}' >/dev/null
    fields='{"name":"title","type":"text","searchable":@},{"name":"body","type":"text","searchable":@},{"name":"kind","type":"text"},
        {"name":"points","type":"number"},{"name":"author","type":"reference","collection":"authors","on_delete":"restrict"}'
    id=$(call POST /api/v1/collections "{\"name\":\"articles\",\"fields\":[${fields//@/false}],\"list_rule\":\"\",\"view_rule\":\"\"}" | jq -r .id)
    for TOKEN in "$tenant" "$small"; do
        call POST /api/v1/records/authors/batch "$(jq -nc '{records: [range(30) | {name: "author \(.)"}]}')" >/dev/null
    done
    seed "$(account_of small)" 1 $SMALL
    seed "$(account_of bench)" 10000000 $ARTICLES

    TOKEN=$tenant
    load page "$URL"; quiet=$rate
    load expand "$URL"; figure=$(ratio "$rate" "$quiet")
    row "list of 30, each with what it refers to" '' "$figure x without" '' "$rate/s, p50 $p50 ms, p99 $p99 ms"
    timed '/api/v1/records/articles/aggregate?functions=count(),sum(points),max(title)&group_by=kind'
    row "aggregate over $ARTICLES rows, 20 groups" '' "$ms ms" '' "$(per_second $ARTICLES "$ms") rows/s"

    before=$(date +%s%N) TOKEN=$root
    call PUT "/api/v1/collections/$id" "{\"fields\":[${fields//@/true}]}" >/dev/null
    built=$((($(date +%s%N) - before) / 1000000)) TOKEN=$tenant
    row "search index of $ARTICLES rows, built" '' "$built ms" '' "$(per_second $ARTICLES $built) rows/s"
    load search "$URL"; figure=$(ratio "$rate" "$nop")
    row "search that finds $((ARTICLES / 1000)) of $ARTICLES, by relevance" '' "$figure x nop ($rate/s)" '' \
        "p50 $p50 ms, p99 $p99 ms$([ "$errors" = 0 ] || echo ", $errors ERRORS")"
    timed '/api/v1/records/articles?search=common&limit=30'
    row '  one that finds all of them' '' "$ms ms" '' "$(per_second $ARTICLES "$ms") rows/s"

    for format in ndjson csv; do
        timed "/api/v1/records/articles/export?format=$format"
        row "export of $ARTICLES rows as $format" '' "$ms ms" '' "$(per_second $ARTICLES "$ms") rows/s, $((bytes / 1048576)) MB"
    done
    row '  memory of its own that a process of records has' '<= 8 MB' "$(($(own records) / 1024)) MB" "$(at_most "$(own records)" 8192)"

    TOKEN=$small
    load page "$URL"; quiet=$rate
    seed "$(account_of bench)" 20000000 "$OTHERS"
    load page "$URL"; figure=$(ratio "$quiet" "$rate")
    row "list in a tenant of $SMALL, others $ARTICLES -> $(((ARTICLES + OTHERS) / 1000))k" '<= 1.3 x' "$figure x" "$(at_most "$figure" 1.3)" "$quiet/s, then $rate/s"
    TOKEN=$tenant
}
