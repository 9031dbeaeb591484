#!/bin/sh
# 41-filefields.t — records hold files: what a field takes, who holds what, and who may read by a record.
. t/lib/larder.sh

collection '{"name":"documents","fields":[{"name":"title","type":"text"},{"name":"scan","type":"file"},
    {"name":"small","type":"file","options":{"max_size":10,"mime_types":["text/plain"]}},{"name":"open","type":"boolean"}]}'
rules documents '{"list_rule":"open = true || created_by = @request.auth.id","view_rule":"open = true || created_by = @request.auth.id","create_rule":"@request.auth.id != \"\"","update_rule":"created_by = @request.auth.id","delete_rule":"created_by = @request.auth.id"}'
sign_up beta owner@beta.example.com; B=$ACCOUNT
printf 'hello, file' >"$W/hello"; printf 'hello' >"$W/short"; printf '\211PNG\r\n\032\n' >"$W/png"
upload "$W/hello" theirs.txt text/plain; theirs=$(value .file)
sign_up acme owner@acme.example.com; acme=$TOKEN A=$ACCOUNT
upload "$W/hello" hello.txt text/plain; hello=$(value .file); hello_path=$(value .file.path)
upload "$W/short" short.txt text/plain; short=$(value .file)
upload "$W/png" dot.png image/png; png=$(value .file)

# ---- what a field takes -------------------------------------------------------------------------
post /api/v1/records/documents "{\"title\":\"a\",\"scan\":$hello}"; status 201 'a record takes a file'
id=$(value .id)
is "$(value .scan | jq -c '[.filename,.size,.mime_type,.path]')" "$(echo "$hello" | jq -c '[.filename,.size,.mime_type,.path]')" 'and tells of it'
is "$(jq -r '.scan | type' "$W/body")" string 'as a text'
get "/api/v1/records/documents/$id"; is "$(value .scan | jq -r .path)" "$hello_path" 'when it is read, too'
post /api/v1/records/documents "$(jq -nc --arg f "$hello" '{title:"b",scan:$f}')"; status 201 'as a text, too'
post /api/v1/records/documents "{\"scan\":$(echo "$hello" | jq -c '. + {alt:"a picture"}')}"; status 201 'with more'
is "$(value .scan | jq -r .alt)" 'a picture' 'which is kept'
post /api/v1/records/documents "{\"scan\":null}"; status 201 'or none'
refused() { # refused VALUE CODE MESSAGE [FIELD]
    post /api/v1/records/documents "{\"${4:-scan}\":$1}"
    is "$STATUS $(value '.details[0] | [.field,.code,.message]')" "400 [\"${4:-scan}\",\"$2\",\"$3\"]" "not $1"
}
refused 5 invalid_type 'Expected file metadata (dict or JSON string), got int'
refused '[1]' invalid_type 'Expected file metadata (dict or JSON string), got list'
refused '"a.txt"' invalid_json 'Invalid file metadata: must be valid JSON'
refused '"[1]"' invalid_file_metadata 'File metadata must be an object'
refused '{"filename":"t"}' missing_file_metadata 'File metadata missing required fields: size, mime_type, path'
refused "$(echo "$hello" | jq -c '.size = "11"')" invalid_file_metadata "File metadata 'size' must be an integer"
refused "$(echo "$hello" | jq -c '.size = 1.5')" invalid_file_metadata "File metadata 'size' must be an integer"
refused "$(echo "$hello" | jq -c '.filename = null')" invalid_file_metadata "File metadata 'filename' must be a string"
foreign="File metadata 'path' does not belong to this account"
refused "$theirs" invalid_file_metadata "$foreign"
for path in "$A/../$B/x" "$A" "" "/etc/passwd" "s3/$B/x" "$A/a\\\\b" "$A//x"; do
    refused "$(echo "$hello" | jq -c ".path = \"$path\"")" invalid_file_metadata "$foreign"
done
refused "$hello" invalid_file_metadata 'File is larger than the 10 bytes that this field takes' small
refused "$(echo "$hello" | jq -c '.size = 1')" invalid_file_metadata 'File is larger than the 10 bytes that this field takes' small
refused "$png" invalid_file_metadata "This field takes no file of type 'image/png'" small
refused "$(echo "$png" | jq -c '.mime_type = "text/plain"')" invalid_file_metadata "This field takes no file of type 'image/png'" small
refused "$(echo "$short" | jq -c ".path = \"$A/none.txt\"")" invalid_file_metadata "File metadata 'path' names no uploaded file" small
post /api/v1/records/documents "{\"small\":$short}"; status 201 'but what fits'
kept=$(value .id); delete "/api/v1/files/$(echo "$short" | jq -r .path)"; status 204 'a file may go before its record'
put "/api/v1/records/documents/$kept" "{\"title\":\"kept\",\"small\":$short}"; status 200 'which may keep telling of it'
post /api/v1/records/documents "{\"small\":$short}"; status 400 'but no other may begin to'
upload "$W/short" short.txt text/plain; short=$(value .file)
patch "/api/v1/records/documents/$id" "{\"scan\":$theirs}"; status 400 'nor does a change take another account'"'"'s'
json '.details[0].message' "$foreign" 'with the same word'
as_superadmin POST /api/v1/records/documents "{\"account_id\":\"$B\",\"scan\":$hello}"; status 400 'the account of the record counts, whoever writes it'
as_superadmin POST /api/v1/records/documents "{\"account_id\":\"$B\",\"scan\":$theirs}"; status 201 'so that one does'

# ---- who holds what -----------------------------------------------------------------------------
uses() { sql "SELECT count(*) FROM file_uses WHERE path = '$hello_path'${1:+ AND record_id = '$1'}"; }
is "$(uses)" 3 'three records hold the file'
patch "/api/v1/records/documents/$id" '{"title":"c"}'; is "$(uses "$id")" 1 'a change of something else leaves it'
patch "/api/v1/records/documents/$id" "{\"scan\":$png}"; is "$(uses "$id")" 0 'another file takes its place'
patch "/api/v1/records/documents/$id" "{\"scan\":$hello,\"small\":$short}"; is "$(uses "$id")" 1 'and gives it back'
patch "/api/v1/records/documents/$id" '{"scan":null}'; is "$(uses "$id")" 0 'nothing, too'
patch "/api/v1/records/documents/$id" "{\"scan\":$hello}"
delete "/api/v1/records/documents/$id"; is "$STATUS $(uses "$id")" '204 0' 'a record that goes holds nothing'
get "/api/v1/files/$hello_path"; status 200 'its file stays'
request DELETE /api/v1/records/documents/batch "{\"ids\":$(sql "SELECT record_id FROM file_uses WHERE path = '$hello_path'" | jq -Rnc '[inputs]')}"
is "$(uses)" 0 'likewise many at once'
collection '{"name":"pages","fields":[{"name":"of","type":"reference","collection":"documents","on_delete":"cascade"},{"name":"scan","type":"file"}]}'
rules pages '{"list_rule":"true","view_rule":"true","create_rule":"true","update_rule":"true","delete_rule":"true"}'
post /api/v1/records/documents '{"title":"whole"}'; id=$(value .id)
post /api/v1/records/pages "{\"of\":\"$id\",\"scan\":$hello}"; page=$(value .id)
is "$(uses "$page")" 1 'a page holds a file'
delete "/api/v1/records/documents/$id"; is "$STATUS $(uses "$page")" '204 0' 'what goes with another record holds nothing, either'
post /api/v1/records/pages "{\"scan\":$hello}"; is "$(uses)" 1 'another page'
as_superadmin GET '/api/v1/collections?search=pages'; pages=$(value '.items[0].id')
as_superadmin DELETE "/api/v1/collections/$pages"; is "$(uses)" 0 'goes with its collection'
is "$(sql "SELECT count(*) FROM audit_log WHERE table_name = 'file_uses'")" 0 'that has no history of its own'

# ---- who may read by a record -------------------------------------------------------------------
[ -z "$URL" ] || { stop_server; LARDER_TEST_SETTINGS="$LARDER_TEST_SETTINGS LARDER_FILE_ACCESS=record"; start_server; }
LARDER_TEST_SETTINGS="$LARDER_TEST_SETTINGS LARDER_FILE_ACCESS=record"
as_superadmin POST /api/v1/users "{\"email\":\"member@acme.example.com\",\"account_id\":\"$A\",\"role_id\":2,\"password\":\"$PASSWORD\"}"
larder user verify member@acme.example.com --account acme >/dev/null; sign_in acme member@acme.example.com; member=$TOKEN
get "/api/v1/files/$hello_path"; status 404 'a file that no record shows is not there'
json .detail "File not found: $hello_path" 'in these words'
post /api/v1/files/sign "{\"path\":\"$hello_path\"}"; status 404 'not to be signed, either'
TOKEN=$acme
get "/api/v1/files/$hello_path"; status 200 'but for who brought it'
as_superadmin GET "/api/v1/files/$hello_path"; status 200 'and superadmins'
post /api/v1/records/documents "{\"scan\":$hello,\"open\":false}"; id=$(value .id)
TOKEN=$member; get "/api/v1/files/$hello_path"; status 404 'a record that is not for them shows nothing'
TOKEN=$acme; patch "/api/v1/records/documents/$id" '{"open":true}'
TOKEN=$member; get "/api/v1/files/$hello_path"; status 200 'one that is does'
post /api/v1/files/sign "{\"path\":\"$hello_path\"}"; status 200 'and lets them sign'
link=$(value .url | sed 's|^[a-z]*://[^/]*||'); anonymous; get "$link"; status 200 'for anybody'
rules documents '{"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":"","view_fields":["title","open"]}'
TOKEN=$member; get "/api/v1/files/$hello_path"; status 404 'a field that is not shown shows no file'
rules documents '{"view_rule":null,"view_fields":"*"}'
get "/api/v1/files/$hello_path"; status 404 'nor does a locked record'
rules documents '{"view_rule":""}'
get "/api/v1/files/$hello_path"; status 200 'but a public one'
delete "/api/v1/files/$hello_path"; status 403 'to read is not to delete'
done_testing
