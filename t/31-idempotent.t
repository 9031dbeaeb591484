#!/bin/sh
# 31-idempotent.t — a POST with an Idempotency-Key is done once, and its repeats hear the same.
. t/lib/larder.sh
plan 24

superadmin
book='{"name":"books","schema":[{"name":"title","type":"text"}]}'
post /api/v1/collections "$book" -H 'Idempotency-Key: make-books'
status 201 'the first is done'
first=$(body)
is "$(header_value Idempotency-Replayed)" '' 'and no replay'
post /api/v1/collections "$book" -H 'Idempotency-Key: make-books'
status 201 'the second hears the same status'
body_is "$first" 'and the same body'
header Content-Type application/json 'of the same type'
header Idempotency-Replayed true 'and that it is a replay'
get /api/v1/collections
json .total 1 'it was done once'
post /api/v1/collections '{"name":"others","schema":[{"name":"title","type":"text"}]}' -H 'Idempotency-Key: make-books'
status 422 'the key with another body is refused'
has "$(body)" 'different request' 'and says why'
post /api/v1/collections "$book" -H 'Idempotency-Key: again'
status 409 'another key is another request'
post /api/v1/collections "$book" -H 'Idempotency-Key: again'
status 409 'a failure is not remembered as a success'
post /api/v1/collections '{"name":"pens","schema":[{"name":"title","type":"text"}]}' -H 'Idempotency-Key: again'
status 201 'after a failure the key is free'
post /api/v1/collections "$book" -H "Idempotency-Key: $(head -c 300 /dev/zero | tr '\0' k)"
status 400 'a key has an end'

# The key belongs to its owner.
rules books '{"create_rule":"","list_rule":"","view_rule":""}'
sign_up acme owner@acme.example.com
post /api/v1/records/books '{"title":"a"}' -H 'Idempotency-Key: make-books'
status 201 'the same key of somebody else'
mine=$(value .id)
post /api/v1/records/books '{"title":"a"}' -H 'Idempotency-Key: make-books'
is "$(value .id)" "$mine" 'is theirs alone'
sign_up rival owner@rival.example.com
post /api/v1/records/books '{"title":"a"}' -H 'Idempotency-Key: make-books'
isnt "$(value .id)" "$mine" 'another tenant hears nothing of it'

# Two at once: one does it, both hear of it.
if [ -n "$URL" ]; then
    for i in 1 2 3 4 5 6; do
        curl -s -o "$W/at-once.$i" -X POST "$URL/api/v1/records/books" -H "Authorization: Bearer $TOKEN" \
            -H 'Content-Type: application/json' -H 'Idempotency-Key: at-once' -d '{"title":"b"}' &
        at_once="$at_once $!"
    done
    # shellcheck disable=SC2086
    wait $at_once
else
    for i in 1 2; do
        post /api/v1/records/books '{"title":"b"}' -H 'Idempotency-Key: at-once'
        cp "$W/body" "$W/at-once.$i"
    done
fi
is "$(cat "$W"/at-once.* | jq -r .id | sort -u | wc -l)" 1 'all hear of the same record'
get '/api/v1/records/books?filter=title%20%3D%20%22b%22'
json .total 1 'and there is but one'
anonymous
post /api/v1/auth/login '{"email":"owner@acme.example.com","password":"wrong","account":"acme"}' -H 'Idempotency-Key: x'
status 401 'callers who are not signed in have no keys'

# What is stored is sealed; and where nobody is signed in the header changes nothing, even for who loses a session by it.
stored="CAST(body AS TEXT)"
[ "$DB" != postgres ] || stored="convert_from(body, 'UTF8')"
hasnt "$(sql "SELECT $stored FROM idempotency_keys")" "$mine" 'no stored reply can be read in the database'
isnt "$(sql 'SELECT count(*) FROM idempotency_keys WHERE status = 201')" 0 'though there are some'
sign_in acme owner@acme.example.com
OLD=$REFRESH TOKEN=
post /api/v1/auth/refresh "{\"refresh_token\":\"$OLD\"}" -H 'Idempotency-Key: y'
status 200 'a refresh token is exchanged, key or not'
NEW=$(value .refresh_token)
sql "UPDATE refresh_tokens SET rotated_at = rotated_at - 61000000 WHERE rotated_at IS NOT NULL"
post /api/v1/auth/refresh "{\"refresh_token\":\"$OLD\"}" -H 'Idempotency-Key: z'
status 401 'one that comes again later is refused'
post /api/v1/auth/refresh "{\"refresh_token\":\"$NEW\"}"
status 401 'and has ended the session, key or not'
