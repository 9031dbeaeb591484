/* live.c — groups those who watch by what they may see, decides each group once, and tells. */
#include "live/live.h"

#include <string.h>

#include "data/filter.h"
#include "data/storedrow.h"
#include "live/telling.h"
#include "rules/ruleval.h"

static const struct jv NO_DATA = { .kind = JV_ABSENT };
enum { FILTER = ACCESS_GRANTS };        /* its bit, beside those of the grants */

/* Callers to whom the same may be granted: who they are may still decide about a row. */
struct class {
    struct class *next;
    uint64_t hash;
    struct cx cx;                       /* one of them asking */
    struct access whole;                /* as written */
    bool is_personal;                   /* a grant hangs on who exactly asks */
    bool is_plain;                      /* they may all name every field */
};
struct filter {
    struct filter *next;
    const struct class *class;
    uint64_t hash;
    struct str text;
    struct rule *rule;                  /* NULL: it does not read, or is blank */
    bool is_refused, is_personal;
};
/* Watches that are told the same. */
struct unit {
    struct unit *next;
    uint64_t hash;
    struct class *class;
    const struct actor *who;
    const struct filter *filter;        /* NULL: none */
    struct cx *cx;
    struct rule_caller caller;
    struct rule *narrow;                /* the filter, as this caller may mean it */
    bool is_blind;                      /* the filter names what this caller may not */
    unsigned held[TELLING_ROWS], asked[TELLING_ROWS];   /* bits of grants, and FILTER */
    struct telling telling;
    bool is_told;
};
struct look {
    struct cx *cx;
    const struct tail_event *event;
    const struct collection *collection;
    struct recordrow stored;
    struct param *values[TELLING_ROWS];                 /* NULL: there is none */
    struct rule_row rows[TELLING_ROWS];
    struct class **classes;
    struct filter **filters;
    struct unit **units; size_t room;                   /* hash tables of so many lists */
    struct unit **list; size_t n;
    struct rule_question *asked; size_t asked_n;
    struct telling_book book;
};

/* --- callers alike -----------------------------------------------------------------------------*/

static uint64_t mix(uint64_t hash, uint64_t more)
{
    return (hash ^ more) * UINT64_C(0x9e3779b97f4a7c15) + (hash >> 29);
}

static uint64_t hash_of(const struct actor *who)
{
    uint64_t hash = mix((uint64_t)who->kind * 4 + who->is_superadmin * 2 + who->sees_pii,
                        str_hash(who->account_id));
    if (who->is_superadmin)
        return hash;
    hash = mix(hash, str_hash(who->role));
    for (size_t i = 0; i < who->group_count; i++)
        hash = mix(hash, str_hash(who->groups[i]));
    return hash;
}

static bool is_alike(const struct actor *a, const struct actor *b)
{
    if (a == b)
        return true;
    if (a->kind != b->kind || a->is_superadmin != b->is_superadmin || a->sees_pii != b->sees_pii
        || !str_eq(a->account_id, b->account_id))
        return false;
    if (a->is_superadmin)
        return true;
    bool same = str_eq(a->role, b->role) && a->group_count == b->group_count;
    for (size_t i = 0; same && i < a->group_count; i++)
        same = str_eq(a->groups[i], b->groups[i]);
    return same;
}

static bool is_same_person(const struct actor *a, const struct actor *b)
{
    return a == b || (str_eq(a->id, b->id) && str_eq(a->email, b->email));
}

/* What a GET asks; where that is locked, what a list asks. */
static bool open_access(struct cx *cx, const struct collection *c, struct access *out)
{
    TRY(access_gather(cx, c, OP_VIEW, NO_DATA, out));
    return out->answer != ACCESS_LOCKED || access_gather(cx, c, OP_LIST, NO_DATA, out);
}

static bool add_class(struct look *look, const struct actor *who, uint64_t hash,
                      struct class **out)
{
    struct class *class = *out = arena_make(look->cx->mem, struct class);
    class->hash = hash;
    class->cx = *look->cx;
    class->cx.who = who;
    if (!open_access(&class->cx, look->collection, &class->whole)) {
        look->cx->err = class->cx.err;
        return false;
    }
    if (class->whole.answer != ACCESS_GRANTED)
        class->whole.n = 0;
    for (size_t i = 0; i < class->whole.n; i++) {
        const struct rule *rule = class->whole.grants[i].rule;
        class->is_personal = class->is_personal || (rule != NULL && rule_is_personal(rule));
    }
    class->is_plain = access_names_all(&class->whole);
    class->next = look->classes[hash & (look->room - 1)];
    look->classes[hash & (look->room - 1)] = class;
    return true;
}

static bool class_of(struct look *look, const struct actor *who, struct class **out)
{
    uint64_t hash = hash_of(who);
    for (*out = look->classes[hash & (look->room - 1)]; *out != NULL; *out = (*out)->next)
        if ((*out)->hash == hash && is_alike((*out)->cx.who, who))
            return true;
    return add_class(look, who, hash, out);
}

/* --- filters -----------------------------------------------------------------------------------*/

/* Folded for whoever asks by cx; false: only when it could not be looked up. */
static bool read_filter(struct cx *cx, const struct access *whole, struct str text,
                        struct rule **out, bool *is_refused)
{
    struct access access;
    access_fold(cx, whole, &access);
    const struct rule_names names = access_names(cx, &access);
    *is_refused = !filter_read(cx, text, &names, out);
    if (*is_refused && cx->err.kind == E_INVALID)
        fail_forget(cx);
    return cx->err.kind == E_NONE;
}

/* As the first of a class means it: what others of it mean is looked at when it may differ. */
static bool filter_of(struct look *look, struct class *class, struct str text,
                      const struct filter **out)
{
    uint64_t hash = mix(class->hash, str_hash(text));
    struct filter **bucket = &look->filters[hash & (look->room - 1)], *filter;
    if (str_trim(text).n == 0)
        return true;
    for (filter = *bucket; filter != NULL; filter = filter->next)
        if (filter->hash == hash && filter->class == class && str_eq(filter->text, text))
            break;
    *out = filter;
    if (filter != NULL)
        return true;
    *out = filter = arena_make(look->cx->mem, struct filter);
    *filter = (struct filter){ .next = *bucket, .class = class, .hash = hash, .text = text };
    *bucket = filter;
    if (!read_filter(&class->cx, &class->whole, text, &filter->rule, &filter->is_refused)) {
        look->cx->err = class->cx.err;
        return false;
    }
    filter->is_personal = filter->rule == NULL || rule_asks_others(filter->rule)
                       || (class->is_personal && !class->is_plain);
    return true;
}

/* --- units -------------------------------------------------------------------------------------*/

static bool is_unit(const struct unit *unit, const struct class *class, const struct actor *who,
                    const struct filter *filter)
{
    if (unit->class != class || unit->filter != filter)
        return false;
    bool is_personal = class->is_personal || (filter != NULL && filter->is_personal);
    return !is_personal || is_same_person(unit->who, who);
}

static void add_unit(struct look *look, struct unit *unit)
{
    struct unit **bucket = &look->units[unit->hash & (look->room - 1)];
    struct arena *mem = look->cx->mem;
    unit->cx = &unit->class->cx;
    if (unit->who != unit->cx->who) {
        unit->cx = arena_make(mem, struct cx);
        *unit->cx = unit->class->cx;
        unit->cx->who = unit->who;
    }
    unit->caller = access_caller(unit->cx, NO_DATA);
    unit->next = *bucket;
    *bucket = unit;
    look->list[look->n++] = unit;
}

static bool unit_of(struct look *look, const struct live_watch *watch, struct unit **out)
{
    const struct actor *who = watch->who;
    const struct filter *filter = NULL;
    struct class *class;
    TRY(class_of(look, who, &class));
    TRY(filter_of(look, class, watch->filter, &filter));
    uint64_t hash = mix(class->hash, filter == NULL ? 0 : filter->hash);
    if (class->is_personal || (filter != NULL && filter->is_personal))
        hash = mix(mix(hash, str_hash(who->id)), str_hash(who->email));
    for (*out = look->units[hash & (look->room - 1)]; *out != NULL; *out = (*out)->next)
        if ((*out)->hash == hash && is_unit(*out, class, who, filter))
            return true;
    *out = arena_make(look->cx->mem, struct unit);
    **out = (struct unit){ .hash = hash, .class = class, .who = who, .filter = filter };
    add_unit(look, *out);
    return true;
}

/* --- deciding ----------------------------------------------------------------------------------*/

static void answer(const struct unit *unit, const struct look *look, const struct rule *rule,
                   const struct rule_caller *caller, size_t row, unsigned bit, unsigned out[2])
{
    const struct rule_row *at = &look->rows[row];
    enum ruleval_answer got = ruleval_answer(unit->cx, rule, caller, at->at, at->n, NULL);
    out[0] |= got == RULEVAL_YES ? 1u << bit : 0;
    out[1] |= got == RULEVAL_ASK ? 1u << bit : 0;
}

/* What every grant says of a row; of those that have to be asked none when it does not matter. */
static void decide_grants(struct unit *unit, const struct look *look, size_t row)
{
    const struct access *whole = &unit->class->whole;
    unsigned got[2] = { 0, 0 };
    bool shows_all = false;
    for (size_t i = 0; i < whole->n; i++) {
        if (whole->grants[i].rule == NULL)
            got[0] |= 1u << i;
        else
            answer(unit, look, whole->grants[i].rule, &unit->caller, row, (unsigned)i, got);
        shows_all = shows_all || ((got[0] >> i & 1) != 0 && whole->grants[i].list == NULL);
    }
    unit->held[row] = got[0];
    unit->asked[row] = shows_all ? 0 : got[1];
}

static bool means_filter(struct unit *unit, struct look *look)
{
    const struct filter *filter = unit->filter;
    if (filter == NULL)
        return true;
    unit->narrow = filter->rule;
    unit->is_blind = filter->is_refused;
    if (!filter->is_personal || unit->cx == &unit->class->cx)
        return true;
    if (read_filter(unit->cx, &unit->class->whole, filter->text, &unit->narrow, &unit->is_blind))
        return true;
    look->cx->err = unit->cx->err;
    return false;
}

static void decide_filter(struct unit *unit, const struct look *look, size_t row)
{
    unsigned got[2] = { 0, 0 };
    if (unit->filter == NULL)
        got[0] = 1u << FILTER;
    else if (!unit->is_blind && unit->narrow != NULL)
        answer(unit, look, unit->narrow, NULL, row, FILTER, got);
    if ((got[0] | got[1]) == 0)
        unit->held[row] = unit->asked[row] = 0;
    unit->held[row] |= got[0];
    unit->asked[row] |= got[1];
}

static const unsigned GRANTS = (1u << FILTER) - 1;

/* In memory; what that leaves open is noted as questions about both rows. */
static bool decide(struct unit *unit, struct look *look)
{
    bool is_possible = false;
    for (size_t row = 0; row < TELLING_ROWS; row++) {
        if (look->values[row] != NULL)
            decide_grants(unit, look, row);
        is_possible = is_possible || (unit->held[row] | unit->asked[row]) != 0;
    }
    if (!is_possible)
        return true;
    TRY(means_filter(unit, look));
    for (size_t row = 0; row < TELLING_ROWS; row++)
        if (((unit->held[row] | unit->asked[row]) & GRANTS) != 0)
            decide_filter(unit, look, row);
    return true;
}

static const struct rule *rule_of(const struct unit *unit, unsigned bit,
                                  const struct rule_caller **caller)
{
    *caller = bit == FILTER ? NULL : &unit->caller;
    return bit == FILTER ? unit->narrow : unit->class->whole.grants[bit].rule;
}

static void note_questions(struct look *look)
{
    for (size_t i = 0; i < look->n; i++)
        for (unsigned bit = 0; bit <= FILTER; bit++) {
            const struct unit *unit = look->list[i];
            if (((unit->asked[0] | unit->asked[1]) >> bit & 1) == 0)
                continue;
            struct rule_question question = { 0 };
            question.rule = rule_of(unit, bit, &question.caller);
            look->asked = arena_more(look->cx->mem, look->asked, look->asked_n, sizeof question);
            look->asked[look->asked_n++] = question;
        }
}

/* In the order in which they were noted. */
static void take_answers(struct look *look, const bool *holds)
{
    size_t next = 0;
    for (size_t i = 0; i < look->n; i++)
        for (unsigned bit = 0; bit <= FILTER; bit++) {
            struct unit *unit = look->list[i];
            unsigned asked[TELLING_ROWS] = { unit->asked[0] >> bit & 1, unit->asked[1] >> bit & 1 };
            if ((asked[0] | asked[1]) == 0)
                continue;
            for (size_t row = 0; row < TELLING_ROWS; row++)
                if (asked[row] != 0 && holds[row * look->asked_n + next])
                    unit->held[row] |= 1u << bit;
            next++;
        }
}

/* A statement has failed, by a stored macro, say, and with it what was read from has ended. */
static bool is_forgiven(struct look *look)
{
    struct cx *cx = look->cx;
    struct err err = cx->err;
    if (err.kind == E_NONE || err.kind == E_BUSY)
        return err.kind == E_NONE;
    fail_forget(cx);
    db_rest(cx->db);
    db_scope(cx, look->event->account_id);
    if (db_ping(cx))
        return true;
    cx->err = err;
    return false;
}

/*
 * Together they failed, so that one of them is bad: that is nobody else's loss. What cannot be
 * answered is a no. False: it is the database that failed.
 */
static bool ask_singly(struct look *look, bool *holds)
{
    enum { MOST = 200 };
    struct cx *cx = look->cx;
    bool one[TELLING_ROWS];
    for (size_t i = 0; i < look->asked_n && i < MOST; i++) {
        TRY(is_forgiven(look));
        if (rule_ask(cx, &look->asked[i], 1, look->rows, TELLING_ROWS, one))
            for (size_t row = 0; row < TELLING_ROWS; row++)
                holds[row * look->asked_n + i] = one[row];
    }
    return is_forgiven(look);
}

static bool ask(struct look *look)
{
    note_questions(look);
    if (look->asked_n == 0)
        return true;
    size_t n = look->asked_n;
    bool *holds = arena_list(look->cx->mem, bool, TELLING_ROWS * n);
    if (!rule_ask(look->cx, look->asked, n, look->rows, TELLING_ROWS, holds)) {
        memset(holds, 0, TELLING_ROWS * n * sizeof *holds);
        TRY(ask_singly(look, holds));
    }
    take_answers(look, holds);
    return true;
}

/* --- telling -----------------------------------------------------------------------------------*/

static bool sees(const struct unit *unit, size_t row)
{
    return (unit->held[row] & GRANTS) != 0 && (unit->held[row] >> FILTER & 1) != 0;
}

static enum live_kind kind_of(const struct look *look, const struct unit *unit)
{
    bool now = sees(unit, TELLING_NOW), before = sees(unit, TELLING_BEFORE);
    if (look->event->kind == RECORD_CREATED)
        return now ? LIVE_CREATE : LIVE_NOTHING;
    if (look->event->kind == RECORD_DELETED)
        return before ? LIVE_DELETE : LIVE_NOTHING;
    return now && before ? LIVE_UPDATE : now ? LIVE_CREATE : before ? LIVE_DELETE : LIVE_NOTHING;
}

/* The grants that hold for a row, without their conditions. */
static void keep_held(const struct access *whole, unsigned held, struct access *out)
{
    *out = *whole;
    out->n = 0;
    for (size_t i = 0; i < whole->n; i++)
        if ((held >> i & 1) != 0)
            out->grants[out->n++] = (struct access_grant){ .list = whole->grants[i].list };
}

static const struct str *message_of(struct look *look, struct unit *unit, enum live_kind kind)
{
    struct telling *telling = &unit->telling;
    struct access *at = arena_list(unit->cx->mem, struct access, 1 + TELLING_ROWS);
    if (unit->is_told)
        return telling->message;
    unit->is_told = true;
    telling->kind = kind;
    access_fold(unit->cx, &unit->class->whole, &at[0]);
    telling->access = &at[0];
    for (size_t row = 0; row < TELLING_ROWS; row++) {
        keep_held(&unit->class->whole, unit->held[row] & GRANTS, &at[1 + row]);
        telling->held[row] = sees(unit, row) ? &at[1 + row] : NULL;
    }
    telling_write(&look->book, telling);
    return telling->message;
}

/* --- one event ---------------------------------------------------------------------------------*/

static bool read_row(struct look *look, size_t row, struct str json)
{
    struct rule_row *at = &look->rows[row];
    if (str_absent(json))
        return true;
    TRY(storedrow_read(look->cx, &look->stored, json, &look->values[row]));
    at->at = storedrow_named(look->cx, &look->stored, look->values[row], &at->n);
    return true;
}

/* False: nobody is told of it. */
static bool is_tellable(struct look *look)
{
    const struct tail_event *event = look->event;
    const struct collection *c = look->collection;
    if (c == NULL || c->view != NULL || !c->realtime || c->created_at > event->at)
        return false;
    recordrow_shape(look->cx, c, NULL, NO_STR, &look->stored);
    if (event->kind != RECORD_DELETED && !read_row(look, TELLING_NOW, event->record))
        return false;
    return (event->kind == RECORD_CREATED || read_row(look, TELLING_BEFORE, event->previous))
        && (look->values[TELLING_NOW] != NULL || look->values[TELLING_BEFORE] != NULL);
}

static bool concerns(const struct look *look, const struct live_watch *watch)
{
    const struct tail_event *event = look->event;
    bool is_theirs = watch->who->is_superadmin || str_eq(watch->who->account_id, event->account_id);
    return is_theirs
        && (str_absent(watch->account_id) ? watch->who->is_superadmin
                                          : str_eq(watch->account_id, event->account_id))
        && (watch->collection.n == 0 || str_eq(watch->collection, event->collection));
}

static void open_tables(struct look *look, size_t n)
{
    struct arena *mem = look->cx->mem;
    for (look->room = 16; look->room < 2 * n; look->room *= 2)
        ;
    look->classes = arena_list(mem, struct class *, look->room);
    look->filters = arena_list(mem, struct filter *, look->room);
    look->units = arena_list(mem, struct unit *, look->room);
    look->list = arena_list(mem, struct unit *, n);
}

static bool look_at(struct look *look, const struct live_watch *const *watches, size_t n,
                    struct live_sight *out)
{
    struct unit **of = arena_list(look->cx->mem, struct unit *, n);
    open_tables(look, n);
    for (size_t i = 0; i < n; i++)
        if (concerns(look, watches[i]))
            TRY(unit_of(look, watches[i], &of[i]));
    for (size_t i = 0; i < look->n; i++)
        TRY(decide(look->list[i], look));
    TRY(ask(look));
    for (size_t i = 0; i < n; i++) {
        enum live_kind kind = of[i] == NULL ? LIVE_NOTHING : kind_of(look, of[i]);
        if ((watches[i]->operations >> kind & 1) != 0 && kind != LIVE_NOTHING)
            out[i] = (struct live_sight){ kind, message_of(look, of[i], kind) };
    }
    return true;
}

bool live_look(struct cx *cx, const struct tail_event *event,
               const struct live_watch *const *watches, size_t n, struct live_sight *out)
{
    struct look look = { .cx = cx, .event = event };
    for (size_t i = 0; i < n; i++)
        out[i] = (struct live_sight){ LIVE_NOTHING, NULL };
    bool is_record = event->kind == RECORD_CREATED || event->kind == RECORD_UPDATED
                  || event->kind == RECORD_DELETED;
    if (!is_record || n == 0)
        return true;
    TRY(collection_find(cx, event->collection, &look.collection));
    if (!is_tellable(&look))
        return true;
    look.book = (struct telling_book){ .cx = cx, .event = event, .collection = look.collection,
                                       .stored = &look.stored,
                                       .values = { look.values[0], look.values[1] } };
    struct str scope = db_scope(cx, event->account_id);
    bool well = look_at(&look, watches, n, out);
    db_scope(cx, scope);
    return well;
}

/* --- before a watch is kept --------------------------------------------------------------------*/

bool live_check(struct cx *cx, const struct live_watch *watch)
{
    const struct rule_names nothing = { .is_open = true };
    const struct collection *c = NULL;
    struct cx as = *cx;
    struct access whole, access;
    struct rule *rule;
    if (str_trim(watch->filter).n == 0)
        return true;
    as.who = watch->who;
    if (watch->collection.n > 0 && !collection_find(&as, watch->collection, &c))
        return cx->err = as.err, false;
    bool well = c == NULL || c->view != NULL || open_access(&as, c, &whole);
    if (!well || c == NULL || c->view != NULL || whole.answer != ACCESS_GRANTED) {
        well = well && filter_read(&as, watch->filter, &nothing, &rule);
    } else {
        access_fold(&as, &whole, &access);
        const struct rule_names names = access_names(&as, &access);
        well = filter_read(&as, watch->filter, &names, &rule);
    }
    cx->err = as.err;
    return well;
}
