/* 29-corpus-rule.c — the saved inputs of t/fuzz/rule.c, in every run of the units. */
#include "../fuzz/rule.c"

#include "corpus.h"

int main(void)
{
    return corpus("t/fuzz/corpus/rule");
}
