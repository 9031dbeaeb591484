/*
 * tpl.h — templates: files that tplfile_read finds, read, checked and parsed once per process.
 *
 * Tags       {{name}} {{name|url}} {{name|json}} {{&markup}} {{! a comment}} {{>parts/menu.html}}
 *            {{#rows}}…{{/rows}} once per row, or once for a flag or text that is there;
 *            {{^rows}}…{{/rows}} when there is none. A section, end, part or comment tag alone on
 *            its line takes the line with it
 *            {{=English text}} the text in the language of cx, escaped; {name} in it is filled like
 *            {{name}}. It ends at the last two of the first run of closing braces, so that it may
 *            end with a name: {{=Delete {title}}}
 * Ownership  templates live in cx->keep[KEEP_TEMPLATES], as long as the process
 * Errors     broken: no such file, a section left open, parts nested past 8
 */
#ifndef VIEW_TPL_H
#define VIEW_TPL_H

#include "base/cx.h"

enum tpl_kind {
    TPL_LITERAL, TPL_VALUE, TPL_URL, TPL_JSON, TPL_MARKUP, TPL_EACH, TPL_NONE, TPL_PART,
    TPL_PHRASE
};
struct tpl_node {
    enum tpl_kind kind;
    struct str text;                    /* the literal, the name, the English text                */
    size_t end;                         /* TPL_EACH, TPL_NONE: the first node after the section   */
    const struct tpl *part;
};
struct tpl { struct arena *mem; struct str name; struct tpl_node *nodes; size_t n; };

/* name: a path with its suffix, "docs.html"; never from outside. */
bool tpl_load(struct cx *cx, struct str name, const struct tpl **out) MUST_CHECK;
/* The file as it is, for other languages than this one. */
bool tpl_text(struct cx *cx, struct str name, struct str *out) MUST_CHECK;

#endif
