/*
 * searchquery.h — what somebody types to find records: words, word*, "a phrase", -without.
 *
 * Read     words are cut as those of records are (searchword.h): no engine's syntax passes. What is
 *          cut into several words (e-mail) is a phrase. What has no word in it is left out
 * Blank    asks for nothing: no terms
 * Faults   a sentence for the caller: too long, too many terms, nothing to look for
 */
#ifndef DATA_SEARCHQUERY_H
#define DATA_SEARCHQUERY_H

#include "db/fulltext.h"

enum { SEARCHQUERY_CHARACTERS = 200 };

struct searchquery { struct fulltext_term terms[FULLTEXT_TERMS]; size_t n; };

bool searchquery_read(struct arena *mem, struct str text, struct searchquery *out,
                      const char **fault) MUST_CHECK;

#endif
