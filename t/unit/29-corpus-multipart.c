/* 29-corpus-multipart.c — the saved inputs of t/fuzz/multipart.c, in every run of the units. */
#include "../fuzz/multipart.c"

#include "corpus.h"

int main(void)
{
    return corpus("t/fuzz/corpus/multipart");
}
