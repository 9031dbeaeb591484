#!/bin/sh
# 74-bigfile.t — a gigabyte goes in and comes out, over a web server and as plain CGI, in 32 MB of memory.
FRONT=${FRONT:-lighttpd} START=later
. t/lib/larder.sh

GB=1073741824 MB32=32768
free=$(df -Pk "$W" | awk 'NR == 2 { print $4 }')
[ "$free" -gt 4000000 ] || { tap 1 "4 GB are free for a large file (\$TMPDIR says where)" "$((free / 1000)) MB are free in $W"; exit 1; }

start LARDER_MAX_FILE_SIZE=$GB
sign_up acme owner@acme.example.com
bytes() { yes 'A line of text, one of many.' | head -c $GB; }
form() { printf -- '--x\r\nContent-Disposition: form-data; name="file"; filename="big.txt"\r\nContent-Type: text/plain\r\n\r\n'; "$@"; printf '\r\n--x--\r\n'; }
STATUS=$(form bytes | curl -s -o "$W/body" -w '%{http_code}' -X POST -T - -H 'Expect:' -H "Authorization: Bearer $TOKEN" \
    -H 'Content-Type: multipart/form-data; boundary=x' "$URL/api/v1/files/upload")
method=POST path=/api/v1/files/upload
status 201 'a gigabyte is taken'
json .file.size $GB 'all of it'
big=$(value .file.path)
sum=$(bytes | sha256sum | cut -d' ' -f1)
is "$(sql "SELECT sha256 FROM files")" "$sum" 'byte for byte'
is "$(curl -s -H "Authorization: Bearer $TOKEN" "$URL/api/v1/files/$big" | sha256sum | cut -d' ' -f1)" "$sum" 'and comes back'
is "$(curl -s -H "Authorization: Bearer $TOKEN" -H 'Range: bytes=1073741800-' "$URL/api/v1/files/$big")" "$(yes 'A line of text, one of many.' | head -c $GB | tail -c 24)" 'its end alone, too'
highest=$(for p in /proc/[0-9]*; do
    { tr '\0' ' ' <"$p/cmdline"; } 2>/dev/null | grep -q -- "files -s .*--data $W/data" && sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "$p/status"; done | sort -n | tail -n 1)
ok "in $highest KB of memory" [ "${highest:-$MB32}" -lt $MB32 ]

# Plain CGI streams both ways by itself; no more than 32 MB of its own can it have.
cgi() { # cgi NAME=VALUE…: the files program as the web server of a shared host starts it
    (ulimit -d $MB32; with_settings HTTP_AUTHORIZATION="Bearer $TOKEN" "$@" "$BIN/files" 2>>"$W/log")
}
is "$(cgi REQUEST_METHOD=GET "REQUEST_URI=/api/v1/files/$big" | sed '1,/^\r*$/d' | sha256sum | cut -d' ' -f1)" "$sum" 'plain CGI gives it out'
delete "/api/v1/files/$big"; status 204 'it goes again'
form bytes | cgi REQUEST_METHOD=POST REQUEST_URI=/api/v1/files/upload 'CONTENT_TYPE=multipart/form-data; boundary=x' >"$W/reply"
has "$(cat "$W/reply")" "\"size\":$GB" 'and takes it in'
is "$(sql "SELECT sha256 FROM files")" "$sum" 'byte for byte'
form bytes 2>/dev/null | head -c 50000000 | cgi REQUEST_METHOD=POST REQUEST_URI=/api/v1/files/upload CONTENT_LENGTH=1000000000 \
    'CONTENT_TYPE=multipart/form-data; boundary=x' >"$W/reply"
has "$(cat "$W/reply")" 'Status: 400' 'a cut one is refused'
is "$(find "$W/data/files" -type f | wc -l)" 1 'and leaves nothing'
done_testing
