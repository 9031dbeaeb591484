/* 29-corpus-picture.c — the saved inputs of t/fuzz/picture.c, in every run of the units. */
#include "../fuzz/picture.c"

#include "corpus.h"

int main(void)
{
    return corpus("t/fuzz/corpus/picture");
}
