/* 29-corpus-having.c — the saved inputs of t/fuzz/having.c, in every run of the units. */
#include "../fuzz/having.c"

#include "corpus.h"

int main(void)
{
    return corpus("t/fuzz/corpus/having");
}
