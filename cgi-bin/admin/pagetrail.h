/*
 * pagetrail.h — the audit trail for people: its pages, and what their address asks for.
 *
 * Scope  superadmins see all accounts, or the one they name; others their own account alone
 */
#ifndef ADMIN_PAGETRAIL_H
#define ADMIN_PAGETRAIL_H

#include "audit/trailquery.h"
#include "desk/form.h"
#include "http/route.h"

extern const struct route pagetrail_routes[];

/* The filters of a query string; the form says what cannot be understood. */
bool pagetrail_asked(struct cx *cx, struct str query, struct form *form, struct trailquery *out)
    MUST_CHECK;
/* An entry that the caller may see, as it is stored; 404. */
bool pagetrail_entry(struct cx *cx, int64_t id, struct audit_row *out) MUST_CHECK;
/* A line of a <dl class="facts">; href absent: no link. */
void pagetrail_fact(struct cx *cx, struct fills_list *to, struct str label, struct str value,
                    struct str href);

#endif
