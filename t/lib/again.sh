# again.sh — the black-box tests of the 30s to 50s once more, with the FRONT and DB of the script that includes it.

cd "$(git rev-parse --show-toplevel 2>/dev/null || echo .)" || exit 1
. t/lib/tap.sh
export FRONT DB
over=${FRONT:-plain CGI}${DB:+ and $DB}
set -- t/[345]?-*.t
plan $#
for script; do
    said=$("$script" 2>&1) && code=0 || code=1
    tap $code "$script over $over" "$(printf '%s\n' "$said" | grep -E '^not ok|^#')"
done
done_testing
