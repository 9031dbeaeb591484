/* 29-corpus-mailtpl.c — the saved inputs of t/fuzz/mailtpl.c, in every run of the units. */
#include "../fuzz/mailtpl.c"

#include "corpus.h"

int main(void)
{
    return corpus("t/fuzz/corpus/mailtpl");
}
