# postgres.sh — a temporary PostgreSQL cluster for tests: a socket in a private directory, no port.
#
#     . t/lib/postgres.sh
#     postgres_start          # leaves $POSTGRES_URL, of the database postgres, as a superuser
#     …
#     postgres_stop           # and nothing is left
#
# POSTGRES_FSYNC=on  for measurements; tests do not wait for the disk
# Run as root it works as the user postgres, since PostgreSQL refuses root.

postgres_bin() {
    for dir in "$(pg_config --bindir 2>/dev/null)" $(ls -rd /usr/lib/postgresql/*/bin 2>/dev/null); do
        [ -x "$dir/initdb" ] && { echo "$dir"; return; }
    done
    return 1
}

postgres_as() {
    if [ "$(id -u)" = 0 ]; then (cd "$postgres_home" && setpriv --reuid=postgres --regid=postgres --init-groups "$@")
    else "$@"; fi
}

postgres_start() {
    bin=$(postgres_bin) || { echo '# PostgreSQL is not installed' >&2; return 1; }
    postgres_home=$(mktemp -d "${TMPDIR:-/tmp}/larder-pg.XXXXXX") || return 1
    [ "$(id -u)" != 0 ] || chown postgres:postgres "$postgres_home"
    postgres_as "$bin/initdb" -D "$postgres_home/data" -U postgres -A trust -E UTF8 --no-locale --no-sync \
        >"$postgres_home.log" 2>&1 || { cat "$postgres_home.log" >&2; postgres_stop; return 1; }
    cat >>"$postgres_home/data/postgresql.conf" <<END
listen_addresses = ''
unix_socket_directories = '$postgres_home'
fsync = ${POSTGRES_FSYNC:-off}
max_connections = 60
shared_buffers = 64MB
log_min_messages = fatal
END
    postgres_as "$bin/pg_ctl" -D "$postgres_home/data" -l "$postgres_home/log" -w -s start ||
        { cat "$postgres_home/log" >&2; postgres_stop; return 1; }
    POSTGRES_URL="postgresql://postgres@/postgres?host=$postgres_home"
    export POSTGRES_URL
}

# Clients lose their connections, and what they had not committed.
postgres_restart() { postgres_as "$(postgres_bin)/pg_ctl" -D "$postgres_home/data" -l "$postgres_home/log" -m fast -w -s restart; }

postgres_stop() {
    [ -n "$postgres_home" ] || return 0
    [ ! -f "$postgres_home/data/postmaster.pid" ] ||
        postgres_as "$(postgres_bin)/pg_ctl" -D "$postgres_home/data" -m immediate -w -s stop
    rm -rf "$postgres_home" "$postgres_home.log"
    postgres_home='' POSTGRES_URL=''
}
