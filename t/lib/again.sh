# again.sh — the black-box tests of the 30s to 50s once more, with the FRONT and DB of the script that includes it.
#
# SAMPLE   only those that put most load on both: every script runs as plain CGI on SQLite and over nginx on
#          PostgreSQL, the other pairs run a sample. ALL=1 in the environment runs them all
# HALF     1 or 2: every other one, so that the two halves run beside each other

cd "$(git rev-parse --show-toplevel 2>/dev/null || echo .)" || exit 1
. t/lib/tap.sh
export FRONT DB
over=${FRONT:-plain CGI}${DB:+ and $DB}
if [ -n "$SAMPLE" ] && [ -z "$ALL" ]; then
    set -- t/30-http.t t/31-idempotent.t t/34-auth.t t/36-records.t t/39-batch.t t/41-files.t t/42-transfer.t t/47-desk-session.t
else
    set -- t/[345]?-*.t
fi
if [ -n "$HALF" ]; then
    scripts=$(printf '%s\n' "$@" | awk -v half="$HALF" 'NR % 2 == half % 2')
    # shellcheck disable=SC2086
    set -- $scripts
fi
plan $#
for script; do
    said=$("$script" 2>&1) && code=0 || code=1
    tap $code "$script over $over" "$(printf '%s\n' "$said" | grep -E '^not ok|^#')"
done
done_testing
