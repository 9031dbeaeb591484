#!/bin/sh
# 75-thumb.t — the program that makes small pictures: sizes, shapes, which way up, and what it refuses.
START=later
. t/lib/larder.sh
plan 30

PICTURES=$PWD/t/lib/pictures
# thumb SIZE FILE: leaves $CODE, $SAID and $W/out.
thumb() {
    { printf '%s %s' "$1" "$2" | timeout 20 "$BIN/thumb" 2>&1; echo $? >"$W/code"; } | cat >"$W/said"
    CODE=$(cat "$W/code") SAID=$(head -n 1 "$W/said" | tr -d '\0')
    tail -c +$((${#SAID} + 2)) "$W/said" >"$W/out"
}
# size: of what came, as its own head says.
size() {
    perl -e 'local $/; binmode STDIN; $_ = <STDIN>;
        if (/^\x89PNG/) { printf "png %dx%d", unpack "NN", substr $_, 16 }
        elsif (/^RIFF/) { printf "webp %dx%d", /^RIFF....WEBPVP8X/s ? map { (unpack "V", "$_\0") + 1 } unpack "a3a3", substr $_, 24
            : map { $_ & 0x3fff } unpack "vv", substr $_, 26 }
        elsif (/^\xff\xd8.*?\xff[\xc0\xc2]...(..)(..)/s) { printf "jpeg %dx%d", unpack("n", $2), unpack("n", $1) }
        else { print "none: ", substr $_, 0, 60 }' <"$W/out"
}
# made SIZE FILE RESULT NAME
made() { thumb "$1" "$PICTURES/$2"; is "$CODE $(size)" "0 $3" "$4"; }

made 100x100 wide.png 'png 100x100' 'the middle of a wide picture'
is "$SAID" 'ok image/png' 'and its type'
made 60x20 wide.png 'png 60x20' 'another shape'
made 150x0 wide.png 'png 150x100' 'a width alone keeps the shape'
made 0x50 wide.png 'png 75x50' 'so does a height'
made 1x1 wide.png 'png 1x1' 'a point'
made 4000x0 wide.png 'png 300x200' 'nothing is enlarged'
made 4000x100 wide.png 'png 300x100' 'not even a part of it'
made 20x4000 tall.gif 'png 20x90' 'GIF becomes PNG'
made 0x45 tall.gif 'png 15x45' 'at each size'
made 100x100 wide.webp 'webp 100x100' 'WebP stays'
made 12x0 turn1.jpg 'jpeg 12x8' 'JPEG stays'
made 12x0 turn6.jpg 'jpeg 12x8' 'sides are those that are seen'
thumb 24x0 "$PICTURES/turn1.jpg"; cp "$W/out" "$W/upright"
for turn in 2 3 4 5 6 7 8; do
    thumb 24x0 "$PICTURES/turn$turn.jpg"
    ok "turned $turn: upright again" cmp "$W/upright" "$W/out"
done

no() { thumb 100x100 "$2"; is "$CODE $SAID $(wc -c <"$W/out")" "0 $1 0" "$3"; }
printf '%s' '<svg xmlns="http://www.w3.org/2000/svg"/>' >"$W/svg"
no 'no The file is no picture' "$W/svg" 'words are no picture'
sed 's|IHDR|IDAT|' "$PICTURES/wide.png" >"$W/broken"
no 'no The file is no picture' "$W/broken" 'nor is a broken head'
{ head -c 60 "$PICTURES/wide.png"; head -c 700 /dev/zero; } >"$W/damaged"
no 'no The picture is damaged' "$W/damaged" 'damage is found'
# 30000 × 30000, honest in its head, some bytes long.
perl -MCompress::Zlib -e 'sub part { my ($n, $d) = @_; print pack("N", length $d), $n, $d, pack "N", crc32("$n$d") }
    print "\x89PNG\r\n\x1a\n"; part("IHDR", pack "NNCCCCC", $ARGV[0], $ARGV[0], 8, 2, 0, 0, 0); part("IDAT", compress("\0" x 1000)); part("IEND", "")' \
    30000 >"$W/bomb"
no 'no The picture is too large' "$W/bomb" 'a bomb is not lit'
perl -e 'binmode STDIN; local $/; $_ = <STDIN>; substr($_, 6, 4) = pack "vv", 65535, 65535; print' <"$PICTURES/tall.gif" >"$W/gif"
no 'no The picture is too large' "$W/gif" 'whatever its kind'
perl -e 'binmode STDIN; local $/; $_ = <STDIN>; s/(\xff\xc0...)..../$1\x10\x00\x10\x00/s; print' <"$PICTURES/turn1.jpg" >"$W/liar"
thumb 100x100 "$W/liar"
is "$CODE" 0 'a lie about the size does not kill it'
no 'sorry the file cannot be read' "$W/none" 'no file'
: >"$W/empty"
no 'sorry the file cannot be read' "$W/empty" 'an empty one'
ln -s "$PICTURES/wide.png" "$W/link"
no 'sorry the file cannot be read' "$W/link" 'a link leads nowhere'
for question in '0x0 /x' '-1x5 /x' '5000x1 /x' '1x1 ' '1x1' 'axb /x'; do
    printf '%s' "$question" | "$BIN/thumb" 2>&1 | cat >"$W/said"
    [ "$(cat "$W/said")" = 'sorry the question cannot be understood' ] || bad="$bad $question"
done
none "$bad" 'a size has two sides, not both 0, and a path follows'
