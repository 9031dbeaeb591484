#!/bin/sh
# 42-trailpdf.t — the audit trail as a PDF, read by somebody else's reader: what was asked for, every row, its checksum.
. t/lib/larder.sh
U=/api/v1/audit-logs/export?format=pdf

sign_up acme owner@acme.co; acme=$TOKEN acme_id=$ACCOUNT
collection '{"name":"posts","fields":[{"name":"title","type":"text"},{"name":"text","type":"text"}],"create_rule":"@request.auth.id != \"\""}'
TOKEN=$acme
long=$(head -c 4000 /dev/zero | tr '\0' x)
post /api/v1/records/posts "{\"title\":\"Größe Łódź μέγα Привет (brackets) \\\\\",\"text\":\"$long\"}"; status 201 'a record'; id=$(value .id)
post /api/v1/records/posts '{"title":"one\ntwo\tthree 😀","text":"a b c"}'; status 201 'another'
superadmin
# drawn QUERY: leaves $W/pdf, $W/text and $W/words, which is the text in one line
drawn() {
    get "$U$1" -H 'Accept: text/html, application/pdf;q=0.9'
    cp "$W/body" "$W/pdf"; pdftotext -layout "$W/pdf" "$W/text" 2>/dev/null; tr -s ' \n\f' '   ' <"$W/text" >"$W/words"
}

drawn "&table_name=col_posts&account_id=$acme_id&from_date=2020-01-01&operation=CREATE"; status 200 'a PDF'
header Content-Type application/pdf 'is called so'
is "$(header_value Content-Disposition | grep -cxE 'attachment; filename=audit_logs_[0-9]{8}_[0-9]{6}\.pdf')" 1 'with a name'
is "$(pdfinfo "$W/pdf" 2>/dev/null | sed -n 's/^Title: *//p')" 'Audit trail' 'and a title'
has "$(cat "$W/words")" "Filters: account $acme_id, table col_posts, operation CREATE, from 2020-01-01 00:00:00.000000" 'what was asked for'
has "$(cat "$W/words")" "UTC by $ROOT_EMAIL" 'when and by whom'
n=$(sql "SELECT count(*) FROM audit_log WHERE table_name = 'col_posts'")
has "$(cat "$W/words")" "Rows: all $n, the newest first" 'how much there is'
for head in ID 'Time (UTC)' Operation Table Record Column 'Old value' 'New value' User Address; do has "$(cat "$W/words")" "$head" "the column $head"; done
sql "SELECT checksum FROM audit_log WHERE table_name = 'col_posts'" | while read -r sum; do grep -q "checksum $sum before it [0-9a-f]" "$W/words" || echo "$sum"; done >"$W/none"
none "$(cat "$W/none")" 'every row with its checksum'
has "$(cat "$W/words")" 'Größe Łódź μέγα Привет' 'text in any script'
has "$(cat "$W/words")" '(brackets) \' 'whatever a PDF makes of it'
has "$(cat "$W/words")" 'xxxx (3' 'a long value is cut and says so'
hasnt "$(cat "$W/words")" 'one two' 'lines stay lines'
pages=$(pdfinfo "$W/pdf" 2>/dev/null | sed -n 's/^Pages: *//p')
is "$(grep -cE "Page [0-9]+ of $pages\$" "$W/text")" "$pages" 'each page has its number'
is "$(grep -c 'ID  *Time (UTC)' "$W/text")" "$pages" 'and the heads of the columns'
drawn "&record_id=$id"; is "$(grep -c "checksum" "$W/text") $(sql "SELECT count(*) FROM audit_log WHERE record_id = '$id'")" "$(($(sql "SELECT count(*) FROM audit_log WHERE record_id = '$id'") + 1)) 8" 'of one record'
drawn '&table_name=nothing%28x'; status 200 'no rows'; has "$(cat "$W/words")" 'Rows: all 0' 'are a PDF as well'
drawn "&user_id=$long"; status 200 'long filters'
drawn "&user_id=$long&table_name=$long&record_id=$long&operation=$long$long"
case $STATUS in 400 | 414 | 431) ok 'but not any' true ;; *) is "$STATUS" 400 'but not any' ;; esac

get "$U&record_id=$id"; status 200 'without that Accept'
header Content-Type 'text/plain; charset=utf-8' 'it is text'
is "$(base64 -d <"$W/body" | head -c 5)" '%PDF-' 'base64 of a PDF'
base64 -d <"$W/body" >"$W/pdf"; ok 'a whole one' pdftotext -q "$W/pdf" "$W/text"
get "$U&record_id=$id" -H 'Accept: */*'; header Content-Type 'text/plain; charset=utf-8' 'whatever else is accepted'
TOKEN=$acme; get "$U"; status 403 'not for the admin of an account'

if [ -z "$FRONT" ]; then
    superadmin
    LARDER_TEST_SETTINGS=LARDER_PDF_FONT=/nowhere; drawn "&table_name=col_posts"; LARDER_TEST_SETTINGS=
    status 200 'without the font'
    has "$(cat "$W/words")" 'Größe ?ód? ????' 'Latin is left, and ? for the rest'
    mkdir "$W/bin"; cp -P "$PWD/$BIN"/[!a]* "$PWD/$BIN/admin" "$PWD/$BIN/auth" "$W/bin"; kept=$BIN BIN=$W/bin
    ln -s "$PWD/templates" "$PWD/schema" "$PWD/static" "$W"
    get "$U"; status 400 'without the program'
    json .detail 'PDF is not installed here: ask for CSV or JSON' 'that is said'
    BIN=$kept
    for bad in '' '{' '[]'; do printf %s "$bad" | with_settings "$BIN/auditpdf" --rows --data "$W/data" >"$W/said" 2>/dev/null; echo "$? $(head -c 3 "$W/said")"; done >"$W/codes"
    is "$(tr '\n' ' ' <"$W/codes")" '1  1  1  ' 'nothing comes of no question'
    ok 'nor without one' sh -c "! '$BIN/auditpdf' 2>/dev/null </dev/null"
fi
