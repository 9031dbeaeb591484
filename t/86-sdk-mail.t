#!/bin/sh
# 86-sdk-mail.t — mail templates and the log of mails through the published SDK.
. t/lib/node.sh
. t/lib/smtp.sh
smtp_start
export SMTP_PORT
node_test mail.mjs
smtp_stop
