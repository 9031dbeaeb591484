#!/bin/sh
# 09-libraries.t — each program needs at run time what it is meant to: libcurl is the worker's alone, libgd thumb's, libhpdf auditpdf's.
cd "$(dirname "$0")/.." || exit 1
. t/lib/tap.sh
BIN=${LARDER_BIN:-bin}
plan 3

needed() { readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(lib[a-z0-9+-]*\)[.-].*/\1/p' | grep -vxE 'libc|libm|libgcc_s|lib[a-z]*san|libgcov'; }
programs=$(for c in cgi-bin/*.c; do basename "$c" .c; done)
bad=$(for p in $programs; do
    case $p in
    worker) may='libcurl|libsqlite3|libpq|libjson-c|libjson|libsodium' ;;
    thumb) may='libgd' ;;
    auditpdf) may='libhpdf-2|libhpdf|libsqlite3|libpq|libjson-c|libjson|libsodium' ;;
    larder) may='libsqlite3|libpq|libjson-c|libjson|libsodium' ;;
    *) may='libfcgi|libsqlite3|libpq|libjson-c|libjson|libsodium' ;;
    esac
    needed "$BIN/$p" | grep -vxE "$may" | sed "s/^/$p needs /"
done)
none "$bad" 'no program needs a library that is not its own'
is "$(needed "$BIN/worker" | grep -c '^libcurl')" 1 'the worker speaks HTTP and SMTP by libcurl'
is "$(for p in $programs; do needed "$BIN/$p" | grep -q 'libjson\|libgd' || echo "$p"; done)" '' 'and every program was looked into'
done_testing
