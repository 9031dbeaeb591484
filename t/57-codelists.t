#!/bin/sh
# 57-codelists.t — shared lists of codes: who keeps them, who sees them, and that no account sees another's part.
. t/lib/larder.sh

lists=/api/v1/codelists
nobody=00000000-0000-4000-8000-000000000000
long() { awk -v n="$1" 'BEGIN { while (n-- > 0) printf "x" }'; }
codes() { json '[.[].code] | join(" ")' "$1" "$2"; }

sign_up other rival@other.example.com; rival=$TOKEN other=$ACCOUNT
sign_up acme owner@acme.example.com; owner=$TOKEN acme=$ACCOUNT
as_superadmin POST /api/v1/users "{\"email\":\"ann@acme.example.com\",\"account_id\":\"$acme\",\"role_id\":2,\"password\":\"$PASSWORD\"}"
larder user verify ann@acme.example.com --account acme >/dev/null
sign_in acme ann@acme.example.com; ann=$TOKEN
superadmin; root=$TOKEN
system=$ACCOUNT

# ---- who may -------------------------------------------------------------------------------------
anonymous
for call in "GET $lists" "GET $lists/x" "GET $lists/x/values" "GET $lists/x/values/a" "GET $lists/x/manage/values" \
    "GET $lists/x/overrides" "GET $lists/x/export" "POST $lists" "PATCH $lists/x" "DELETE $lists/x" "POST $lists/import" \
    "POST $lists/x/manage/values" "PATCH $lists/x/manage/values/a" "POST $lists/x/manage/values/a/labels" \
    "PUT $lists/x/values/a/override" "DELETE $lists/x/values/a/override"; do
    # shellcheck disable=SC2086
    request $call; status 401 "nobody: $call"
done
TOKEN=$ann
for call in "POST $lists" "PATCH $lists/x" "DELETE $lists/x" "POST $lists/x/manage/values" "PATCH $lists/x/manage/values/a" \
    "POST $lists/x/manage/values/a/labels" "PUT $lists/x/values/a/override" "DELETE $lists/x/values/a/override" \
    "GET $lists/x/overrides" "GET $lists/x/export"; do
    # shellcheck disable=SC2086
    request $call '{}'; status 403 "a member may not: $call"
done
json . '{"detail":"Admin access required"}' 'as told'
TOKEN=$owner
post $lists/import '{"package":{}}'; status 403 'nor may an administrator import'
json . '{"detail":"Superadmin access required"}' 'as told'

# ---- lists of the system -------------------------------------------------------------------------
TOKEN=$owner
post $lists '{"code":"regions","name":"Regions","scope":"system"}'; status 403 'lists of the system are no tenants'
json . '{"detail":"Superadmin required to create system codelists"}' 'as told'
TOKEN=$root
post $lists '{"code":"regions","name":"Regions","scope":"system","is_extensible":true,"metadata":{"b":1,"a":[2]},"version":"1"}'
status 201 'a superadmin makes one'
json '[.code,.name,.description,.definition,.scope,.account_id,.is_system,.is_extensible,.is_active,.is_builtin,.external_code,.version,.metadata]' \
    "[\"regions\",\"Regions\",null,null,\"system\",\"$system\",true,true,true,false,null,\"1\",{\"a\":[2],\"b\":1}]" 'with all of it'
json 'keys_unsorted' '["id","code","name","description","definition","scope","account_id","is_system","is_extensible","is_active","is_builtin","external_code","version","metadata","created_at","updated_at"]' 'and these members'
regions=$(value .id)
post $lists '{"code":"regions","name":"Again","scope":"system"}'; status 409 'once'
json . "{\"detail\":\"System codelist 'regions' already exists\"}" 'as told'
post $lists '{"code":"fixed","name":"Fixed","scope":"system"}'; status 201 'another one, which is not extensible'
post "$lists/regions/manage/values" '{"code":"eu-01","sort_order":2,"metadata":{"country":"DE","zone":1},
    "labels":[{"language":" EN ","label":" Europe "},{"language":"ja","label":"欧州","description":"d","is_preferred":false}]}'
status 201 'with a value'
json '[.code,.codelist_id,.external_code,.sort_order,.is_active,.scope,.account_id,.is_system,.definition,.metadata]' \
    "[\"eu-01\",\"$regions\",null,2,true,\"system\",\"$system\",true,null,{\"country\":\"DE\",\"zone\":1}]" 'all of it'
json '[.labels[] | [.language,.label,.description,.is_preferred]]' '[["en","Europe",null,true],["ja","欧州","d",false]]' 'and its labels, tidied'
json '[.labels[].value_id] == [.id,.id]' true 'which name it'
post "$lists/regions/manage/values" '{"code":"eu-01"}'; status 409 'a code is given once'
json . "{\"detail\":\"Value code 'eu-01' already exists on codelist 'regions'\"}" 'as told'
post "$lists/regions/manage/values" '{"code":"us-01","sort_order":1}'; status 201 'another value'
post "$lists/fixed/manage/values" '{"code":"a"}'; status 201 'and one of the other list'

# ---- what does not fit ---------------------------------------------------------------------------
post $lists '{}'; status 422 'a list has a code and a name'
json '[.detail[] | [.type,.loc]]' '[["missing",["body","code"]],["missing",["body","name"]]]' 'told at once'
post $lists "{\"code\":\"$(long 101)\",\"name\":\"$(long 256)\",\"scope\":\"world\",\"is_active\":\"maybe\",\"metadata\":[]}"
status 422 'what is too long or odd is refused'
json '[.detail[] | [.type,.loc[1]]]' '[["string_too_long","code"],["string_too_long","name"],["literal_error","scope"],["dict_type","metadata"],["bool_parsing","is_active"]]' 'each'
for odd in Regions 1st _x 'a-b' 'a b' 'ä' "a'b"; do
    post $lists "{\"code\":\"$odd\",\"name\":\"n\"}"; status 400 "no code: $odd"
done
json . '{"detail":"Codelist code must match ^[a-z][a-z0-9_]*$"}' 'as told'
for odd in '-a' '.a' 'a b' 'a/b' 'ä' '%'; do
    post "$lists/regions/manage/values" "{\"code\":\"$odd\"}"; status 400 "no value code: $odd"
done
json . '{"detail":"Value code must be non-empty alphanumeric (with ._-)"}' 'as told'
post "$lists/regions/manage/values" '{"code":"","sort_order":"x","labels":{}}'; status 422 'a value that does not fit'
json '[.detail[] | [.type,.loc[1]]]' '[["string_too_short","code"],["int_parsing","sort_order"],["list_type","labels"]]' 'each'
post "$lists/regions/manage/values" "{\"code\":\"zz\",\"labels\":[{\"language\":\"en\"},7,{\"language\":\"$(long 21)\",\"label\":\"\",\"is_preferred\":3,\"description\":[]}]}"
status 422 'labels that do not fit'
json '[.detail[] | [.type,.loc]]' '[["missing",["body","labels",0,"label"]],["model_attributes_type",["body","labels",1]],["string_too_long",["body","labels",2,"language"]],["string_too_short",["body","labels",2,"label"]],["string_type",["body","labels",2,"description"]],["bool_type",["body","labels",2,"is_preferred"]]]' 'are told where they stand'
post "$lists/regions/manage/values" '{"code":"zz","labels":[{"language":"  ","label":"x"}]}'; status 422 'a blank language'
json . '{"detail":"Language is required"}' 'is none'
get "$lists/regions/manage/values"; codes 'us-01 eu-01' 'and nothing came of it'
get "$lists?scope=world"; status 422 'a scope is one of two'
get "$lists/nothing"; status 404 'what is not there'
json . "{\"detail\":\"Codelist 'nothing' not found\"}" 'is not found'
get "$lists/regions/values/zz"; status 404 'nor is a value'
json . "{\"detail\":\"Value 'zz' not found on codelist 'regions'\"}" 'as told'

# ---- what accounts see of it ---------------------------------------------------------------------
TOKEN=$ann
get $lists; status 200 'a member lists them'; codes 'fixed regions' 'those of the system'
get $lists/regions; status 200 'reads one'; json .id "$regions" 'the same'
get $lists/regions/values; status 200 'and its values'
json '[.[] | [.code,.label,.metadata,.is_default,.sort_order,.scope,.is_active]]' \
    '[["us-01","us-01",null,false,1,"system",true],["eu-01","Europe",{"country":"DE","zone":1},false,2,"system",true]]' 'as they are'
json '.[0] | keys_unsorted' '["code","label","definition","metadata","is_default","sort_order","scope","is_active","value_id"]' 'with these members'
get "$lists/regions/values?lang=ja-JP"; json '.[1].label' 欧州 'a label in the language, whatever the country'
get "$lists/regions/values?lang=fr"; json '.[1].label' Europe 'or in English'
get "$lists/regions/values?account_id=$other"; status 403 'nobody looks through the eyes of others'
json . '{"detail":"Superadmin access required"}' 'as told'
get "$lists/regions/values?account_id=$acme"; status 200 'but through their own'

# ---- private lists -------------------------------------------------------------------------------
TOKEN=$owner
post $lists '{"code":"regions","name":"Mine"}'; status 409 'no private list has the code of a list of the system'
json . "{\"detail\":\"Cannot create account codelist 'regions': a system codelist with this code already exists\"}" 'as told'
post $lists '{"code":"tiers","name":"Tiers","description":"d"}'; status 201 'a list of the own account'
json '[.scope,.account_id,.is_system]' "[\"account\",\"$acme\",false]" 'and of it alone'
post $lists '{"code":"tiers","name":"Tiers"}'; status 409 'once'
json . "{\"detail\":\"Codelist 'tiers' already exists for this account\"}" 'as told'
post $lists/tiers/manage/values '{"code":"gold","labels":[{"language":"en","label":"Gold"}]}'; status 201 'it has a value'
json '[.scope,.account_id,.is_system]' "[\"account\",\"$acme\",false]" 'of its account'
gold=$(value .id)
TOKEN=$ann; get "$lists?scope=account"; codes tiers 'members see it'
get "$lists?scope=system"; codes 'fixed regions' 'beside those of the system'
for eyes in "$rival" "$root"; do
    TOKEN=$eyes
    get $lists; codes 'fixed regions' 'others do not'
    for call in "GET $lists/tiers" "GET $lists/tiers/values" "GET $lists/tiers/values/gold" "GET $lists/tiers/manage/values" \
        "GET $lists/tiers/overrides?account_id=$system" "GET $lists/tiers/export" "PATCH $lists/tiers" "DELETE $lists/tiers?hard=true" \
        "PATCH $lists/tiers/manage/values/gold" \
        "PUT $lists/tiers/values/gold/override?account_id=$system" "DELETE $lists/tiers/values/gold/override?account_id=$system"; do
        [ "$eyes" = "$root" ] || call=${call%\?account_id=*}
        # shellcheck disable=SC2086
        request $call '{}'; status 404 "nor reach it: $call"
    done
    post $lists/tiers/manage/values '{"code":"x"}'; status 404 'nor add to it'
    post $lists/tiers/manage/values/gold/labels '[{"language":"en","label":"x"}]'; status 404 'nor name its values'
done
TOKEN=$rival
post $lists '{"code":"tiers","name":"Others"}'; status 201 'a code is free in every account'
get $lists/tiers/values; json . '[]' 'and empty there'

TOKEN=$root
post $lists '{"code":"tiers","name":"Everybody","scope":"system"}'; status 201 'the system may have it, too'
TOKEN=$owner
get $lists/tiers; json .name Tiers 'whoever had one goes on with it'
get $lists; json '[.[] | [.code,.name]]' '[["fixed","Fixed"],["regions","Regions"],["tiers","Everybody"],["tiers","Tiers"]]' 'beside the new one'
get $lists/tiers/values; codes gold 'and with its values'
TOKEN=$root
get $lists/tiers; json .name Everybody 'others have that of the system'
delete "$lists/tiers?hard=true"; status 200 'until it goes'

# ---- extensions ----------------------------------------------------------------------------------
TOKEN=$owner
post $lists/fixed/manage/values '{"code":"b"}'; status 403 'not every list can be extended'
json . "{\"detail\":\"Codelist 'fixed' is not extensible\"}" 'as told'
post $lists/regions/manage/values '{"code":"eu-01"}'; status 409 'an extension has a code of its own'
post $lists/regions/manage/values '{"code":"moon","sort_order":1,"labels":[{"language":"en","label":"Moon"}]}'; status 201 'this one can'
json '[.scope,.account_id,.is_system]' "[\"account\",\"$acme\",false]" 'by a value of the account'
get $lists/regions/values; codes 'moon us-01 eu-01' 'which chooses from it'
get $lists/regions/manage/values; codes 'moon us-01 eu-01' 'and manages it'
TOKEN=$ann; get $lists/regions/values/moon; json '[.label,.scope]' '["Moon","account"]' 'as do its members'
for eyes in "$rival" "$root"; do
    TOKEN=$eyes
    get $lists/regions/values; codes 'us-01 eu-01' 'others do not see it'
    get $lists/regions/manage/values; codes 'us-01 eu-01' 'nor manage it'
    for call in "GET $lists/regions/values/moon" "PATCH $lists/regions/manage/values/moon" \
        "PUT $lists/regions/values/moon/override?account_id=$system" "DELETE $lists/regions/values/moon/override?account_id=$system"; do
        [ "$eyes" = "$root" ] || call=${call%\?account_id=*}
        # shellcheck disable=SC2086
        request $call '{}'; status 404 "nor reach it: $call"
    done
    post $lists/regions/manage/values/moon/labels '[{"language":"en","label":"x"}]'; status 404 'nor name it'
done
get "$lists/regions/values?account_id=$acme"; codes 'moon us-01 eu-01' 'a superadmin may look as the account does'
get "$lists/tiers/values?account_id=$acme"; codes gold 'also at its own list'
get "$lists/regions/values?account_id=$nobody"; status 404 'not as nobody'
json . '{"detail":"Account not found"}' 'as told'
TOKEN=$rival
post $lists/regions/manage/values '{"code":"moon"}'; status 201 'another account extends it likewise'
TOKEN=$root
post $lists/regions/manage/values '{"code":"moon","definition":"Of all"}'; status 201 'later the system has that code'
TOKEN=$owner
get $lists/regions/values; json '[.[] | [.code,.scope]]' '[["moon","account"],["us-01","system"],["eu-01","system"]]' 'an account keeps its own'
patch $lists/regions/manage/values/moon '{"definition":"Ours"}'; status 200 'and changes that'; json .account_id "$acme" 'alone'
TOKEN=$root
get $lists/regions/values/moon; json '[.definition,.scope]' '["Of all","system"]' 'the one of the system is as it was'
patch $lists/regions '{"is_extensible":false}'; status 200 'a list is closed'
TOKEN=$owner
get $lists/regions/values; json '[.[] | [.code,.scope]]' '[["moon","system"],["us-01","system"],["eu-01","system"]]' 'extensions sleep'
post $lists/regions/manage/values '{"code":"mars"}'; status 403 'none is added'
TOKEN=$root; patch $lists/regions '{"is_extensible":true}'; status 200 'until it is open again'
patch $lists/regions/manage/values/moon '{"is_active":false}'; status 200 'and the system gives its one up'

# ---- changing ------------------------------------------------------------------------------------
TOKEN=$owner
patch $lists/regions '{"name":"x"}'; status 403 'lists of the system stay as they are'
json . '{"detail":"Superadmin required to update system codelists"}' 'as told'
patch $lists/regions/manage/values/eu-01 '{"sort_order":9}'; status 403 'and their values'
json . '{"detail":"Superadmin required to update system values"}' 'as told'
post $lists/regions/manage/values/eu-01/labels '[{"language":"en","label":"x"}]'; status 403 'and their labels'
json . '{"detail":"Superadmin required to update system value labels"}' 'as told'
delete $lists/regions; status 403 'and they stay'
json . '{"detail":"Superadmin required to delete system codelists"}' 'as told'
get $lists/regions/export; status 403 'and where they are'
json . '{"detail":"Superadmin required to export system codelists"}' 'as told'
patch $lists/tiers '{"name":"Levels","code":"levels","description":null,"metadata":{"x":1}}'; status 200 'the own list changes'
json '[.code,.name,.description,.metadata,.is_active]' '["tiers","Levels","d",{"x":1},true]' 'what is null stays, and so does the code'
stamp=$(value .updated_at)
patch $lists/tiers '{"name":"Levels"}'; json .updated_at "$stamp" 'no change is none'
patch $lists/tiers '{"name":""}'; status 422 'a list keeps a name'
patch $lists/tiers/manage/values/gold '{"sort_order":-3,"definition":"Au","is_active":false,"external_code":null}'; status 200 'a value changes'
json '[.sort_order,.definition,.is_active,.external_code,[.labels[].label]]' '[-3,"Au",false,null,["Gold"]]' 'as told'
patch $lists/tiers/manage/values/lead '{}'; status 404 'one that is there'
get $lists/tiers/values; json . '[]' 'what is inactive cannot be chosen'
get "$lists/tiers/values?active=false"; codes gold 'unless asked for'
get $lists/tiers/values/gold; json '[.label,.is_active]' '["Gold",false]' 'and is still told what it was'
get "$lists/tiers/manage/values?include_inactive=false"; json . '[]' 'its manager need not see it'

# ---- labels --------------------------------------------------------------------------------------
post $lists/tiers/manage/values/gold/labels '[{"language":"EN","label":"Golden"},{"language":"pt-BR","label":"Ouro","description":"d"}]'
status 200 'labels are set'
json '[.[] | [.language,.label,.description,.is_preferred,.value_id]]' "[[\"en\",\"Golden\",null,true,\"$gold\"],[\"pt-br\",\"Ouro\",\"d\",true,\"$gold\"]]" 'by language'
label=$(value '.[1].id')
post $lists/tiers/manage/values/gold/labels '[{"language":"pt-br","label":"Dourado"}]'
json '[.[] | [.id == "'"$label"'",.label]]' '[[true,"Dourado"]]' 'again, it is the same one'
get $lists/tiers/manage/values; json '[.[0].labels[] | [.language,.label]]' '[["en","Golden"],["pt-br","Dourado"]]' 'the others stay'
get "$lists/tiers/values/gold?lang=pt-BR"; json .label Dourado 'asked for in any case'
post $lists/tiers/manage/values/gold/labels '{"language":"en","label":"x"}'; status 422 'labels are a list'
json '[.detail[] | [.type,.loc]]' '[["list_type",["body"]]]' 'as told'
post $lists/tiers/manage/values/gold/labels '[{"label":"x"},{"language":"en","label":" "}]'; status 422 'of labels'
json '[.detail[] | [.type,.loc]]' '[["missing",["body",0,"language"]]]' 'told where'
post $lists/tiers/manage/values/gold/labels '[{"language":"en","label":" "}]'; status 422 'a blank one is none'
json . '{"detail":"Label is required"}' 'as told'
post $lists/tiers/manage/values/gold/labels; status 422 'nothing is no list'
post $lists/tiers/manage/values/gold/labels '[]'; json . '[]' 'an empty one changes nothing'

# ---- overrides -----------------------------------------------------------------------------------
eu=$lists/regions/values/eu-01/override
put $eu '{"visibility":"hidden"}'; status 200 'an account hides a value'
json '[.account_id,.codelist_id,.visibility,.is_default,.sort_order,.metadata_override]' "[\"$acme\",\"$regions\",\"hidden\",false,null,null]" 'all of it'
json 'keys_unsorted' '["id","account_id","codelist_id","value_id","visibility","is_default","sort_order","metadata_override"]' 'with these members'
override=$(value .id)
get $lists/regions/values; codes 'moon us-01' 'it is gone'
get $lists/regions/values/eu-01; json .label Europe 'but told what it was'
TOKEN=$rival
get $lists/regions/values; codes 'moon us-01 eu-01' 'for this account alone'
get $lists/regions/overrides; json . '[]' 'which others do not see'
get "$lists/regions/overrides?account_id=$acme"; status 403 'even if they ask'
put "$eu?account_id=$acme" '{}'; status 403 'nor set'
delete "$eu?account_id=$acme"; status 403 'nor clear'
delete $eu; status 200 'clearing none'
json . '{"message":"Override cleared"}' 'is told as any'
TOKEN=$owner
get $lists/regions/overrides; json '[.[].id]' "[\"$override\"]" 'theirs still stands'
put $eu '{"is_default":true,"sort_order":0,"metadata_override":{"zone":2,"x":null}}'; status 200 'another way'
json '[.id,.visibility,.is_default,.sort_order,.metadata_override]' "[\"$override\",\"visible\",true,0,{\"x\":null,\"zone\":2}]" 'in its place'
get $lists/regions/values; json '[.[] | [.code,.is_default,.sort_order]]' '[["eu-01",true,0],["moon",false,1],["us-01",false,1]]' 'the default comes first'
json '.[0].metadata' '{"country":"DE","x":null,"zone":2}' 'its metadata joined'
put $lists/regions/values/moon/override '{"is_default":true}'; status 200 'another default, of an extension'
get $lists/regions/values; json '[.[] | [.code,.is_default,.sort_order]]' '[["moon",true,1],["eu-01",false,0],["us-01",false,1]]' 'takes the place of the first'
get $lists/regions/overrides; json '[.[] | [.is_default,.sort_order]]' '[[true,null],[false,0]]' 'there is one'
get "$lists/regions/values?lang=ja"; json '[.[].label]' '["Moon","欧州","us-01"]' 'labels as ever'
put $lists/regions/values/nowhere/override '{}'; status 404 'one of a value that is there'
json . "{\"detail\":\"Value 'nowhere' not found on codelist 'regions'\"}" 'as told'
put $lists/nowhere/values/eu-01/override '{}'; status 404 'of a list that is there'
put $eu '{"visibility":"dim","is_default":7,"sort_order":1.5,"metadata_override":3}'; status 422 'and what does not fit'
json '[.detail[] | [.type,.loc[1]]]' '[["literal_error","visibility"],["bool_parsing","is_default"],["int_from_float","sort_order"],["dict_type","metadata_override"]]' 'is told'
TOKEN=$root
for call in "PUT $eu" "DELETE $eu" "GET $lists/regions/overrides"; do
    # shellcheck disable=SC2086
    request $call '{}'; status 400 "a superadmin says whose: ${call%% *}"
done
json . '{"detail":"Superadmin must pass account_id when listing overrides"}' 'as told'
put "$eu?account_id=$nobody" '{}'; status 404 'somebody who is there'
put "$eu?account_id=$other" '{"visibility":"hidden"}'; status 200 'for that account'
json .account_id "$other" 'it is'
get "$lists/regions/overrides?account_id=$other"; json length 1 'as it shows'
get "$lists/regions/values?account_id=$other"; codes 'moon us-01' 'and holds'
TOKEN=$rival; get $lists/regions/values; codes 'moon us-01' 'for whom it was set'
TOKEN=$root; delete "$eu?account_id=$other"; status 200 'it is cleared'
TOKEN=$rival; get $lists/regions/values; codes 'moon us-01 eu-01' 'and all is as it was'
TOKEN=$owner; get $lists/regions/overrides; json length 2 'nobody else lost one'

# ---- packages ------------------------------------------------------------------------------------
get $lists/tiers/export; status 200 'an own list is exported'
json '[.format,.format_version,.codelist.code,.codelist.scope]' '["snackbase.codelist","1.0","tiers","account"]' 'as a package'
json '[.values[] | [.code,.sort_order,.is_active,.definition,[.labels[] | [.language,.label]]]]' \
    '[["gold",-3,false,"Au",[["en","Golden"],["pt-br","Dourado"]]]]' 'with values and labels'
jq -c '{package: (.codelist.code = "metals")}' "$W/body" >"$W/package"
TOKEN=$root
get $lists/regions/export; status 200 'a superadmin exports those of the system'
json '[.values[].code] | sort' '["eu-01","moon","us-01"]' "without anybody's extensions"
json '[.codelist, .values[0]] | map(keys_unsorted)' '[["code","name","description","definition","scope","is_extensible","is_active","is_builtin","external_code","version","metadata"],["code","external_code","sort_order","is_active","definition","metadata","labels"]]' 'and no ids'
request POST $lists/import -f "$W/package"; status 201 'a package is imported'
json '[.code,.name,.scope,.is_system]' '["metals","Levels","system",true]' 'as a list of the system'
metals=$(value .id)
TOKEN=$rival; get "$lists/metals/values?active=false&lang=pt-BR"; json '[.[] | [.code,.label,.scope]]' '[["gold","Dourado","system"]]' 'for everybody'
TOKEN=$root
jq -c '.package.codelist.name = "Metals" | .package.values[0].labels[0].label = "Au" | .package.values += [{code: "tin"}]' "$W/package" >"$W/second"
request POST $lists/import -f "$W/second"; status 201 'again'
json '[.id == "'"$metals"'",.name]' '[true,"Metals"]' 'the same list changes'
get "$lists/metals/manage/values"; json '[.[] | [.code,[.labels[].label]]]' '[["gold",["Au","Dourado"]],["tin",[]]]' 'and so do its values'
request POST $lists/import -f "$W/second"; status 201 'and again'
get "$lists/metals/manage/values"; json length 2 'which changes nothing'
for bad in '{"format":"nope"}=Invalid package format; expected snackbase.codelist' \
    '{"format":"snackbase.codelist","format_version":"2.0"}=Invalid package format_version; expected 1.0' \
    '{"format":"snackbase.codelist"}=Package codelist.code and name are required' \
    '{"format":"snackbase.codelist","codelist":{"code":"bad_one","name":"n"},"values":{}}=Package values must be a list' \
    '{"format":"snackbase.codelist","codelist":{"code":"bad_one","name":"n"},"values":[{"code":"a"},{}]}=Each value requires a code' \
    '{"format":"snackbase.codelist","codelist":{"code":"bad_one","name":"n"},"values":[{"code":"a","labels":7}]}=The labels of a value must be a list'; do
    post $lists/import "{\"package\":${bad%%=*}}"; status 422 "no package: ${bad#*=}"
    json .detail "${bad#*=}" 'as told'
done
post $lists/import '{"package":{"format":"snackbase.codelist","codelist":{"code":"bad_one","name":7},"values":[{"code":"a"},{"code":"b c"}]}}'
status 422 'a name is text'
post $lists/import '{"package":{"format":"snackbase.codelist","codelist":{"code":"bad_one","name":"n","is_active":3},"values":[{"code":"a","sort_order":"1","labels":[{}]}]}}'
status 422 'members must fit'
json '[.detail[] | [.type,.loc]]' '[["bool_type",["body","package","codelist","is_active"]],["int_type",["body","package","values",0,"sort_order"]],["missing",["body","package","values",0,"labels",0,"language"]],["missing",["body","package","values",0,"labels",0,"label"]]]' 'told where they stand'
post $lists/import '{"package":{"format":"snackbase.codelist","codelist":{"code":"bad_one","name":"n"},"values":[{"code":"a"},{"code":"b c"}]}}'
status 400 'a code that may be none'
get $lists/bad_one; status 404 'and nothing is kept of what failed'
post $lists/import '{"package":[]}'; status 422 'a package is an object'

# ---- going ---------------------------------------------------------------------------------------
delete "$lists/metals"; status 200 'a list is retired'; json '[.code,.is_active]' '["metals",false]' 'not gone'
get "$lists?active=true"; codes 'fixed regions' 'but no more in use'
delete "$lists/metals?hard=true"; status 403 'nor does it go while it has values'
json . "{\"detail\":\"System codelist 'metals' has values; soft-deactivate instead\"}" 'as told'
post $lists '{"code":"empty","name":"Empty","scope":"system","is_extensible":true}'; status 201 'one without'
TOKEN=$owner; post $lists/empty/manage/values '{"code":"mine"}'; status 201 'is extended'
TOKEN=$root; delete "$lists/empty?hard=true"; status 403 'and stays for that'
post $lists '{"code":"short","name":"Short","scope":"system"}'
delete "$lists/short?hard=true"; status 200 'one without any goes'; json .code short 'as told'
get $lists/short; status 404 'it is gone'
post $lists/import '{"package":{"format":"snackbase.codelist","codelist":{"code":"core","name":"Core","is_builtin":true}}}'
json .is_builtin true 'what is built in'
delete "$lists/core?hard=true"; status 403 'never goes'
json . "{\"detail\":\"Builtin codelist 'core' cannot be hard-deleted\"}" 'as told'
TOKEN=$owner
put $lists/tiers/values/gold/override '{"is_default":true}'; status 200 'an own list with all there is'
delete "$lists/tiers?hard=true"; status 200 'goes with it'
get $lists/tiers; status 404 'it is gone'
sql "SELECT table_name, operation, count(DISTINCT record_id) FROM audit_log WHERE account_id = '$acme' AND table_name LIKE 'codelist%'
    AND operation = 'DELETE' GROUP BY table_name, operation ORDER BY table_name" >"$W/trail"
is "$(tr '\n' ' ' <"$W/trail")" 'codelist_account_overrides|DELETE|1 codelist_value_labels|DELETE|2 codelist_values|DELETE|1 codelists|DELETE|1 ' \
    'the trail tells what went'
TOKEN=$rival; get $lists/tiers; status 200 "and another account's list of that code stays"
is "$(sql "SELECT count(*) FROM codelist_values WHERE account_id NOT IN (SELECT id FROM accounts)")" 0 'no value is without an account'
as_superadmin DELETE "/api/v1/accounts/$other"
case $STATUS in 20*) tap 0 'an account goes' ;; *) tap 1 "an account goes: $STATUS" ;; esac
is "$(sql "SELECT count(*) FROM codelists WHERE account_id = '$other'")" 0 'and its lists with it'
ok 'and the trail is whole' larder audit verify
