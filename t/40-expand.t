#!/bin/sh
# 40-expand.t — references are replaced by the records they point to, as far as the caller may see those.
. t/lib/larder.sh

open='"list_rule":"","view_rule":"","create_rule":"","update_rule":"","delete_rule":""'
reference() { printf '{"name":"%s","type":"reference","collection":"%s","on_delete":"%s"}' "$1" "$2" "${3:-set_null}"; }
collection '{"name":"industries","fields":[{"name":"sector","type":"text"},{"name":"phone","type":"text","pii":true,"mask_type":"phone"}],'"$open}"
collection '{"name":"companies","fields":[{"name":"name","type":"text"},{"name":"budget","type":"number"},'"$(reference industry industries)],$open"',"view_fields":["name","industry"]}'
collection '{"name":"employees","fields":[{"name":"employee_name","type":"text"},'"$(reference company companies),$(reference former companies)],$open}"
collection '{"name":"private","fields":[{"name":"text","type":"text"}],"list_rule":"created_by = @request.auth.id","view_rule":"created_by = @request.auth.id && text != \"gone\"","create_rule":"","update_rule":"","delete_rule":""}'
collection '{"name":"pointers","fields":['"$(reference to private)],$open}"
collection '{"name":"nodes","fields":[{"name":"name","type":"text"},'"$(reference up nodes)],$open}"

sign_up acme owner@acme.example.com
post /api/v1/industries '{"sector":"Software \"and\" more","phone":"+1-555-123-4567"}'; industry=$(value .id)
post /api/v1/companies "{\"name\":\"Larder\",\"budget\":5,\"industry\":\"$industry\"}"; company=$(value .id)
post /api/v1/companies '{"name":"None"}'; none=$(value .id)
post /api/v1/employees "{\"employee_name\":\"Ann\",\"company\":\"$company\",\"former\":\"$none\"}"; ann=$(value .id)
post /api/v1/employees '{"employee_name":"Ben"}'
post /api/v1/employees "{\"employee_name\":\"Cat\",\"company\":\"$company\"}"
employees=/api/v1/records/employees

# ---- one level ----------------------------------------------------------------------------------
get "/api/v1/records/companies?sort=name"
json '.items[0].industry' "$industry" 'without expand a reference is an id'
get "/api/v1/records/companies?sort=name&expand=industry"
json '.items[0].industry | [.id, .sector]' "[\"$industry\",\"Software \\\"and\\\" more\"]" 'with it, the record'
json '.items[0].industry | keys' '["account_id","created_at","created_by","id","phone","sector","updated_at","updated_by"]' 'with all its members but account_name'
json '[.items[1].industry, .total]' '[null,2]' 'nothing stays nothing'
get "/api/v1/records/companies/$company?expand=industry"
json .industry.id "$industry" 'on one record too'
is "$(header_value ETag)" '' 'which then has no tag of its own'
get "$employees?sort=employee_name&expand=company,former"
json '[.items[] | [.company.name, .former.name]]' '[["Larder","None"],[null,null],["Larder",null]]' 'two at once'
json '.items[0].company | has("budget")' false 'the fields that the target shows'

# ---- deeper -------------------------------------------------------------------------------------
get "$employees/$ann?expand=company.industry"
json '[.company.name, .company.industry.id]' "[\"Larder\",\"$industry\"]" 'two levels'
get "$employees/$ann?expand=%20company%20,company.industry,,former.industry.zzz"
json '[.company.industry.id, .former.industry]' "[\"$industry\",null]" 'paths of one root are merged, blanks ignored'
get "$employees/$ann?expand=company.name.x"
json .company.name Larder 'a deeper name that is no reference is ignored'
post /api/v1/nodes '{"name":"1"}'; up=$(value .id)
for name in 2 3 4 5; do post /api/v1/nodes "{\"name\":\"$name\",\"up\":\"$up\"}"; up=$(value .id); done
get "/api/v1/records/nodes/$up?expand=up.up.up.up.up"
json '[.up.name, .up.up.name, .up.up.up.name, (.up.up.up.up | type)]' '["4","3","2","string"]' 'three levels at most'
get '/api/v1/records/nodes?sort=name&expand=up&cursor=&limit=2'
json '[.items[].up.name]' '[null,"1"]' 'by cursor'
next=$(value .next_cursor)
get "/api/v1/records/nodes?sort=name&expand=up&cursor=$next&limit=2"
json '[.items[].up.name]' '["2","3"]' 'further'
get "/api/v1/records/nodes?sort=name&expand=up&cursor_before=$(value .prev_cursor)&limit=2"
json '[.items[].up.name]' '[null,"1"]' 'and backwards'
get "$employees/$ann?expand=company&fields=employee_name"
json 'has("company")' false 'fields= comes last'

# ---- what cannot be expanded --------------------------------------------------------------------
for name in employee_name zzz id 'a%00' '%22' company%3B; do
    get "$employees?expand=$name"
    status 400 "not to be expanded: $name"
done
get "$employees?expand=employee_name"
json . '{"error":"Invalid expand field","message":"Field '"'employee_name'"' is not a reference field and cannot be expanded"}' 'and says so'
get "$employees/$ann?expand=company,employee_name"; status 400 'on one record too'
get "$employees/none?expand=employee_name"; status 404 'the record comes first'

# ---- who may see the target ---------------------------------------------------------------------
post /api/v1/private '{"text":"mine"}'; mine=$(value .id)
post /api/v1/pointers "{\"to\":\"$mine\"}"; pointer=$(value .id)
get "/api/v1/pointers/$pointer?expand=to"; json .to.text mine 'its owner sees it'
anonymous
get "/api/v1/pointers/$pointer?expand=to" -H 'X-Account-ID: acme'; json .to "$mine" 'a stranger sees the id'
get "/api/v1/industries/$industry" -H 'X-Account-ID: acme'; masked=$(value .phone)
get "$employees/$ann?expand=company.industry" -H 'X-Account-ID: acme'
json .company.industry.phone "$masked" 'and what is masked, masked'
is "$masked" '+1-***-***-4567' 'as alone'
sign_in acme owner@acme.example.com
patch "/api/v1/private/$mine" '{"text":"gone"}'
get "/api/v1/pointers/$pointer?expand=to"; json .to "$mine" 'a row the rule hides stays an id'
sign_up other b@other.example.com
get "/api/v1/pointers?expand=to"; json .total 0 'another account sees nothing of it'
superadmin
get "/api/v1/pointers/$pointer?expand=to"; json .to.text gone 'a superadmin sees all'
sign_in acme owner@acme.example.com
delete "/api/v1/industries/$industry"; status 204 'a target goes'
get "/api/v1/companies/$company?expand=industry"; json .industry null 'and leaves null'
