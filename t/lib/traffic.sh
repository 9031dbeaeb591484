# traffic.sh — a collection, goods, that changes while people of an account write to it and read it.
#
#     . t/lib/larder.sh
#     . t/lib/traffic.sh
#     traffic_ready '"fields":[{"name":"name","type":"text"}]'
#     someone() { while traffic; do ask …; done; }
#     in_traffic someone          # … and more of them
#     as_root                     # from now on $TOKEN is the superadmin's; changes of /api/v1/collections/$id
#     traffic_ends                # waits for all; then $TOKEN is that of the account again
#
# ask …     curl, as a member of the account; $goods is the collection's address
traffic_pids=''
traffic_ready() {
    open='"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""'
    collection "{\"name\":\"goods\",$1,$open}"
    superadmin
    root=$TOKEN
    get /api/v1/collections; id=$(value '.items[0].id')
    sign_up acme owner@acme.example.com
    goods=$URL/api/v1/records/goods
}
ask() { curl -s -m 60 -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' "$@"; }
traffic() { [ ! -e "$W/enough" ]; }
in_traffic() { "$@" & traffic_pids="$traffic_pids $!"; }
as_root() { TOKEN_BEFORE=$TOKEN TOKEN=$root; }
# shellcheck disable=SC2086
traffic_ends() { touch "$W/enough"; wait $traffic_pids; TOKEN=$TOKEN_BEFORE; }
