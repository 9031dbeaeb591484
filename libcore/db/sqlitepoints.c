/* sqlitepoints.c — counts what FTS5 found in a row. */
#include "db/sqlitepoints.h"

#include "db/fulltext.h"

/* How often a phrase stands in each column; columns that are not looked into have none. */
static int count_hits(const Fts5ExtensionApi *api, Fts5Context *row, int phrase,
                      unsigned hits[FULLTEXT_FIELDS])
{
    Fts5PhraseIter iter;
    int column, at;
    int rc = api->xPhraseFirst(row, phrase, &iter, &column, &at);
    while (rc == SQLITE_OK && column >= 0) {
        if (column < FULLTEXT_FIELDS)
            hits[column]++;
        api->xPhraseNext(row, &iter, &column, &at);
    }
    return rc;
}

static void points(const Fts5ExtensionApi *api, Fts5Context *row, sqlite3_context *out, int n,
                   sqlite3_value **values)
{
    sqlite3_int64 counted = n == 1 ? sqlite3_value_int64(values[0]) : 0;
    sqlite3_int64 sum = 0;
    for (int phrase = 0; phrase < api->xPhraseCount(row); phrase++) {
        unsigned hits[FULLTEXT_FIELDS] = { 0 };
        bool is_counted = phrase < 63 && (counted >> phrase & 1) != 0;
        int rc = count_hits(api, row, phrase, hits);
        if (rc != SQLITE_OK) {
            sqlite3_result_error_code(out, rc);
            return;
        }
        for (unsigned field = 0; field < FULLTEXT_FIELDS; field++)
            if (hits[field] > 0)
                sum += (is_counted ? fulltext_level(hits[field]) : 1) * fulltext_weight(field);
    }
    sqlite3_result_int64(out, sum);
}

static fts5_api *api_of(sqlite3 *handle)
{
    sqlite3_stmt *s = NULL;
    fts5_api *api = NULL;
    if (sqlite3_prepare_v2(handle, "SELECT fts5(?1)", -1, &s, NULL) != SQLITE_OK)
        return NULL;
    sqlite3_bind_pointer(s, 1, (void *)&api, "fts5_api_ptr", NULL);
    sqlite3_step(s);
    sqlite3_finalize(s);
    return api;
}

bool sqlitepoints_register(sqlite3 *handle)
{
    fts5_api *api = api_of(handle);
    return api == NULL
        || api->xCreateFunction(api, "larder_points", NULL, points, NULL) == SQLITE_OK;
}
