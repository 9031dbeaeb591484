#!/bin/sh
# 90-kill.t — killed workers lose no acknowledged record, leave no half batch and do not break the trail.
FRONT=${FRONT:-lighttpd}
. t/lib/larder.sh
plan 8
rounds=6

collection '{"name":"drops","fields":[{"name":"n","type":"number","required":true},{"name":"batch","type":"text"}],
    "list_rule":"@request.auth.id != \"\"","view_rule":"@request.auth.id != \"\"","create_rule":"@request.auth.id != \"\""}'
sign_up acme owner@acme.example.com

ask() { curl -s -m 20 -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' "$@"; }
# Writes until told to stop; the ids of what was acknowledged go to $W/acked.$1.
writer() {
    n=0
    while [ ! -e "$W/enough" ]; do
        n=$((n + 1))
        ask "$URL/api/v1/records/drops" -d "{\"n\":$n}" | jq -r '.id // empty' 2>/dev/null >>"$W/acked.$1"
    done
}
batches() {
    n=0
    while [ ! -e "$W/enough" ]; do
        n=$((n + 1))
        ask "$URL/api/v1/records/drops/batch" \
            -d "$(jq -cn --arg b "batch $n" '{records:[range(50) | {n:.,batch:$b}]}')" |
            jq -r '.created[]?.id' 2>/dev/null >>"$W/acked.batches"
    done
}
descendants() { for child in $(cat /proc/"$1"/task/*/children 2>/dev/null); do echo "$child"; descendants "$child"; done; }
victims() { for p in $(descendants "$server_pid"); do tr '\0' ' ' <"/proc/$p/cmdline" 2>/dev/null | grep -q 'records.* -w' && echo "$p"; done; }

writers=''
for i in 1 2 3 4; do writer $i & writers="$writers $!"; done
batches & writers="$writers $!"
killed=0
for round in $(seq $rounds); do
    sleep 1
    case $round in 3) victim=$(victims | head -n 1) ;; *) victim=$(victims | tail -n 1) ;; esac
    kill -KILL "$victim" && killed=$((killed + 1))
done
sleep 1
touch "$W/enough"
# shellcheck disable=SC2086
wait $writers
is "$killed" $rounds 'workers were killed in the middle of it'

sort -u "$W"/acked.* >"$W/acked"
acked=$(wc -l <"$W/acked")
ok "a stream of creates was acknowledged ($acked)" [ "$acked" -gt 200 ]
cursor=''
: >"$W/stored"
while :; do
    get "/api/v1/records/drops?limit=100&sort=created_at&cursor=$cursor"
    [ "$STATUS" = 200 ] || break
    jq -r '.items[] | "\(.id) \(.batch // "")"' "$W/body" >>"$W/stored"
    cursor=$(value '.next_cursor // ""')
    [ -n "$cursor" ] || break
done
status 200 'everything can be listed afterwards'
cut -d' ' -f1 "$W/stored" | sort -u >"$W/stored.ids"
none "$(comm -23 "$W/acked" "$W/stored.ids" | head)" 'every acknowledged record is there'
is "$(wc -l <"$W/stored")" "$(wc -l <"$W/stored.ids")" 'none is there twice'
none "$(cut -s -d' ' -f2- "$W/stored" | grep batch | sort | uniq -c | awk '$1 != 50')" 'every batch is whole'
post /api/v1/records/drops '{"n":1}'
status 201 'writing goes on'
larder audit verify >"$W/verified"; is $? 0 "the audit trail verifies: $(tail -n 1 "$W/verified")"
