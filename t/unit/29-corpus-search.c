/* 29-corpus-search.c — the saved inputs of t/fuzz/search.c, in every run of the units. */
#include "../fuzz/search.c"

#include "corpus.h"

int main(void)
{
    return corpus("t/fuzz/corpus/search");
}
