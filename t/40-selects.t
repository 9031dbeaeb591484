#!/bin/sh
# 40-selects.t — a select holds one or several of the values that its field declares.
. t/lib/larder.sh

open='"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""'
field() { printf '{"name":"%s","type":"%s"%s}' "$1" "$2" "$3"; }
size() { field size select ",\"options\":[${1:-\"S\",\"M\",\"L\"}]"; }
colours() { field colours select ",\"options\":{\"values\":[${1:-\"red\",\"green\",\"it's \\\"blue\\\"\"}],\"max\":${2:-2}}"; }
collection '{"name":"shirts","fields":['"$(field name text),$(size),$(colours),$(field fit select ',"options":["slim","wide"],"required":true,"default":"wide"'),$(field marks select ',"options":{"values":["a","b"],"max":2},"required":true,"default":["b","a"]')],$open}"
shirts=/api/v1/records/shirts

# ---- definitions --------------------------------------------------------------------------------
superadmin
get /api/v1/collections?search=shirts; shirts_id=$(value '.items[0].id')
get "/api/v1/collections/$shirts_id"
json '.schema[1:3] | map([.type,.options])' '[["select",["S","M","L"]],["select",{"values":["red","green","it'"'"'s \"blue\""],"max":2}]]' 'options are shown as they were declared'
wrong() { # FIELD MESSAGE CODE
    post /api/v1/collections "{\"name\":\"wrong_one\",\"schema\":[$1]}"
    status 400 "$3: 400"
    json '[.message, .details[0].code]' "[\"Validation failed: $2\",\"$3\"]" "$2"
}
options=schema[0].options
wrong "$(field a select)" "$options: Select field requires 'options' (the values to choose from)" select_options_required
wrong "$(field a select ',"options":[]')" "$options: Select field requires 'options' (the values to choose from)" select_options_required
wrong "$(field a select ',"options":{"max":2}')" "$options: Select field requires 'options' (the values to choose from)" select_options_required
wrong "$(field a select ',"options":{"values":"x"}')" "$options: 'values' must be a list of texts" select_options_invalid
for value in '""' '" "' 7 null '["x"]' "\"$(printf 'é%.0s' $(seq 256))\""; do
    wrong "$(field a select ",\"options\":[\"x\",$value]")" "$options: Value 2 must be a text of 1 to 255 characters" select_options_invalid
done
wrong "$(field a select ',"options":["x","y","x"]')" "$options: Value 'x' is offered twice" select_options_duplicate
wrong "$(field a select ",\"options\":[$(seq -s, 1001 | sed 's/[0-9]*/"&"/g')]")" "$options: A select field offers at most 1000 values" select_options_invalid
for max in 0 -1 1001 1.5 '"2"' null true; do
    wrong "$(field a select ",\"options\":{\"values\":[\"x\"],\"max\":$max}")" "$options: 'max' must be a whole number between 1 and 1000" options_max_invalid
done
wrong "$(field a select ',"options":{"values":["x"],"maximum":2}')" "$options: Unknown option 'maximum'" options_invalid
wrong "$(field a select ',"options":["x"],"default":"y"')" "schema[0].default: Value 'y' is not one of: x" default_invalid
wrong "$(field a select ',"options":["x"],"default":["x"]')" "schema[0].default: Expected option (string), got list" default_invalid
wrong "$(field a select ',"options":{"values":["x"],"max":2},"default":"x"')" "schema[0].default: Expected list of options, got str" default_invalid
wrong "$(field a select ',"options":{"values":["x"],"max":2},"unique":true')" "schema[0].unique: A field of several values cannot be unique" unique_not_allowed
post /api/v1/collections "{\"name\":\"wrong_one\",\"schema\":[$(field a select ',"options":{"values":["x"],"max":2}')],\"indexes\":[[\"a\"]]}"
status 400 'nor is there an index on several'
json '.details[0].code' index_field_type 'and that is said'
post /api/v1/collections "{\"name\":\"wrong_one\",\"schema\":[$(field a select ',"options":"x"')]}"
status 422 'options are a list or an object'
post /api/v1/collections "{\"name\":\"ranks\",\"fields\":[$(field rank select ',"options":["a","b"],"unique":true'),$(field k select ",\"options\":[\"$(printf 'é%.0s' $(seq 255))\"]")],\"indexes\":[[\"rank\",\"k\"]]}"
status 201 'one value may be unique, or in an index'

# ---- records ------------------------------------------------------------------------------------
sign_up acme owner@acme.example.com
post $shirts '{"name":"one","size":"M","colours":["green","red"],"fit":"slim","marks":["a"]}'
status 201 'a record with choices'
one=$(value .id)
json '[.size,.colours,.fit,.marks]' '["M",["green","red"],"slim",["a"]]' 'comes back in the order that was sent'
get "$shirts/$one"
json '[.size,.colours]' '["M",["green","red"]]' 'and is read so'
post $shirts '{"name":"two","colours":["it'"'"'s \"blue\""],"fit":"wide","marks":["b"]}'
two=$(value .id)
get "$shirts/$two"
json '[.size,.colours]' '[null,["it'"'"'s \"blue\""]]' 'what was not chosen is null'
post $shirts '{"name":"three","size":"S","colours":[],"fit":"wide","marks":["b"]}'
three=$(value .id)
json .colours '[]' 'nothing of several is an empty list'
refuses() { # BODY FIELD CODE MESSAGE
    patch "$shirts/$one" "$1"
    status 400 "$1: 400"
    json '.details[0] | [.field,.code,.message]' "[\"$2\",\"$3\",\"$4\"]" "$4"
}
refuses '{"size":"XL"}' size invalid_option "Value 'XL' is not one of: S, M, L"
refuses '{"size":"m"}' size invalid_option "Value 'm' is not one of: S, M, L"
refuses '{"size":""}' size invalid_option "Value '' is not one of: S, M, L"
refuses '{"size":["S"]}' size invalid_type 'Expected option (string), got list'
refuses '{"size":1}' size invalid_type 'Expected option (string), got int'
refuses '{"colours":"red"}' colours invalid_type 'Expected list of options, got str'
refuses '{"colours":["red",null]}' colours invalid_type 'Expected option (string), got NoneType'
refuses '{"colours":["red",["green"]]}' colours invalid_type 'Expected option (string), got list'
refuses '{"colours":["red","red"]}' colours duplicate_value "Value 'red' is given twice"
refuses '{"colours":["red","pink"]}' colours invalid_option "Value 'pink' is not one of: red, green, it's \\\"blue\\\""
refuses '{"colours":["red","green","red"]}' colours too_many_values 'At most 2 values are allowed, got 3'
refuses '{"marks":[]}' marks required_empty "Required field 'marks' cannot be empty"
refuses '{"marks":null}' marks required_null "Required field 'marks' cannot be null"
refuses '{"fit":null}' fit required_null "Required field 'fit' cannot be null"
put "$shirts/$one" '{"name":"one","fit":"slim","marks":["b","a"]}'
json '[.size,.colours,.marks]' '["M",["green","red"],["b","a"]]' 'a put keeps what has no default'
patch "$shirts/$one" '{"size":null,"colours":null}'
json '[.size,.colours]' '[null,null]' 'choices are taken back'
patch "$shirts/$one" '{"size":"L","colours":["red"]}'
post $shirts/batch '{"records":[{"name":"x","fit":"slim","marks":["a"],"size":"S"},{"name":"y","fit":"none","marks":["a"]}]}'
status 400 'a batch minds them too'
json '[.index, .details[0].code]' '[1,"invalid_option"]' 'record by record'

# ---- filters, order, groups ---------------------------------------------------------------------
list() { get "$shirts?sort=name&filter=$1"; json '[.items[].name]' "$2" "$3"; }
list 'size=%22L%22' '["one"]' 'found by what was chosen'
list 'size!=%22L%22' '["three"]' 'by what was not'
list 'size%20IN%20(%22S%22,%22L%22)' '["one","three"]' 'by some'
list 'size%20IS%20NULL' '["two"]' 'by nothing'
get "$shirts?filter=size%20~%20%22S%25%22"; status 400 'a choice is no pattern'
has "$(value .message)" "of type 'select'. Allowed operators: !=, =, IN, IS NOT NULL, IS NULL" 'and it is said what there is'
list 'colours=%22red%22' '["one"]' 'any of several'
list 'colours%20IN%20(%22green%22,%22it\%27s%20\%22blue\%22%22)' '["two"]' 'in the words of the values'
list 'colours%20IS%20NULL' '["three"]' 'an empty list is none'
get "$shirts?sort=-size"; json '[.items[].size]' '["S","L",null]' 'one value sorts'
get "$shirts?sort=colours"; status 400 'several do not'
json . '{"error":"Invalid sort","message":"Field '"'colours'"' holds several values and cannot be sorted"}' 'and say so'
get "$shirts/aggregate?functions=count()&group_by=size"; json '[.results[] | [.size,.count]]' '[[null,1],["L",1],["S",1]]' 'one value groups'
get "$shirts/aggregate?functions=count()&group_by=colours"; status 400 'several do not'
json .message "Field 'colours' holds several values and cannot be grouped by" 'and say so'
get "$shirts/aggregate?functions=count(colours),count(size)"; json '.results' '[{"count_colours":3,"count_size":2}]' 'both are counted'
get "$shirts/aggregate?functions=max(size)"; status 400 'there is no greatest choice'

# ---- the definition changes ---------------------------------------------------------------------
superadmin
rest="$(field fit select ',"options":["slim","wide"],"required":true,"default":"wide"'),$(field marks select ',"options":{"values":["a","b"],"max":2},"required":true,"default":["b","a"]')"
change() { put "/api/v1/collections/$shirts_id" "{\"schema\":[$(field name text),$1,$2,$rest]}"; }
change "$(size '"XL","L","M","S"')" "$(colours '"it'"'"'s \"blue\"","black","red","green"' 3)"
status 200 'values are added and reordered, more are allowed'
change "$(size '"XL","M","S"')" "$(colours '"black","green"' 3)"
status 400 'what records hold stays'
json .message "Schema validation failed: schema[1].options: Value 'L' cannot be removed because records hold it; schema[2].options: Value 'it's \"blue\"' cannot be removed because records hold it; schema[2].options: Value 'red' cannot be removed because records hold it" 'and is named'
json '.details[0].code' select_options_held 'with a code'
change "$(size '"L","S"')" "$(colours '"red","green","it'"'"'s \"blue\""' 3)"
status 200 'what nobody holds goes'
sign_in acme owner@acme.example.com
patch "$shirts/$one" '{"size":"M"}'; status 400 'and can no longer be chosen'
patch "$shirts/$one" '{"colours":["red","green","it'"'"'s \"blue\""]}'; status 200 'three fit now'
superadmin
change "$(size '"L","S"')" "$(colours '"red","green","it'"'"'s \"blue\""' 2)"
status 400 'not fewer than records hold'
json .message "Schema validation failed: schema[2].options: 'max' cannot be 2 because records hold more values" 'and it is said why'
change "$(size '"L","S"')" "$(colours '"red","green","it'"'"'s \"blue\""' 1)"
json .message "Schema validation failed: colours: Type change from 'select' of several values to 'select' of one value is not allowed for data safety" 'several do not become one'
change "$(field size select ',"options":{"values":["L","S"],"max":2}')" "$(colours '' 3)"
json .message "Schema validation failed: size: Type change from 'select' of one value to 'select' of several values is not allowed for data safety" 'nor one several'
change "$(field size text)" "$(colours '' 3)"; status 400 'nor another type'
patch "$shirts/$one" '{"colours":["red"]}'
change "$(size '"L","S"')" "$(colours '' 2)"; status 200 'fewer, when no record has more'

# ---- two accounts, masks ------------------------------------------------------------------------
sign_up other b@other.example.com
get $shirts; json .total 0 'another account has none of them'
post $shirts '{"name":"theirs","size":"S","fit":"slim","marks":["a"]}'; status 201 'but the same choices'
collection '{"name":"people","fields":['"$(field mood select ',"options":["good","bad"],"pii":true'),$(field ills select ',"options":{"values":["flu","gout"],"max":2},"pii":true')],$open}"
post /api/v1/records/people '{"mood":"bad","ills":["gout"]}'; id=$(value .id)
anonymous
get "/api/v1/records/people/$id" -H 'X-Account-ID: other'
json '[.mood,.ills]' '["***","********"]' 'a mask covers them'
patch "/api/v1/records/people/$id" '{"mood":"***","ills":"********"}' -H 'X-Account-ID: other'
status 200 'and sent back changes nothing'
superadmin
get "/api/v1/records/people/$id"; json '[.mood,.ills]' '["bad",["gout"]]' 'as one sees who may'
is "$(sql "SELECT new_value FROM audit_log WHERE column_name = 'colours' AND record_id = '$one' AND operation = 'CREATE'")" '["green","red"]' 'the history tells the list'
