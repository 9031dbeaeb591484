# tap.sh — TAP for shell tests: plan, ok, is, none, has, and the exit status that goes with them.

tap_count=0 tap_failed=0 tap_planned=

plan() { tap_planned=$1; echo "1..$1"; }

# tap RESULT NAME [DIAGNOSTICS]: RESULT is 0 for good.
tap() {
    tap_count=$((tap_count + 1))
    if [ "$1" = 0 ]; then echo "ok $tap_count - $2"; return 0; fi
    tap_failed=$((tap_failed + 1))
    echo "not ok $tap_count - $2"
    [ -z "$3" ] || printf '%s\n' "$3" | head -n 40 | sed 's/^/# /'
    return 0
}

# ok NAME COMMAND…: the command succeeds; what it prints is not shown.
ok() { tap_name=$1; shift; if "$@" >/dev/null; then tap 0 "$tap_name"; else tap 1 "$tap_name" "failed: $*"; fi; }

is() { if [ "$1" = "$2" ]; then tap 0 "$3"; else tap 1 "$3" "     got: $1
expected: $2"; fi; }

isnt() { if [ "$1" != "$2" ]; then tap 0 "$3"; else tap 1 "$3" "both are: $1"; fi; }

# none TEXT NAME: a list of offenders that must be empty.
none() { if [ -z "$1" ]; then tap 0 "$2"; else tap 1 "$2" "$1"; fi; }

# has TEXT PART NAME, hasnt TEXT PART NAME
has() { case $1 in *"$2"*) tap 0 "$3" ;; *) tap 1 "$3" "no '$2' in: $1" ;; esac; }
hasnt() { case $1 in *"$2"*) tap 1 "$3" "'$2' found in: $1" ;; *) tap 0 "$3" ;; esac; }

diag() { printf '%s\n' "$*" | sed 's/^/# /'; }

# At the end of every script: did as many run as were planned, and all well?
done_testing() {
    [ -n "$tap_planned" ] || { echo "1..$tap_count"; tap_planned=$tap_count; }
    [ "$tap_count" = "$tap_planned" ] || diag "planned $tap_planned, ran $tap_count"
    [ "$tap_failed" = 0 ] && [ "$tap_count" = "$tap_planned" ]
}
