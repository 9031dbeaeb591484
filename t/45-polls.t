#!/bin/sh
# 45-polls.t — changes told to who asks for them: whose, of what, and since when; and who is refused.
. t/lib/larder.sh
plan 32

R=/api/v1/realtime
texts() { value '[.events[] | .type + " " + (.data.text // .data.id)] | join(", ")'; }
sign_up rival rival@rival.example.com; RIVAL=$TOKEN
sign_up acme owner@acme.example.com
collection '{"name":"notes","fields":[{"name":"text","type":"text"},{"name":"hidden","type":"text"}],"list_rule":"","view_rule":"text != \"private\"","create_rule":"","update_rule":"","delete_rule":"","view_fields":["text"]}'
collection '{"name":"plans","fields":[{"name":"text","type":"text"}],"list_rule":null,"view_rule":null,"create_rule":""}'

get "$R/subscribe?poll=1&wait=0"
status 200 'a poll is answered'
header Content-Type application/json 'as JSON'
header Cache-Control no-store 'that nobody keeps'
AT=$(value .last_id)
has "$AT" "${AT%%[!0-9]*}" 'with a place to go on from'
post /api/v1/records/notes '{"text":"one","hidden":"x"}'; ONE=$(value .id)
post /api/v1/records/notes '{"text":"private"}'
post /api/v1/records/plans '{"text":"plan"}'
patch "/api/v1/records/notes/$ONE" '{"text":"two"}'
patch "/api/v1/records/notes/$ONE" '{"text":"private"}'
delete "/api/v1/records/notes/$ONE"
get "$R/subscribe?poll=1&since=$AT"
is "$(texts)" "notes.create one, notes.update two, notes.delete $ONE" 'what may be seen, while it may be seen'
json '.events[0].data.hidden' null 'with the fields that may be seen'
json '.events[0].table + " " + .events[0].event' 'notes INSERT' 'in the words of both kinds of clients'
json '.events | map(.id) | . == sort' true 'in order'
NOW=$(value .last_id)
get "$R/subscribe?poll=1&since=$AT&collections=notes:update,delete"
is "$(texts)" "notes.update two, notes.delete $ONE" 'only the operations that were asked for'
get "$R/subscribe?poll=1&since=$AT&collection=notes&filter=text%20%3D%20%27two%27"
has "$(texts)" 'two' 'only what the filter lets through'
hasnt "$(texts)" 'one' 'and nothing else'
get "$R/subscribe?poll=1&since=$AT&wait=0&collections=plans&collections=nowhere"
json .events '[]' 'nothing of what is locked, or is not'
get "$R/subscribe?poll=1&since=$NOW&wait=0"
json .events '[]' 'nothing twice'
get "$R/subscribe?poll=1&since=99999999"
json .reset true 'a place that never was is gone'
json .events '[]' 'and nothing is told from there'

sql "UPDATE event_floor SET newest = $AT + 1"
get "$R/subscribe?poll=1&since=$AT"; json .reset true 'nor is one whose events were swept'
get "$R/subscribe?poll=1&since=$((AT + 1))"; json .reset null 'one that is just not, is'
sql 'UPDATE event_floor SET newest = 0'

TOKEN=$RIVAL
get "$R/subscribe?poll=1&since=$AT&wait=0"
json .events '[]' 'another account hears nothing of it'
get "$R/subscribe?poll=1&since=$AT&wait=0&collections=notes"
json .events '[]' 'nor by name'
get "$R/subscribe?poll=1&account_id=$ACCOUNT"
status 403 'nor by its id'
superadmin
get "$R/subscribe?poll=1&since=$AT&account_id=*&collections=plans"
has "$(texts)" 'plans.create plan' 'a superadmin hears everybody'
get "$R/subscribe?poll=1&since=$AT&wait=0&collections=plans"
json .events '[]' 'who asks to'

get "$R/subscribe?poll=1&collections=notes&collections=plans&filter=text%20%3D%201"
status 422 'a filter is of one collection'
get "$R/subscribe?poll=1&collections=notes&filter=text%20%3D%3D%3D"
status 422 'and has to read'
get "$R/subscribe?poll=1&since=-1"; status 422 'places are numbers'
get "$R/subscribe?poll=1&wait=26"; status 422 'the longest wait is 25 seconds'
post "$R/subscribe" '{}'; status 405 'nobody posts there'
get "$R/ws"; status 426 'what is no WebSocket is told so at once'
json .detail 'This is a WebSocket; use /realtime/subscribe instead' 'and where to go'
anonymous
get "$R/subscribe"; status 401 'nobody listens without a token'
json .detail 'Missing token' 'in the words of the contract'
get "$R/subscribe?token=x"; json .detail 'Invalid token' 'nor with a bad one'
done_testing
