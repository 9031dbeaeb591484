/*
 * phrase.h — what is said to people, in their language: English in the sources, the others in
 * templates/words/xx.txt, to which data_dir/templates/words/xx.txt adds or whose lines it replaces.
 *
 *     fill_text("title", phrase_of(cx, W("E-mail address")))
 *     phrase_with(cx, W("{n} records"), (const struct fill[]){ fill_int("n", n), { 0 } })
 *     {{=Delete {title}?}}                                        in a template (tpl.h)
 *
 * Catalogue  a line each, "English text = translated text", split at the first " = "; # comments;
 *            t/07-words.t says what is missing, t/lib/words.sh sorts the file
 * Failures   a line may hold %1 … %9, "Collection %1 already exists = Die Sammlung %1 gibt es
 *            schon": it fits any words in those places and carries them over, {%1} translated as a
 *            failure of its own. Of a failure that no line fits, what follows ": " is tried
 * Language   cx->language, a code of phrase_languages(); absent, "" and "en" are English (which an
 *            operator may reword in en.txt). A text that its catalogue lacks is said in English
 * Ownership  catalogues live in cx->keep[KEEP_PHRASES], as long as the process
 * Errors     none: a catalogue that cannot be read is logged and counts as empty
 */
#ifndef VIEW_PHRASE_H
#define VIEW_PHRASE_H

#include "view/fill.h"

/* An English text in a table that is translated where it is shown. Only around a literal. */
#define W(text) ("" text)

/* name: what the language calls itself, for choosers. */
struct phrase_language { struct str code, name; };

struct str phrase_of(struct cx *cx, const char *english);
struct str phrase_in(struct cx *cx, struct str english);
/* {name} in it becomes the value of that name; one without a value stays as it is. Not escaped. */
struct str phrase_with(struct cx *cx, const char *english, const struct fill *values);
/* Of a failure that is worded already: cx->err.message, an item's, a field's. */
struct str phrase_message(struct cx *cx, struct str said);
/* Cuts off the front of *rest what comes before the next {name}, and that name (absent: none). */
bool phrase_cut(struct str *rest, struct str *text, struct str *name);

/* English first, the others by code. */
size_t phrase_languages(struct cx *cx, const struct phrase_language **out);
/* The code of ours that an Accept-Language (RFC 9110 §12.5.4) likes best; else "en". */
struct str phrase_choose(struct cx *cx, struct str header);

#endif
