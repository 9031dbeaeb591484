#!/bin/sh
# 30-http.t — what holds for every route: paths, methods, headers, bodies, origins.
. t/lib/larder.sh
plan 72

get /health
body_is '{"status":"healthy","service":"SnackBase","version":"0.1.0","audit_logging_enabled":true}' 'health, to the byte'
header Content-Type application/json 'its type has no charset'
header Content-Length 89 'and it has a length'
header X-Content-Type-Options nosniff 'sniffing is off'
header X-Frame-Options DENY 'framing too'
header Cache-Control no-store 'and nobody keeps an answer'
header Referrer-Policy strict-origin-when-cross-origin 'referrers are cut'
has "$(header_value Content-Security-Policy)" "default-src 'self'" 'a content security policy'
is "$(header_value Strict-Transport-Security)" '' 'HSTS is for production'
get /ready
body_is '{"status":"ready","service":"SnackBase","version":"0.1.0","database":"connected","audit_logging_enabled":true}' 'ready'
get /api/v1
body_is '{"name":"SnackBase","version":"0.1.0","api_version":"v1"}' 'the root of the API'
get /live
body_is '{"status":"alive","service":"SnackBase","version":"0.1.0"}' 'alive'
get /live/
status 200 'a slash at the end is served directly'

# Correlation ids are taken when they are harmless.
get /live -H 'X-Correlation-ID: order-7.A_b'
header X-Correlation-ID order-7.A_b 'the correlation id comes back'
get /live -H 'X-Correlation-ID: a b'
has "$(header_value X-Correlation-ID)" 'cid_' 'a bad one is replaced'
get /nothing -H 'X-Correlation-ID: x1'
header X-Correlation-ID x1 'on errors too'

# Routing.
status 404 'an unknown path'
body_is '{"detail":"Not Found"}' 'in the words of the contract'
get /api/v1/auth/login
status 405 'a method that a path does not have'
body_is '{"detail":"Method Not Allowed"}' 'in the words of the contract'
header Allow POST 'with what it has'
request PROPFIND /api/v1/auth/me
status 405 'a method nobody has'
header Allow 'GET, HEAD' 'what a read has'
head_of /health
status 200 'HEAD is answered as GET'
is "$(cat "$W/body")" '' 'without its body'
options /api/v1/auth/login
status 204 'OPTIONS tells the methods'
header Allow POST 'in Allow'
post /api/v1/auth/me '{}' -H 'X-HTTP-Method-Override: GET'
status 405 'a method cannot be overridden'
get /api/v1/auth/../auth/me
status 404 'dots lead nowhere'
get /api/v1/auth/%2e%2e/auth/me
status 404 'encoded or not'
get /api/v1//auth/me
status 404 'nor do double slashes'
# Some web servers refuse these themselves.
refused() { case $STATUS in 404|400) tap 0 "$1" ;; *) status 404 "$1" ;; esac; }
get /api/v1/auth/me%00
refused 'nor NUL'
get /api/v1/auth/%FF
refused 'nor bytes that are no UTF-8'

# Credentials.
get /api/v1/auth/me
status 401 'a route for signed-in callers'
body_is '{"detail":"Missing authentication credentials"}' 'says what is missing'
header WWW-Authenticate Bearer 'and how to bring it'
get /api/v1/auth/me -H 'Authorization: Bearer nonsense'
status 401 'a bad token is refused'
header WWW-Authenticate Bearer 'with a challenge'
get /api/v1/auth/me -H 'X-API-Key: nonsense'
body_is '{"detail":"Invalid API key format"}' 'a bad key, too'
get /api/v1/auth/me -H 'Authorization: Basic eDp5'
body_is '{"detail":"Missing authentication credentials"}' 'Basic is not ours'
post /api/v1/auth/login '{"email":"a@example.com"}' -H 'Authorization: Bearer nonsense'
status 422 'a public route does not look at credentials'
get /api/v1/collections
status 401 'a superadmin route without credentials'
sign_up acme owner@acme.example.com
get /api/v1/collections
status 403 'and with those of a member'
body_is '{"detail":"Superadmin access required"}' 'capital S'
post /api/v1/collections '{"name":7}'
status 403 'who may comes before what fits'
post /api/v1/collections '{"name":'
status 422 'but broken JSON before both'
json .detail[0].type json_invalid 'by its name'
anonymous

# Bodies.
post /api/v1/auth/login ''
status 422 'no body'
json '.detail[0].loc' '["body"]' 'is missing as a whole'
post /api/v1/auth/login '[]'
json '.detail[0].type' model_attributes_type 'a list is no object'
post /api/v1/auth/login '{"email":"x","password":"","account":"a","more":1}'
json '[.detail[].loc[1]]' '["email","password"]' 'all faults in one list'
json .error 'Validation error' 'with a title'
json '.errors.email[0]' 'value is not a valid email address: An email address must have an @-sign.' 'by field'
post /api/v1/auth/login '{"email":"a@example.com","password":"x"}' -H 'Content-Type: text/plain'
json '.detail[0].type' model_attributes_type 'another type is not looked into'
printf '{"email":"a@example.com","password":"\377"}' >"$W/latin"
post /api/v1/auth/login -f "$W/latin"
json '.detail[0].type' json_invalid 'bytes that are no UTF-8'
json '[.message,.errors]' '["body: JSON decode error",{"body":["JSON decode error"]}]' 'are the fault of the body, not of a number'
printf '{"email":"a@example.com","password":"a\\u0000b"}' >"$W/nul"
post /api/v1/auth/login -f "$W/nul"
is "$(echo "$STATUS" | cut -c1)" 4 'NUL is refused'
head -c 1100000 /dev/zero | tr '\0' x >"$W/big"
post /api/v1/auth/login -f "$W/big"
status 413 'a body past the limit'
has "$(body)" 1048576 'says the limit'

# Origins.
get /api/v1/auth/me -H 'Origin: http://localhost:3000'
status 401 'an error'
header Access-Control-Allow-Origin http://localhost:3000 'can be read by a listed origin'
header Vary Origin 'and caches are told'
has "$(header_value Access-Control-Expose-Headers)" Retry-After 'with the headers that matter'
get /live -H 'Origin: http://evil.example'
is "$(header_value Access-Control-Allow-Origin)" '' 'not by a stranger'
options /api/v1/auth/me -H 'Origin: http://localhost:5173' -H 'Access-Control-Request-Method: GET' \
    -H 'Access-Control-Request-Headers: authorization'
status 200 'a preflight'
body_is OK 'is answered'
header Access-Control-Allow-Headers authorization 'with the headers asked for'
header Access-Control-Max-Age 600 'for ten minutes'
options /api/v1/auth/me -H 'Origin: http://evil.example' -H 'Access-Control-Request-Method: GET'
status 400 'a stranger is not'
body_is 'Disallowed CORS origin' 'in the words of the contract'

get /docs
status 404 'the reference is for development'
get /openapi.json
status 404 'in both forms'
