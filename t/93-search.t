#!/bin/sh
# 93-search.t — fields become searchable and cease to while others write and search: no record is lost to it, nor found by old words.
FRONT=${FRONT:-lighttpd}
. t/lib/larder.sh
. t/lib/traffic.sh
changes=10

traffic_ready '"fields":[{"name":"name","type":"text"},{"name":"text","type":"text"}]'
# Makes a record, then changes it: its last words are those that must be found.
writer() {
    n=0
    while traffic; do
        n=$((n + 1))
        ask -w '%{http_code}\n' -o "$W/wrote.$1" "$goods" -d "{\"name\":\"first$1x$n\",\"text\":\"common words\"}" >>"$W/statuses.$1"
        made=$(jq -r '.id // empty' "$W/wrote.$1")
        ask -w '%{http_code}\n' -o "$W/wrote.$1" -X PATCH "$goods/$made" -d "{\"name\":\"last$1x$n\"}" >>"$W/statuses.$1"
        echo "$n" >"$W/made.$1"
    done
}
searcher() {
    while traffic; do
        ask -w '%{http_code}\n' -o "$W/found" "$goods?search=common&limit=5" >>"$W/searched"
        grep -q 'has no searchable fields' "$W/found" && sed -i '$d' "$W/searched"
    done
}
for i in 1 2 3; do in_traffic writer $i; done
in_traffic searcher

field() { printf '{"name":"%s","type":"text","searchable":%s}' "$1" "$2"; }
as_root
bad=''
for n in $(seq $changes); do
    case $((n % 4)) in
    1) fields="$(field name true),$(field text false)" ;;
    2) fields="$(field text true),$(field name true)" ;;
    3) fields="$(field name false),$(field text false)" ;;
    *) fields="$(field name true),$(field text true)" ;;
    esac
    put "/api/v1/collections/$id" "{\"fields\":[$fields]}"
    [ "$STATUS" = 200 ] || bad="$bad $n:$STATUS $(head -c 300 "$W/body")"
    sleep 0.4
done
put "/api/v1/collections/$id" "{\"fields\":[$(field name true),$(field text true)]}"
sleep 0.3
traffic_ends
none "$bad" "$changes changes went through"
is "$(sort -u "$W"/statuses.[123] | tr '\n' ' ')" '200 201 ' "every write did: $(cat "$W"/statuses.[123] | wc -l)"
is "$(sort -u "$W/searched")" 200 "every search did: $(wc -l <"$W/searched")"
total=$(($(cat "$W/made.1") + $(cat "$W/made.2") + $(cat "$W/made.3")))
get '/api/v1/records/goods?search=common&limit=1'; json .total "$total" 'all are found by the words they share'
get '/api/v1/records/goods?search=words*&limit=1&filter=true'; json .total "$total" 'or their beginning'
get '/api/v1/records/goods?search=last*&limit=1'; json .total "$total" 'by those they have now'
get '/api/v1/records/goods?search=first*&limit=1'; json .total 0 'and not by those of before'
missing=''
for i in 1 2 3; do
    for n in $(seq 1 "$(($(cat "$W/made.$i") / 10 + 1))" "$(cat "$W/made.$i")"); do
        get "/api/v1/records/goods?search=last${i}x$n&fields=name"; [ "$(value '.items[0].name')" = "last${i}x$n" ] || missing="$missing last${i}x$n"
    done
done
none "$missing" 'each by its own'

# ---- killed in the middle ---------------------------------------------------------------------------
tables() { if [ "$DB" = postgres ]; then sql "SELECT tablename FROM pg_tables WHERE tablename LIKE 'fts\\_%' ORDER BY 1"; else sql "SELECT name FROM sqlite_schema WHERE name LIKE 'ft%' AND type IN ('table', 'trigger') ORDER BY 1"; fi | tr '\n' ' '; }
before=$(tables) definition=$(sql "SELECT schema FROM collections WHERE name = 'goods'")
stop_server
LARDER_TEST_SETTINGS="$LARDER_TEST_SETTINGS LARDER_FAULT=search.indexing:kill:20"
start_server
TOKEN=$root
put "/api/v1/collections/$id" "{\"fields\":[$(field name false),$(field text true)]}"
isnt "$STATUS" 200 'killed while it cuts words'
stop_server
LARDER_TEST_SETTINGS=$(printf %s "$LARDER_TEST_SETTINGS" | sed 's/ LARDER_FAULT=[^ ]*//')
start_server
is "$(tables)" "$before" 'the words are as they were'
is "$(sql "SELECT schema FROM collections WHERE name = 'goods'")" "$definition" 'so is the definition'
TOKEN=$TOKEN_BEFORE
get '/api/v1/records/goods?search=common&limit=1'; json .total "$total" 'and what is found'
TOKEN=$root
put "/api/v1/collections/$id" "{\"fields\":[$(field name false),$(field text true)]}"; status 200 'the same change, once more'
TOKEN=$TOKEN_BEFORE
get '/api/v1/records/goods?search=common&limit=1'; json .total "$total" 'finds them all'
get '/api/v1/records/goods?search=last*&limit=1'; json .total 0 'where one looks'
