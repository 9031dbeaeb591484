#!/bin/sh
# 74-s3.t — `worker --store` carries objects to a bucket and back: signed, whole or not at all.
START=later
. t/lib/larder.sh
. t/lib/s3.sh
plan 44

mkdir -m 700 "$W/data"
s3_start
head -c 3000000 /dev/urandom >"$W/big"
printf 'hello' >"$W/small"
: >"$W/empty"
# ask MEMBERS [CONFIG]: leaves $CODE, $W/line and $W/bytes.
ask() {
    printf '{"config":%s,%s}' "${2:-$S3_CONFIG}" "$1" |
        LARDER_LOG_LEVEL=ERROR timeout 60 "$BIN/worker" --store --data "$W/data" >"$W/said" 2>>"$W/log"
    CODE=$?
    head -n 1 "$W/said" >"$W/line"
    tail -c +$(($(wc -c <"$W/line") + 1)) "$W/said" >"$W/bytes"
}
said() { jq -r ".$1 | tostring" "$W/line"; }
same() { ok "$2" cmp "$W/bytes" "$1"; }

ask "\"do\":\"put\",\"key\":\"acme/a b+ü~.png\",\"file\":\"$W/big\",\"type\":\"image/png\""
is "$CODE $(said status)" '0 200' 'a file is stored'
is "$(cat "$S3/refused" 2>/dev/null)" '' 'its signature is right, whatever its name'
ok 'as it is' cmp "$W/big" "$S3/buckets/larder/acme%2Fa%20b%2B%C3%BC~.png"
ask '"do":"get","key":"acme/a b+ü~.png"'
is "$CODE $(said status) $(said length) $(said type)" '0 200 3000000 image/png' 'and fetched'
same "$W/big" 'as it was'
isnt "$(said modified)" 0 'with its time'
ask '"do":"get","key":"acme/a b+ü~.png","range":"bytes=1000000-1999999"'
is "$CODE $(said status) $(said length)" '0 206 1000000' 'or a part of it'
ok 'that part' sh -c "tail -c +1000001 '$W/big' | head -c 1000000 | cmp - '$W/bytes'"
ask '"do":"get","key":"acme/a b+ü~.png","range":"bytes=9000000-"'
is "$CODE $(said status) $(said code)" '0 416 InvalidRange' 'a part that is none'
ask "\"do\":\"put\",\"key\":\"acme/empty\",\"file\":\"$W/empty\""
ask '"do":"get","key":"acme/empty"'
is "$CODE $(said status) $(wc -c <"$W/bytes")" '0 200 0' 'an empty file is one, too'
ask '"do":"get","key":"acme/none"'
is "$CODE $(said status) $(said code)" '0 404 NoSuchKey' 'one that is not there'

for n in 1 2 3 4 5; do ask "\"do\":\"put\",\"key\":\"list/$n&.txt\",\"file\":\"$W/small\",\"type\":\"text/plain\""; done
ask '"do":"list","prefix":"list/"'
is "$(cut -f 1,3 "$W/bytes" | tr '\t\n' '  ')" '5 list/1&.txt 5 list/2&.txt 5 list/3&.txt ' 'a list'
next=$(jq -c .next "$W/line")
ask "\"do\":\"list\",\"prefix\":\"list/\",\"after\":$next"
is "$(cut -f 3 "$W/bytes" | tr '\n' ' ')" 'list/4&.txt list/5&.txt ' 'goes on where it ended'
is "$(said next)" null 'until it is over'
ask "\"do\":\"put\",\"key\":\"acme/sum\",\"file\":\"$W/small\",\"sum\":\"$(sha256sum <"$W/small" | cut -c1-64)\""
is "$CODE $(said status)" '0 200' 'a sum that is known is believed'
ask "\"do\":\"put\",\"key\":\"acme/sum\",\"file\":\"$W/big\",\"sum\":\"$(sha256sum <"$W/small" | cut -c1-64)\""
is "$CODE $(said status)" '0 403' 'by us: not by who compares it'
ask '"do":"head","key":"acme/sum"'
is "$CODE $(said status) $(said length)" '0 200 5' 'what was there stays'
ask '"do":"clear","prefix":"list/"'
is "$CODE $(said status) $(s3_keys | grep -c ^list/)" '0 204 0' 'all of a folder goes'
is "$(s3_keys | grep -c ^acme/)" 3 'and nothing else'
ask '"do":"clear","prefix":"list/"'
is "$CODE $(said status)" '0 200' 'twice, too'
for n in 1 2; do ask "\"do\":\"put\",\"key\":\"list/$n&.txt\",\"file\":\"$W/small\",\"type\":\"text/plain\""; done
ask '"do":"delete","key":"acme/empty"'
is "$CODE $(said status)" '0 204' 'an object goes'
hasnt "$(s3_keys)" acme/empty 'and is gone'
ask '"do":"head"'
is "$CODE $(said status)" '0 200' 'the bucket is there'
ask '"do":"head"' "$(printf %s "$S3_CONFIG" | sed 's/larder/other/')"
is "$CODE $(said status)" '0 404' 'another is not'
ask '"do":"get","key":"list/1&.txt"' "$(printf %s "$S3_CONFIG" | sed 's/Hush-Secret-1/Hush-Secret-2/')"
is "$CODE $(said status) $(said code)" '0 403 SignatureDoesNotMatch' 'another secret does not fit'
ask '"do":"get","key":"list/1&.txt"' "$(printf %s "$S3_CONFIG" | sed 's/eu-west-9/eu-west-1/')"
is "$(said status)" 403 'nor does another region'

for case in 'cut 1 200' 'endless 0 0' 'moved 0 307' 'elsewhere 0 301' '500 0 500'; do
    # shellcheck disable=SC2086
    set -- $case
    s3_mode "$1"
    ask '"do":"get","key":"acme/a b+ü~.png"'
    is "$CODE $(said status)" "$2 $3" "a server that is $1"
    ok "  gives no whole object" test "$(wc -c <"$W/bytes")" -lt 3000000
done
is "$(grep -c stolen "$S3/asked")" 0 'nobody follows it elsewhere'
s3_mode elsewhere
ask '"do":"head"'
is "$(said why)" "The bucket is in region 'us-east-2'" 'a bucket of another region says which'
s3_mode ok
ask '"do":"get","key":"x"' "{\"bucket\":\"b\",\"access_key_id\":\"a\",\"secret_access_key\":\"s\",\"endpoint_url\":\"http://127.0.0.1:1\"}"
has "$(said status) $(said why)" '0 Failed to connect' 'nobody there'
for wrong in 'file:///etc/passwd' 'http://' 'http://a b/' 'http://u:p@127.0.0.1/' 'http://127.0.0.1/?x='; do
    ask '"do":"get","key":"x"' "{\"bucket\":\"b\",\"access_key_id\":\"a\",\"secret_access_key\":\"s\",\"endpoint_url\":\"$wrong\"}"
    [ "$(said why)" = 'endpoint_url is no address of a server' ] || bad="$bad $wrong: $(cat "$W/line")"
done
none "$bad" 'what is no address is not called'
ask "\"do\":\"put\",\"key\":\"x\",\"file\":\"$W/small\",\"type\":\"text/plain\\r\\nX-Amz-Acl: public-read\""
is "$(said status)" 0 'a type is one line'
ask "\"do\":\"put\",\"key\":\"x\",\"file\":\"$W/none\""
is "$(said status) $(said why)" '0 The file cannot be read' 'what is not there is not sent'
ask '"do":"burn","key":"x"'
is "$(said why)" 'The question cannot be understood' 'what else is asked is not done'
hasnt "$(cat "$W/log")" Hush- 'no secret is in the log'
