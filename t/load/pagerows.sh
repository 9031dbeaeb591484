# pagerows.sh — for bench.sh: how long each admin page takes where everything has PAGE_ROWS rows.

PAGE_ROWS=${PAGE_ROWS:-100000}

# fill_pages ACCOUNT ROOT: people, groups, invitations, mails, jobs, files and a trail, by the engine's hand;
# the account is the one whose records the other rows have made.
fill_pages() {
    sqlite3 -cmd '.timeout 60000' "$LARDER_DATA_DIR/larder.db" "
        CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $PAGE_ROWS)
            SELECT i, printf('%08x-0000-7000-9000-%012x', i, i) AS id, 1700000000000000 + i * 1000000 AS at FROM n;
        INSERT INTO accounts SELECT id, printf('P%c%04d', 65 + i / 10000, i % 10000), 'page' || i, 'Account ' || i, at, at FROM n WHERE i <= 1000;
        INSERT INTO users (id, account_id, email, password_hash, role_id, is_active, email_verified, auth_provider, created_at, updated_at)
            SELECT id, '$1', 'person' || i || '@bench.example', 'x', 2, 1, 1, 'password', at, at FROM n;
        INSERT INTO groups SELECT id, '$1', 'group ' || i, NULL, at, at FROM n WHERE i <= 1000;
        INSERT INTO invitations (id, account_id, email, token_hash, token_enc, groups, expires_at, email_sent, created_at, updated_at)
            SELECT id, '$1', 'guest' || i || '@bench.example', 'h' || i, 'x', '[]', at, 1, at, at FROM n;
        INSERT INTO email_logs SELECT id, '$1', 'invitation', 'guest' || i || '@bench.example', 'smtp', 'sent', NULL, '{}', at FROM n;
        INSERT INTO jobs (id, queue, handler, payload, status, priority, attempt_number, max_retries, retry_delay_seconds, created_at, account_id)
            SELECT id, 'default', 'send_email', '{}', 'completed', 0, 1, 3, 60, at, '$1' FROM n;
        INSERT INTO files SELECT id, '$1', 'x/' || id, 'local', 'file ' || i || '.txt', i, 'text/plain', 'x', '$2', at FROM n;
        INSERT INTO audit_log (account_id, operation, table_name, record_id, column_name, new_value, user_id, user_email, user_name, occurred_at)
            SELECT '$1', 'UPDATE', 'users', id, 'email', 'x', '$2', 'root@larder.example.com', '', at FROM n"
}
# page_ms PATH: milliseconds of it, the middle one of seven, through the web server; leaves $bytes too.
page_ms() {
    ms=$(for _ in 1 2 3 4 5 6 7; do
        curl -s -o "$W/page" -w '%{http_code} %{time_total}\n' -H "Cookie: larder_session=$TOKEN" "$URL$1"
    done | awk '$1 != 200 { print 9999; next } { print $2 * 1000 }' | sort -n | awk 'NR == 4 { printf "%.1f", $1 }')
    bytes=$(stat -c %s "$W/page")
}
page_rows() {
    local tenant=$TOKEN page worst=0 at='' largest=0
    TOKEN=$(curl -sf -H 'Content-Type: application/json' "$URL/api/v1/auth/login" \
        -d '{"account":"system","email":"root@larder.example.com","password":"Root-Pass-word-1"}' | jq -r .token)
    fill_pages "$(account_of bench)" "$(sqlite3 "$LARDER_DATA_DIR/larder.db" "SELECT id FROM users WHERE email = 'root@larder.example.com'")"
    for page in $("$LARDER_BIN/admin" --pages | awk '$1 == "GET" && $2 !~ /[{]|export|live/ { print $2 }') $PAGES_MORE; do
        page_ms "$page"
        [ "$ms" != 9999.0 ] || continue     # one that shows what its address names
        [ -z "$EACH" ] || row "  $page" '' "$ms ms" '' "$bytes bytes"
        [ "$(at_most "$ms" "$worst")" = met ] || { worst=$ms; at=$page; }
        [ "$bytes" -le "$largest" ] || largest=$bytes
    done
    row "admin pages over $PAGE_ROWS rows: the slowest" '<= 10 ms' "$worst ms" "$(at_most "$worst" 10)" "$at"
    row '  the largest' '<= 30 KB' "$largest" "$(at_most "$largest" 30720)" 'bytes, without its style'
    TOKEN=$tenant
}
