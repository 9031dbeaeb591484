/* trailproof.c — larder audit checkpoint, public-key, prove, check-proof. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "trailcheck.h"
#include "audit/checkpoint.h"
#include "audit/proof.h"
#include "base/flow.h"
#include "base/num.h"

enum { PROOF_MOST = 1 << 26 };

static int checkpoint(struct cx *cx)
{
    int64_t made;
    if (!checkpoint_make(cx, &made))
        return command_failed(cx);
    printf(made == 0 ? "Nothing has changed since the last checkpoint.\n"
                     : "Checkpoints signed: %lld\n", (long long)made);
    return 0;
}

static int show_key(struct cx *cx)
{
    struct str key;
    if (!checkpoint_key(cx, &key))
        return command_failed(cx);
    printf("%.*s\n", STR_ARG(key));
    return 0;
}

static int with_installation(struct command_line *line, int (*run)(struct cx *cx))
{
    struct app app;
    struct cx cx;
    if (!command_taken(line))
        return 2;
    if (!command_open(line, &app, &cx))
        return 1;
    int code = run(&cx);
    command_close(&app);
    return code;
}

int trailproof_checkpoint(struct command_line *line)
{
    return with_installation(line, checkpoint);
}

int trailproof_key(struct command_line *line)
{
    return with_installation(line, show_key);
}

static int prove(struct cx *cx, int64_t id)
{
    struct buf out;
    struct js js;
    buf_init(&out, cx->mem, SIZE_MAX / 2);
    js_init(&js, &out);
    if (!proof_write(cx, id, &js))
        return command_failed(cx);
    printf("%.*s\n", STR_ARG(buf_text(&out)));
    return 0;
}

int trailproof_prove(struct command_line *line)
{
    const char *word = command_word(line);
    struct app app;
    struct cx cx;
    int64_t id;
    if (word == NULL || !num_int(str_of(word), &id)) {
        fputs("Usage: larder audit prove ID\n", stderr);
        return 2;
    }
    if (!command_taken(line))
        return 2;
    if (!command_open(line, &app, &cx))
        return 1;
    int code = prove(&cx, id);
    command_close(&app);
    return code;
}

static bool read_file(struct arena *mem, const char *file, struct str *out)
{
    char piece[FLOW_PIECE];
    struct buf text;
    ssize_t n;
    int fd = strcmp(file, "-") == 0 ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    buf_init(&text, mem, PROOF_MOST);
    while ((n = read(fd, piece, sizeof piece)) > 0)
        buf_put(&text, piece, (size_t)n);
    close(fd);
    *out = buf_text(&text);
    return n == 0 && !text.over;
}

static int verdict(struct cx *cx, struct str text, const char *key)
{
    struct proof_verdict found;
    if (!proof_check(cx, text, str_of(key), &found))
        return command_failed(cx);
    if (found.fault != NULL) {
        printf("%s\nEntry %lld: NOT VALID\n", found.fault, (long long)found.id);
        return 1;
    }
    if (key == NULL)
        printf("Signed with %.*s, says the proof: compare it with larder audit public-key, or give"
               " --public-key\n", STR_ARG(found.key));
    printf("Entry %lld: valid, under checkpoint %lld of %.*s\n", (long long)found.id,
           (long long)found.number, STR_ARG(found.time));
    return 0;
}

int trailproof_check(struct command_line *line)
{
    const char *key = command_option(line, "--public-key"), *file = command_word(line);
    struct cx cx = { .mem = arena_new(0, NULL, NULL) };
    struct str text;
    if (file == NULL && line->argc > 0 && strcmp(line->argv[0], "-") == 0) {
        file = "-";
        line->argc = 0;
    }
    if (file == NULL || line->argc > 0) {
        fputs("Usage: larder audit check-proof FILE [--public-key HEX]\n", stderr);
        return 2;
    }
    if (!read_file(cx.mem, file, &text)) {
        fprintf(stderr, "Error: %s: %s\n", file, strerror(errno));
        return 1;
    }
    int code = verdict(&cx, text, key);
    arena_free(cx.mem);
    return code;
}
