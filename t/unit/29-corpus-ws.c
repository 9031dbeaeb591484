/* 29-corpus-ws.c — the saved inputs of t/fuzz/ws.c, in every run of the units. */
#include "../fuzz/ws.c"

#include "corpus.h"

int main(void)
{
    return corpus("t/fuzz/corpus/ws");
}
