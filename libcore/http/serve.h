/*
 * serve.h — a program's door: FastCGI pool, write pool or plain CGI, by how it was started.
 *
 *     int main(int argc, char **argv) { return serve(argc, argv, "auth", TABLES); }
 *
 * Options  -s PATH  listen there (else descriptor 0, handed over by lighttpd, spawn-fcgi, systemd)
 *          -n N     children, 1 unless told; 0: the setting workers, else two per core, at most 8
 *          -w       the write pool (one child, batches under one commit)
 *          --config FILE, --data DIR, --routes (prints the tables and exits)
 * Signals  TERM, INT: children finish the request in hand and the program ends; HUP: the settings
 *          are read again and the children replaced; USR1: the log file is reopened
 */
#ifndef HTTP_SERVE_H
#define HTTP_SERVE_H

#include "http/route.h"

int serve(int argc, char **argv, const char *program, const struct route *const *tables);

#endif
