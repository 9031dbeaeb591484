#!/bin/sh
# 42-types.t — the collections as TypeScript and as JSON Schema: as the wire is, under names that are safe and unique.
. t/lib/larder.sh

field() { printf '{"name":"%s","type":"%s"%s}' "$1" "$2" "$3"; }
# in_type NAME: the members of an interface, without comments; one line.
in_type() { sed -n "/^export interface $1 /,/^}/p" "$W/body" | sed -n 's/^  \([a-zA-Z0-9_]*?\{0,1\}: .*;\)$/\1/p' | tr '\n' ' ' | sed 's/ $//'; }
names_in() { sed -n 's/^export [a-z]* \([A-Za-z0-9]*\).*/\1/p' "$W/body" | tr '\n' ' ' | sed 's/ $//'; }
types=/api/v1/collections/types.ts schema=/api/v1/collections/schema.json

# ---- who may ------------------------------------------------------------------------------------
for path in $types $schema; do
    anonymous; get $path; status 401 "$path: nobody without signing in"
done
sign_up acme owner@acme.example.com; member=$TOKEN
for path in $types $schema; do get $path; status 403 "$path: no administrator of an account"; done
superadmin
get $types; status 200 'of nothing there are types too'
is "$(names_in)" 'SystemFields Collections CollectionsCreate CollectionsUpdate' 'those that are always there'
get $schema; json '."$defs"' '{}' 'and an empty schema'
header Content-Type application/schema+json 'which says what it is'

# ---- as the wire is -----------------------------------------------------------------------------
collection "{\"name\":\"people\",\"schema\":[$(field name text ',"required":true')]}"
collection "{\"name\":\"blog_posts\",\"list_rule\":\"\",\"view_rule\":\"\",\"create_rule\":\"\",\"view_fields\":[\"title\"],\"create_fields\":[\"title\",\"seats\",\"hidden\",\"author\"],\"schema\":[\
$(field title text ',"required":true'),$(field body text ',"default":"*/ alert(1) /* \\n x"'),$(field seats number ',"required":true'),$(field price number),\
$(field open boolean),$(field sure boolean ',"required":true'),$(field at datetime),$(field day date),$(field mail email ',"unique":true'),$(field link url),\
$(field extra json),$(field author reference ',"collection":"people","on_delete":"set_null"'),$(field hidden text ',"options":["a","b"]'),\
$(field salary number ',"pii":true'),$(field vetted boolean ',"pii":true')]}"
get $types
status 200 'types come'
header Content-Type 'text/plain; charset=utf-8' 'as a text'
header Content-Disposition 'inline; filename=types.ts' 'with a name'
cp "$W/body" "$W/types.ts"
is "$(in_type SystemFields)" 'id: string; account_id: string; created_at: string; created_by: string; updated_at: string; updated_by: string; account_name: string | null;' 'what every record has'
is "$(in_type People)" 'name: string;' 'a required field is there'
is "$(in_type BlogPosts)" 'title: string; body?: string | null; seats?: number; price?: number | null; open?: boolean; sure?: boolean; at?: string | null; day?: string | null; mail?: string | null; link?: string | null; extra?: Json; author?: string | null; hidden?: string | null; salary?: number | string | null; vetted?: boolean | string | null;' 'what a field list keeps from callers may be missing; what may be null says so'
is "$(in_type BlogPostsCreate)" 'title: string; body?: string | null; seats: number; price?: number | null; open?: boolean; sure?: boolean; at?: string | null; day?: string | null; mail?: string | null; link?: string | null; extra?: Json; author?: string | null; hidden?: string | null; salary?: number | null; vetted?: boolean;' 'what creates: required fields must be given by who may give them'
is "$(in_type BlogPostsUpdate | tr ';' '\n' | grep -c '?:')" 15 'what changes: nothing must be given'
is "$(in_type BlogPostsUpdate | tr ';' '\n' | grep -c '?: [a-z]*$')" 5 'and what is required cannot be null, nor need booleans be'
is "$(in_type Collections)" 'blog_posts: BlogPosts; people: People;' 'a map of records by name'
is "$(in_type CollectionsCreate) $(in_type CollectionsUpdate)" 'blog_posts: BlogPostsCreate; people: PeopleCreate; blog_posts: BlogPostsUpdate; people: PeopleUpdate;' 'and of what writes them'
is "$(grep -c 'alert' "$W/body") $(grep -c '^  /\*\* text, default "\* / alert(1) /\* .*not everybody may create it \*/$' "$W/body")" '3 3' 'no default ends a comment'
is "$(grep -c '^  /\*\* reference: of people' "$W/body")" 3 'a reference says to what'
has "$(cat "$W/body")" 'number, personal: may be masked' 'and what is masked says so'

# the wire itself agrees
TOKEN=$member
post /api/v1/records/blog_posts '{"title":"x","seats":1}'
status 400 'a required field that nobody may give'
as_superadmin POST /api/v1/records/blog_posts '{"title":"x","seats":1,"sure":true}'
is "$(value '[.open, .salary, .vetted, .extra, .price]')" '[false,null,false,null,null]' 'values that are missing are null, booleans false'

# ---- JSON Schema --------------------------------------------------------------------------------
superadmin
get $schema; status 200 'a schema comes'; cp "$W/body" "$W/schema.json"
json '."$schema"' https://json-schema.org/draft/2020-12/schema 'of this draft'
json '."$defs" | keys' '["BlogPosts","BlogPostsCreate","BlogPostsUpdate","People","PeopleCreate","PeopleUpdate"]' 'under the same names'
json '."$defs".BlogPosts.required' '["id","account_id","created_at","created_by","updated_at","updated_by","account_name","title"]' 'what a record has'
json '."$defs".BlogPostsCreate.required' '["title","seats"]' 'what a create needs'
json '."$defs".BlogPostsUpdate.required' '[]' 'an update nothing'
json '."$defs".BlogPosts.properties | [.price.type, .salary.type, .open.type, .extra.type, .mail.format, .at.format, .day.format]' '[["number","null"],["number","string","null"],"boolean",null,"email","date-time","date"]' 'types and formats'
json '."$defs".BlogPostsCreate.properties | [.at.format, .open.type, .sure.type]' '[null,["boolean","null"],"boolean"]' 'a time is taken in other forms than it is shown in'
json '[."$defs"[] | .additionalProperties] | unique' '[null,false]' 'what is written holds nothing else'
is "$(jq --indent 2 . "$W/body")" "$(cat "$W/body")" 'for people to read'

# ---- selects and views --------------------------------------------------------------------------
collection "{\"name\":\"tickets\",\"schema\":[$(field state select ',"required":true,"options":["open","it\u0027s \"done\""]'),$(field tags select ',"options":{"values":["a","b"],"max":2}'),$(field mood select ',"pii":true,"options":["bad"]')]}"
collection "{\"name\":\"states\",\"type\":\"view\",\"query\":\"SELECT t.id, t.account_id, t.state, true AS sure FROM col_tickets t\",\"schema\":[$(field state text),$(field sure boolean)]}"
get $types
is "$(in_type Tickets)" 'state: "open" | "it'"'"'s \"done\""; tags: ("a" | "b")[] | null; mood: string | null;' 'a select is one of its values, or some of them'
is "$(in_type States)" 'state: string | null; sure: boolean;' 'a view has no value for sure'
is "$(in_type ViewFields)" 'id: string; account_id: string; created_at: string | null; created_by: string | null; updated_at: string | null; updated_by: string | null; account_name: string | null;' 'nor who made it, when'
is "$(in_type Collections) $(in_type CollectionsCreate)" 'blog_posts: BlogPosts; people: People; states: States; tickets: Tickets; blog_posts: BlogPostsCreate; people: PeopleCreate; tickets: TicketsCreate;' 'and nobody writes it'
get $schema
json '."$defs".States.properties | [.id.type, .created_by.type]' '["string",["string","null"]]' 'nor in the schema'
json '."$defs" | has("StatesCreate")' false 'is it written'
json '."$defs".TicketsCreate.properties | [.state.enum, .state.type, .tags.type, .tags.items.enum, .mood.enum]' '[["open","it'"'"'s \"done\""],"string",["array","null"],["a","b"],["bad",null]]' 'in the schema too'

# ---- names --------------------------------------------------------------------------------------
for name in blogPosts Blog__Posts blog_posts_create record collections Json system_fields string constructor BLOG a1b2; do
    collection "{\"name\":\"$name\",\"schema\":[$(field class text),$(field constructor text),$(field readonly number)]}"
done
get $types
is "$(names_in | tr ' ' '\n' | sort | uniq -d)" '' 'no name is there twice'
is "$(in_type Collections | tr ';' '\n' | sed 's/.*: //' | grep . | tr '\n' ' ')" 'Blog BlogPosts Json2 A1b2 BlogPosts2 BlogPosts3 BlogPostsCreate2 Collections2 Constructor People Record States String SystemFields2 Tickets ' 'all are safe'
get $schema; json '."$defs" | length' 43 'three for each, of a view one'
cp "$W/schema.json" "$W/old"; get $types; cp "$W/body" "$W/all.ts"
tag=$(header_value ETag)
get $types -H "If-None-Match: $tag"; status 304 'who has them asks whether they stand'
as_superadmin PUT /api/v1/collections/people/rules '{"list_rule":""}'; status 200 'a rule'
get $types -H "If-None-Match: $tag"; status 304 'changes no type'
collection "{\"name\":\"more\",\"schema\":[$(field a text)]}"
get $types -H "If-None-Match: $tag"; status 200 'a collection more does'
isnt "$(header_value ETag)" "$tag" 'and has another tag'

# ---- the command line ---------------------------------------------------------------------------
cp "$W/body" "$W/now.ts"; get $schema
ok 'larder types' larder types
is "$(larder types)" "$(cat "$W/now.ts")" 'prints the same'
is "$(larder types --json-schema)" "$(cat "$W/body")" 'and the schema'
larder types --xml >/dev/null 2>&1; is "$?" 2 'nothing else'
[ -z "$KEEP_TYPES" ] || cp "$W/all.ts" "$W/types.ts" "$W/schema.json" "$KEEP_TYPES"
