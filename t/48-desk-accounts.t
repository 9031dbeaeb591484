#!/bin/sh
# 48-desk-accounts.t — pages of accounts, invitations and keys: made, named, acted in, mailed, revoked and deleted.
. t/lib/larder.sh
. t/lib/desk.sh

sign_up beta boss@beta.example.com; beta=$TOKEN beta_id=$ACCOUNT
post /api/v1/invitations '{"email":"guest@beta.example.com"}'; theirs=$(value .id)
sign_up acme ann@acme.example.com; acme=$TOKEN acme_id=$ACCOUNT
post /api/v1/groups '{"name":"sales"}'; sales=$(value .id)
ask() { TOKEN=$acme; get "$1"; TOKEN=; }
root() { as_superadmin GET "$1"; TOKEN=; }

# ---- invitations --------------------------------------------------------------------------------
at_desk acme ann@acme.example.com
page /admin/invitations; status 200 'the invitations'; says 'No invitation is like that.' 'none yet'; says_not guest@beta "nor another account's"
page /admin/invitations/new; status 200 'a form for one'; says ' sales</label>' 'with groups'; says_not 'name="account"' 'into their own account'
form /admin/invitations/new 'email=nonsense&role_id=2'; status 422 'an address must be one'; says 'value="nonsense"' 'what was typed stays'
form /admin/invitations/new 'email=ann%40acme.example.com&role_id=2'; status 422 'who is in already is not invited'
page /admin/invitations/new; once=$ONCE
form /admin/invitations/new "email=new%40acme.example.com&role_id=1&groups=$sales&account=$beta_id"; is "$STATUS" 303 'invited'; made=${NEXT##*/} first=$NEXT
ONCE=$once; form /admin/invitations/new "email=new%40acme.example.com&role_id=1&groups=$sales&account=$beta_id"; is "$STATUS $NEXT" "303 $first" 'pressed twice: once'
ask /api/v1/invitations; json '[.total, (.invitations[0] | .email, .role_id, (.groups | join(" ")), .account_id, .status)]' "[1,\"new@acme.example.com\",1,\"$sales\",\"$acme_id\",\"pending\"]" 'as the form said'
token=$(value '.invitations[0].token')
page "/admin/invitations/$made"; status 200 'a page for it'; says "accept-invitation?token=$token" 'with the link, should mail not work'
page '/admin/invitations?status=pending&search=NEW'; says new@acme.example.com 'found'
page '/admin/invitations?status=accepted'; says_not "$made" 'or not, by status'
page '/admin/invitations?status=nonsense'; status 422 'which must be one'
page "/admin/invitations/$made"; form "/admin/invitations/$made/resend" ''; goes "/admin/invitations/$made" 'sent again'
for path in '' /delete; do page "/admin/invitations/$theirs$path"; status 404 "another account's invitation${path:+: $path}"; done
page "/admin/invitations/$made"
for path in /resend /delete; do form "/admin/invitations/$theirs$path" ''; status 404 "nothing is done to it: $path"; done
page "/admin/invitations/$made/delete"; status 200 'asked before it is cancelled'; ask /api/v1/invitations; json .total 1 'asking does nothing'
form "/admin/invitations/$made/delete" ''; goes /admin/invitations 'cancelled'; ask /api/v1/invitations; json .total 0 'and gone'
for path in accounts accounts/new "accounts/$acme_id" "accounts/$acme_id/delete" keys keys/new; do page "/admin/$path"; status 403 "for superadmins: /admin/$path"; done
page /admin/groups; form /admin/act "account_id=$beta_id"; status 403 'nor does an admin act elsewhere'

# ---- accounts -----------------------------------------------------------------------------------
at_desk
page /admin/accounts; status 200 'the accounts'; says 'href="/admin/accounts/new"' 'the next step'
page '/admin/accounts?search=acm'; says "$acme_id" 'found'; says_not "$beta_id" 'others are not'
page '/admin/accounts?sort=name'; says 'aria-sort="ascending"' 'sorted'; page '/admin/accounts?sort=nonsense'; status 422 'by what there is'
page /admin/accounts/new
form /admin/accounts/new 'name=&slug=Not+One'; status 422 'faults are told'; says 'href="#f-name"' 'of the name'; says 'href="#f-slug"' 'of the short name'; says 'value="Not One"' 'and what was typed stays'
form /admin/accounts/new 'name=Other&slug=acme'; status 422 'a short name that is taken'
page /admin/accounts/new; once=$ONCE
form /admin/accounts/new 'name=%3Cb%3ENorth%3C%2Fb%3E&slug=north'; is "$STATUS" 303 'made'; north=${NEXT##*/} first=$NEXT
ONCE=$once; form /admin/accounts/new 'name=%3Cb%3ENorth%3C%2Fb%3E&slug=north'; is "$NEXT" "$first" 'once'
page "/admin/accounts/$north"; says '&lt;b&gt;North&lt;/b&gt;' 'its page'; says_not '<b>North' 'escaped'; says 'Storage' 'and what it has'
page "/admin/accounts/$north/edit"; version=$(hidden version)
form "/admin/accounts/$north/edit" "version=$version&name=South"; goes "/admin/accounts/$north" 'renamed'
form "/admin/accounts/$north/edit" "version=$version&name=West"; status 409 'who had it open before is told'; says 'value="West"' 'with what they typed'
root "/api/v1/accounts/$north"; json '[.name, .slug]' '["South","north"]' 'the first stays'

# ---- acting in one ------------------------------------------------------------------------------
page "/admin/accounts/$acme_id"; form /admin/act "account_id=$acme_id"; goes /admin 'a superadmin acts in an account'
page /admin/users; says ann@acme.example.com 'and sees its people'; says_not boss@beta.example.com 'alone'
says 'You act as an administrator of' 'every page says so'; says_not '/admin/accounts"' 'and has the menu of its admins'
page /admin/accounts; status 403 'what is for superadmins waits'; says 'leave the account you act in first' 'and says for what'
page "/admin/invitations/$theirs"; status 404 "others' things are not there"
page /admin/groups/new; form /admin/groups/new "name=acted&account=beta"; is "$STATUS" 303 'what is made'
ask "/api/v1/groups/${NEXT##*/}"; json .account_id "$acme_id" 'is made there'
page /admin/groups; form /admin/act 'account_id='; goes /admin 'and leaves it'
page /admin/users; says boss@beta.example.com 'who they were before'
form /admin/act "account_id=$beta_id&csrf2=x"; CSRF=none; form /admin/act "account_id=$beta_id"; status 403 'not without the token of a form'
page /admin/users; form /admin/act 'account_id='; page /admin/users; form /admin/act 'account_id=nowhere'; status 404 'nor somewhere that is not'
form /admin/act 'account_id=00000000-0000-0000-0000-000000000000'; status 400 "nor in the system's own account"

# ---- keys ---------------------------------------------------------------------------------------
page /admin/keys; status 200 'the keys'; says 'You have no keys yet.' 'none yet'
page /admin/keys/new; form /admin/keys/new 'name=x&expires=2001-01-01&service=nowhere'; status 422 'faults are told'
for name in name expires service; do says "href=\"#f-$name\"" "of $name"; done
page /admin/keys/new; form /admin/keys/new "name=%3Ci%3Eci%3C%2Fi%3E&service=acme&scopes=admin&expires=2999-01-01"; status 200 'made'
says '&lt;i&gt;ci&lt;/i&gt;' 'escaped'; key=$(grep -o 'sb_[A-Za-z0-9._-]*' "$W/body" | head -n 1); is "${key:+shown}" shown 'and shown'
header Cache-Control no-store 'to be kept nowhere'
get /api/v1/auth/me -H "X-API-Key: $key"; status 200 'it is good'
root /api/v1/admin/api-keys; json '.items[0] | [.name, .account_id, .scopes[0], .expires_at[:10]]' "[\"<i>ci</i>\",\"$acme_id\",\"admin\",\"2999-01-01\"]" 'and as the form said'; id=$(value '.items[0].id')
page /admin/keys; says_not "$key" 'never shown again'; page "/admin/keys/$id"; status 200 'one of them'; says_not "$key" 'without it'
page "/admin/keys/$id/delete"; status 200 'asked before it is revoked'
form "/admin/keys/$id/delete" ''; goes /admin/keys 'revoked'; get /api/v1/auth/me -H "X-API-Key: $key"; status 401 'it is no good any more'
page /admin/keys/01234567-89ab-4def-8123-456789abcdef; status 404 'a key that is none'

# ---- the end of an account ----------------------------------------------------------------------
page "/admin/accounts/$acme_id/delete"; status 200 'before an account is deleted'; says ann@acme.example.com 'it says what goes'
form "/admin/accounts/$acme_id/delete" word=wrong; status 422 'its short name must be typed'; says 'That is not the same.' 'which is said'
root "/api/v1/accounts/$acme_id"; status 200 'it is still there'
form "/admin/accounts/$acme_id/delete" word=acme; goes /admin/accounts 'deleted'; root "/api/v1/accounts/$acme_id"; status 404 'and gone'
page /admin/accounts/00000000-0000-0000-0000-000000000000/delete; says 'This cannot be done' "the system's own is never"
form /admin/accounts/00000000-0000-0000-0000-000000000000/delete 'word=system'; is "$(case $STATUS in 4*) echo refused ;; *) echo "$STATUS" ;; esac)" refused 'whatever is posted'
page /admin/accounts -H 'Accept-Language: de'; says '<h1>Konten</h1>' 'in German as well'
page '/admin/invitations?account=beta'; says guest@beta.example.com 'superadmins see the invitations of every account'
page /admin/invitations/new; form /admin/invitations/new 'email=far%40beta.example.com&role_id=2&account=beta'; is "$STATUS" 303 'and invite into each'
TOKEN=$beta; get '/api/v1/invitations?search=far'; TOKEN=; json '.invitations[0].account_id' "$beta_id" 'it is there'
done_testing
