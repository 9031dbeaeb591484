/*
 * firstrun.h — a place that is not installed yet: what it needs, and the making of its first
 * person, once, for whoever can read the data directory.
 *
 * Token   <data>/install-token (0600): its text proves that; it goes with the installation
 * State   each function opens settings and database anew, since these are what changes
 * Errors  E_FORBIDDEN another token; E_CONFLICT it is installed; E_INVALID with err.field
 *         email, password or url; E_BROKEN with the reason in the log
 */
#ifndef APP_FIRSTRUN_H
#define APP_FIRSTRUN_H

#include "base/cx.h"

enum firstrun_state { FIRSTRUN_GOOD, FIRSTRUN_NOTE, FIRSTRUN_BAD };
struct firstrun_check {
    enum firstrun_state state;
    struct str what, said;              /* in the reader's language                              */
};
struct firstrun {
    bool is_installed;                  /* nothing else is told then                             */
    bool is_ready;                      /* nothing in the list is bad                            */
    struct firstrun_check *checks; size_t n;
};

/* Directory, keys and database; makes the directory, its keys and the token if it can.
 * web_root: the document root, or absent. */
bool firstrun_look(struct cx *cx, struct str web_root, struct firstrun *out) MUST_CHECK;
/* What comes through the web server, asked by a child process at the address of the page. */
bool firstrun_reach(struct cx *cx, struct str page, struct firstrun *out) MUST_CHECK;

bool firstrun_token_is(struct cx *cx, struct str text, bool *is_right) MUST_CHECK;
/* url: the public address without a path, "https://example.com". */
bool firstrun_install(struct cx *cx, struct str token, struct str email, struct str password,
                      struct str url) MUST_CHECK;

#endif
