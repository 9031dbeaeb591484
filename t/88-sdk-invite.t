#!/bin/sh
# 88-sdk-invite.t — invitations and API keys through the published SDK.
. t/lib/node.sh
node_test invite.mjs
