#!/bin/sh
# 70-browser.t — in Chromium, with scripts and without: the pages that mailed links lead to, faults, and the reference.
LARDER_TEST_SETTINGS="LARDER_MAIL_REQUESTS=0 LARDER_SIGN_IN_ATTEMPTS=0 LARDER_ENVIRONMENT=development"
. t/lib/browser.sh
. t/lib/links.sh
mail_setup

API=/api/v1/auth
# links_for NAME: the tokens of a link of each kind, as JSON.
links_for() {
    sign_up "$1" "owner@$1.example.com"
    post /api/v1/invitations "{\"email\":\"guest@$1.example.com\"}"
    TOKEN=''
    post $API/forgot-password "{\"account\":\"$1\",\"email\":\"owner@$1.example.com\"}"
    post $API/register "{\"account_name\":\"New $1\",\"email\":\"new@$1.example.com\",\"password\":\"$PASSWORD\"}"
    jq -nc --arg verify "$(token_of verify "new@$1.example.com")" --arg reset "$(token_of reset "owner@$1.example.com")" \
        --arg accept "$(token_of accept "guest@$1.example.com")" '$ARGS.named'
}
links_for scripts >"$W/on"; links_for plain >"$W/off"
browser_test links.mjs ON="$(cat "$W/on")" OFF="$(cat "$W/off")"
