/*
 * confirm.h — asks before something is deleted, and says what else goes: a page and its form.
 *
 *     struct confirm confirm = { .question = …, .button = W("Delete the role"), .back = … };
 *     confirm_goes(&confirm, cx, phrase_of(cx, W("Members")), 12, examples, n);
 *     return confirm_show(&confirm, reply, "roles");
 *
 * The form posts to the page's own address. .word: to be typed first (a collection's name).
 */
#ifndef DESK_CONFIRM_H
#define DESK_CONFIRM_H

#include "desk/desk.h"

struct confirm {
    struct str question;                /* translated: the page's title                        */
    struct str about;                   /* a sentence more; absent: none                       */
    const char *button;                 /* English, W()                                        */
    struct str back;                    /* path of "Cancel"                                    */
    struct str word;                    /* to be typed into "word"; absent: nothing            */
    bool refused;                       /* it cannot be done: the list says why; no button     */
    bool mistyped;
    struct fills_list goes;
    struct fills_list hidden;           /* confirm_keep                                        */
};

/* effect: translated, "goes as well", "is emptied", "stops it"; count -1: not counted. */
void confirm_goes(struct confirm *confirm, struct cx *cx, struct str what, int64_t count,
                  struct str effect, const struct str *examples, size_t n);
void confirm_keep(struct confirm *confirm, struct cx *cx, const char *name, struct str value);
bool confirm_show(struct confirm *confirm, struct reply *reply, const char *section) MUST_CHECK;

#endif
