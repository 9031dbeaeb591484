/* menu.h — the pages of the desk, in groups, as whoever looks may open them. */
#ifndef DESK_MENU_H
#define DESK_MENU_H

#include "view/fills.h"

/* rows { group, items: rows { label, href, is_here } }; section: the entry to mark, or "". */
struct fill menu_fill(struct cx *cx, const char *section);

#endif
