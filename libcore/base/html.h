/* html.h — markup by type: text is escaped on its only road into struct html (OWASP XSS rule 1). */
#ifndef BASE_HTML_H
#define BASE_HTML_H

#include "base/buf.h"

struct html { struct str safe; };

void html_text(struct buf *out, struct str s);                  /* between tags, in attributes   */
void html_join(struct buf *out, struct html h);                 /* as is                         */

#endif
