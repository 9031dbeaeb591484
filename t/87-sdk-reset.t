#!/bin/sh
# 87-sdk-reset.t — verified addresses and forgotten passwords through the published SDK, by real mails.
LARDER_TEST_SETTINGS='LARDER_REQUIRE_EMAIL_VERIFICATION=1 LARDER_MAIL_REQUESTS=0'
. t/lib/node.sh
. t/lib/smtp.sh
mail_setup
export SMTP
node_test reset.mjs
