/* 29-corpus-json.c — the saved inputs of t/fuzz/json.c, in every run of the units. */
#include "../fuzz/json.c"

#include "corpus.h"

int main(void)
{
    return corpus("t/fuzz/corpus/json");
}
