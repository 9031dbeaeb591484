#!/bin/sh
# 41-files.t — files come in, go out and go; whole, in part, by link; nobody reads another account's.
. t/lib/larder.sh

stored() { find "$W/data/files" -type f 2>/dev/null | wc -l; }
same() { is "$(cksum <"$W/body")" "$(cksum <"$1")" "$2"; }

sign_up beta owner@beta.example.com; beta=$TOKEN B=$ACCOUNT
sign_up acme owner@acme.example.com; acme=$TOKEN A=$ACCOUNT

# ---- in -----------------------------------------------------------------------------------------
printf 'hello, file' >"$W/hello"
anonymous
upload "$W/hello" hello.txt text/plain; status 401 'strangers bring nothing'
TOKEN=$acme
upload "$W/hello" hello.txt text/plain; status 201 'a text is taken'
json '[.success,.message,.file.filename,.file.size,.file.mime_type]' \
    '[true,"File uploaded successfully","hello.txt",11,"text/plain"]' 'and told of'
hello=$(value .file.path)
is "$(echo "$hello" | sed -E "s/^$A\/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\.txt\$/well/")" well 'under a name of its own'
is "$(sql "SELECT filename, size, mime_type, sha256, provider FROM files")" \
    "hello.txt|11|text/plain|$(sha256sum <"$W/hello" | cut -d' ' -f1)|local" 'with a row'
has "$(sql "SELECT DISTINCT table_name FROM audit_log")" files 'and a history'

printf '\211PNG\r\n\032\n and more' >"$W/png"; printf '\377\330\377\340 and more' >"$W/jpeg"; printf 'GIF89a and more' >"$W/gif"
printf 'RIFF....WEBP and more' >"$W/webp"; printf '%%PDF-1.7 and more' >"$W/pdf"; printf '{"a":[1,-2.5e3,"\\u00e9"]}' >"$W/json"
printf '\377\376' >"$W/bytes"; printf '{"a":1,}' >"$W/nojson"; : >"$W/nothing"; printf '<script>alert(1)</script>' >"$W/html"
for kind in jpeg:image/jpeg:jpg png:image/png:png gif:image/gif:gif webp:image/webp:webp pdf:application/pdf:pdf json:application/json:json \
        html:text/plain:txt nothing:text/plain:txt; do
    file=${kind%%:*} type=${kind#*:}; end=${type#*:} type=${type%:*}
    upload "$W/$file" "evil.$file.exe" "$type"; status 201 "what is $type is taken as such: $file"
    has "$(value .file.path)" ".$end" 'and its name ends as its type does'
done
before=$(stored)
for wrong in html:image/png gif:image/jpeg png:image/gif jpeg:image/webp json:application/pdf bytes:text/plain bytes:application/json \
        nojson:application/json nothing:application/json nothing:image/png; do
    upload "$W/${wrong%:*}" x "${wrong#*:}"; status 400 "what is no ${wrong#*:} is refused: ${wrong%:*}"
    json .detail "File content is not of type '${wrong#*:}'" 'with the reason'
done
upload "$W/hello" run.exe application/x-executable; status 400 'types that nobody allowed are refused'
json .detail "File type 'application/x-executable' is not allowed. Allowed types: image/jpeg, image/png, image/gif, image/webp, application/pdf, text/plain, application/json" 'with those that are'
upload "$W/hello" plain; json .detail "File type 'application/octet-stream' is not allowed. Allowed types: image/jpeg, image/png, image/gif, image/webp, application/pdf, text/plain, application/json" 'nor what says nothing'
upload "$W/hello" 'type.txt' 'Text/Plain; charset=utf-8'; status 201 'parameters of a type do not count'
json .file.mime_type text/plain 'nor are they kept'
upload "$W/hello" '' text/plain; json .file.filename unnamed 'a file without a name is called so'
upload "$W/hello" '../../etc/pass\"wd' text/plain; json .file.filename 'pass"wd' 'of a path the last segment'
upload "$W/hello" 'C:\dir\naïve ☂.txt' text/plain; json .file.filename 'naïve ☂.txt' 'of any system, in any script'
before=$((before + 4))
head -c 11534336 /dev/zero | tr '\0' x >"$W/large"
upload "$W/large" large.txt text/plain; status 400 'more than the most is refused'
is "$(value .detail | sed 's/11\.[0-9]*MB/11MB/')" 'File size (11MB) exceeds maximum allowed size (10.00MB)' 'with both sizes'
head -c 10485761 /dev/zero | tr '\0' x >"$W/large"
upload "$W/large" large.txt text/plain; json .detail 'File size (10.00MB) exceeds maximum allowed size (10.00MB)' 'one byte is too much'
head -c 10485760 "$W/large" >"$W/most"
upload "$W/most" most.txt text/plain; status 201 'just so much is not'
most=$(value .file.path) before=$((before + 1))
get "/api/v1/files/$most"; same "$W/most" 'and comes back as it was'

form='Content-Type: multipart/form-data; boundary=x'
post /api/v1/files/upload '{"file":"x"}'; status 422 'JSON is no form'
json '[.detail[0].type,.detail[0].loc,.detail[0].msg]' '["missing",["body","file"],"Field required"]' 'the file is missing'
printf -- '--x\r\nContent-Disposition: form-data; name="other"\r\n\r\nhello\r\n--x--\r\n' >"$W/form"
post /api/v1/files/upload -H "$form" -f "$W/form"; status 422 'so it is when there are other parts'
printf -- 'before\r\n--x \r\nContent-Disposition: form-data; name="other"\r\n\r\nhello\r\n--x\r\ncontent-type: text/plain\r\ncontent-disposition: form-data; name=file; filename=a; filename*=UTF-8'"''"'%%e2%%82%%ac.txt\r\n\r\n--y\r\n-x\r\n--x--after' >"$W/form"
post /api/v1/files/upload -H "$form" -f "$W/form"; status 201 'the one among others is taken'
json '[.file.filename,.file.size]' '["€.txt",7]' 'as it is'
before=$((before + 1))
printf -- '--x\r\nContent-Disposition: form-data; name="file"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--' >"$W/form"
post /api/v1/files/upload -H "$form" -f "$W/form"; status 400 'a form without an end is refused'
printf -- '--x\r\nContent-Disposition: form-data; name="file"\r\nContent-Type: text/plain\r\n\r\nhello' >"$W/form"
post /api/v1/files/upload -H "$form" -f "$W/form"; status 400 'wherever it ends'
printf -- '--x\r\nX: %s\r\n\r\nhello\r\n--x--' "$(head -c 9000 /dev/zero | tr '\0' x)" >"$W/form"
post /api/v1/files/upload -H "$form" -f "$W/form"; status 400 'and one with endless headers'
post /api/v1/files/upload -H 'Content-Type: multipart/form-data' '--x--'; status 422 'or without a boundary'
is "$(stored)" "$before" 'nothing is left of what was refused'
if [ -z "$URL" ]; then
    CONTENT_LENGTH=500 REQUEST_METHOD=POST REQUEST_URI=/api/v1/files/upload CONTENT_TYPE='multipart/form-data; boundary=larder-form' \
        HTTP_AUTHORIZATION="Bearer $TOKEN" with_settings "$BIN/files" <"$W/form" >"$W/reply" 2>>"$W/log"
    has "$(cat "$W/reply")" 'Status: 400' 'a cut upload is refused'
    is "$(stored)" "$before" 'and leaves nothing'
fi

if [ -z "$URL" ]; then      # no file of the process may grow beyond 4 MB, as if the disk were full
    head -c 8000000 "$W/most" >"$W/half"
    { printf -- '--x\r\nContent-Disposition: form-data; name="file"\r\nContent-Type: text/plain\r\n\r\n'; cat "$W/half"; printf '\r\n--x--'; } >"$W/form"
    (trap '' XFSZ; ulimit -f 8192; REQUEST_METHOD=POST REQUEST_URI=/api/v1/files/upload CONTENT_TYPE='multipart/form-data; boundary=x' \
        HTTP_AUTHORIZATION="Bearer $TOKEN" with_settings "$BIN/files" <"$W/form" 2>>"$W/log") >"$W/reply"
    has "$(cat "$W/reply")" 'Status: 507' 'a full disk is told'
    has "$(cat "$W/reply")" 'The disk is full; nothing was saved' 'in so many words'
    is "$(stored)" "$before" 'and holds nothing more'
fi
as_superadmin GET '/api/v1/admin/configuration/system?category=storage_providers'; place=$(value '.[0].id // .items[0].id // .configurations[0].id')
as_superadmin PATCH "/api/v1/admin/configuration/$place" '{"enabled":false}'; status 200 'storage can be switched off'
upload "$W/hello" hello.txt text/plain; status 400 'then nothing is taken'
json .detail 'No enabled system storage provider configured. Enable a storage provider in system configuration.' 'for this reason'
as_superadmin PATCH "/api/v1/admin/configuration/$place" '{"enabled":true}'
upload "$W/hello" hello.txt text/plain; status 201 'and on again'

# ---- out ----------------------------------------------------------------------------------------
get "/api/v1/files/$hello"; status 200 'a file is read'
body_is 'hello, file' 'as it was brought'
header Content-Type "$([ "$FRONT" = nginx ] && echo 'text/plain; charset=utf-8' || echo text/plain)" 'with its type'
header Content-Disposition 'attachment; filename="hello.txt"' 'to be saved under the name it had'
header X-Content-Type-Options nosniff 'and not to be guessed at'
has "$(header_value Content-Security-Policy)" sandbox 'nor to do anything'
header Content-Length 11 'its length is told'
tag=$(header_value ETag) date=$(header_value Last-Modified)
isnt "$tag" '' 'it has a tag'; isnt "$date" '' 'and a date'
head_of "/api/v1/files/$hello"; status 200 'its head can be asked for'; header Content-Length 11 'with its length'
get "/api/v1/files/$hello" -H "If-None-Match: $tag"; status 304 'who has it gets no bytes'
get "/api/v1/files/$hello" -H "If-Modified-Since: $date"; status 304 'by its date, too'
part() { get "/api/v1/files/$hello" -H "Range: bytes=$1"; is "$STATUS $(header_value Content-Range) $(body)" "$2" "bytes=$1"; }
part 0-4 '206 bytes 0-4/11 hello'
part 7- '206 bytes 7-10/11 file'
part -4 '206 bytes 7-10/11 file'
part -400 '206 bytes 0-10/11 hello, file'
part 7-400 '206 bytes 7-10/11 file'
get "/api/v1/files/$hello" -H 'Range: bytes=11-'; status 416 'no byte is there'
[ "$FRONT" = lighttpd ] || header Content-Range 'bytes */11' 'but so many'
get "/api/v1/files/$hello" -H 'Range: bytes=9-2'; isnt "$STATUS" 206 'nonsense is no range'
get "/api/v1/files/$hello" -H 'Range: bytes=0-4' -H "If-Range: $tag"; is "$STATUS $(body)" '206 hello' 'a range of that very file'
get "/api/v1/files/$hello" -H 'Range: bytes=0-4' -H 'If-Range: "another"'; is "$STATUS $(body)" '200 hello, file' 'and all of another'
upload "$W/png" 'bild \"1\" ☂.png' image/png; png=$(value .file.path)
get "/api/v1/files/$png"; has "$(header_value Content-Disposition)" "; filename*=UTF-8''bild%20" 'a name in any script'
get "/api/v1/files/$png?inline=1"; has "$(header_value Content-Disposition)" 'inline; ' 'images may be shown'
same "$W/png" 'byte for byte'
get "/api/v1/files/$hello?inline=1"; has "$(header_value Content-Disposition)" 'attachment; ' 'texts may not'

# ---- whose --------------------------------------------------------------------------------------
anonymous; get "/api/v1/files/$hello"; status 401 'strangers read nothing'
TOKEN=$beta
get "/api/v1/files/$hello"; status 403 'nor another account'
json .detail 'Invalid file path: does not belong to this account' 'which is told so'
delete "/api/v1/files/$hello"; status 403 'nor does it delete'
post /api/v1/files/sign "{\"path\":\"$hello\"}"; status 403 'nor sign'
upload "$W/hello" theirs.txt text/plain; theirs=$(value .file.path)
TOKEN=$acme
get "/api/v1/files/$A/none.txt"; status 404 'what is not there'; json .detail "File not found: $A/none.txt" 'is told so'
name=${theirs#*/}
for up in "$A/../$B/$name" "$A/%2e%2e/$B/$name" "$A%2F..%2F$B%2F$name" "$A/..%2f$B/$name" "$A/../../../../../../etc/passwd" "..%2F..%2Fetc%2Fpasswd" \
        "$A/..%5C$B%5C$name" "$A/%2e/../$B/$name" "s3/../$B/$name" "$A//$B/$name" "/etc/passwd" "%2Fetc%2Fpasswd" "$A/$name%00.txt" "$A" "$A/" \
        "$A/..;/$B/$name" "./$theirs" "$(echo "$A" | tr a-f A-F)/$name" "$theirs/../../$theirs"; do
    get "/api/v1/files/$up"
    case $STATUS in 40[034] | 307) pass=0 ;; *) pass=1 ;; esac
    tap $pass "no way leads elsewhere: $up" "got: $STATUS"
    hasnt "$(body)" 'hello, file' 'and nothing is shown'
done
[ -n "$URL" ] || { get "/api/v1/files/$A/../../../etc/passwd"; is "$STATUS $(value .detail)" '403 Invalid file path: path traversal is not allowed' 'in these words'; }
ln -s /etc/passwd "$W/data/files/$A/link.txt"; ln -s "$W/data/files/$B" "$W/data/files/$A/folder"
get "/api/v1/files/$A/link.txt"; status 404 'links are not followed'
get "/api/v1/files/$A/folder/$name"; status 404 'nor those to folders'
rm "$W/data/files/$A/link.txt" "$W/data/files/$A/folder"
as_superadmin GET "/api/v1/files/$hello"; status 200 'superadmins read any'
as_superadmin POST /api/v1/files/upload; status 422 'and bring their own'

# ---- links --------------------------------------------------------------------------------------
anonymous
get "/api/v1/files/$hello?token=$acme"; status 200 'a link may carry a token'
header Cache-Control 'private, no-store' 'so nobody keeps it'
header Referrer-Policy no-referrer 'or tells the next'
get "/api/v1/files/$hello?token=$beta"; status 403 'which is as good as its owner'
get "/api/v1/files/$hello?token=nonsense"; status 401 'or is none'
delete "/api/v1/files/$hello?token=$acme"; status 401 'it deletes nothing'
get "/api/v1/collections?token=$acme"; status 401 'and opens nothing else'
TOKEN=$acme
post /api/v1/files/sign "{\"path\":\"$hello\",\"expires_in\":60}"; status 200 'a link is signed'
link=$(value .url | sed 's|^[a-z]*://[^/]*||')
post /api/v1/files/sign "{\"path\":\"$png\",\"inline\":true}"; shown=$(value .url | sed 's|^[a-z]*://[^/]*||')
post /api/v1/files/sign "{\"path\":\"$A/none\"}"; status 404 'not to what is not there'
post /api/v1/files/sign "{\"path\":\"$hello\",\"expires_in\":604801}"; status 422 'nor for longer than a week'
anonymous
get "$link"; is "$STATUS $(body)" '200 hello, file' 'it opens the file for anybody'
get "$shown"; has "$(header_value Content-Disposition)" 'inline; ' 'or shows it'
get "${link}0"; status 403 'not with another signature'
get "$(echo "$link" | sed 's/expires=1/expires=2/')"; status 403 'nor for longer'
get "$(echo "$link" | sed 's/signature/inline=1\&signature/')"; status 403 'nor in another way'
get "$(echo "$link" | sed "s|$hello|$theirs|")"; status 403 'nor for another file'
old=$(($(date +%s) - 1)); get "$(echo "$link" | sed "s/expires=[0-9]*/expires=$old/")"; status 403 'nor when it is over'
get "${link%%&*}"; status 422 'nor without one'

# ---- gone ---------------------------------------------------------------------------------------
as_superadmin POST /api/v1/users "{\"email\":\"member@acme.example.com\",\"account_id\":\"$A\",\"role_id\":2,\"password\":\"$PASSWORD\"}"
larder user verify member@acme.example.com --account acme >/dev/null; sign_in acme member@acme.example.com; member=$TOKEN
upload "$W/hello" mine.txt text/plain; mine=$(value .file.path)
get "/api/v1/files/$hello"; status 200 'members read what others of the account brought'
delete "/api/v1/files/$hello"; status 403 'but do not delete it'
delete "/api/v1/files/$mine"; status 204 'they delete their own'
get "/api/v1/files/$mine"; status 404 'then it is gone'
delete "/api/v1/files/$mine"; is "$STATUS" 403 'once'
upload "$W/hello" mine.txt text/plain; mine=$(value .file.path)
TOKEN=$acme
delete "/api/v1/files/$mine"; status 204 'admins delete any'
delete "/api/v1/files/$mine"; status 404 'once'
is "$(sql "SELECT count(*) FROM files WHERE path = '$mine'")" 0 'no row is left'
is "$(find "$W/data/files" -name "${mine#*/}")" '' 'and no byte'
is "$(find "$W/data/files/.incoming" -type f)" '' 'nor anything half done'

# ---- of an account ------------------------------------------------------------------------------
ok 'an account has files' [ -d "$W/data/files/$B" ]
as_superadmin DELETE "/api/v1/accounts/$B"; status 204 'it goes'
is "$(sql "SELECT count(*) FROM files WHERE account_id = '$B'")" 0 'and its rows with it'
[ -n "$FRONT" ] || with_settings "$BIN/worker" --data "$W/data" --once >>"$W/log" 2>&1
tries=0; while [ -d "$W/data/files/$B" ] && [ $tries -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
ok 'and its bytes' [ ! -d "$W/data/files/$B" ]
ok 'nobody else loses any' [ -d "$W/data/files/$A" ]
done_testing
