#!/bin/sh
# 91-alter.t — a collection changes while others write to it and read it: old or new, never both, and a killed change never was.
FRONT=${FRONT:-lighttpd}
. t/lib/larder.sh
. t/lib/traffic.sh
changes=12

traffic_ready '"fields":[{"name":"name","type":"text"},{"name":"code","type":"text"}]'
writer() {
    n=0
    while traffic; do
        n=$((n + 1))
        ask -w '%{http_code}\n' -o "$W/wrote.$1" "$goods" -d "{\"name\":\"$1-$n\",\"code\":\"$1-$n\"}" >>"$W/statuses.$1"
        [ "$(tail -n 1 "$W/statuses.$1")" = 201 ] && jq -c 'keys' "$W/wrote.$1" >>"$W/shapes.$1" || cat "$W/wrote.$1" >>"$W/refused"
    done
}
batches() {
    n=0
    while traffic; do
        n=$((n + 1))
        ask -w '%{http_code}\n' -o "$W/batch" "$goods/batch" -d "$(jq -cn --arg n "$n" '{records: [range(20) | {name: "b", code: "b-\($n)-\(.)"}]}')" >>"$W/statuses.b"
        jq -c '[.created[]? | keys] | unique | length' "$W/batch" >>"$W/mixed"
    done
}
reader() {
    while traffic; do
        ask -w '%{http_code}\n' -o "$W/read" "$goods?limit=100&count=false" >>"$W/statuses.r"
        jq -c '[.items[]? | keys] | unique | length' "$W/read" >>"$W/mixed"
        jq -c '.items[]? | to_entries[] | select(.key | test("^extra")) | select(.value == null)' "$W/read" >>"$W/empty"
    done
}
: >"$W/empty"
for i in 1 2 3; do in_traffic writer $i; done
in_traffic batches
in_traffic reader

# Fields with defaults, an index that comes and goes, a unique field likewise: the table is altered each time.
change() { request PUT "/api/v1/collections/$id" "$1"; }
fields='{"name":"name","type":"text"}'
as_root
bad=''
for n in $(seq $changes); do
    fields="$fields,{\"name\":\"extra$n\",\"type\":\"number\",\"default\":$n}"
    unique=$([ $((n % 2)) = 0 ] && echo true || echo false)
    change "{\"fields\":[{\"name\":\"code\",\"type\":\"text\",\"unique\":$unique},$fields],\"indexes\":$([ $((n % 3)) = 0 ] && echo '[]' || echo '[["name","-created_at"]]')}"
    [ "$STATUS" = 200 ] || bad="$bad $n:$STATUS $(head -c 300 "$W/body")"
    sleep 0.3
done
traffic_ends
none "$bad" "$changes changes went through"
is "$(cat "$W"/statuses.[123b] | sort | uniq -c | awk '{ print $2 }' | tr '\n' ' ')" '201 ' "every write did: $(cat "$W"/statuses.[123b] | wc -l)"
none "$(head -n 3 "$W/refused" 2>/dev/null)" 'with nothing refused'
is "$(sort -u "$W/statuses.r")" 200 "every list did: $(wc -l <"$W/statuses.r")"
is "$(sort -u "$W/mixed" | grep -v '^0$')" 1 'no reply has records of two shapes'
none "$(head -n 3 "$W/empty")" 'a new field has its default in the records of before'
for i in 1 2 3; do uniq "$W/shapes.$i" | sort | uniq -d; done >"$W/back"
none "$(cat "$W/back")" 'who has seen the new shape does not see the old one again'
isnt "$(cat "$W"/shapes.[123] | sort -u | wc -l)" 1 'there were several shapes'
get "/api/v1/records/goods?limit=1"
json .total "$(($(grep -c 201 "$W/statuses.1") + $(grep -c 201 "$W/statuses.2") + $(grep -c 201 "$W/statuses.3") + 20 * $(grep -c 201 "$W/statuses.b")))" \
    'all that was acknowledged is there'
TOKEN=$root
get "/api/v1/collections/$id"; json '.schema | length' $((changes + 2)) 'the definition has all fields'
larder audit verify >"$W/verified"; is $? 0 "the trail verifies: $(tail -n 1 "$W/verified")"

# ---- killed in the middle ---------------------------------------------------------------------------
columns() { if [ "$DB" = postgres ]; then sql "SELECT column_name FROM information_schema.columns WHERE table_name = 'col_$1' ORDER BY 1"
    else sql "SELECT name FROM pragma_table_info('col_$1') ORDER BY 1"; fi | tr '\n' ' '; }
before=$(columns goods) definition=$(sql "SELECT schema FROM collections WHERE name = 'goods'")
revisions=$(sql 'SELECT count(*) FROM schema_migrations')
stop_server
LARDER_TEST_SETTINGS="$LARDER_TEST_SETTINGS LARDER_FAULT=definition.changed:kill"
start_server
killed() { case $STATUS in 5*) tap 0 "$1" ;; *) status 500 "$1" ;; esac; }
request PUT "/api/v1/collections/$id" "{\"fields\":[{\"name\":\"code\",\"type\":\"text\"},$fields,{\"name\":\"late\",\"type\":\"text\"}],\"indexes\":[[\"code\"]]}"
killed 'a change is killed before its commit'
request POST /api/v1/collections '{"name":"others","fields":[{"name":"a","type":"text"}]}'; killed 'so is the making of a collection'
request DELETE "/api/v1/collections/$id"; killed 'and the end of one'
is "$(columns goods)" "$before" 'the table is as it was'
is "$(sql "SELECT schema FROM collections WHERE name = 'goods'")" "$definition" 'the definition, too'
is "$(columns others)" '' 'there is no other table'
is "$(sql 'SELECT count(*) FROM schema_migrations')" "$revisions" 'nor anything of it in the history'
TOKEN=$TOKEN_BEFORE
post /api/v1/records/goods '{"name":"after","code":"after"}'; status 201 'and writing goes on'
get "/api/v1/records/goods?filter=name='after'"; json '.items[0].extra3' 3 'as before'
stop_server
LARDER_TEST_SETTINGS=$(printf %s "$LARDER_TEST_SETTINGS" | sed 's/LARDER_FAULT=[^ ]*//')
start_server
TOKEN=$root
request PUT "/api/v1/collections/$id" "{\"fields\":[{\"name\":\"code\",\"type\":\"text\"},$fields,{\"name\":\"late\",\"type\":\"text\"}]}"
status 200 'the same change succeeds when nobody kills it'
larder audit verify >"$W/verified"; is $? 0 "the trail verifies: $(tail -n 1 "$W/verified")"
