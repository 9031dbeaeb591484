/*
 * jinjalex.h — inside the room: cuts a template into the text between tags, and tags into tokens.
 *
 * Order   jinjalex_text, then jinjalex_next until it gave TOKEN_CLOSE, then jinjalex_text again
 * Blanks  trim_blocks, lstrip_blocks and the signs beside the braces are dealt with here
 */
#ifndef MAIL_JINJALEX_H
#define MAIL_JINJALEX_H

#include "mail/jinja.h"

enum jinja_tag { JINJA_END, JINJA_OUTPUT, JINJA_BLOCK };            /* END: no tag follows */
enum jinja_token_kind { JINJA_WORD, JINJA_STRING, JINJA_NUMBER, JINJA_MARK, JINJA_CLOSE };
struct jinja_token {
    enum jinja_token_kind kind;
    struct str text;                    /* as written; STRING: what it stands for */
    int64_t number;
};
struct jinjalex {
    struct arena *mem;
    struct str source;                  /* line ends are \n */
    size_t at, line;
    enum jinja_tag tag;                 /* in which we are */
    size_t tag_line, token_line;
    struct jinja_token token;
    struct jinja_fault *fault;
};

void jinjalex_init(struct jinjalex *lex, struct arena *mem, struct str source,
                   struct jinja_fault *fault);
/* Up to the next tag, whose kind is in lex->tag and whose first token in lex->token. Comments are
 * skipped, so that several texts may follow each other (*more). */
bool jinjalex_text(struct jinjalex *lex, struct str *text, bool *more) MUST_CHECK;
bool jinjalex_next(struct jinjalex *lex) MUST_CHECK;
bool jinjalex_wrong(struct jinjalex *lex, const char *format, ...) FORMAT(2, 3);
#define jinjalex_wrong(...) fail_false(jinjalex_wrong(__VA_ARGS__))     /* as in base/fail.h */

#endif
