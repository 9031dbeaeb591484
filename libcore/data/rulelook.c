/* rulelook.c — reads a rule as it would be stored, and asks what it comes to. */
#include "data/rulelook.h"

#include "audit/trail.h"
#include "base/js.h"
#include "data/access.h"
#include "data/indexwish.h"
#include "data/macrobook.h"
#include "data/relations.h"

bool rulelook_read(struct cx *cx, const struct collection *c, enum operation op, struct str text,
                   struct rulelook *out)
{
    struct rule_names names = c->names;
    const struct rule_macros macros = macrobook_now(cx);
    const struct rule_relations relations = relations_now(cx, c->view == NULL ? &names : NULL);
    struct rule_fault fault;
    *out = (struct rulelook){ .state = str_absent(text) ? RULELOOK_LOCKED : RULELOOK_PUBLIC,
                              .text = text };
    if (text.n == 0)
        return true;
    names.macros = &macros;
    names.relations = &relations;
    out->state = RULELOOK_READS;
    if (rule_read(cx->mem, text, RULE_LIST + (enum rule_use)op, &names, &out->rule, &fault))
        return true;
    out->state = RULELOOK_FAULTY;
    out->error = fault.message;
    out->place = reason_place(text, fault.position);
    return cx->err.kind == E_NONE;
}

struct str rulelook_caret(struct cx *cx, const struct rulelook *look)
{
    struct str rest = look->text, line = NO_STR;
    struct buf out;
    for (int64_t i = 0; i < look->place.line && str_cut(&rest, '\n', &line); i++)
        ;
    buf_init(&out, cx->mem, line.n + (size_t)look->place.column + 16);
    buf_str(&out, line);
    buf_c(&out, '\n');
    for (int64_t i = 1; i < look->place.column; i++)
        buf_c(&out, ' ');
    buf_c(&out, '^');
    return buf_text(&out);
}

/* ---- for a caller ---- */

static struct rule_caller caller_of(const struct cx *as, struct jv data)
{
    return access_caller((struct cx *)as, data);
}

static const struct jv NO_DATA = { .kind = JV_ABSENT };

enum rule_verdict rulelook_verdict(struct cx *cx, const struct rulelook *look,
                                   const struct actor *who)
{
    struct cx as = *cx;
    if (look->state != RULELOOK_READS)
        return look->state == RULELOOK_PUBLIC ? RULE_ALWAYS : RULE_NEVER;
    as.who = who;
    struct rule_caller caller = caller_of(&as, NO_DATA);
    return rule_fold(cx, look->rule, &caller);
}

bool rulelook_sql(struct cx *cx, const struct rulelook *look, const struct actor *who,
                  struct str *sql, struct str *values)
{
    struct cx as = *cx;
    struct qb q;
    struct buf list;
    as.who = who;
    struct rule_caller caller = caller_of(&as, NO_DATA);
    qb_init(&q, cx);
    if (!rule_sql(&q, look->rule, &caller))
        return broken(cx, "a rule that was read does not become SQL");
    *sql = str_copy(cx->mem, qb_text(&q));
    buf_init(&list, cx->mem, SIZE_MAX / 2);
    for (size_t i = 0; i < q.n; i++) {
        struct str value = trail_render(cx->mem, &q.params[i]);
        buf_fmt(&list, "%s%c%zu = ", i > 0 ? "\n" : "", qb_is_postgres(&q) ? '$' : '?', i + 1);
        if (q.params[i].type == P_TEXT && !str_absent(value))
            js_quote(&list, value);
        else
            buf_str(&list, str_absent(value) ? S("NULL") : value);
    }
    *values = buf_text(&list);
    return true;
}

bool rulelook_index(struct cx *cx, const struct collection *c, const struct rulelook *look,
                    const struct actor *who, struct str *index)
{
    struct cx as = *cx;
    struct page_order order;
    struct index wish;
    as.who = who;
    *index = NO_STR;
    if (look->state != RULELOOK_READS || c->view != NULL)
        return true;
    struct access access = { .collection = c, .operation = OP_LIST, .account_id = who->account_id,
                             .answer = ACCESS_GRANTED, .caller = caller_of(&as, NO_DATA),
                             .grants = { { look->rule, NULL } }, .n = 1 };
    TRY(page_sort(cx, NO_STR, &c->names, &order));
    if (indexwish_find(cx, &access, NULL, &order, &wish))
        *index = index_text(cx->mem, &wish);
    return true;
}

bool rulelook_try(struct cx *cx, const struct rulelook *look, const struct actor *who,
                  struct jv record, bool *holds, struct str *why)
{
    struct cx as = *cx;
    unsigned met = 0;
    bool is_read = look->state == RULELOOK_READS;
    *holds = look->state == RULELOOK_PUBLIC;
    *why = NO_STR;
    if (!is_read)
        return true;
    as.who = who;
    struct rule_caller caller = caller_of(&as, record);
    struct ruleval given = { .cx = cx, .caller = &caller };
    given.row = access_values(cx, record, &given.row_count);
    enum ruleval_answer answer = ruleval_answer(cx, look->rule, &caller, given.row,
                                                given.row_count, &met);
    *holds = answer == RULEVAL_YES;
    if (answer == RULEVAL_ASK)
        return rule_holds(cx, look->rule, &caller, given.row, given.row_count, holds);
    *why = reason_sentence(&given, look->rule, look->text);
    return cx->err.kind == E_NONE;
}

/* ---- in force ---- */

static enum rule_verdict fold_for(struct cx *cx, const struct rule *rule, const struct actor *who)
{
    struct cx as = *cx;
    as.who = who;
    struct rule_caller caller = caller_of(&as, NO_DATA);
    return rule_fold(cx, rule, &caller);
}

enum rulelook_reach rulelook_reach(struct cx *cx, const struct collection *c, enum operation op)
{
    static const struct actor NOBODY = { .kind = ACTOR_ANONYMOUS };
    static const struct actor MEMBER = { .kind = ACTOR_USER, .id = S_INIT("?"),
                                         .email = S_INIT("?"), .role = S_INIT("?"),
                                         .account_id = S_INIT("?") };
    const struct rule *rule = c->parsed[op];
    if (str_absent(c->rules[op]))
        return RULELOOK_NOBODY;
    if (c->rules[op].n == 0)
        return RULELOOK_ANYBODY;
    if (rule == NULL)
        return RULELOOK_BROKEN;
    enum rule_verdict anybody = fold_for(cx, rule, &NOBODY);
    if (anybody == RULE_ALWAYS)
        return RULELOOK_ANYBODY;
    if (anybody == RULE_DEPENDS && !rule_is_personal(rule))
        return RULELOOK_SOME_ROWS;
    return anybody == RULE_NEVER && fold_for(cx, rule, &MEMBER) == RULE_ALWAYS ? RULELOOK_SIGNED_IN
                                                                              : RULELOOK_BY_RULE;
}
