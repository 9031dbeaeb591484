#!/bin/sh
# 69-readme.t — the tour of the README does what it says.
FRONT=${FRONT:-lighttpd}
LARDER_TEST_SETTINGS=LARDER_REQUIRE_EMAIL_VERIFICATION=0
. t/lib/larder.sh
plan 7

sed -n '/^## Five minutes/,/^## Mail/p' README.md >"$W/tour"
awk '/^```/ { inside = /^```sh/; next } inside' "$W/tour" |
    sed "s|^API=.*|API=$URL/api/v1|; s|^EMAIL=.*|EMAIL='$ROOT_EMAIL' PASSWORD='$ROOT_PASSWORD'|; s|bin/larder --data data|larder|" >"$W/tour.sh"
isnt "$(wc -l <"$W/tour.sh")" 0 'the tour has steps'
(set -e; cd "$W"; larder() { with_settings "$OLDPWD/$BIN/larder" --data "$W/data" "$@"; }; . "$W/tour.sh") >"$W/said" 2>"$W/errors"
none "$(grep -v '^#' "$W/errors")" 'nothing goes wrong'
has "$(cat "$W/said")" '{"name":"countries"' 'a collection is made'
countries=$(jq '."3166-1" | length' /usr/share/iso-codes/json/iso_3166-1.json)
is "$(grep -cE '^[0-9]+$' "$W/said")" "$((countries / 100 + 5))" 'batches are counted'
has "$(cat "$W/said")" 'DE-BW Baden-Württemberg, 🇩🇪' 'a list with the records it refers to'
has "$(cat "$W/said")" 'Authentication required' 'a visitor is told off'
has "$(tail -n 1 "$W/said")" valid 'the trail is proven'
