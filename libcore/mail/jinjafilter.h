/* jinjafilter.h — inside the room: the filters of templates, by name. */
#ifndef MAIL_JINJAFILTER_H
#define MAIL_JINJAFILTER_H

#include "base/buf.h"
#include "mail/jinjavalue.h"

enum { JINJAFILTER_ARGS = 3 };
struct jinja_filter {
    struct str name;
    size_t least, most;                 /* arguments */
    bool (*run)(struct jinja_run *run, const struct jinja_value *in,
                const struct jinja_value *args, size_t n, struct jinja_value *out);
};
const struct jinja_filter *jinjafilter_find(struct str name);   /* NULL: none */

/* & < > ' " as &amp; &lt; &gt; &#39; &#34; */
void jinjafilter_escape(struct buf *out, struct str text);

#endif
