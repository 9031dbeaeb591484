# desk.sh — pages and their forms, as a browser without scripts has them.
#
#     . t/lib/larder.sh
#     . t/lib/desk.sh
#     at_desk acme ann@acme.co            # signed in; at_desk alone: the superadmin; nobody: signed out
#     page /admin/groups                  # GET; leaves $CSRF and $ONCE of the forms in it
#     form /admin/groups/new name=Sales   # POST with both, as far as the page had them
#     goes /admin/groups 'on to the list' # 303 to there; then `page "$NEXT"` follows
#     says '<h1>Groups</h1>'              # in the body
COOKIES=$W/cookies CSRF='' ONCE='' NEXT=''
: >"$COOKIES"

nobody() { TOKEN=; : >"$COOKIES"; CSRF='' ONCE=''; }
at_desk() {
    nobody
    if [ $# = 0 ]; then superadmin; else sign_in "$@"; fi
    echo "larder_session=$TOKEN" >"$COOKIES"
    TOKEN=
}
cookies() { paste -sd';' "$COOKIES" | sed 's/;/; /g'; }
keep_cookies() {
    sed -n 's/^Set-Cookie: *\([^=]*\)=\([^;]*\);.*/\1=\2/Ip' "$W/headers" | tr -d '\r' | while IFS= read -r cookie; do
        grep -v "^${cookie%%=*}=" "$COOKIES" >"$COOKIES.new"
        [ -z "${cookie#*=}" ] || echo "$cookie" >>"$COOKIES.new"
        mv "$COOKIES.new" "$COOKIES"
    done
}
hidden() { grep -o "name=\"$1\" value=\"[^\"]*\"" "$W/body" | head -n 1 | sed 's/.*value="//; s/"$//'; }
page() {
    page_path=$1; shift
    [ ! -s "$COOKIES" ] || set -- -H "Cookie: $(cookies)" "$@"
    request GET "$page_path" "$@"
    keep_cookies
    CSRF=$(hidden csrf) ONCE=$(hidden once) NEXT=$(header_value Location)
}
# The fields are form-encoded by whoever calls; -H … may follow them.
form() {
    form_path=$1 form_fields=$2; shift 2
    [ ! -s "$COOKIES" ] || set -- -H "Cookie: $(cookies)" "$@"
    request POST "$form_path" "csrf=$CSRF${ONCE:+&once=$ONCE}${form_fields:+&$form_fields}" \
        -H 'Content-Type: application/x-www-form-urlencoded' "$@"
    keep_cookies
    NEXT=$(header_value Location)
}
goes() { is "$STATUS $(header_value Location)" "303 $1" "$2"; }
says() { body_has "$1" "${2:-it says: $1}"; }
says_not() { hasnt "$(body)" "$1" "${2:-it does not say: $1}"; }
