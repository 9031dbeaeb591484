#!/bin/sh
# 43-names.t — one resolver decides which columns a caller may name: hidden ones are no names, byte for byte; masked and encrypted
# ones are refused in one way, whichever door is tried. The doors are a table: a new one is a line, a new kind of column is a word.
. t/lib/larder.sh

# ---- columns ------------------------------------------------------------------------------------
# Hidden names have six letters, so that positions in messages are those of "nowher".
seen='"title","friend","ssn","iq","token","notes","code","yearly","caught"'
people=/api/v1/records/people
collection "{\"name\":\"people\",\"fields\":[{\"name\":\"title\",\"type\":\"text\"},{\"name\":\"code\",\"type\":\"number\"},
    {\"name\":\"friend\",\"type\":\"reference\",\"collection\":\"people\",\"on_delete\":\"set_null\"},
    {\"name\":\"ssn\",\"type\":\"text\",\"pii\":true,\"mask_type\":\"ssn\",\"unique\":true},{\"name\":\"iq\",\"type\":\"number\",\"pii\":true},
    {\"name\":\"token\",\"type\":\"text\",\"encrypted\":true},{\"name\":\"notes\",\"type\":\"json\",\"encrypted\":true},
    {\"name\":\"salary\",\"type\":\"number\"},{\"name\":\"wagesx\",\"type\":\"number\"},{\"name\":\"bosses\",\"type\":\"reference\",\"collection\":\"people\",\"on_delete\":\"set_null\"},
    {\"name\":\"leaves\",\"type\":\"datetime\"},{\"name\":\"papers\",\"type\":\"json\"},{\"name\":\"unikey\",\"type\":\"text\",\"unique\":true},
    {\"name\":\"hidssn\",\"type\":\"text\",\"pii\":true},{\"name\":\"sealed\",\"type\":\"text\",\"encrypted\":true},
    {\"name\":\"yearly\",\"type\":\"computed\",\"expression\":\"salary * 12\",\"return_type\":\"number\"},
    {\"name\":\"caught\",\"type\":\"computed\",\"expression\":\"concat(title, ssn)\",\"return_type\":\"text\"}],
    \"list_rule\":\"\",\"view_rule\":\"\",\"create_rule\":\"\",\"update_rule\":\"\",\"delete_rule\":\"\",
    \"list_fields\":[$seen],\"view_fields\":[$seen],\"update_fields\":[\"title\"]}"
# What is computed from something hidden or masked is listed, and hidden all the same.
hidden='salary bosses leaves papers unikey hidssn sealed yearly'
# Members are given one more, but only of what they made themselves: in some rows.
as_superadmin POST /api/v1/permissions '{"role_id":2,"collection":"people","rules":{"read":{"rule":"created_by = user.id","fields":["title","wagesx"]}}}'
status 201 'a role gives one field more, in some rows'
partly=wagesx

sign_up acme owner@acme.example.com; owner=$TOKEN acme=$ACCOUNT
one() { # TITLE N SSN [MORE]
    post $people "{\"title\":\"$1\",\"code\":$2,\"ssn\":\"$3\",\"iq\":$2,\"token\":\"t$2\",\"notes\":[$2],\"salary\":$2,\"wagesx\":$2,
        \"leaves\":\"2024-01-0${2}T00:00:00Z\",\"papers\":{},\"unikey\":\"u$2\",\"hidssn\":\"h$2\",\"sealed\":\"s$2\"$4}"
}
one a 3 111-11-1111; first=$(value .id)
one b 1 333-33-3333 ",\"friend\":\"$first\",\"bosses\":\"$first\""; second=$(value .id)
one c 2 222-22-2222 ",\"friend\":\"$second\",\"bosses\":\"$second\""; status 201 'three people'
as_superadmin POST /api/v1/users "{\"account_id\":\"$acme\",\"email\":\"member@acme.example.com\",\"password\":\"$PASSWORD\",\"role_id\":2}"
larder user verify member@acme.example.com --account acme >/dev/null
as_superadmin POST /api/v1/admin/api-keys "{\"name\":\"service\",\"account_id\":\"$acme\",\"scopes\":[\"records:secrets:read\"]}"; key=$(value .key)
sign_in acme member@acme.example.com; member=$TOKEN
post $people '{"title":"d","iq":4,"wagesx":4}'; own=$(value .id)
superadmin; root=$TOKEN

# ---- doors --------------------------------------------------------------------------------------
# What is asked · METHOD · path, with @ for the name · body. GET twice: lists and aggregations read their parameters alike.
sed "s/OWN/$own/g; s/FIRST/$first/g" >"$W/doors" <<'.'
filter GET records/people?filter={@ = 1}
filter GET records/people?filter={title = "a" || @ > 1}
filter GET records/people?filter={!(@ IN (1, 2))}
filter GET records/people?filter={@}
filter GET records/people?filter={title = @}
filter GET records/people?filter={1 < @ && @ ~ "1%"}
filter GET people?filter={@ = "x"}
filter GET records/people?filter={@ != 1}&sort=title&cursor=
filter GET records/people/aggregate?functions=count()&filter={@ = 1}
filter GET people/aggregate?functions=count()&filter={1 < @ || @ IS NULL}
filter PATCH records/people?dry_run=true&filter={@ = 1} {"title":"x"}
filter DELETE records/people?dry_run=true&filter={title = "a" && @ IS NOT NULL}
filter DELETE people?filter={@ > 99}
filter GET records/people/export?format=ndjson&filter={@ = 1}
filter GET people/export?filter={title = "a" || @ IS NULL}
sort GET records/people?sort=@
sort GET records/people?sort=-@,title
sort GET records/people?sort=title,{+@},@
sort GET records/people?sort=@&cursor=
sort GET records/people?sort=title,-@&cursor=
sort GET records/people?sort=@&cursor=<cursor>
sort GET people?sort=@&cursor_before=<cursor>
sort GET records/people/export?format=ndjson&sort=@
none GET records/people?cursor=<cursor>
none GET records/people?cursor_before=<cursor>
none GET records/people?expand=@
none GET records/people?expand=friend,@
none GET records/people?expand=@.title,@.@
ignored GET records/people?expand=friend.@
none GET people/OWN?expand=@
none GET records/people/FIRST?expand=@.@
aggregate GET records/people/aggregate?functions=count(@)
aggregate GET records/people/aggregate?functions=sum(@)
aggregate GET records/people/aggregate?functions=min(@)
aggregate GET people/aggregate?functions=count(),{MAX( @ )}
aggregate GET records/people/aggregate?functions=count()&group_by=@
aggregate GET people/aggregate?functions=count()&group_by=title,@
none GET records/people/aggregate?functions=count()&having={@ > 1}
none GET records/people/aggregate?functions=count()&having={count(@) > 1}
none GET people/aggregate?functions=count()&having={max(@) > 1 || sum_@ > 0}
key PUT records/people?key=@ {"@":"u3","title":"x"}
key PUT people?key=@ {"title":"x"}
key POST records/people/import?mode=preview&format=ndjson&upsert=@ {"title":"x"}
select GET records/people?fields=@
select GET records/people/export?format=csv&fields=title,@&sort=title
select GET people/export?format=json&fields=@&sort=title
select GET records/people?fields=title,@,@&sort=title
select GET people/FIRST?fields=@
select GET records/people?expand=friend&fields=friend,@
ignored GET records/people?fields=friend.@
ignored GET records/people/FIRST/history?fields=@
ignored GET people/OWN/history?filter={@ = 1}&sort=@
.
doors() { # WHO NAME [CLASSES]: what is answered there
    case $1 in stranger) t='' ;; member) t=$member ;; owner) t=$owner ;; key) t=$key ;; superadmin) t=$root ;; esac
    { if [ -n "$3" ]; then grep -E "^($3) " "$W/doors"; else cat "$W/doors"; fi; } |
        with_settings env TOKEN="$t" GUEST_OF=acme ID="$second" URL="$URL" BIN="$BIN" LOG="$W/log" perl t/lib/doors.pl "$2"
}
# alike WHO CLASSES NONE NAME…: whatever is asked with the name is answered as with one that is none.
alike() {
    who=$1 classes=$2 nowhere=$3; shift 3
    doors "$who" "$nowhere" "$classes" >"$W/none"
    none "$(grep -vE ' (200|400|401) ' "$W/none" | cut -c1-300)" "$who asks by a name that is none, through $(wc -l <"$W/none") doors"
    for name; do
        doors "$who" "$name" "$classes" >"$W/some"
        none "$(diff "$W/none" "$W/some" | cut -c1-400)" "$name is none for $who"
    done
}
every='filter|sort|none|ignored|aggregate|key'

# ---- hidden: there is no such field -------------------------------------------------------------
# shellcheck disable=SC2086
alike member "$every|select" nowher $hidden caught
# Where some rows show it only its selection tells: in those.
alike member "$every" nowher $partly
alike stranger "$every|select" nowher unikey caught $partly
alike owner "$every" nowher bosses yearly $partly
alike key "$every|select" nowher hidssn
# Through a reference: the other record hides it as well.
alike member "$every" friend.nowher friend.salary friend.bosses friend.sealed friend.yearly
alike member filter friend.friend.nowher friend.friend.unikey
alike member filter people_via_friend.nowher people_via_friend.salary people_via_friend.hidssn
# Nor does a hidden reference lead anywhere, or come from anywhere.
alike member 'filter|sort|aggregate' nowher.title bosses.title
alike member filter people_via_nowher.title people_via_bosses.title
alike stranger filter nowher.title bosses.title
TOKEN=$member
get "$people?fields=wagesx&sort=title"; json '[.items[] | .wagesx]' '[null,null,null,4]' 'a field given in some rows is shown in those'
get "$people?expand=friend&sort=title"; json '[.items[1].friend | has("salary"), has("title")] | tojson' '[false,true]' 'what is expanded hides it too'
get "$people?sort=code"; json '[.total, ([.items[].title] | sort | join(""))] | tojson' '[4,"abcd"]' 'nothing was changed by asking'

# A file: what may not be written is like what is not there, and so is its type.
collection '{"name":"narrow","fields":[{"name":"title","type":"text"},{"name":"code","type":"text","unique":true},{"name":"salary","type":"number"},
    {"name":"papers","type":"json"}],"list_rule":"","view_rule":"","create_rule":"","update_rule":"","list_fields":["title","code"],"view_fields":["title","code"],
    "create_fields":["title","code"],"update_fields":["title","code"]}'
TOKEN=$member
for query in mode=preview mode=commit 'mode=commit&upsert=code' 'mode=commit&on_error=skip'; do
    for name_of_column in nowher salary papers; do
        printf 'title,code,%s\na,x,1\nb,y,[\n' "$name_of_column" >"$W/file"
        post "/api/v1/records/narrow/import?format=csv&$query" -H 'Content-Type: text/csv' -f "$W/file"
        echo "$STATUS $(sed "s/$name_of_column/@/g" "$W/body")" >"$W/answer-$name_of_column"
    done
    none "$(diff "$W/answer-nowher" "$W/answer-salary"; diff "$W/answer-nowher" "$W/answer-papers")" "nor does a file name a column: $query"
done
has "$(cat "$W/answer-salary")" 'Permission denied to create fields: @' 'each record says so'

# ---- encrypted: in no expression, not even of superadmins ---------------------------------------
refused() { # WHO NAME WHY: each class in its own words
    for tail in 'filter:used in filters' 'sort:sorted' 'aggregate:aggregated'; do
        doors "$1" "$2" "${tail%%:*}" >"$W/some"
        none "$(grep -vF " 400 {\"error\":" "$W/some"; grep -vF "\"message\":\"Field '@' $3 and cannot be ${tail#*:}" "$W/some" | cut -c1-300)" \
            "$2 $3 for $1, by $(wc -l <"$W/some") doors: ${tail%%:*}"
    done
}
for who in member stranger superadmin; do refused $who token 'is encrypted'; done
refused superadmin sealed 'is encrypted'
# Through a reference it is not there, like all that is not told.
alike superadmin filter friend.nowhr friend.token
alike superadmin filter people_via_friend.nowhr people_via_friend.notes
alike member 'filter|sort|aggregate' friend.friend.nowhr friend.friend.notes
for who in member superadmin; do alike $who none nowhr token; done
doors superadmin token select >"$W/some"; none "$(grep -E '"t[0-9]"|lx1:' "$W/some")" 'to select it shows no value'
is "$(grep -c '"token":"••••••••"' "$W/some")" 5 'but that there is one'

# ---- what became of them: the same fields, and their values as records show them ------------------
for who in member owner superadmin; do
    doors $who nowher ignored | grep history >"$W/some"
    none "$(grep -E '"t[0-9]"|lx1:|\[[0-9]\],' "$W/some")" "no secret stands in a history for $who"
    [ $who != member ] || none "$(for name in $hidden caught; do grep -o "\"$name\"" "$W/some"; done; grep -E '111-11|"iq":{"old":null,"new":[0-9]' "$W/some")" 'nor what is hidden or masked for them'
done
is "$(doors member nowher ignored | grep history | grep -c '"wagesx"')" 1 'a field of some rows is told in those'

# ---- masked: may be filtered and sorted by, never told ------------------------------------------
TOKEN=$member
masked() { # PATH NAME
    get "$people/aggregate?$1"
    is "$STATUS $(body)" "403 {\"detail\":\"Aggregation is not permitted on masked field '$2'\"}" "masked: $1"
}
for function in sum avg min max; do masked "functions=$function(iq)" iq; done
masked 'functions=min(ssn)' ssn
masked 'functions=count(),max(ssn)&group_by=title' ssn
masked 'functions=count()&group_by=ssn' ssn
masked 'functions=count()&group_by=title,iq' iq
masked 'functions=count(ssn)&group_by=ssn' ssn
get "$people/aggregate?functions=count(ssn),count(iq)"; json .results '[{"count_ssn":3,"count_iq":4}]' 'how many there are may be told'
for sort in ssn -iq title,ssn; do get "$people?cursor=&sort=$sort"; status 400 "a cursor would tell: $sort"; done
json .message "Cannot page by cursor in the order of the masked field 'ssn'" 'and says so'
alike member filter friend.zq friend.iq
get "$people?fields=ssn,iq&sort=title"; json '[.items[] | [.ssn, .iq]] | unique' '[[null,"*"],["***-**-****","*"]]' 'lists show masks'
get "$people?expand=friend&fields=friend&sort=-title"; json '[.items[].friend | select(. != null) | .ssn] | unique | tojson' '["***-**-****"]' 'and what is expanded'
get "$people?filter=ssn+%3D+%22111-11-1111%22"; json '[.total, .items[0].ssn]' '[1,"***-**-****"]' 'filters know the value'
patch "$people?filter=code+%3D+3" '{"title":"a"}'; json .count 1 'a write by filter'; none "$(grep 111-11 "$W/body")" 'tells none'
patch $people/batch "{\"records\":[{\"id\":\"$first\",\"data\":{\"title\":\"a\"}}]}"; json '.updated[0] | [.ssn,.iq] | tojson' '["***-**-****","*"]' 'nor does a batch'
post /api/v1/batch "{\"operations\":[{\"operation\":\"update\",\"collection\":\"people\",\"id\":\"$first\",\"data\":{\"title\":\"a\"}}]}"
status 200 'nor several'; none "$(grep 111-11 "$W/body")" 'for the same caller'
TOKEN=$owner
get "$people/aggregate?functions=max(ssn),sum(iq)&group_by=ssn&filter=iq%3E2"
is "$(value '[.results[].max_ssn] | tojson')" '[null,"111-11-1111"]' 'who sees the values aggregates them'

# ---- masked, and strict -------------------------------------------------------------------------
[ -z "$FRONT" ] || stop_server
LARDER_TEST_SETTINGS="$LARDER_TEST_SETTINGS LARDER_PII_STRICT=1"
[ -z "$FRONT" ] || start_server
refused member ssn 'is masked'
refused stranger ssn 'is masked'
alike member 'none' nowhe iq
alike member "$every" nowher hidssn
doors member ssn key >"$W/some"; is "$(grep -cF " 400 {\"error\":\"Validation error\",\"message\":\"Field '@' is masked and cannot be a key\",\"field\":\"key\"}" "$W/some")" 3 'nor is it a key'
