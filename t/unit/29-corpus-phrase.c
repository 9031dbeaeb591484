/* 29-corpus-phrase.c — the saved inputs of t/fuzz/phrase.c, in every run of the units. */
#include "../fuzz/phrase.c"

#include "corpus.h"

int main(void)
{
    return corpus("t/fuzz/corpus/phrase");
}
