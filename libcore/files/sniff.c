/* sniff.c — the table of signatures. */
#include "files/sniff.h"

#include <string.h>

enum content { SIGNED, TEXT, JSON };
struct sniff_type {
    struct str name, extension;
    enum content content;
    bool is_shown;
    struct str signature, other;                /* either of them                                */
    struct str later;                           /* and, at byte 8, this                          */
};

static const struct sniff_type TYPES[] = {
    { S_INIT("image/jpeg"), S_INIT(".jpg"), SIGNED, true, .signature = S_INIT("\xff\xd8\xff") },
    { S_INIT("image/png"), S_INIT(".png"), SIGNED, true,
      .signature = S_INIT("\x89PNG\r\n\x1a\n") },
    { S_INIT("image/gif"), S_INIT(".gif"), SIGNED, true, .signature = S_INIT("GIF87a"),
      .other = S_INIT("GIF89a") },
    { S_INIT("image/webp"), S_INIT(".webp"), SIGNED, true, .signature = S_INIT("RIFF"),
      .later = S_INIT("WEBP") },
    { S_INIT("application/pdf"), S_INIT(".pdf"), SIGNED, true, .signature = S_INIT("%PDF-") },
    { S_INIT("text/plain"), S_INIT(".txt"), TEXT, false, .signature = S_INIT("") },
    { S_INIT("application/json"), S_INIT(".json"), JSON, false, .signature = S_INIT("") },
};

static const struct sniff_type *find(struct str mime_type)
{
    for (size_t i = 0; i < COUNT(TYPES); i++)
        if (str_eq(TYPES[i].name, mime_type))
            return &TYPES[i];
    return NULL;
}

void sniff_begin(struct sniff *sniff, struct str mime_type)
{
    *sniff = (struct sniff){ .type = find(mime_type) };
    utf8_scan_begin(&sniff->text);
    jsonscan_begin(&sniff->json);
}

void sniff_add(struct sniff *sniff, struct str piece)
{
    size_t n = SNIFF_HEAD - sniff->n;
    if (sniff->type == NULL)
        return;
    n = n < piece.n ? n : piece.n;
    if (n > 0)
        memcpy(sniff->head + sniff->n, piece.p, n);
    sniff->n += n;
    if (sniff->type->content != SIGNED)
        utf8_scan_add(&sniff->text, piece);
    if (sniff->type->content == JSON)
        jsonscan_add(&sniff->json, piece);
}

bool sniff_end(struct sniff *sniff)
{
    const struct sniff_type *type = sniff->type;
    struct str head = { sniff->head, sniff->n };
    if (type == NULL)
        return true;
    if (type->content != SIGNED)
        return utf8_scan_end(&sniff->text)
            && (type->content == TEXT || jsonscan_end(&sniff->json));
    return (str_starts(head, type->signature)
            || (type->other.n > 0 && str_starts(head, type->other)))
        && str_starts(str_sub(head, 8, SIZE_MAX), type->later);
}

struct str sniff_extension(struct str mime_type)
{
    const struct sniff_type *type = find(mime_type);
    return type == NULL ? S("") : type->extension;
}

struct str sniff_type_of(struct str path)
{
    if (str_ends(path, S(".jpeg")))
        return S("image/jpeg");
    for (size_t i = 0; i < COUNT(TYPES); i++)
        if (str_ends(path, TYPES[i].extension))
            return TYPES[i].name;
    return NO_STR;
}

bool sniff_is_shown(struct str mime_type)
{
    const struct sniff_type *type = find(mime_type);
    return type != NULL && type->is_shown;
}
