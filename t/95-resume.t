#!/bin/sh
# 95-resume.t — subscribers that are cut every second miss nothing and hear nothing twice, whoever else dies meanwhile.
#
# RESUME_SECONDS  how long 200 records a second are created (8)
FRONT=${FRONT:-lighttpd}
START=later
. t/lib/larder.sh
plan 9
seconds=${RESUME_SECONDS:-8}
start LARDER_REALTIME_CONNECTIONS_PER_USER=100

collection '{"name":"ticks","fields":[{"name":"n","type":"number","required":true},{"name":"open","type":"boolean"}],
    "list_rule":"open = true || n = -1 || @request.auth.email = \"owner@acme.example.com\"",
    "view_rule":"open = true || n = -1 || @request.auth.email = \"owner@acme.example.com\"","create_rule":"@request.auth.id != \"\""}'
sign_up other other@other.example.com
other=$TOKEN
sign_up acme owner@acme.example.com
owner=$TOKEN acme=$ACCOUNT
as_superadmin POST /api/v1/users "{\"email\":\"member@acme.example.com\",\"account_id\":\"$acme\",\"role_id\":2,\"password\":\"$PASSWORD\"}"
larder user verify member@acme.example.com --account acme >/dev/null
sign_in acme member@acme.example.com
member=$TOKEN

# --- what happens meanwhile --------------------------------------------------------------------------
# Another account writes into the same collection; realtime is killed, then what started it; the web server
# and all programs are told to reload; PostgreSQL starts afresh.
descendants() { for child in $(cat /proc/"$1"/task/*/children 2>/dev/null); do echo "$child"; descendants "$child"; done; }
realtime() { for p in $(descendants "$server_pid"); do tr '\0' ' ' <"/proc/$p/cmdline" 2>/dev/null | grep -q '/realtime ' && echo "$p"; done; }
noise() {
    while [ ! -e "$W/enough" ]; do
        curl -s -m 5 -o /dev/null -H "Authorization: Bearer $other" -H 'Content-Type: application/json' \
            -d '{"n":-5,"open":true}' "$URL/api/v1/records/ticks"
        sleep 0.02
    done
}
pause() { perl -e 'select undef, undef, undef, $ARGV[0]' "$(awk -v s="$seconds" -v part="$1" 'BEGIN { print s * part }')"; }
trouble() {
    while [ ! -e "$W/begun" ] && [ ! -e "$W/enough" ]; do sleep 0.05; done
    pause 0.2; kill -KILL "$(realtime | tail -n 1)" && echo child
    pause 0.2; kill -KILL "$(realtime | head -n 1)" && echo parent
    pause 0.2; kill -HUP "$server_pid" && echo reload
    [ "$DB" != postgres ] || { pause 0.15; postgres_restart && echo database; }
}
mkdir "$W/heard"
noise & noise_pid=$!
trouble >"$W/trouble" 2>>"$W/log" & trouble_pid=$!
ln -s "$W/heard/begun" "$W/begun"
perl t/lib/resume.pl "$URL" ticks "$W/heard" "$seconds" 200 "$owner" "$owner" "$member" >"$W/cuts" 2>"$W/said"
is "$? $(cat "$W/said")" '0 ' "everybody heard of the last record ($(cat "$W/cuts"))"
touch "$W/enough"
wait "$trouble_pid" "$noise_pid"
is "$(tr '\n' ' ' <"$W/trouble")" "child parent reload ${DB:+database }" 'whatever happened meanwhile'

# --- who heard what ----------------------------------------------------------------------------------

truth() { sql "SELECT id, record_id FROM event_outbox WHERE collection = 'ticks' AND account_id = '$acme' $1 ORDER BY id" | tr '|' ' '; }
shown="AND (REPLACE(CAST(record AS text), ' ', '') LIKE '%\"open\":true%' OR REPLACE(CAST(record AS text), ' ', '') LIKE '%\"n\":-1%')"
truth '' >"$W/all"
truth "$shown" >"$W/shown"
acked=$(cat "$W"/heard/acked.* | awk '{ n += $1 } END { print n }')
ok "enough was created ($acked acknowledged, $(wc -l <"$W/all") committed)" [ "$acked" -gt $((seconds * 40)) ]
ok 'half of it is not for everybody' [ "$(wc -l <"$W/shown")" -lt $(($(wc -l <"$W/all") * 3 / 4)) ]
is "$(ls "$W"/heard/heard.* | wc -l)" 20 'all subscribers left their word'
bad='' twice='' told=''
for k in $(seq 0 19); do
    cut -d' ' -f1,2 "$W/heard/heard.$k" >"$W/one"
    [ $((k % 2)) = 0 ] && want=$W/all || want=$W/shown
    cmp -s "$W/one" "$want" || bad="$bad subscriber $k: $(diff "$W/one" "$want" | grep -c '^>') missing, $(diff "$W/one" "$want" | grep -c '^<') too many"
    twice="$twice$(sort "$W/one" | uniq -d | head -n 3)"
    told="$told$(grep '^told' "$W/heard/heard.$k" | head -n 1)"
done
none "$bad" 'each heard exactly what was committed and is for them, in order'
none "$twice" 'nothing twice'
none "$told" 'nobody was told to start anew'
larder audit verify >"$W/verified"; is $? 0 "the audit trail verifies: $(tail -n 1 "$W/verified")"
