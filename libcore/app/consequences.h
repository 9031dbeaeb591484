/*
 * consequences.h — what else goes when something is deleted: for the page that asks before.
 *
 * Looks     only: nothing is changed or held, so between the look and the deed things may move; the
 *           deed itself decides
 * Bounded   counts stop at CONSEQUENCES_MOST (is_more: say "more than 10,000"), a walk from record
 *           to record after as many; examples are at most CONSEQUENCES_SOME
 * Scope     the caller's: what belongs to others than the account asked about is counted only for
 *           superadmins, who alone delete what is everybody's. 403 and 404 as the deed would say
 * Words     `what` is an English phrase of the catalogue of words; "{name}" in it stands for `name`
 * Lives     in cx->mem; nothing to tell is an empty list
 */
#ifndef APP_CONSEQUENCES_H
#define APP_CONSEQUENCES_H

#include "codelists/codelist.h"

enum { CONSEQUENCES_MOST = 10000, CONSEQUENCES_SOME = 5 };
enum consequences_effect {
    CONSEQUENCES_GOES,          /* with it                                                        */
    CONSEQUENCES_EMPTIED,       /* stays, and no longer names it                                  */
    CONSEQUENCES_STAYS,         /* as it is, though it may be of no use any more                  */
    CONSEQUENCES_STOPS          /* the deletion would be refused                                  */
};
struct consequences_example { struct str id, text; };       /* text: for people, as stored        */
struct consequence {
    const char *what; struct str name;                      /* "Records in {name}"                */
    enum consequences_effect effect;
    int64_t count; bool is_more;
    struct consequences_example some[CONSEQUENCES_SOME]; size_t some_n;
};
struct consequences {
    struct consequence *at; size_t n;                       /* what stops it comes first          */
    bool stops;                                             /* one of them does                   */
};

/* English, of the catalogue of words: "goes with it" … */
const char *consequences_effect_words(enum consequences_effect effect);

bool consequences_account(struct cx *cx, struct str id, struct consequences *out) MUST_CHECK;
/* Of DELETE /users/{id}, which deactivates. */
bool consequences_user(struct cx *cx, struct str account_id, struct str id,
                       struct consequences *out) MUST_CHECK;
bool consequences_role(struct cx *cx, int64_t id, struct consequences *out) MUST_CHECK;
bool consequences_group(struct cx *cx, struct str id, struct consequences *out) MUST_CHECK;
/* hard: as codelist_delete. */
bool consequences_codelist(struct cx *cx, const struct codelist *list, bool hard,
                           struct consequences *out) MUST_CHECK;
bool consequences_macro(struct cx *cx, int64_t id, struct consequences *out) MUST_CHECK;

/* Collections and records: app/consequencesdata.h. It adds one with these: a finding of nothing is
 * left out. */
struct consequence *consequences_add(struct cx *cx, struct consequences *out, const char *what,
                                     struct str name, enum consequences_effect effect,
                                     int64_t count);
void consequences_example(struct cx *cx, struct consequence *of, struct str id, struct str text);

#endif
