#!/bin/sh
# 46-desk-people.t — pages of people: groups and their members, made, changed and deleted by forms alone.
. t/lib/larder.sh
. t/lib/desk.sh

sign_up beta boss@beta.example.com; beta=$TOKEN beta_id=$ACCOUNT
post /api/v1/groups '{"name":"secret-group"}'; theirs=$(value .id)
sign_up acme ann@acme.example.com; acme=$TOKEN acme_id=$ACCOUNT ann=$USER_ID
as_superadmin POST /api/v1/users "{\"email\":\"bob@acme.example.com\",\"account_id\":\"$acme_id\",\"role_id\":2,\"password\":\"$PASSWORD\"}"; bob=$(value .id)
larder user verify bob@acme.example.com --account acme >/dev/null
ask() { TOKEN=$acme; get "$1"; TOKEN=; }     # what the database has: by the API, as Ann
group() { ask "/api/v1/groups/$1"; value "$2"; }

# ---- who may see them ---------------------------------------------------------------------------
nobody
page /admin/groups; goes '/admin/sign-in?next=%2Fadmin%2Fgroups' 'who is not signed in is asked to'
at_desk acme bob@acme.example.com
for path in groups groups/new "groups/$theirs"; do page "/admin/$path"; status 403 "a member has no page /admin/$path"; done

# ---- groups -------------------------------------------------------------------------------------
at_desk acme ann@acme.example.com
page /admin/groups; status 200 'the groups'
says 'pii_access' 'one is there from the start'
says_not secret-group "another account's is not"
says 'href="/admin/groups/new"' 'the next step'
says "/api/v1/groups?page=1" 'the call behind it'
page '/admin/groups?search=nothing-like-it'; says 'No group is like that.' 'nothing found'
says 'value="nothing-like-it"' 'what was looked for stays in its field'
page '/admin/groups?offset=-1'; status 422 'an offset that is none'

page /admin/groups/new; status 200 'a form for a new one'
says_not 'name="account"' 'of their own account'
form /admin/groups/new 'name=&description=kept'; status 422 'a name must be'
says 'This must be filled in.' 'which is said'
says 'href="#f-name"' 'in the summary as well'
says 'kept</textarea>' 'and what was typed stays'
page /admin/groups/new; once=$ONCE
form /admin/groups/new 'name=%3Cb%3ESales%3C%2Fb%3E&description=who+sells'
is "$STATUS" 303 'made'; made=${NEXT##*/}; first=$NEXT
ONCE=$once; form /admin/groups/new 'name=%3Cb%3ESales%3C%2Fb%3E&description=who+sells'
is "$STATUS $NEXT" "303 $first" 'pressed twice: the first answer again'
ask '/api/v1/groups?page=1'; json .total 2 'and one group'
is "$(group "$made" '.name + .description')" '<b>Sales</b>who sells' 'as it was typed'
page "/admin/groups/$made"; status 200 'its page'
says '&lt;b&gt;Sales&lt;/b&gt;' 'with its name escaped'
says_not '<b>Sales' 'everywhere'
says 'Nobody is in this group yet.' 'and nobody in it'
page /admin/groups/new; form /admin/groups/new 'name=pii_access'; status 409 'a name that is taken'
says 'Group with this name already exists in the account' 'is refused in words'
page /admin/groups/new
form /admin/groups/new "name=Spy&account=$beta_id"; is "$STATUS" 303 'an account in the form counts for superadmins alone'
is "$(group "${NEXT##*/}" .account_id)" "$acme_id" 'the group is of their own'
ONCE=; form "/admin/groups/${NEXT##*/}/delete" ''; goes /admin/groups 'and gone again'
page /admin/groups/new; CSRF=wrong; form /admin/groups/new name=Forged; status 403 'a form without its token is refused'

# members
page "/admin/groups/$made"
form "/admin/groups/$made" 'email=nobody%40acme.example.com'; status 422 'nobody of that address'
says 'Nobody in the account has this address.' 'is said'; says 'value="nobody@acme.example.com"' 'and what was typed stays'
form "/admin/groups/$made" 'email=boss%40beta.example.com'; status 422 'somebody of another account'
form "/admin/groups/$made" 'email=bob%40acme.example.com'; goes "/admin/groups/$made" 'Bob is put in'
is "$(group "$made" '.users | map(.email) | join(" ")')" bob@acme.example.com 'and is there'
page "$NEXT"; says 'bob@acme.example.com is in the group.' 'the page says so'
page "/admin/groups/$made"; says_not 'bob@acme.example.com is in the group.' 'once'
form "/admin/groups/$made" 'email=bob%40acme.example.com'; status 409 'twice is a conflict'
says 'User already in group' 'in words'
form "/admin/groups/$made/remove" "remove=chosen"; goes "/admin/groups/$made" 'nobody chosen'
is "$(group "$made" .member_count)" 1 'nobody gone'
form "/admin/groups/$made/remove" "remove=chosen&id=$bob&id=$ann"; goes "/admin/groups/$made" 'the chosen are taken out'
is "$(group "$made" .member_count)" 0 'and are out'

# edit
page "/admin/groups/$made/edit"; status 200 'a form to change it'; version=$(hidden version)
form "/admin/groups/$made/edit" "version=$version&name=Sales&description=more"; goes "/admin/groups/$made" 'changed'
is "$(group "$made" '.name + " " + .description')" 'Sales more' 'to that'
form "/admin/groups/$made/edit" "version=$version&name=Mine&description=more"; status 409 'who had it open before is told'
says 'Somebody has changed this' 'that it was changed'; says 'value="Mine"' 'with what they typed'
is "$(group "$made" .name)" Sales 'and nothing happens'
form "/admin/groups/$made/edit" "version=$(hidden version)&name=Mine&description=more"; goes "/admin/groups/$made" 'sent again, it wins'
is "$(group "$made" .name)" Mine 'it does'
ask '/api/v1/groups?search=pii_access&page=1'; pii=$(value '.items[0].id')
page "/admin/groups/$pii"; says_not "/admin/groups/$pii/delete" 'pii_access cannot be deleted'
page "/admin/groups/$pii/edit"; form "/admin/groups/$pii/edit" "version=$(hidden version)&name=other"; status 422 'nor renamed'
form "/admin/groups/$pii/delete" ''; status 422 'whatever is posted'

# others'
for path in '' /edit /delete; do page "/admin/groups/$theirs$path"; status 404 "another account's group${path:+: $path}"; says_not secret-group 'tells nothing'; done
page "/admin/groups/$made"
form "/admin/groups/$theirs" 'email=bob%40acme.example.com'; status 404 'nobody is put into it'
form "/admin/groups/$theirs/edit" 'name=taken'; status 404 'nor is it changed'
form "/admin/groups/$theirs/remove" "id=$bob"; status 404 'nor emptied'
form "/admin/groups/$theirs/delete" ''; status 404 'nor deleted'
TOKEN=$beta; get "/api/v1/groups/$theirs"; TOKEN=; json .name secret-group 'it is as it was'

# delete
page "/admin/groups/$made"; form "/admin/groups/$made" 'email=bob%40acme.example.com'
page "/admin/groups/$made/delete"; status 200 'before it is deleted'
says 'bob@acme.example.com' 'it says who is in it'
ask "/api/v1/groups/$made"; status 200 'asking deletes nothing'
form "/admin/groups/$made/delete" ''; goes /admin/groups 'deleted'
ask "/api/v1/groups/$made"; status 404 'and gone'
page /admin/groups -H 'Accept-Language: de'; says '<h1>Gruppen</h1>' 'in German as well'

# superadmins
at_desk
page /admin/groups; says secret-group 'superadmins see all'
page "/admin/groups?sort=-name"; says 'aria-sort="descending"' 'and sort them'
page '/admin/groups/new?account=acme'; says 'value="acme"' 'and choose the account'
form /admin/groups/new 'name=from-above&account=nowhere'; status 422 'which must be one'; says 'There is no such account.' 'in words'
form /admin/groups/new 'name=from-above&account=acme'; is "$STATUS" 303 'made there'
is "$(group "${NEXT##*/}" .account_id)" "$acme_id" 'in that account'
done_testing
