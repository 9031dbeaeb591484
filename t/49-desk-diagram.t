#!/bin/sh
# 49-desk-diagram.t — the diagram of the collections: for superadmins, with a box for each and a wire for each reference.
. t/lib/larder.sh
. t/lib/desk.sh
plan 24
at_desk
page /admin/diagram
status 200 'without a collection'
says 'There is no collection yet' 'it says so'
says 'href="/admin/collections/new"' 'and how to make one'
says_not '<svg' 'nothing is drawn'

collection '{"name":"people","fields":[{"name":"name","type":"text"}]}'
collection '{"name":"posts","fields":[{"name":"title","type":"text"},
    {"name":"author","type":"reference","collection":"people","on_delete":"cascade"},
    {"name":"readers","type":"references","collection":"people","on_delete":"restrict"},
    {"name":"parent","type":"reference","collection":"posts","on_delete":"set_null"}]}'
at_desk
page /admin/diagram
status 200 'with two of them'
is "$(body | grep -c 'class="box"')" 2 'a box each'
is "$(body | grep -c 'class="wire"')" 3 'a wire for each reference'
as_superadmin GET /api/v1/collections; id=$(value '.items[] | select(.name == "posts") | .id')
page /admin/diagram
says "<a href=\"/admin/collections/$id\"><title>posts</title>" 'which leads to its collection'
says '<text class="field"' 'with the fields'
says '<code>author</code> → people' 'and all of it in words'
says 'GET</span> <code>/api/v1/collections' 'the call behind it'
page /admin/diagram -H 'Accept-Language: de'
says 'Sammlungen' 'in German'

sign_up acme ann@acme.co
at_desk acme ann@acme.co
page /admin/diagram; status 403 'not for the admin of an account'
says_not 'people' 'who learns no names'
nobody
page /admin/diagram; status 303 'nobody is asked who they are'
form /admin/diagram x=y; status 405 'it only shows'
says 'This page cannot be asked for in that way' 'in words'
for path in /admin/nowhere /admin/users/x/y/z; do
    page $path
    status 404 "whoever is lost: $path"
    says 'There is no such page' 'is told so by a page'
done
page /admin/nowhere -H 'Accept-Language: de'; says 'Diese Seite gibt es nicht' 'in their language'
get /api/v1/admin/nowhere; status 404; json .detail 'Not Found' 'programs are told as ever'
done_testing
