/*
 * desk.h — the frame of the admin pages: menu, title, notices, and the API call a page stands for.
 *
 *     struct desk desk;
 *     desk_open(&desk, reply, "users", phrase_of(cx, W("Users")));
 *     desk_action(&desk, phrase_of(cx, W("Invite somebody")), S("/admin/invitations/new"));
 *     desk_api(&desk, "GET", S("/api/v1/users"), NO_STR, S("client.users.list()"));
 *     desk_put(&desk, …);
 *     return desk_show(&desk, "admin/users.html");
 *
 * Addresses  paths of ours begin with /admin, without base_path: templates write {{base}}{{href}}
 * Values     what templates/admin/parts/head.html and foot.html want; pages add their own
 * After a change  desk_go: 303 to another page, which says the notice once
 */
#ifndef DESK_DESK_H
#define DESK_DESK_H

#include "http/reply.h"
#include "view/fills.h"
#include "view/phrase.h"

struct desk {
    struct cx *cx;
    struct reply *reply;
    const char *section;                /* the entry of the menu that is marked                  */
    struct str title;
    int64_t rows;                       /* how long a list is: as they like it                   */
    struct fills values;
    struct fills_list crumbs, actions, notices, calls;
};

void desk_open(struct desk *desk, struct reply *reply, const char *section, struct str title);
void desk_put(struct desk *desk, struct fill value);
/* The way here, outermost first; the page itself is not among them. */
void desk_crumb(struct desk *desk, struct str label, struct str href);
/* A link beside the title; the first is the main one. */
void desk_action(struct desk *desk, struct str label, struct str href);
enum desk_tone { DESK_GOOD, DESK_NOTE, DESK_WARNING, DESK_BAD };
void desk_notice(struct desk *desk, enum desk_tone tone, struct str text);
/* What this page does, as a call: path below base_path with its query; body and sdk may be absent.
 * A page may have several. */
void desk_api(struct desk *desk, const char *method, struct str path, struct str body,
              struct str sdk);
bool desk_show(struct desk *desk, const char *template) MUST_CHECK;

/* 303; notice (absent: none) is in the caller's language already. */
bool desk_go(struct reply *reply, struct str path, struct str notice) MUST_CHECK;

/* DESK_PATH(cx, S("users"), id, S("edit")): /admin/users/…/edit, each segment encoded. */
struct str desk_path(struct cx *cx, const struct str *parts, size_t n);
#define DESK_PATH(cx, ...) \
    desk_path(cx, (const struct str[]){ __VA_ARGS__ }, \
              sizeof((const struct str[]){ __VA_ARGS__ }) / sizeof(struct str))
/* This page's own address with one value of its query replaced (absent: taken out); "offset" and
 * "cursor" go as well, unless they are what is set. */
struct str desk_with(const struct reply *reply, const char *name, struct str value);
/* For fills: <time>: …_iso (2026-03-01T10:20:30Z) and …_text (2026-03-01 10:20); 0 is empty. */
void desk_time(struct fills *row, const char *iso, const char *text, int64_t us);
/* Bytes for people: "12.3 MB". */
struct str desk_size(struct cx *cx, int64_t bytes);

#endif
