/* paper.c — the only file that knows libharu. */
#include "paper.h"

#include <hpdf.h>
#include <stdio.h>

#include "base/utf8.h"
#include "base/when.h"

enum { POINTS = 0x10000, LOST = 0xfffd, LINE_MAX = 4096 };

struct paper {
    struct arena *mem;
    HPDF_Doc pdf;
    HPDF_Page page;
    HPDF_Font font;
    bool is_wide;                       /* the font takes UTF-8, else Latin-1 with ? for the rest */
    size_t pages;
    struct buf line;
    uint16_t *widths;                   /* of a thousandth of the size, and one; 0: not yet asked */
};

/* What went wrong stays in the document, where paper_end looks. */
static void noted(HPDF_STATUS error UNUSED, HPDF_STATUS detail UNUSED, void *state UNUSED)
{
}

static bool is_well(const struct paper *paper)
{
    return paper->pdf != NULL && HPDF_GetError(paper->pdf) == HPDF_OK;
}

static void set_font(struct paper *paper, const char *file)
{
    const char *name;
    HPDF_UseUTFEncodings(paper->pdf);
    name = HPDF_LoadTTFontFromFile(paper->pdf, file, HPDF_TRUE);
    paper->is_wide = name != NULL;
    HPDF_ResetError(paper->pdf);
    paper->font = paper->is_wide ? HPDF_GetFont(paper->pdf, name, "UTF-8")
                                 : HPDF_GetFont(paper->pdf, "Helvetica", "WinAnsiEncoding");
}

static void set_about(struct paper *paper, const char *title, int64_t at)
{
    struct buf text;
    HPDF_Date date = { .ind = 'Z' };
    buf_init(&text, paper->mem, 64);
    when_iso(&text, at);
    if (sscanf(str_c(paper->mem, buf_text(&text)), "%4d-%2d-%2dT%2d:%2d:%2d", &date.year,
               &date.month, &date.day, &date.hour, &date.minutes, &date.seconds) == 6)
        HPDF_SetInfoDateAttr(paper->pdf, HPDF_INFO_CREATION_DATE, date);
    HPDF_SetInfoAttr(paper->pdf, HPDF_INFO_TITLE, title);
    HPDF_SetInfoAttr(paper->pdf, HPDF_INFO_CREATOR, "Larder");
}

struct paper *paper_new(struct arena *mem, const char *font, const char *title, int64_t at)
{
    struct paper *paper = arena_make(mem, struct paper);
    paper->mem = mem;
    paper->widths = arena_list(mem, uint16_t, POINTS);
    buf_init(&paper->line, mem, LINE_MAX);
    (void)buf_room(&paper->line, LINE_MAX); /* it is written in turns that are rewound */
    paper->pdf = HPDF_New(noted, NULL);
    if (paper->pdf == NULL)
        return paper;
    HPDF_SetCompressionMode(paper->pdf, HPDF_COMP_ALL);
    set_font(paper, font);
    set_about(paper, title, at);
    return paper;
}

void paper_page(struct paper *paper)
{
    if (!is_well(paper))
        return;
    paper->page = HPDF_AddPage(paper->pdf);
    HPDF_Page_SetWidth(paper->page, PAPER_WIDTH);
    HPDF_Page_SetHeight(paper->page, PAPER_HEIGHT);
    HPDF_Page_SetLineWidth(paper->page, 0.3F);
    paper->pages++;
}

size_t paper_pages(const struct paper *paper)
{
    return paper->pages;
}

void paper_turn(struct paper *paper, size_t page)
{
    if (is_well(paper))
        paper->page = HPDF_GetPageByIndex(paper->pdf, (HPDF_UINT)page);
}

void paper_grey(struct paper *paper, double grey)
{
    if (is_well(paper))
        HPDF_Page_SetGrayFill(paper->page, (HPDF_REAL)grey);
}

void paper_bar(struct paper *paper, double y, double height)
{
    if (!is_well(paper))
        return;
    HPDF_Page_Rectangle(paper->page, 30, (HPDF_REAL)(PAPER_HEIGHT - y - height), PAPER_WIDTH - 60,
                        (HPDF_REAL)height);
    HPDF_Page_Fill(paper->page);
}

/* What stands for a character here. */
static uint32_t shown(const struct paper *paper, uint32_t point)
{
    if (point < ' ' || point == 0x7f || (point >= 0x80 && point < 0xa0))
        return ' ';
    if (paper->is_wide)
        return point < POINTS ? point : LOST;
    return point < 0x100 ? point : '?';
}

/* One character off the front; bytes that are none count as lost. */
static uint32_t next_point(const struct paper *paper, struct str *rest)
{
    uint32_t point;
    if (!utf8_next(rest, &point)) {
        point = LOST;
        *rest = str_sub(*rest, 1, rest->n);
    }
    return shown(paper, point);
}

void paper_text(struct paper *paper, double x, double y, double size, struct str text)
{
    if (!is_well(paper) || text.n == 0)
        return;
    buf_cut(&paper->line, 0);
    while (text.n > 0) {
        uint32_t point = next_point(paper, &text);
        if (paper->is_wide)
            utf8_put(&paper->line, point);
        else
            buf_c(&paper->line, (char)(unsigned char)point);
    }
    buf_c(&paper->line, '\0');
    HPDF_Page_BeginText(paper->page);
    HPDF_Page_SetFontAndSize(paper->page, paper->font, (HPDF_REAL)size);
    HPDF_Page_TextOut(paper->page, (HPDF_REAL)x, (HPDF_REAL)(PAPER_HEIGHT - y),
                      paper->line.p);
    HPDF_Page_EndText(paper->page);
}

static double width_of(struct paper *paper, uint32_t point, double size)
{
    if (paper->widths[point] == 0) {
        int width = HPDF_Font_GetUnicodeWidth(paper->font, (HPDF_UNICODE)point);
        paper->widths[point] = (uint16_t)(width > 0 && width < 5000 ? width + 1 : 601);
    }
    return (paper->widths[point] - 1) * size / 1000;
}

size_t paper_fit(struct paper *paper, struct str text, double width, double size, size_t *next)
{
    struct str rest = text;
    size_t space = 0;
    double taken = 0;
    while (rest.n > 0 && rest.p[0] != '\n') {
        size_t at = text.n - rest.n;
        bool is_space = rest.p[0] == ' ';
        taken += width_of(paper, next_point(paper, &rest), size);
        if (taken > width && at > 0) {
            *next = space > 0 ? space + 1 : at;
            return space > 0 ? space : at;
        }
        if (is_space)
            space = at;
    }
    *next = text.n - rest.n + (rest.n > 0 ? 1 : 0);
    return text.n - rest.n;
}

bool paper_end(struct paper *paper)
{
    return is_well(paper) && HPDF_SaveToStream(paper->pdf) == HPDF_OK;
}

size_t paper_read(struct paper *paper, char *into, size_t room)
{
    HPDF_UINT32 n = (HPDF_UINT32)room;
    HPDF_STATUS status = HPDF_ReadFromStream(paper->pdf, (HPDF_BYTE *)into, &n);
    return status == HPDF_OK || status == HPDF_STREAM_EOF ? n : 0;
}
