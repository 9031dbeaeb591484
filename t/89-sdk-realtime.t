#!/bin/sh
# 89-sdk-realtime.t — the SDK hears what happens, over WebSocket and streams, through lighttpd.
. t/lib/node.sh

# What node runs to kill the one process that holds all connections; its parent starts another.
cat >"$W/kill" <<EOT
descendants() { for child in \$(cat /proc/"\$1"/task/*/children 2>/dev/null); do echo "\$child"; descendants "\$child"; done; }
kill -KILL \$(for p in \$(descendants $server_pid); do tr '\\0' ' ' <"/proc/\$p/cmdline" | grep -q '/realtime ' && echo "\$p"; done | tail -n 1)
EOT
export KILL_REALTIME=". '$W/kill'"
# Node 20 has its own WebSocket behind this; where there is none at all, the test brings one.
! node --experimental-websocket -e '' 2>/dev/null || export NODE_OPTIONS=--experimental-websocket
node_test realtime.mjs
