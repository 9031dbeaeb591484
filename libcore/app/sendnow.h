/*
 * sendnow.h — sends one mail while somebody waits for the outcome: test mails. All others are
 * queued (mail/message.h).
 *
 * A child process (`worker --send`) composes, sends and logs it, once, within 25 seconds. Not
 * inside a transaction: the child writes to the database.
 */
#ifndef APP_SENDNOW_H
#define APP_SENDNOW_H

#include "mail/message.h"

/* *error: absent when it was sent, else why not, for people. */
bool sendnow_mail(struct cx *cx, const struct message *message, struct str *error) MUST_CHECK;
/* The same once, as mail/testmail.h has it; E_BROKEN, with the reason for people, when it was not
 * sent. request: what makes two tests the same. */
bool sendnow_test(struct cx *cx, const struct message *message, struct str request) MUST_CHECK;

#endif
