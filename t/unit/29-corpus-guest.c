/* 29-corpus-guest.c — the saved inputs of t/fuzz/guest.c, in every run of the units. */
#include "../fuzz/guest.c"

#include "corpus.h"

int main(void)
{
    return corpus("t/fuzz/corpus/guest");
}
