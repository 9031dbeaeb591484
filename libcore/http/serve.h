/*
 * serve.h — a program's door: FastCGI pool, write pool or plain CGI, by how it was started.
 *
 *     int main(int argc, char **argv) { return serve(argc, argv, "auth", TABLES); }
 *
 * Options  -s PATH  listen there (else descriptor 0, handed over by lighttpd, spawn-fcgi, systemd)
 *          -n N     children, 1 unless told; 0: the setting workers, else two per core, at most 8
 *          -w       the write pool (one child, batches under one commit)
 *          -p PATH  of a program with a loop of its own: HTTP/1.1 is listened for there, besides
 *                   -s or what is at descriptor 0, if either
 *          --config FILE, --data DIR, --routes (prints the tables and exits)
 * Signals  TERM, INT: children finish the request in hand and the program ends; HUP: the settings
 *          are read again and the children replaced; USR1: the log file is reopened
 */
#ifndef HTTP_SERVE_H
#define HTTP_SERVE_H

#include <signal.h>

#include "http/route.h"

struct program;
struct serve_doors {
    struct program *program;
    int fcgi, http;                 /* listening, non-blocking; -1: none */
    bool (*stopping)(void);
    const sigset_t *meanwhile;      /* signals that may interrupt waiting */
};
/* A loop of its own instead of a pool: in the one child; or for one plain CGI request, then what
 * it returns is the exit code. */
struct serve_loop {
    void (*run)(const struct serve_doors *doors);   /* until stopping */
    int (*once)(struct program *program);
};

int serve(int argc, char **argv, const char *program, const struct route *const *tables);
/* One plain CGI request of a program that runs before there is an installation (boot_bare). */
int serve_bare(const char *program, const struct route *const *tables);
int serve_looping(int argc, char **argv, const char *program, const struct route *const *tables,
                  const struct serve_loop *loop);

#endif
