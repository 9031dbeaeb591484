#!/bin/sh
# 08-schema.t — released schema files stay as they were, and both engines make the same tables of them.
. t/lib/larder.sh
. t/lib/postgres.sh
plan 5

none "$(cd schema && sha256sum --quiet -c ../t/lib/schema.sums 2>&1)" 'released files are as they were released'
none "$(find schema -name '*.sql' | sed 's|schema/||' | sort | awk '{ n = substr($0, 1, 4) + 0; if (n != NR || !/^[0-9][0-9][0-9][0-9]_[a-z_]+\.sql$/) print }')" \
    'files are numbered without a gap'

tables_sqlite() { sqlite3 "$W/data/larder.db" "SELECT m.name, c.name, c.\"notnull\" OR c.pk > 0 FROM sqlite_schema m, pragma_table_info(m.name) c
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' ORDER BY 1, 2"; }
tables_postgres() { psql -qXAt "$POSTGRES_URL" -c "SELECT table_name, column_name, CASE is_nullable WHEN 'NO' THEN 1 ELSE 0 END
    FROM information_schema.columns WHERE table_schema = current_schema() AND column_name <> 'tx' ORDER BY table_name COLLATE \"C\", column_name COLLATE \"C\""; }
indexes_sqlite() { sqlite3 "$W/data/larder.db" "SELECT name FROM sqlite_schema WHERE type = 'index' AND name NOT LIKE 'sqlite%' ORDER BY 1"; }
indexes_postgres() { psql -qXAt "$POSTGRES_URL" -c "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND indexname LIKE 'ix\\_%' ORDER BY indexname COLLATE \"C\""; }

tables_sqlite >"$W/one"; indexes_sqlite >"$W/one.indexes"
postgres_start
settings="$settings LARDER_DATABASE_URL=$POSTGRES_URL"
larder init-db --force >"$W/init" 2>&1 || diag "$(cat "$W/init")"
tables_postgres >"$W/two"; indexes_postgres >"$W/two.indexes"
none "$(diff "$W/one" "$W/two")" 'tables, columns and what may be NULL agree'
none "$(diff "$W/one.indexes" "$W/two.indexes")" 'so do the indexes'
tenants=$(sed -n 's/^@tenant \([a-z_]*\);.*/\1/p' schema/*.sql | sort | tr '\n' ' ')
is "$(psql -qXAt "$POSTGRES_URL" -c "SELECT relname FROM pg_class WHERE relrowsecurity AND relkind = 'r' ORDER BY relname COLLATE \"C\"" | tr '\n' ' ')" "$tenants" \
    'row-level security stands on every tenant table'
postgres_stop
