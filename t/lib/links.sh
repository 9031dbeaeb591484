# links.sh — the links in mails, and callers that come at the same moment.
#
#     . t/lib/larder.sh
#     . t/lib/links.sh            # includes smtp.sh
#     mail_setup
#     …                           # something that mails a link
#     token_of verify ann@acme.co # the token of the newest such mail to her: verify, reset or accept
#     link_of reset ann@acme.co   # the whole link
#     race 5 PATH JSON            # posts at once, as plain CGI, too; leaves $RACED: "200 x1 400 x4"
. t/lib/smtp.sh

sha256() { printf %s "$1" | sha256sum | cut -d' ' -f1; }

# settle: what waits in the queue is done, and what that put there.
is_idle() { [ "$(sql "SELECT COUNT(*) FROM jobs WHERE status IN ('pending', 'running')")" = 0 ]; }
settle() {
    [ -n "$FRONT" ] || { work; is_idle || work; }
    await is_idle || diag "$(sql "SELECT handler, status, error_message FROM jobs WHERE status <> 'completed'")"
}
# link_of KIND ADDRESS: of mails to the address, the newest with a link of that kind.
link_of() {
    settle
    for mail in $(find "$SMTP" -name '[0-9]*.to' | sed 's|.*/||; s|\.to$||' | sort -rn); do
        [ "$(cat "$SMTP/$mail.to")" = "$2" ] || continue
        link=$(grep -oE "[a-z]+://[^ ]*/$1-[a-z]+\?token=[A-Za-z0-9_%-]+" "$SMTP/$mail.text" | head -n 1)
        [ -z "$link" ] || { echo "$link"; return; }
    done
}
token_of() { link_of "$1" "$2" | sed 's/.*token=//'; }

# leaked SECRET…: where one of them can be read that must not be.
leaked() {
    for leak; do
        grep -lF -e "$leak" "$W/log"
        sql "SELECT 'jobs' FROM jobs WHERE payload LIKE '%$leak%' OR error_message LIKE '%$leak%'
             UNION SELECT table_name FROM audit_log WHERE old_value LIKE '%$leak%' OR new_value LIKE '%$leak%'
             UNION SELECT 'email_logs' FROM email_logs WHERE variables LIKE '%$leak%' OR error_message LIKE '%$leak%'
             UNION SELECT 'event_outbox' FROM event_outbox WHERE record LIKE '%$leak%'"
    done
}

race() {
    race_pids='' race_n=0
    while [ "$race_n" -lt "$1" ]; do
        race_n=$((race_n + 1))
        mkdir -p "$W/race.$race_n"
        ln -s "$W/data" "$W/race.$race_n/data"
        (W=$W/race.$race_n; post "$2" "$3"; echo "$STATUS" >"$W/status") &
        race_pids="$race_pids $!"
    done
    for race_pid in $race_pids; do wait "$race_pid"; done
    RACED=$(cat "$W"/race.*/status | sort | uniq -c | awk '{ printf "%s%s x%s", s, $2, $1; s = " " }')
    rm -rf "$W"/race.*
}
