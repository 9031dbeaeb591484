#!/bin/sh
# 42-history.t — the history of the schema: one revision for each change of a table, chained; told to superadmins alone.
. t/lib/larder.sh

field() { printf '{"name":"%s","type":"%s"%s}' "$1" "$2" "$3"; }
stored() { sql "SELECT $1 FROM schema_migrations ORDER BY seq"; }
of_collection() { sql "SELECT migration_revision FROM collections WHERE name = '$1'"; }

# ---- before anything was defined -----------------------------------------------------------------
superadmin
get /api/v1/migrations; status 200 'the history of a new installation'
core=$(value .total)
is "$core" "$(find schema -name '*.sql' | wc -l | tr -d ' ')" 'is that of its schema'
json '[.revisions[] | [.is_dynamic, .branch_labels, .is_applied]] | unique' '[[false,["core"],true]]' 'on the branch core'
head=$(value .current_revision)
json '.revisions[0].description' "$(find schema -name '*.sql' | sort | tail -n 1 | sed 's/.*\///; s/.sql//')" 'the newest first'
json '[.revisions[-1].down_revision, (.revisions[:-1] | map(.down_revision))]' "$(value '[null, [.revisions[1:][].revision]]')" 'each upon the one before'
json '[.revisions[] | .is_head]' "$(value '[true, (.revisions[1:][] | false)]')" 'one is the head'
get /api/v1/migrations/current; json .revision "$head" 'which is current'

# ---- what is a revision -------------------------------------------------------------------------
post /api/v1/collections "{\"name\":\"Books\",\"schema\":[$(field a text)]}"; id=$(value .id)
first=$(of_collection Books)
is "$(echo "$first" | grep -cE '^[0-9a-f]{12}$')" 1 'creating is one, of 12 hexadecimal digits, kept with the collection'
is "$(stored "revision || ' ' || branch || ' ' || COALESCE(down_revision, '-') || ' ' || depends_on || ' ' || description")" "$first dynamic - $head create_collection_Books" 'the first of its branch depends on the head of the core'
put "/api/v1/collections/$id" "{\"schema\":[$(field a text),$(field b text)]}"; status 200 'a new field'
second=$(of_collection Books)
isnt "$second" "$first" 'is another'
is "$(sql "SELECT down_revision || ' ' || COALESCE(depends_on, '-') || ' ' || description FROM schema_migrations WHERE revision = '$second'")" "$first - update_collection_Books" 'upon the first'
put "/api/v1/collections/$id" "{\"schema\":[$(field b text ',"required":true'),$(field a text ',"pii":true,"mask_type":"name"')],\"list_rule\":\"\"}"; status 200 'what changes no table'
is "$(of_collection Books) $(stored revision | wc -l | tr -d ' ')" "$second 2" 'is none'
put "/api/v1/collections/$id" "{\"schema\":[$(field a number)]}"; status 400 'nor is what is refused'
post /api/v1/collections "{\"name\":\"books\",\"schema\":[$(field a text)]}"; status 409 'whatever it was'
is "$(stored revision | wc -l | tr -d ' ')" 2 'nothing is kept of it'
post /api/v1/collections "{\"name\":\"Shelves\",\"schema\":[$(field a text)]}"; third=$(of_collection Shelves)
delete "/api/v1/collections/$id"; status 200 'deleting'
fourth=$(value .migration_revision)
is "$(stored description | tail -n 1) $(of_collection Books)" 'delete_collection_Books ' 'is the last'

# ---- reading ------------------------------------------------------------------------------------
times='[.created_at, .createdAt] | unique | length == 1 and (.[0] | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{6}\\+00:00$"))'
get /api/v1/migrations; status 200 'the list'
json '[.revisions[].revision][:5]' "[\"$fourth\",\"$third\",\"$second\",\"$first\",\"$head\"]" 'newest first, both branches'
json '[.revisions[].down_revision][:4]' "[\"$third\",\"$second\",\"$first\",null]" 'each with the one before it'
json '[.revisions[:5][] | [.branch_labels, .is_applied, .is_head, .is_dynamic]]' '[[["dynamic"],true,true,true],[["dynamic"],true,false,true],[["dynamic"],true,false,true],[["dynamic"],true,false,true],[["core"],true,true,false]]' 'each branch has its head'
json '[.total, .current_revision, .currentRevision]' "[$((core + 4)),\"$fourth\",\"$fourth\"]" 'with their number and the current one'
json '[.revisions[] | .is_applied == .isApplied and .is_head == .isHead and .is_dynamic == .isDynamic] | unique' '[true]' 'in both spellings'
json "[.revisions[] | $times] | unique" '[true]' 'with their times'
json '[.revisions[] | keys | sort] | unique' '[["branch_labels","createdAt","created_at","description","down_revision","isApplied","isDynamic","isHead","is_applied","is_dynamic","is_head","revision"]]' 'and nothing else'
for path in /api/v1/migrations /api/v1/migrations/current /api/v1/migrations/history; do
    get $path
    is "$(header_value Cache-Control), $(header_value ETag)" "private, max-age=60, \"$fourth\"" "$path may be kept for a minute, until the next revision"
    get $path -H "If-None-Match: \"$fourth\""; status 304 'and is not told twice'
    get $path -H "If-None-Match: \"$third\""; status 200 'but when it has changed'
done
get /api/v1/migrations/current
json '[.revision, .description, .is_dynamic, .isDynamic]' "[\"$fourth\",\"delete_collection_Books\",true,true]" 'the current revision'
json "($times) and .appliedAt == .created_at" true 'with its time'
get /api/v1/migrations/history
json '[.history[-4:][] | [.revision, .description, .is_dynamic, .isDynamic]]' "[[\"$first\",\"create_collection_Books\",true,true],[\"$second\",\"update_collection_Books\",true,true],[\"$third\",\"create_collection_Shelves\",true,true],[\"$fourth\",\"delete_collection_Books\",true,true]]" 'the history goes forward'
json '[.total, (.history[0].description | test("^0001_")), (.history | length)]' "[$((core + 4)),true,$((core + 4))]" 'from the beginning'
json "[.history[] | $times] | unique" '[true]' 'with all times'
sql "UPDATE schema_migrations SET applied_at = NULL WHERE revision = '$fourth'"
get /api/v1/migrations/history; json '[.total, .history[-1].revision]' "[$((core + 3)),\"$third\"]" 'only what was applied is in it'
get /api/v1/migrations; json '[.revisions[0] | .is_applied, .isApplied]' '[false,false]' 'the list tells it apart'

# ---- nobody else, and nothing else --------------------------------------------------------------
sign_up acme owner@acme.example.com
for path in /api/v1/migrations /api/v1/migrations/current /api/v1/migrations/history; do
    get $path; status 403 "$path: not for the administrator of an account"
    hasnt "$(body)" collection_ 'who sees nothing of it'
    anonymous; get $path; status 401 'nor for nobody'; sign_in acme owner@acme.example.com
done
superadmin
for verb in POST PUT PATCH DELETE; do request $verb /api/v1/migrations '{}'; status 405 "$verb: nothing is applied or undone over HTTP"; done

# ---- when it cannot be told ---------------------------------------------------------------------
sql 'ALTER TABLE schema_migrations RENAME TO elsewhere'
cannot() { get "/api/v1/migrations$1"; status 500 "$2"; json . "{\"error\":\"Internal Server Error\",\"message\":\"Failed to retrieve $2\"}" 'is said so'; }
cannot '' 'migration list'
cannot /current 'current migration'
cannot /history 'migration history'
sql 'ALTER TABLE elsewhere RENAME TO schema_migrations'
get /api/v1/migrations; status 200 'and is told again'
