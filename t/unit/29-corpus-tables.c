/* 29-corpus-tables.c — the saved inputs of t/fuzz/tables.c, in every run of the units. */
#include "../fuzz/tables.c"

#include "corpus.h"

int main(void)
{
    return corpus("t/fuzz/corpus/tables");
}
