/*
 * invitation.h — an offer to join an account, good for one use until it expires (identity.md §15).
 *
 * Seen      superadmins see the invitations of every account, others (cx->who) those of their own;
 *           any other is 404 "Invitation not found"
 * Token     64 hexadecimal digits for 48 hours; found by its SHA-256, kept sealed for the admins
 *           who may see it again. A token that is none is told nothing else
 * Open      at most one for an address in an account
 * Mail      queued in the same transaction, with the templates of the inviter's account;
 *           invitation_mailed says that it went out
 * Errors    those of §15 in its words
 * Changes   invitations (audited), jobs
 */
#ifndef IDENTITY_INVITATION_H
#define IDENTITY_INVITATION_H

#include "base/jv.h"

struct invitation {
    struct str id, account_id, account_code, account_name, email;
    struct str token;                       /* absent when its seal does not open any more */
    int64_t role_id;                        /* 0: none was chosen */
    struct str groups;                      /* a JSON array of ids */
    struct str inviter_account_id, invited_by, invited_by_email;    /* absent: nobody, any more */
    const char *status;                     /* pending, accepted or expired, as of now */
    bool email_sent;
    int64_t expires_at, accepted_at, email_sent_at, created_at, updated_at;     /* 0: not yet */
    struct str token_enc;
};

/* account_id absent: the caller's. role_id: a number, as text too; groups: a list of ids. */
struct invitation_wish { struct str email, account_id; struct jv role_id, groups; };
bool invitation_create(struct cx *cx, const struct invitation_wish *wish, struct invitation *out)
    MUST_CHECK;

struct invitation_query {
    struct str status, account_id, search;  /* absent: any */
    int64_t page, page_size;                /* 0 and 0: all */
};
struct invitation_page { struct invitation *at; size_t n; int64_t total; };
bool invitation_list(struct cx *cx, const struct invitation_query *query,
                     struct invitation_page *out) MUST_CHECK;                   /* newest first */
bool invitation_get(struct cx *cx, struct str id, struct invitation *out) MUST_CHECK;
bool invitation_resend(struct cx *cx, struct str id, struct invitation *out) MUST_CHECK;
bool invitation_cancel(struct cx *cx, struct str id) MUST_CHECK;

/* For who has the token, whoever they are: 404, or 400 when it is spent or late. */
bool invitation_look(struct cx *cx, struct str token, struct invitation *out) MUST_CHECK;

/* The worker: its mail was sent. One that is gone by now is no failure. */
bool invitation_mailed(struct cx *cx, struct str account_id, struct str id) MUST_CHECK;

/* For acceptance.c, in its transaction. Until the commit nobody else invites that address or
 * accepts its invitation. */
bool invitation_lock(struct cx *cx, struct str account_id, struct str email) MUST_CHECK;
bool invitation_spend(struct cx *cx, struct invitation *it) MUST_CHECK;

#endif
