/*
 * jinja.h — the subset of Jinja2 that mail templates are written in (identity.md §18.2).
 *
 *     {{ name }}  {{ user.name|default('you') }}  {# a comment #}
 *     {% if a and not b %}…{% elif c == 'x' %}…{% elif d in ['x', 'y'] %}…{% else %}…{% endif %}
 *     {% for x in list %}{{ loop.index }}…{% else %}…{% endfor %}
 *
 * Filters    e escape safe upper lower title trim default length replace
 * Blanks     trim_blocks and lstrip_blocks are on; - and + beside a brace as in Jinja2; line ends
 *            become \n and the last one goes
 * Unknown    a variable that is not there is empty, false, without items; its attributes are errors
 * Letters    upper, lower and title change ASCII letters and leave all others as they are
 * Limits     JINJA_MAX bytes of output, JINJA_WORK bytes of memory and looking on the way to it,
 *            JINJA_PARTS tags and operations, JINJA_DEEP levels of blocks and of an expression
 * Errors     false, with a sentence and the line of the template; nothing else is touched
 */
#ifndef MAIL_JINJA_H
#define MAIL_JINJA_H

#include "base/jv.h"

enum { JINJA_MAX = 1 << 19, JINJA_WORK = 1 << 22, JINJA_PARTS = 20000, JINJA_DEEP = 32 };

struct jinja_var { struct str name, text; struct jv json; };    /* json counts when it is there */
struct jinja_fault { struct str message; size_t line; };

/* Of variables with the same name the last counts. escapes: values go into HTML. */
bool jinja_render(struct arena *mem, struct str source, const struct jinja_var *vars, size_t n,
                  bool escapes, struct str *out, struct jinja_fault *fault) MUST_CHECK;

#endif
