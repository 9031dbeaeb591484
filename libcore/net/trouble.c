/* trouble.c — makes a line for people of what the other side said. */
#include "net/trouble.h"

#include "base/utf8.h"

enum { CHARACTERS = 200 };

const char *trouble_line(struct arena *mem, struct str said)
{
    struct str line = utf8_tidy(mem, said, CHARACTERS);
    char *p = arena_alloc(mem, line.n + 1);
    for (size_t i = 0; i < line.n; i++)
        p[i] = (unsigned char)line.p[i] < 0x20 || line.p[i] == 0x7f ? ' ' : line.p[i];
    return p;
}
