/* join.c — reads the fragments and prints the document. */
#include "join.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "http/openapijoin.h"

#define FRAGMENT_MAX (4u << 20)
#define DOCUMENT_MAX (16u << 20)

static bool read_file(struct arena *mem, const char *path, struct str *out)
{
    struct buf text;
    char piece[8192];
    size_t n;
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        fprintf(stderr, "system: %s: %s\n", path, strerror(errno));
        return false;
    }
    buf_init(&text, mem, FRAGMENT_MAX);
    while ((n = fread(piece, 1, sizeof piece, file)) > 0)
        buf_put(&text, piece, n);
    bool good = !ferror(file) && !text.over;
    fclose(file);
    *out = buf_text(&text);
    return good;
}

int join_fragments(char *const *files, size_t n)
{
    struct arena *mem = arena_new(0, NULL, NULL);
    struct cx cx = { .mem = mem };
    struct str *texts = arena_list(mem, struct str, n);
    struct buf out;
    bool good = true;
    buf_init(&out, mem, DOCUMENT_MAX);
    for (size_t i = 0; i < n && good; i++)
        good = read_file(mem, files[i], &texts[i]);
    if (good && !openapijoin_write(&cx, texts, n, &out)) {
        fprintf(stderr, "system: %s\n", cx.err.cause);
        good = false;
    }
    good = good && fwrite(out.p, 1, out.n, stdout) == out.n;
    arena_free(mem);
    return good ? 0 : 1;
}
