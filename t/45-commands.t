#!/bin/sh
# 45-commands.t — the command line: what the older program's options and verbs do here, and the settings it reads.
. t/lib/larder.sh
plan 18

says() { larder "$@" >"$W/out" 2>"$W/err"; code=$?; }
says migrate current
is "$code" 0 'migrate current'
has "$(cat "$W/out")" '(head)' 'says that the schema is the newest'
says migrate upgrade --revision heads
has "$(cat "$W/out")" 'Migrations applied: 0' 'upgrade finds nothing to do'
says migrate repair --dry-run
has "$(cat "$W/out")" 'Nothing to repair' 'nor does repair'
says migrate downgrade --revision -1
is "$code" 1 'downgrade is refused'
has "$(cat "$W/err")" 'only goes forward' 'with the reason'
says migrate revision -m more --autogenerate
is "$code" 1 'so is revision'
says migrate sideways
is "$code" 2 'an unknown verb is a wrong call'
says --debug --log-level DEBUG info
has "$(cat "$W/out")" "$(printf '%-32s %s' log_level DEBUG)" '--log-level holds for this run'
has "$(cat "$W/out")" "$(printf '%-32s %s' debug true)" 'so does --debug'
says --no-debug info
has "$(cat "$W/out")" "$(printf '%-32s %s' debug false)" 'and --no-debug'
hasnt "$(cat "$W/out")" "$(sed -n 's/^SECRET_KEY = //p' "$W/data/keys.conf")" 'info shows no key'
printf 'SNACKBASE_APP_NAME="From a dotenv"\nSNACKBASE_NO_SUCH_THING=1\n' >"$W/data/.env"; chmod 600 "$W/data/.env"
says --version
has "$(cat "$W/out")" 'From a dotenv, version ' 'a .env in the data directory is read'
says nonsense
is "$code" 2 'an unknown command is a wrong call'
has "$(cat "$W/err")" "No such command 'nonsense'" 'and is named'
says --help
has "$(cat "$W/out")" 'create-superadmin' '--help lists the commands'
says create-superadmin --email "$ROOT_EMAIL" --password "$ROOT_PASSWORD" --force
is "$code" 1 'the same superadmin twice is refused'
has "$(cat "$W/err")" "A superadmin with email '$ROOT_EMAIL' already exists" 'in the words of the contract'
