#!/bin/sh
# 41-thumbs.t — small pictures: sizes that a field declares, made once, kept beside the file, gone with it.
. t/lib/larder.sh
. t/lib/s3.sh
plan 51

PICTURES=t/lib/pictures
s3_start
refused() {
    as_superadmin POST /api/v1/collections "{\"name\":\"wrong\",\"fields\":[{\"name\":\"image\",\"type\":\"file\",\"options\":{\"thumbs\":$1}}]}"
    status 400 "$2"; has "$(value .message)" thumbs '  and says what'
}
refused '"100x100"' 'sizes are a list'
refused '["100x100","5000x1"]' 'of sizes'
collection '{"name":"photos","list_rule":"","view_rule":"","create_rule":"@request.auth.id != \"\"","fields":[
    {"name":"image","type":"file","options":{"thumbs":["100x100","60x0"]}},{"name":"other","type":"file","options":{"thumbs":["30x30"]}}]}'

sign_up beta owner@beta.example.com; beta=$TOKEN
sign_up acme owner@acme.example.com; acme=$TOKEN A=$ACCOUNT
# bring FILE TYPE [FIELD]: uploaded, and held by a record in that field. Leaves $stored.
bring() {
    upload "$1" "${1##*/}" "$2"
    [ "$STATUS" = 201 ] || diag "not uploaded: $STATUS $(body)"
    stored=$(value .file.path)
    [ -z "$3" ] || post /api/v1/photos "{\"$3\":$(value .file)}"
}
size() { perl -e 'local $/; binmode STDIN; $_ = <STDIN>;
    if (/^\x89PNG/) { printf "png %dx%d", unpack "NN", substr $_, 16 }
    elsif (/^\xff\xd8.*?\xff[\xc0\xc2]...(..)(..)/s) { printf "jpeg %dx%d", unpack("n", $2), unpack("n", $1) }
    else { print "none: ", substr $_, 0, 60 }' <"$W/body"; }
thumb() { get "/api/v1/files/$stored?thumb=$1"; }
detail() { status 400 "$2"; json .detail "$1" '  and says why'; }
kept() { find "$W/data/files" -path '*/thumbs/*' -type f | wc -l; }

bring $PICTURES/wide.png image/png
thumb 100x100
detail "Thumbnail size '100x100' is not declared by a field that holds this file" 'nothing is made of what nobody holds'
bring $PICTURES/wide.png image/png image
thumb 100x100
status 200 'a size that is declared'; is "$(size)" 'png 100x100' '  is made'
header Content-Type image/png '  as what it is'
etag=$(header_value ETag)
is "$(kept)" 1 '  and kept'
thumb 60x0
is "$(size)" 'png 60x40' 'so is another'
thumb 30x30
detail "Thumbnail size '30x30' is not declared by a field that holds this file" 'but none of another field'
thumb 50x50; status 400 'nor of none'
thumb 'x'; status 400 'nor what is no size'
thumb '../../x'; status 400 'nor a path'
is "$(kept)" 2 'nothing is made of those'
find "$W/data/files" -path '*/thumbs/*' -name '100x100.png' -exec touch -d '2020-01-01' {} +
thumb 100x100
is "$(find "$W/data/files" -path '*/thumbs/*' -name '100x100.png' -newermt 2021-01-01)" '' 'what is there is not made again'
isnt "$etag" '' 'it has a tag'
get "/api/v1/files/$stored?thumb=100x100&inline=1"
has "$(header_value Content-Disposition)" inline 'it can be shown'
get "/api/v1/files/$stored"; is "$(size)" 'png 300x200' 'the file stays as it is'
post /api/v1/files/sign "{\"path\":\"$stored\"}"; url=$(value .url)
anonymous
get "/api/v1/files/$stored?thumb=100x100"; status 401 'strangers see none'
get "/${url#*://*/}&thumb=100x100"; is "$STATUS $(size)" '200 png 100x100' 'but with a link'
TOKEN=$beta
thumb 100x100; status 403 'nor does another account'
TOKEN=$acme

bring $PICTURES/turn6.jpg image/jpeg image
thumb 60x0; is "$(size)" 'jpeg 24x16' 'a photo is turned upright, and never enlarged'
bring $PICTURES/tall.gif image/gif image
thumb 60x0; is "$(size)" 'png 30x90' 'GIF becomes PNG'
header Content-Type image/png '  and says so'

# ---- what is no picture ----------------------------------------------------------------------------
printf 'hello' >"$W/hello"
bring "$W/hello" text/plain image
thumb 100x100; detail 'No thumbnail can be made of this file: It is no picture' 'a text'
{ head -c 60 $PICTURES/wide.png; head -c 700 /dev/zero; } >"$W/damaged"
bring "$W/damaged" image/png image
thumb 100x100; detail 'No thumbnail can be made of this file: The picture is damaged' 'a damaged picture'
thumb 100x100; detail 'No thumbnail can be made of this file: It was tried before' 'is tried once'
find "$W/data/files" -path '*/thumbs/*' -size 0 -exec touch -d '2 days ago' {} +
thumb 100x100; json .detail 'No thumbnail can be made of this file: The picture is damaged' 'and again on another day'
perl -MCompress::Zlib -e 'sub part { my ($n, $d) = @_; print pack("N", length $d), $n, $d, pack "N", crc32("$n$d") }
    print "\x89PNG\r\n\x1a\n"; part("IHDR", pack "NNCCCCC", 30000, 30000, 8, 2, 0, 0, 0); part("IDAT", compress("\0" x 1000)); part("IEND", "")' >"$W/bomb"
bring "$W/bomb" image/png image
thumb 100x100; json .detail 'No thumbnail can be made of this file: The picture is too large' 'a bomb'

# ---- in S3, and gone -------------------------------------------------------------------------------
before=$(kept)
bring $PICTURES/wide.png image/png image
thumb 100x100
is "$(kept)" $((before + 1)) 'one more'
delete "/api/v1/files/$stored"; status 204 'the file goes'
is "$(kept)" "$before" 'with its small pictures'
thumb 100x100; isnt "$STATUS" 200 'which nobody gets'
s3_setup
bring $PICTURES/wide.png image/png image
thumb 100x100
is "$STATUS $(size)" '200 png 100x100' 'in S3, too'
is "$(s3_keys | grep -c "^$A/thumbs/.*/100x100.png\$")" 1 'it is kept there'
: >"$S3/asked"
thumb 100x100
is "$STATUS $(size) $(wc -l <"$S3/asked")" '200 png 100x100 1' 'and fetched from there'
is "$(find "$W/data/files/.incoming" -type f | wc -l)" 0 'nothing lies about'
delete "/api/v1/files/$stored"; status 204 'the file goes'
is "$(s3_keys)" '' 'and all of it'

# ---- whose records ---------------------------------------------------------------------------------
[ -z "$URL" ] || stop_server
LARDER_TEST_SETTINGS="$LARDER_TEST_SETTINGS LARDER_FILE_ACCESS=record"
[ -z "$FRONT" ] || start_server
bring $PICTURES/wide.png image/png image
as_superadmin POST /api/v1/users "{\"email\":\"bob@acme.example.com\",\"password\":\"$PASSWORD\",\"account_id\":\"$A\",\"role_id\":$(sql "SELECT id FROM roles WHERE name = 'user'")}"
larder user verify bob@acme.example.com --account acme >/dev/null; sign_in acme bob@acme.example.com
thumb 100x100; is "$STATUS $(size)" '200 png 100x100' 'who sees the record sees its small picture'
rules photos '{"list_rule":"created_by = @request.auth.id","view_rule":"created_by = @request.auth.id"}'
get "/api/v1/files/$stored"; status 404 'who may not see it has no file'
thumb 100x100; status 404 'nor what was made of it'
thumb 60x0; status 404 'nor is anything made for him'
is "$(s3_keys | grep -c 60x0)" 0 'nothing at all'
get "/api/v1/files/s3/$A/thumbs/${stored#s3/"$A"/}/100x100.png"; status 404 'by no other way'
