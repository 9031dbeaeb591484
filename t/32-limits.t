#!/bin/sh
# 32-limits.t — how often: requests of callers, failed sign-ins of a person, all counted over every process.
START=later
. t/lib/larder.sh
plan 33

start LARDER_RATE_LIMIT_ENABLED=1 LARDER_RATE_LIMIT_PER_MINUTE=30 LARDER_RATE_LIMIT_AUTHENTICATED_PER_MINUTE=60 LARDER_RATE_LIMIT_BURST=25 \
    'LARDER_RATE_LIMIT_ENDPOINTS={"/api/v1/auth/me":40}' LARDER_TRUSTED_PROXIES=127.0.0.1 LARDER_SIGN_IN_ATTEMPTS=4 LARDER_SIGN_IN_ATTEMPTS_PER_ADDRESS=9

from() { request "$2" "$3" -H "X-Forwarded-For: $1" ${4:+"$4"}; }
repeat() { n=$1; shift; refused=0; while [ "$n" -gt 0 ]; do n=$((n - 1)); "$@"; [ "$STATUS" != 429 ] || refused=$((refused + 1)); done; }

# --- requests ---
sign_up acme owner@acme.example.com
OWNER=$TOKEN
get /api/v1/auth/me
header X-RateLimit-Limit 40 'a path of its own limit says so'
header X-RateLimit-Remaining 24 'and how many are left at once'
ok 'and when all will be there' [ "$(header_value X-RateLimit-Reset)" -ge 1 ]
get /api/v1/roles/1
header X-RateLimit-Limit 60 'a user has the limit of users, on refused requests too'
repeat 60 get /api/v1/auth/me
ok 'a burst is cut off' [ "$refused" -ge 4 ]
tries=0; while [ "$STATUS" != 429 ] && [ $tries -lt 50 ]; do tries=$((tries + 1)); get /api/v1/auth/me; done
status 429 'by 429'
json .error 'Too Many Requests' 'in the shape of the contract'
has "$(value .detail)" 'Rate limit exceeded. Try again in ' 'with a sentence'
body_is "{\"error\":\"Too Many Requests\",\"detail\":\"Rate limit exceeded. Try again in $(header_value Retry-After) seconds.\"}" 'that agrees with Retry-After'
header X-RateLimit-Remaining 0 'and nothing left'
ok 'Retry-After is at least a second' [ "$(header_value Retry-After)" -ge 1 ]
sign_up other other@other.example.com
get /api/v1/auth/me
status 200 'another user is not meant'

anonymous
repeat 60 from 192.0.2.7 GET /api/v1/auth/me
ok 'an address that is not signed in has its own limit' [ "$refused" -ge 1 ]
header X-RateLimit-Limit 40 'of the path'
from 192.0.2.8 GET /api/v1/auth/me
status 401 'another address is not meant'
header X-RateLimit-Remaining 24 'but counts as well'
TOKEN=nonsense
repeat 60 from 192.0.2.9 GET /api/v1/roles
ok 'guessing tokens is limited' [ "$refused" -ge 1 ]
anonymous
repeat 60 from 2001:db8:1:2::1 GET /api/v1/auth/me
repeat 5 from 2001:db8:1:2:3::4 GET /api/v1/auth/me
ok 'an IPv6 network counts as one' [ "$refused" -ge 3 ]
from 2001:db8:1:3::1 GET /api/v1/auth/me
status 401 'the next network does not'
repeat 40 get /health
ok 'health is never limited' [ "$refused" = 0 ]
header X-RateLimit-Limit '' 'nor counted'
superadmin
repeat 40 get /api/v1/auth/me
ok 'superadmins pass' [ "$refused" = 0 ]

# --- sign-ins ---
anonymous
try() { from "$1" POST /api/v1/auth/login "{\"account\":\"$2\",\"email\":\"$3\",\"password\":\"$4\"}"; }
repeat 4 try 198.51.100.1 acme owner@acme.example.com wrong
ok 'four wrong passwords are answered' [ "$refused" = 0 ]
status 401 'as such'
try 198.51.100.2 acme owner@acme.example.com wrong
status 429 'the fifth is not, from another address either'
try 198.51.100.2 ACME owner@acme.example.com "$PASSWORD"
status 429 'nor is the right one, however the account is spelt'
has "$(header_value Retry-After)" '' 'with the time to wait'
try 198.51.100.3 other other@other.example.com "$PASSWORD"
status 200 'other people sign in'
repeat 4 try 198.51.100.4 nowhere nobody@nowhere.example.com wrong
try 198.51.100.4 nowhere nobody@nowhere.example.com wrong
status 429 'somebody who does not exist is limited alike'
repeat 3 try 198.51.100.1 acme a@acme.example.com wrong
repeat 3 try 198.51.100.1 acme b@acme.example.com wrong
try 198.51.100.1 acme c@acme.example.com wrong
status 429 'one address cannot try everybody'
try 198.51.100.1 other other@other.example.com "$PASSWORD"
status 429 'whoever it is then'
TOKEN=$OWNER
get /api/v1/auth/me
isnt "$STATUS" 401 'who is signed in already stays so'
hasnt "$(cat "$W/log")" "$PASSWORD" 'and no password is in the log'
