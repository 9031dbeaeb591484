/* rule.c — fuzz: whatever is written as a rule, it is refused with a place or runs on SQLite as in memory. */
#include "../lib/rulenames.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "db/db.h"
#include "../lib/ruletable.h"
#include "rules/reason.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool held)
{
    if (!held)
        abort();
}

#define TEXT(s) { .type = P_TEXT, .text = S_INIT(s) }
static const struct rule_data ROW[] = {
    { S_INIT("id"), TEXT("1") }, { S_INIT("created_by"), TEXT("u1") },
    { S_INIT("title"), TEXT("Äpfel %_\\") },
    { S_INIT("status"), TEXT("a") }, { S_INIT("like"), TEXT("%") }, { S_INIT("owner"), TEXT("u2") },
    { S_INIT("price"), { .type = P_REAL, .real = 1e308 } },
    { S_INIT("quantity"), { .type = P_REAL, .real = -2.5 } },
    { S_INIT("is_done"), { .type = P_BOOL, .number = 1 } },
    { S_INIT("due"), { .type = P_TIME, .number = 1704067200000000 } },
    { S_INIT("day"), TEXT("2024-02-29") }, { S_INIT("meta"), TEXT("[1]") },
};

/* Every collection is this one, of which there is no record: what is asked of others is not so. */
static struct rule_name related_at[COUNT(RULENAMES_AT) + 2];
static const struct rule_names RELATED_PLAIN = { .collection = S_INIT("a"), .at = related_at,
                                                 .n = COUNT(related_at) };
static const struct rule_source SOURCE = { .name = S_INIT("a"), .table = S_INIT("col_a"),
                                           .names = &RELATED_PLAIN };

static bool find(void *state UNUSED, struct str name, const struct rule_source **out)
{
    *out = name.n == 1 ? &SOURCE : NULL;
    return true;
}

static const struct rule_relations RELATIONS = { .find = find, .most = 3 };
static const struct rule_names RELATED = { .collection = S_INIT("a"), .at = related_at,
                                           .n = COUNT(related_at), .relations = &RELATIONS };

static void relate(void)
{
    memcpy(related_at, RULENAMES_AT, sizeof(RULENAMES_AT));
    for (size_t i = 0; i < COUNT(RULENAMES_AT); i++)
        if (related_at[i].type == R_REFERENCE)
            related_at[i].target = S("a");
    related_at[COUNT(RULENAMES_AT)] = (struct rule_name){
        .name = S("tags"), .column = S("meta"), .type = R_TEXT, .many = true };
    related_at[COUNT(RULENAMES_AT) + 1] = (struct rule_name){
        .name = S("links"), .column = S("meta"), .type = R_REFERENCE, .many = true,
        .target = S("a") };
}

static void try(struct cx *cx, struct str text, enum rule_use use, const struct rule_names *names)
{
    static const struct str GROUPS[] = { S_INIT("a"), S_INIT("u2") };
    const struct actor who = { .kind = ACTOR_USER, .id = S("u1"), .email = S("u@a.test"),
                               .role = S("user"), .account_id = S("a1"), .groups = GROUPS,
                               .group_count = COUNT(GROUPS) };
    const struct rule_caller caller = { .who = &who, .data = ROW, .data_count = COUNT(ROW),
                                        .may = rulenames_may };
    struct rule_fault fault = { NO_STR, 0 };
    struct rule *rule;
    bool holds;
    if (!rule_read(cx->mem, text, use, names, &rule, &fault)) {
        must(fault.message.n > 0 && utf8_valid(fault.message, NULL) && fault.position <= text.n);
        return;
    }
    enum ruleval_answer answer = ruleval_answer(cx, rule, &caller, ROW, COUNT(ROW), NULL);
    bool here = answer == RULEVAL_YES;
    const struct ruleval given = { .cx = cx, .caller = &caller, .row = ROW,
                                  .row_count = COUNT(ROW) };
    struct str reason = reason_sentence(&given, rule, text);
    must(str_starts(reason, here ? S("Allowed: ") : S("Denied: ")) && utf8_valid(reason, NULL));
    enum ruleval_answer nobody = ruleval_answer(cx, rule, NULL, NULL, 0, NULL);
    enum rule_verdict verdict = rule_fold(cx, rule, &caller);
    must(verdict == RULE_DEPENDS || answer == RULEVAL_ASK || here == (verdict == RULE_ALWAYS));
    if (names != &RULENAMES && names != &RELATED)           /* without types: no SQL               */
        return;
    must(rule_holds(cx, rule, &caller, ROW, COUNT(ROW), &holds));
    must(answer == RULEVAL_ASK ? names == &RELATED : holds == here);
    must(rule_holds(cx, rule, NULL, NULL, 0, &holds) && cx->err.kind == E_NONE);
    must(nobody == RULEVAL_ASK ? names == &RELATED : holds == (nobody == RULEVAL_YES));
}

/* As the expression of a computed field c, and what rules ask of that. */
static void try_computed(struct cx *cx, struct str text, enum rule_type type)
{
    static const char *const ASKED[] = { "c IS NULL", "c = c", "c ~ '%1%'" };
    struct rule_name at[COUNT(RULENAMES_AT) + 1] = { { .name = S("c"), .column = S("c"), .type = R_COMPUTED } };
    const struct rule_names names = { .at = at, .n = COUNT(at) };
    struct rule_fault fault = { NO_STR, 0 };
    struct rule *rule;
    bool holds;
    if (!rule_compute(cx->mem, text, type, &RULENAMES, &at[0].computed, &fault))
        must(fault.message.n > 0 && utf8_valid(fault.message, NULL));
    struct param value = rule_value(cx, at[0].computed, ROW, COUNT(ROW));
    must(value.type != P_TEXT || utf8_valid(value.text, NULL));
    for (size_t i = 0; i < COUNT(RULENAMES_AT); i++)
        at[i + 1] = RULENAMES_AT[i];
    for (size_t i = 0; i < COUNT(ASKED); i++)
        if (rule_read(cx->mem, str_of(ASKED[i]), RULE_CREATE, &names, &rule, &fault))
            must(rule_holds(cx, rule, NULL, ROW, COUNT(ROW), &holds)
                 && holds == ruleval_holds(cx, rule, NULL, ROW, COUNT(ROW)));
}

/* No record is ever written to it, so its file need not stay. */
static struct db *empty(struct cx *cx)
{
    char where[] = "/tmp/larder-fuzz.XXXXXX";
    int file = mkstemp(where);
    must(file >= 0 && close(file) == 0);
    struct db *db = db_open(cx, str_of(where), DB_OWNER);
    struct cx owner = { .mem = cx->mem, .db = db, .now = cx->now };
    must(db != NULL && ruletable_make(&owner, S("col_a")));
    relate();
    unlink(where);
    unlink(str_c(cx->mem, str_fmt(cx->mem, "%s-lock", where)));
    return db;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct db *db;
    struct cx cx = { .mem = arena_new(0, NULL, NULL), .db = db, .now = INT64_C(1704067200000000) };
    static const struct rule_names ANY = { .is_open = true };
    if (db == NULL)
        cx.db = db = empty(&cx);
    must(db != NULL);
    static const enum rule_type TYPES[] = { R_TEXT, R_NUMBER, R_BOOLEAN, R_DATETIME };
    enum rule_use use = size == 0 ? RULE_LIST : (enum rule_use)(data[0] % 6);
    size_t head = size > 0;
    struct str text = str_copy(cx.mem, (struct str){ (const char *)data + head, size - head });
    if (size > 0 && data[0] >= 0xC0)
        try_computed(&cx, text, TYPES[data[0] % COUNT(TYPES)]);
    try(&cx, text, use, &RULENAMES);
    try(&cx, text, use, &ANY);
    try(&cx, text, use, &RELATED);
    db_rest(db);
    arena_free(cx.mem);
    return 0;
}
