/* 29-corpus-head.c — the saved inputs of t/fuzz/head.c, in every run of the units. */
#include "../fuzz/head.c"

#include "corpus.h"

int main(void)
{
    return corpus("t/fuzz/corpus/head");
}
