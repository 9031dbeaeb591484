/* 29-corpus-query.c — the saved inputs of t/fuzz/query.c, in every run of the units. */
#include "../fuzz/query.c"

#include "corpus.h"

int main(void)
{
    return corpus("t/fuzz/corpus/query");
}
