/* total.c — exact totals of lists, remembered while nothing changed. */
#include "data/total.h"

#include <string.h>

#include "audit/change.h"
#include "base/meter.h"

enum { ENTRIES = 256, KEY_BYTES = 480 };

struct entry {
    uint64_t version;               /* db_data_version when it was right; 0: unknown              */
    int64_t changes, total;
    size_t n;                       /* of the key; 0: empty                                       */
    char key[KEY_BYTES];
};
struct totals { struct arena *mem; struct entry entries[ENTRIES]; };

static struct totals *totals_of(struct cx *cx)
{
    struct totals *totals = cx->keep[KEEP_TOTALS];

    if (totals == NULL) {
        struct arena *mem = arena_new(0, NULL, NULL);
        totals = arena_make(mem, struct totals);
        totals->mem = mem;
        cx->keep[KEEP_TOTALS] = totals;
    }
    return totals;
}

static struct entry *entry_of(struct cx *cx, struct str key)
{
    return &totals_of(cx)->entries[str_hash(key) % ENTRIES];
}

static void put_value(struct buf *out, const struct param *value)
{
    buf_c(out, (char)('0' + (int)value->type));
    if (value->type == P_TEXT || value->type == P_BLOB) {
        buf_int(out, (int64_t)value->text.n);
        buf_c(out, ':');
        buf_str(out, value->text);
    } else if (value->type == P_REAL) {
        buf_put(out, (const char *)&value->real, sizeof(value->real));
    } else {
        buf_put(out, (const char *)&value->number, sizeof(value->number));
    }
}

void total_key(struct cx *cx, const struct qb *where, struct str account_id,
               const struct collection *collection, struct total_key *out)
{
    struct buf text;

    *out = (struct total_key){ .account_id = account_id, .table = collection->table };
    if (str_absent(account_id) || collection->view != NULL || where->asks_others)
        return;
    buf_init(&text, cx->mem, KEY_BYTES);
    buf_str(&text, collection->id);
    buf_c(&text, '\0');
    buf_int(&text, collection->updated_at);     /* what a search looks into is its definition's */
    buf_str(&text, qb_text(where));
    buf_c(&text, '\0');
    for (size_t i = 0; i < where->n; i++)
        put_value(&text, &where->params[i]);
    if (!text.over)
        out->text = buf_text(&text);
}

bool total_recall(struct cx *cx, struct total_key *key, bool *found, int64_t *total)
{
    struct entry *entry;

    *found = false;
    if (str_absent(key->text))
        return true;
    entry = entry_of(cx, key->text);
    key->version = db_data_version(cx);
    *found = entry->n == key->text.n && memcmp(entry->key, key->text.p, entry->n) == 0;
    *total = entry->total;
    if (*found && key->version != 0 && key->version == entry->version) {
        meter_add(cx, METER_TOTAL_HIT, 1);
        return true;
    }
    TRY(change_count(cx, key->account_id, key->table, &key->changes));
    *found = *found && entry->changes == key->changes;
    meter_add(cx, *found ? METER_TOTAL_HIT : METER_TOTAL_MISS, 1);
    if (*found)
        entry->version = key->version;
    return true;
}

void total_remember(struct cx *cx, const struct total_key *key, int64_t total)
{
    struct entry *entry;

    if (str_absent(key->text))
        return;
    entry = entry_of(cx, key->text);
    entry->version = key->version;
    entry->changes = key->changes;
    entry->total = total;
    entry->n = key->text.n;
    memcpy(entry->key, key->text.p, key->text.n);
}
