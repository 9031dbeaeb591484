#!/bin/sh
# 19-units-postgres.t — the C units that use a database, once more with PostgreSQL beside SQLite.

. t/lib/tap.sh
. t/lib/postgres.sh
B=${LARDER_BUILD:-build}
W=$(mktemp -d "${TMPDIR:-/tmp}/larder-test.XXXXXX") || exit 1
trap 'postgres_stop; rm -rf "$W"' EXIT
trap 'exit 1' INT TERM

units=$(grep -lE '(dbtest|livetest)\.h' t/unit/*.c)
plan "$(echo "$units" | wc -l)"
postgres_start
for source in $units; do
    name=$(basename "$source" .c)
    if LARDER_TEST_PG=$POSTGRES_URL "$B/t/$name.t" >"$W/tap" 2>&1 && ! grep -q '^not ok' "$W/tap"; then
        tap 0 "$name"
    else
        tap 1 "$name" "$(grep -A3 '^not ok' "$W/tap"; tail -n 3 "$W/tap")"
    fi
done
done_testing
