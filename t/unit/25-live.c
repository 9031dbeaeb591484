/* 25-live.c — what an event is to whom: what a GET shows them, of collections, rules and rows at random. */
#include "livetest.h"

#include <stdlib.h>

#include "computedgen.h"
#include "data/recordquery.h"
#include "rulerows.h"

enum { ROUNDS = 12, WRITES = 6 };
static struct dice dice;

/* --- chance ----------------------------------------------------------------------------------- */

static const struct { const char *name, *type; } FIELDS[] = {
    { "title", "text" }, { "status", "text" }, { "price", "number" }, { "quantity", "number" },
    { "is_done", "boolean" }, { "public", "boolean" }, { "due", "datetime" }, { "day", "date" },
    { "owner", "reference" }, { "meta", "json" }, { "user", "text" }, { "like", "text" },
    { "tags", "select" }, { "crew", "references" }, { "token", "text" }, { "kind", "select" },
};

static void put_condition(struct buf *b, enum rule_use use)
{
    static const char *const LINKED[] = {
        "owner.name = 'a'", "owner.chief = @request.auth.id", "crew.name ~ 'a%'", "tags = 'red'",
        "exists(teams, name = record.title)", "exists(teams, chief = @request.auth.id && name = record.status)",
        "@leads(@request.auth.id, title)", "kind IS NULL", "tags IS NOT NULL",
        "created_by = @request.auth.id || owner.name = 'apple'",
        "@request.auth.role = 'admin' || crew.chief = @request.auth.id", "created_by = @request.auth.id",
    };
    static const char *const SOUGHT[] = { "owner.name = 'a'", "tags = 'red'", "kind = 'x'",
                                          "crew.chief IS NULL" };
    struct rulegen g = { .dice = &dice, .use = use, .out = b };
    unsigned kind = dice_roll(&dice, 3);
    if (kind > 0)
        rulegen_condition(&g, 2);
    if (kind == 1)
        RULEGEN_ONE(&g, " && ", " || ");
    if (kind < 2 && use == RULE_FILTER)
        rulegen_put(&g, dice_pick(&dice, SOUGHT, COUNT(SOUGHT)));
    else if (kind < 2)
        rulegen_put(&g, dice_pick(&dice, LINKED, COUNT(LINKED)));
}

static struct str condition(enum rule_use use)
{
    struct buf b;
    buf_init(&b, tap_mem(), 1 << 16);
    put_condition(&b, use);
    return buf_text(&b);
}

static struct str some_rule(void)
{
    unsigned kind = dice_roll(&dice, 8);
    return kind == 0 ? NO_STR : kind == 1 ? S("") : condition(RULE_VIEW);
}

static struct str some_list(void)
{
    struct buf b;
    struct js to;
    if (dice_roll(&dice, 2) == 0)
        return S("\"*\"");
    buf_init(&b, tap_mem(), 1 << 16);
    js_init(&to, &b);
    js_array(&to, NULL);
    for (size_t i = 0; i < COUNT(FIELDS); i++)
        if (dice_roll(&dice, 3) > 0)
            js_text(&to, NULL, str_of(FIELDS[i].name));
    js_text(&to, NULL, S("sum"));
    if (dice_roll(&dice, 2) == 0)
        js_text(&to, NULL, S("word"));
    js_end(&to);
    return buf_text(&b);
}

static void put_computed(struct js *to, const char *name, const char *type, enum rulegen_class class)
{
    struct buf b;
    struct rulegen g = { .dice = &dice, .use = RULE_COMPUTED, .out = &b };
    buf_init(&b, tap_mem(), 1 << 16);
    computedgen_of(&g, class, 2);
    js_object(to, NULL);
    js_text(to, "name", str_of(name));
    js_text(to, "type", S("computed"));
    js_text(to, "expression", buf_text(&b));
    js_text(to, "return_type", str_of(type));
    js_bool(to, "pii", dice_roll(&dice, 4) == 0);
    js_end(to);
}

static void put_field(struct js *to, const char *name, const char *type)
{
    js_object(to, NULL);
    js_text(to, "name", str_of(name));
    js_text(to, "type", str_of(type));
    if (str_starts(str_of(type), S("reference"))) {
        js_text(to, "collection", S("teams"));
        js_text(to, "on_delete", S("set_null"));
    }
    if (str_eq(str_of(type), S("select")))
        js_raw(to, "options", str_eq(str_of(name), S("tags")) ? S("{\"values\":[\"red\",\"blue\"],\"max\":2}")
                                                              : S("{\"values\":[\"x\",\"y\"]}"));
    if (str_eq(str_of(name), S("token")))
        js_bool(to, "encrypted", true);
    else if (str_eq(str_of(type), S("text")) && dice_roll(&dice, 3) == 0) {
        js_bool(to, "pii", true);
        js_text(to, "mask_type", str_of(DICE_PICK(&dice, "email", "name", "full")));
    }
    js_end(to);
}

/* same: what may be listed is what may be viewed. */
static struct str collection_text(const char *name, bool same)
{
    struct str rule = some_rule(), list = some_list();
    struct buf b;
    struct js to;
    buf_init(&b, tap_mem(), 1 << 20);
    js_init(&to, &b);
    js_object(&to, NULL);
    js_text(&to, "name", str_of(name));
    js_array(&to, "fields");
    for (size_t i = 0; i < COUNT(FIELDS); i++)
        put_field(&to, FIELDS[i].name, FIELDS[i].type);
    put_computed(&to, "sum", "number", RULEGEN_NUMBER);
    put_computed(&to, "word", "text", RULEGEN_TEXT);
    put_computed(&to, "yes", "boolean", RULEGEN_BOOL);
    js_end(&to);
    js_bool(&to, "event_previous", dice_roll(&dice, 2) == 0);
    js_text(&to, "view_rule", rule);
    js_text(&to, "list_rule", same ? rule : some_rule());
    js_raw(&to, "view_fields", list);
    js_raw(&to, "list_fields", same ? list : some_list());
    for (int op = OP_CREATE; op < OP_COUNT; op++)
        js_text(&to, collectionrules_keys[op], S(""));
    js_end(&to);
    return buf_text(&b);
}

static void put_value(struct js *to, const char *name, const char *type)
{
    if (dice_roll(&dice, 6) == 0) {
        js_null(to, name);
    } else if (str_eq(str_of(type), S("number"))) {
        js_number(to, name, rulerows_number(&dice) + 0.0);
    } else if (str_eq(str_of(type), S("boolean"))) {
        js_bool(to, name, dice_roll(&dice, 2) == 0);
    } else if (str_eq(str_of(type), S("datetime"))) {
        js_time(to, name, rulerows_time(&dice));
    } else if (str_eq(str_of(type), S("date"))) {
        js_text(to, name, str_of(dice_pick(&dice, RULEGEN_DATES, COUNT(RULEGEN_DATES))));
    } else if (str_eq(str_of(type), S("json"))) {
        js_raw(to, name, str_of(DICE_PICK(&dice, "{\"a\":[1,2.50,\"}\\\"\"]}", "[1]", "0", "\"x\"",
                                          "{\"b\":null}")));
    } else if (str_eq(str_of(type), S("reference"))) {
        js_text(to, name, teams[dice_roll(&dice, COUNT(teams))]);
    } else if (str_eq(str_of(name), S("tags"))) {
        js_raw(to, name, str_of(DICE_PICK(&dice, "[]", "[\"red\"]", "[\"blue\",\"red\"]")));
    } else if (str_eq(str_of(name), S("crew"))) {
        js_array(to, name);
        for (size_t i = 0; i < COUNT(teams); i++)
            if (dice_roll(&dice, 2) == 0)
                js_text(to, NULL, teams[i]);
        js_end(to);
    } else {
        js_text(to, name, str_eq(str_of(type), S("select")) ? S("x") : rulegen_text(&dice, tap_mem()));
    }
}

/* every: a create; else some of them. */
static struct str row_text(bool every)
{
    struct buf b;
    struct js to;
    buf_init(&b, tap_mem(), 1 << 20);
    js_init(&to, &b);
    js_object(&to, NULL);
    for (size_t i = 0; i < COUNT(FIELDS); i++)
        if (every || dice_roll(&dice, 3) == 0)
            put_value(&to, FIELDS[i].name, FIELDS[i].type);
    js_end(&to);
    return buf_text(&b);
}

/* --- what is due ------------------------------------------------------------------------------ */

static struct str first_item(struct str page)
{
    static const char NAME[] = "\"account_name\":\"One\"";
    struct buf b = tap_buf(1 << 20);
    const char *from = strstr(page.p, "[{"), *name = strstr(page.p, NAME), *end = NULL;
    for (const char *at = from; at != NULL; at = strstr(at + 1, "}]"))
        end = at;
    if (from == NULL)
        return NO_STR;
    if (name == NULL)
        return (struct str){ from + 1, (size_t)(end - from) };
    buf_str(&b, (struct str){ from + 1, (size_t)(name - from - 1) });
    buf_str(&b, S("\"account_name\":null"));
    name += sizeof NAME - 1;
    buf_str(&b, (struct str){ name, (size_t)(end + 1 - name) });
    return buf_text(&b);
}

static struct str listed(const struct actor *who, const char *collection, struct str id)
{
    struct str filter = str_fmt(tap_mem(), "id = '%.*s'", STR_ARG(id));
    ask(who);
    bool well = recordquery_list(&cx, str_of(collection),
                                 &(struct recordquery){ .filter = filter, .limit = 1 }, &js);
    return well ? first_item(str_copy(tap_mem(), buf_text(&reply))) : NO_STR;
}

static bool is_locked(const char *collection)
{
    const struct collection *c;
    struct access access;
    return collection_find(&cx, str_of(collection), &c)
        && access_open(&cx, c, OP_VIEW, (struct jv){ 0 }, &access) && access.answer == ACCESS_LOCKED;
}

/* What this caller is shown of the record now; absent: nothing. */
static struct str shown(const struct actor *who, const char *collection, struct str id)
{
    struct str tag;
    ask(who);
    if (record_get(&cx, str_of(collection), id, NO_STR, NO_STR, &js, &tag))
        return str_copy(tap_mem(), buf_text(&reply));
    if (cx.err.kind != E_NOT_FOUND && cx.err.kind != E_FORBIDDEN)
        told("get");
    ask(who);
    return is_locked(collection) ? listed(who, collection, id) : NO_STR;
}

/* Whether the filter finds it among what he may see. */
static bool finds(const struct actor *who, const char *collection, struct str id, struct str filter)
{
    struct str both = str_fmt(tap_mem(), "(%.*s) && id = '%.*s'", STR_ARG(filter), STR_ARG(id));
    ask(who);
    if (recordquery_list(&cx, str_of(collection), &(struct recordquery){ .filter = both, .limit = 1 }, &js))
        return jv_count(jv_get(json(str_copy(tap_mem(), buf_text(&reply))), S("items"))) > 0;
    return false;
}

struct due { struct str before, now; };

static struct str due_text(const struct tail_event *event, const char *collection, struct due due,
                           bool previous)
{
    struct buf b = tap_buf(1 << 22);
    const char *word = NULL, *op = NULL;
    bool was = !str_absent(due.before), is = !str_absent(due.now);
    if (event->kind == RECORD_CREATED)
        was = false;
    if (!was && !is)
        return NO_STR;
    word = is && was ? "update" : is ? "create" : "delete";
    op = is && was ? "UPDATE" : is ? "INSERT" : "DELETE";
    buf_fmt(&b, "{\"type\":\"%s.%s\",\"timestamp\":\"2026-01-02T03:04:05.678Z\",\"data\":", collection, word);
    if (is)
        buf_str(&b, due.now);
    else
        buf_fmt(&b, "{\"id\":\"%.*s\"}", STR_ARG(event->record_id));
    buf_fmt(&b, ",\"table\":\"%s\",\"event\":\"%s\",\"id\":%lld", collection, op, (long long)event->id);
    if (previous && was && (is || event->kind == RECORD_DELETED)) {
        buf_str(&b, S(",\"previous\":"));
        buf_str(&b, due.before);
    }
    buf_c(&b, '}');
    return buf_text(&b);
}

/* --- the property ----------------------------------------------------------------------------- */

static size_t compared, faults, seen, hidden;

static void compare(const struct tail_event *event, const char *collection, const struct actor *who,
                    const struct live_sight *sight, struct due due, bool previous, const char *what)
{
    struct str wanted = due_text(event, collection, due, previous);
    struct str got = sight->kind == LIVE_NOTHING ? NO_STR : *sight->message;
    compared++;
    seen += !str_absent(wanted);
    hidden += str_absent(wanted);
    if (str_eq(wanted, got))
        return;
    faults++;
    printf("# %s of %.*s\n#    got: %.*s\n# wanted: %.*s\n", what, STR_ARG(who->id), STR_ARG(got),
           STR_ARG(wanted));
}

static void watch_all(const char *collection, struct live_watch *watches, struct str filter)
{
    for (size_t i = 0; i < CALLERS; i++)
        watches[i] = (struct live_watch){
            .who = &WHO[i], .account_id = WHO[i].is_superadmin ? NO_STR : WHO[i].account_id,
            .collection = dice_roll(&dice, 2) == 0 ? NO_STR : str_of(collection), .operations = LIVE_OP_ALL,
            .filter = filter };
}

static void check_event(const struct tail_event *event, const char *collection, const struct due due[CALLERS],
                        bool previous)
{
    struct live_watch watches[CALLERS];
    struct live_sight sights[CALLERS];
    ask(ROOT);
    watch_all(collection, watches, NO_STR);
    if (!look(event, watches, CALLERS, sights)) {
        faults++;
        told("look");
        return;
    }
    for (size_t i = 0; i < CALLERS; i++)
        compare(event, collection, &WHO[i], &sights[i], due[i], previous, event_name(event->kind));
}

/* Of a create: with a filter it is told to whom it finds it. */
static void check_filter(const struct tail_event *event, const char *collection, const struct due due[CALLERS])
{
    struct live_watch watches[CALLERS];
    struct live_sight sights[CALLERS];
    struct str filter = condition(RULE_FILTER);
    struct due narrow[CALLERS];
    for (size_t i = 0; i < CALLERS; i++) {
        bool is = !str_absent(due[i].now) && finds(&WHO[i], collection, event->record_id, filter);
        narrow[i] = (struct due){ NO_STR, is ? due[i].now : NO_STR };
    }
    ask(ROOT);
    watch_all(collection, watches, filter);
    if (!look(event, watches, CALLERS, sights)) {
        faults++;
        told("look with a filter");
        return;
    }
    for (size_t i = 0; i < CALLERS; i++)
        compare(event, collection, &WHO[i], &sights[i], narrow[i], false, filter.p);
}

static void see(const char *collection, struct str id, struct due due[CALLERS])
{
    for (size_t i = 0; i < CALLERS; i++)
        due[i] = (struct due){ due[i].now, shown(&WHO[i], collection, id) };
}

static void one_record(const char *collection, bool previous, bool filters)
{
    const struct actor *author = &WHO[1 + dice_roll(&dice, 4)];
    struct due due[CALLERS] = { 0 };
    struct tail_event event;
    struct str id = make(author, collection, row_text(true));
    if (str_absent(id)) {
        told("create");
        return;
    }
    for (int write = 0; write < 4 && next_event(&event); write++) {
        keep_event(&event);
        see(collection, id, due);
        check_event(&event, collection, due, previous);
        if (write == 0 && filters)
            check_filter(&event, collection, due);
        ask(ROOT);
        bool well = write < 2 ? record_update(&cx, RECORD_PATCH, str_of(collection), id, json(row_text(false)),
                                              NO_STR, &js)
                  : write == 2 && record_delete(&cx, str_of(collection), id, NO_STR);
        if (!well && write < 3)
            told("write");
    }
}

static void one_round(int round)
{
    struct str name = str_fmt(tap_mem(), "posts%d", round);
    bool same = dice_roll(&dice, 2) == 0;
    for (int tries = 0; !define(collection_text(name.p, same)); tries++)
        if (tries == 20) {
            told("definition");
            faults++;
            return;
        }
    if (dice_roll(&dice, 2) == 0)
        grant(name.p, "user", condition(RULE_VIEW),
              DICE_PICK(&dice, "*", "[\"title\",\"price\",\"tags\",\"sum\"]", "[\"day\",\"token\"]"));
    if (dice_roll(&dice, 2) == 0)
        grant(name.p, "admin", condition(RULE_VIEW),
              DICE_PICK(&dice, "*", "[\"title\",\"status\",\"quantity\",\"word\"]"));
    const struct collection *c;
    ask(ROOT);
    if (!collection_find(&cx, name, &c))
        return;
    bool previous = c->event_previous;
    for (int i = 0; i < WRITES; i++)
        one_record(name.p, previous, same);
}

static void test_property(void)
{
    compared = faults = seen = hidden = 0;
    ask(ROOT);
    ok(tail_open(&cx, tap_mem(), &tail), "a tail");
    for (int round = 0; round < (int)dice_setting("LARDER_ROUNDS", ROUNDS) && faults < 5; round++)
        one_round(round);
    is_int((int)faults, 0, "what is told is what a GET shows");
    ok(seen > compared / 20 && hidden > compared / 20, "to some, and to others nothing");
    printf("# %zu compared, %zu told, seed 0x%" PRIx64 "\n", compared, seen, dice.state);
}

static void try_engine(size_t engine)
{
    struct dbtest t;
    connection = NULL;
    ok(set_up(&t, engine), engine == 0 ? "SQLite" : "PostgreSQL");
    test_property();
    dbtest_close(&t, &cx);
}

int main(void)
{
    uint64_t seed = dice_seed();
    printf("# LARDER_SEED=0x%" PRIx64 "\n", seed);
    plan(4 * (int)dbtest_engines());
    for (size_t engine = 0; engine < dbtest_engines(); engine++) {
        dice.state = seed;
        try_engine(engine);
    }
    return done();
}
