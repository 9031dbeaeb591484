#!/bin/sh
# 42-trail.t — the audit trail as superadmins read it: found, sorted, shown, exported, proven; by nobody else.
. t/lib/larder.sh
U=/api/v1/audit-logs

sign_up acme owner@acme.co; acme=$TOKEN acme_id=$ACCOUNT owner=$USER_ID
sign_up other rival@other.co; other_id=$ACCOUNT
collection '{"name":"posts","fields":[{"name":"title","type":"text"},{"name":"n","type":"number"},{"name":"email","type":"text"}],
    "list_rule":"","create_rule":"@request.auth.id != \"\"","update_rule":"@request.auth.id != \"\"","delete_rule":"@request.auth.id != \"\""}'
TOKEN=$acme
post /api/v1/records/posts '{"title":"=1+1, \"quoted\"\nline","n":1,"email":"ann@acme.co"}'; status 201 'a record'; id=$(value .id)
put "/api/v1/records/posts/$id" '{"title":"Größe 😀","n":1}'; status 200 'changed'
patch "/api/v1/records/posts/$id" '{"title":""}'; status 200 'emptied'
delete "/api/v1/records/posts/$id"; status 204 'and gone'
superadmin; root=$TOKEN

# ---- a page --------------------------------------------------------------------------------------
get $U; status 200 'the trail'
json 'keys_unsorted' '["items","total","skip","limit","audit_logging_enabled"]' 'a page of it'
json '[.skip,.limit,.audit_logging_enabled,(.items | length)]' '[0,50,true,50]' 'of fifty rows'
json .total "$(sql 'SELECT count(*) FROM audit_log')" 'and how many there are'
json '.items[0] | keys_unsorted | join(" ")' \
    'id account_id operation table_name record_id column_name old_value new_value user_id user_email user_name es_username es_reason es_timestamp ip_address user_agent request_id occurred_at checksum previous_hash extra_metadata' \
    'each with all its columns'
json '[.items[] | [.occurred_at,.id]] | . == (sort | reverse)' true 'the newest first'
page=$(value .items)
get $U/; json .items "$page" 'with a slash or without'
json '.items[0].extra_metadata.auth_method' jwt 'extra_metadata is an object'
get "$U/$(value '.items[7].id')"; status 200 'one of them'
json . "$(printf %s "$page" | jq -c '.[7]')" 'looks the same alone'

# ---- by what they say ----------------------------------------------------------------------------
get "$U?record_id=$id&operation=UPDATE&sort_by=id&sort_order=asc"
json '[.items[] | select(.column_name == "title") | [.old_value,.new_value]]' \
    '[["=1+1, \"quoted\"\nline","Größe 😀"],["Größe 😀",""]]' 'what a record was'
json '[.items[] | [.account_id,.table_name,.record_id,.user_id,.user_email,.user_name,.ip_address]] | unique' \
    "[[\"$acme_id\",\"col_posts\",\"$id\",\"$owner\",\"owner@acme.co\",\"owner@acme.co\",\"127.0.0.1\"]]" 'who changed it, from where'
json '[.items[].request_id | test("^hk_[0-9a-f]{12}$")] | unique' '[true]' 'by which request'
json '[.items[].request_id] | unique | length' 2 'one each'
# counted QUERY CONDITION NAME
counted() { get "$U?limit=500&$1"; is "$STATUS $(value '[.total,(.items | length)]')" "200 [$2,$2]" "$3"; }
where() { sql "SELECT count(*) FROM audit_log WHERE $1"; }
counted "account_id=$acme_id" "$(where "account_id = '$acme_id'")" 'of an account'
counted 'table_name=users' "$(where "table_name = 'users'")" 'of a table'
counted 'operation=DELETE' "$(where "operation = 'DELETE'")" 'of an operation'
counted "record_id=$id" "$(where "record_id = '$id'")" 'of a record'
counted "user_id=$owner" "$(where "user_id = '$owner'")" 'by somebody'
counted "record_id=$id&account_id=$other_id" 0 'all of it has to hold'
counted "record_id=$id&account_id=$acme_id&table_name=col_posts&user_id=$owner&operation=DELETE" "$(where "record_id = '$id' AND operation = 'DELETE'")" 'whatever is asked for'
counted 'operation=delete' 0 'exactly'
counted 'table_name=user' 0 'not the beginning of a word'
counted 'table_name=user%25' 0 'and no pattern'
counted "table_name=users'%20OR%201=1--" 0 'nor SQL'
get "$U?account_id=&table_name=&record_id=&user_id=&operation=&sort_by="; json .total "$(where '1 = 1')" 'what a form leaves empty asks for nothing'
get "$U?unheard=of"; status 200 'nor does an unknown word'

# ---- by time: inclusive --------------------------------------------------------------------------
first=$(sql "SELECT occurred_at FROM audit_log WHERE record_id = '$id' ORDER BY id LIMIT 1")
iso() { date -u -d "@$(($1 / 1000000))" "+%Y-%m-%dT%H:%M:%S.$(printf %06d $(($1 % 1000000)))Z"; }
on="record_id=$id&operation=CREATE"
created=$(where "record_id = '$id' AND operation = 'CREATE'")
counted "$on&from_date=$(iso "$first")&to_date=$(iso "$first")" "$created" 'the very moment is within both ends'
counted "$on&from_date=$(iso $((first + 1)))" 0 'a microsecond later'
counted "$on&to_date=$(iso $((first - 1)))" 0 'or before: not'
counted "$on&from_date=2020-01-01&to_date=2999-12-31T00:00:00%2B02:00" "$created" 'days, zones'
counted "$on&from_date=2999-01-01&to_date=2020-01-01" 0 'the end before the beginning'
counted "$on&to_date=1970-01-01T00:00:00Z" 0 'long ago'
for bad in x 2026-13-01 '2026-01-01T25:00:00' ''; do
    get "$U?from_date=$bad&to_date=$bad"
    is "$STATUS $(value '[.detail[].loc | join(".")] | join(" ")')" '422 query.from_date query.to_date' "no date: '$bad'"
done
get "$U/export?format=csv&from_date=x"; status 422 'nor of an export'

# ---- pages and order -----------------------------------------------------------------------------
get "$U?limit=500"; all=$(value '[.items[].id]')
get "$U?limit=7&skip=3"; json '[.items[].id]' "$(echo "$all" | jq -c '.[3:10]')" 'a page further on'
json '[.skip,.limit]' '[3,7]' 'says where it is'
get "$U?skip=100000"; json '[(.items | length),.total == (.total | floor),.skip]' '[0,true,100000]' 'beyond the end there is nothing'
get "$U?skip=2147483647&limit=500"; status 200 'however far'
get "$U?sort_order=asc&limit=500"; json '[.items[] | .occurred_at] | . == sort' true 'the oldest first'
json '[.items[] | .id] | sort' "$(echo "$all" | jq -c sort)" 'the same rows'
for column in id table_name user_email checksum; do
    get "$U?sort_by=$column&limit=500&sort_order=asc"
    json "([.items[] | .$column] | map(select(. != null)) | . == sort) and ([.items[].id] | length == $(echo "$all" | jq length))" true "by $column"
done
for column in old_value ip_address es_timestamp extra_metadata; do
    get "$U?sort_by=$column&limit=500&sort_order=desc"
    json "[.items[] | .$column == null] | . == sort" true "by $column: what there is not is last"
    get "$U?sort_by=$column&limit=500&sort_order=asc"
    json "[.items[] | .$column != null] | . == sort" true '  or first'
done
get "$U?sort_by=operation&limit=500&sort_order=asc"
json '[.items | group_by(.operation)[] | [.[].id] | . == (sort | reverse)] | unique' '[true]' 'then the newest row'
for column in nothing 'id;DROP%20TABLE%20users' '%22id%22'; do
    get "$U?sort_by=$column&limit=500"; json '[.items[].id]' "$all" "no column: $column"
done
refused() { get "$U?$1"; is "$STATUS $(value '.detail[0].loc | join(".")')" "422 query.${1%%=*}" "refused: $1"; }
refused skip=-1; refused skip=x; refused skip=99999999999999999999; refused limit=0; refused limit=501; refused limit=
refused sort_order=up; refused sort_order=DESC
get "$U?limit=500"; status 200 'five hundred are the most'
get "$U?limit=1"; json '.items | length' 1 'one the least'

# ---- one -----------------------------------------------------------------------------------------
get $U/999999; status 404 'none of that number'
json .detail 'Audit log entry 999999 not found' 'is said so'
get $U/-1; status 404 'nor below nothing'
for no in x 1x 99999999999999999999 %27; do get "$U/$no"; status 422 "no number: $no"; done
for verb in POST PUT PATCH DELETE; do request $verb $U/1 '{}'; status 405 "$verb: nobody changes what is"; done
post $U '{}'; status 405 'nor adds to it'

# ---- exports -------------------------------------------------------------------------------------
get "$U/export?record_id=$id"; status 200 'a file'
header Content-Type 'text/csv; charset=utf-8' 'of CSV'
is "$(header_value Content-Disposition | grep -cxE 'attachment; filename=audit_logs_[0-9]{8}_[0-9]{6}\.csv')" 1 'with a name'
is "$(head -n 1 "$W/body")" "$(printf 'ID,Timestamp,Operation,Table,Record ID,Column,Old Value,New Value,User,IP Address,Checksum\r')" 'a line that says what is what'
body_has '"=1+1, ""quoted""
line"' 'quoted where it has to be, and raw'
body_has "col_posts,$id,title,,\"=1+1" 'NULL is empty'
is "$(grep -c "^[0-9]*,[0-9T:.-]*Z,[A-Z]*,col_posts,$id," "$W/body")" "$(where "record_id = '$id'")" 'every row'
is "$(tail -c 2 "$W/body" | od -An -c | tr -d ' ')" '\r\n' 'lines end in CRLF'
get "$U/export?format=csv&record_id=nothing"; is "$(wc -l <"$W/body" | tr -d ' ')" 1 'no rows: the first line alone'
get "$U/export?format=json&record_id=$id"; status 200 'JSON'
header Content-Type application/json 'is called so'
is "$(header_value Content-Disposition | grep -cxE 'attachment; filename=audit_logs_[0-9]{8}_[0-9]{6}\.json')" 1 'with a name'
json '.[0] | keys_unsorted | join(" ")' 'id occurred_at operation table_name record_id column_name old_value new_value user_email ip_address checksum' 'its members'
json '[.[].id] | . == (sort | reverse)' true 'the newest first'
json length "$(where "record_id = '$id'")" 'every row'
json '[.[] | select(.column_name == "title" and .operation == "CREATE")][0] | [.old_value,.new_value,.user_email]' '[null,"=1+1, \"quoted\"\nline","owner@acme.co"]' 'as it was'
is "$(sed -n '1,3p' "$W/body" | tr '\n' '|')" "[|  {|    \"id\": $(value '.[0].id'),|" 'in lines'
is "$(jq --indent 2 . "$W/body" | cmp - "$W/body" && echo same)" same 'indented by two'
get "$U/export?format=json&record_id=nothing"; body_is '[]' 'none'
get "$U/export?format=json&sort_by=id&sort_order=asc&skip=3&limit=1&operation=UPDATE"; json length "$(where "operation = 'UPDATE'")" 'an export has no pages'
for format in xml CSV '' 'csv,json'; do get "$U/export?format=$format"; status 422 "no such format: '$format'"; done
head_of "$U/export?format=csv"; status 200 'HEAD has the head alone'

# ---- proven --------------------------------------------------------------------------------------
get $U/verify; status 200 'the trail is proven'
json . "{\"valid\":true,\"checked\":$(where '1 = 1'),\"errors\":[]}" 'to its last row'

# ---- nobody else ---------------------------------------------------------------------------------
for token in "$acme" ''; do
    for path in "$U?account_id=$acme_id" "$U/1" "$U/export?format=csv" "$U/verify" "$U?limit=0"; do
        TOKEN=$token; get "$path"
        if [ -n "$token" ]; then is "$STATUS $(value .detail)" '403 Superadmin access required' "not for the admin of an account: $path"
        else is "$STATUS $(value .detail)" '401 Missing authentication credentials' "nor for nobody: $path"; fi
        hasnt "$(body)" checksum '  who sees nothing of it'
    done
done
TOKEN=$root
post /api/v1/admin/api-keys '{"name":"Auditor"}'; key=$(value .key)
TOKEN=''; get "$U?limit=1" -H "X-API-Key: $key"; status 200 "a superadmin's key is as good as the superadmin"; TOKEN=$root

# ---- a long trail --------------------------------------------------------------------------------
# Rows come out of their order by up to an hour; what is found is what the database finds by itself.
if [ "$DB" = postgres ]; then series='generate_series(1, 60000) AS s(i)' with='' cat='::text'
else series='s' with='WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 60000) ' cat=''; fi
now=$(date +%s)
sql "${with}INSERT INTO audit_log (account_id, operation, table_name, record_id, column_name, user_id, user_email, user_name, occurred_at)
    SELECT '$acme_id', 'UPDATE', 't' || (i % 5)$cat, 'r' || (i / 8)$cat, 'c', 'u', 'u', 'u',
        (CAST($now AS bigint) + i * 4 + 3600 - (i * 7919) % 3600) * 1000000 FROM $series" >/dev/null
# same QUERY CONDITION ORDER SKIP LIMIT NAME
same() {
    get "$U?$1&skip=$4&limit=$5"
    is "$(value '[.items[].id | tostring] | join(" ")') of $(value .total)" \
        "$(sql "SELECT id FROM audit_log WHERE $2 ORDER BY $3, id DESC LIMIT $5 OFFSET $4" | tr '\n' ' ' | sed 's/ $//') of $(where "$2")" "$6"
}
same "account_id=$acme_id" "account_id = '$acme_id'" 'occurred_at DESC' 0 60 'its newest rows'
same "account_id=$acme_id" "account_id = '$acme_id'" 'occurred_at DESC' 31000 40 'from its middle'
same 'sort_order=asc' '1 = 1' 'occurred_at' 0 60 'its oldest'
same 'sort_order=asc&table_name=t3' "table_name = 't3'" 'occurred_at' 5000 20 'from the middle of a table'
from=$((now + 100000)) upto=$((now + 110000))
span="occurred_at >= ${from}000000 AND occurred_at <= ${upto}000000"
between="from_date=$(iso ${from}000000)&to_date=$(iso ${upto}000000)"
same "$between" "$span" 'occurred_at DESC' 0 50 'between two times'
same "$between&table_name=t2&sort_order=asc" "$span AND table_name = 't2'" 'occurred_at' 100 50 'of a table'
same "$between&sort_by=record_id" "$span" 'record_id DESC' 0 50 'by something else'
same "from_date=$(iso ${upto}000000)" "occurred_at >= ${upto}000000" 'occurred_at DESC' 200 50 'since'
same "to_date=$(iso ${from}000000)" "occurred_at <= ${from}000000" 'occurred_at DESC' 0 50 'until'
get "$U/export?format=json&account_id=$acme_id"; json length 10000 'an export has ten thousand rows at most'
json '[.[:100][].id | tostring] | join(" ")' "$(sql "SELECT id FROM audit_log WHERE account_id = '$acme_id' ORDER BY occurred_at DESC, id DESC LIMIT 100" | tr '\n' ' ' | sed 's/ $//')" 'the newest'
get $U/verify; status 200 'rows that are none are found out'
json '[.valid,(.errors | length)]' '[false,2]' 'the first of each chain is told'
json '.errors[0] | test("^Entry [0-9]+: (Checksum|Previous hash) mismatch\\. Expected [0-9a-fN][0-9a-z]*, got (None|[0-9a-f]{64})$")' true 'by name'

# ---- long rows -----------------------------------------------------------------------------------
if [ "$DB" = postgres ]; then big="repeat('x', 1500000)"; else big='hex(zeroblob(750000))'; fi
sql "INSERT INTO audit_log (account_id, operation, table_name, record_id, column_name, new_value, user_id, user_email, user_name, occurred_at)
    SELECT account_id, operation, 'long', record_id, column_name, $big, user_id, user_email, user_name, occurred_at FROM audit_log WHERE table_name = 't3' LIMIT 30" >/dev/null
get "$U?table_name=long"; is "$STATUS $(jq -r '[.total,(.items[].new_value | length)] | add' "$W/body")" "200 $((30 + 30 * 1500000))" 'thirty rows are more than the memory of a request'
get "$U/export?format=json&table_name=long"; is "$STATUS $(jq -r '[.[].new_value | length] | add' "$W/body")" "200 $((30 * 1500000))" 'and so they are as a file'
