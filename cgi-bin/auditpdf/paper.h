/*
 * paper.h — pages of a PDF, and lines of text on them (libharu).
 *
 * Text    any UTF-8, where a TrueType font is at hand; else Latin, and ? for the rest
 * Units   points, from the left and the top
 * Errors  the first one stays: then nothing more is drawn, and paper_end is false
 */
#ifndef AUDITPDF_PAPER_H
#define AUDITPDF_PAPER_H

#include "base/buf.h"

struct paper;
enum { PAPER_WIDTH = 842, PAPER_HEIGHT = 595 };         /* A4, lying */

/* font: a TrueType file; it need not be there. at: when it was made. */
struct paper *paper_new(struct arena *mem, const char *font, const char *title, int64_t at);
void paper_page(struct paper *paper);                   /* a new one, to be drawn on */
size_t paper_pages(const struct paper *paper);
void paper_turn(struct paper *paper, size_t page);      /* back to one, from 0 */
void paper_text(struct paper *paper, double x, double y, double size, struct str text);
void paper_grey(struct paper *paper, double grey);      /* of what is drawn next: 0 is black */
void paper_bar(struct paper *paper, double y, double height);
/* How much of a text fits one line of that width: to a space where there is one, to its end, or up
 * to a line feed. *next: where the next line begins. */
size_t paper_fit(struct paper *paper, struct str text, double width, double size, size_t *next);
bool paper_end(struct paper *paper);                    /* what was drawn is complete */
/* Then: its bytes, piece by piece; 0: that was all. */
size_t paper_read(struct paper *paper, char *into, size_t room);

#endif
