/* corpus.h — runs a fuzz target over its saved inputs, as a unit without the fuzzer. */
#ifndef CORPUS_H
#define CORPUS_H

#include <dirent.h>

#include "tap.h"

/* directory: below the top of the house, where the tests are started. */
static inline int corpus(const char *directory)
{
    static uint8_t bytes[1 << 16];
    char path[512];
    size_t files = 0;
    plan(1);
    DIR *entries = opendir(directory);
    for (struct dirent *e; entries != NULL && (e = readdir(entries)) != NULL;) {
        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", directory, e->d_name);
        FILE *in = fopen(path, "rb");
        size_t n = in == NULL ? 0 : fread(bytes, 1, sizeof bytes, in);
        if (in != NULL)
            fclose(in);
        printf("# %s\n", e->d_name);
        LLVMFuzzerTestOneInput(bytes, n);
        files++;
    }
    if (entries != NULL)
        closedir(entries);
    ok(files > 0, "every saved input passes");
    return done();
}

#endif
