/* upload.c — from the form to a temporary file, past the checks, to its place and its row. */
#include "files/upload.h"

#include "base/ident.h"
#include "base/log.h"
#include "base/settings.h"
#include "files/sniff.h"

enum { FORM_AROUND = 65536, EXTENSION_MOST = 8 };

int64_t upload_most(const struct cx *cx)
{
    return cx->set->max_file_size + FORM_AROUND;
}

static bool too_large(struct cx *cx, int64_t size)
{
    const double mb = 1048576.0;
    return fail_detail(cx, E_INVALID,
                       "File size (%.2fMB) exceeds maximum allowed size (%.2fMB)",
                       (double)size / mb, (double)cx->set->max_file_size / mb);
}

bool upload_fits(struct cx *cx, int64_t announced)
{
    return announced <= upload_most(cx) || too_large(cx, announced);
}

static bool no_file(struct cx *cx)
{
    fail_add_field(cx, &(struct err_field){ .type = "missing", .loc = S("[\"body\",\"file\"]"),
                                            .msg = S("Field required") });
    return fail_fields(cx);
}

static bool may_be(struct cx *cx, struct str type)
{
    const struct str_list *allowed = &cx->set->allowed_mime_types;
    struct buf names;
    for (size_t i = 0; i < allowed->n; i++)
        if (str_eq(allowed->at[i], type))
            return true;
    buf_init(&names, cx->mem, 8192);
    for (size_t i = 0; i < allowed->n; i++)
        buf_fmt(&names, "%s%.*s", i > 0 ? ", " : "", STR_ARG(allowed->at[i]));
    return fail_detail(cx, E_INVALID, "File type '%.*s' is not allowed. Allowed types: %.*s",
                       STR_ARG(str_sub(type, 0, 100)), STR_ARG(buf_text(&names)));
}

/* By the type, which was looked into; where nothing is known of it, the uploader's own. */
static struct str extension_of(struct arena *mem, const struct file *file)
{
    struct str known = sniff_extension(file->mime_type), name = str_lower(mem, file->filename);
    size_t from = name.n;
    if (known.n > 0)
        return known;
    for (; from > 0 && name.p[from - 1] != '.'; from--) {
        char c = name.p[from - 1];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
            return S("");
    }
    size_t n = name.n - from;
    return from < 2 || n == 0 || n > EXTENSION_MOST ? S("") : str_sub(name, from - 1, SIZE_MAX);
}

static bool find_part(struct cx *cx, struct multipart *form, struct multipart_part *part)
{
    bool found;
    do {
        TRY(multipart_next(cx, form, part, &found));
        if (!found)
            return no_file(cx);
    } while (!str_eq(part->name, S("file")));
    return true;
}

/* Past the largest size nothing is kept, but counted: the refusal says how large it is. */
static bool receive(struct cx *cx, struct source content, struct sniff *sniff,
                    struct inbound *inbound)
{
    char piece[FLOW_PIECE];
    int64_t size = 0;
    size_t n = 0;
    do {
        TRY(flow_read(cx, content, piece, sizeof piece, &n));
        size += (int64_t)n;
        if (size > cx->set->max_file_size)
            continue;
        sniff_add(sniff, (struct str){ piece, n });
        TRY(flow_write(cx, inbound_sink(inbound), (struct str){ piece, n }));
    } while (n > 0);
    inbound_end(cx, inbound);
    return size <= cx->set->max_file_size || too_large(cx, size);
}

/* What follows may be other fields, but it has to end as a form does. */
static bool rest_of(struct cx *cx, struct multipart *form)
{
    struct multipart_part part;
    bool found;
    do
        TRY(multipart_next(cx, form, &part, &found));
    while (found);
    return true;
}

static void name_it(struct cx *cx, const struct place *place, struct file *file)
{
    struct str account = cx->who->account_id;
    file->id = ident_uuid(cx->mem, cx->now);
    file->account_id = str_absent(account) ? S(SYSTEM_ACCOUNT) : account;
    file->provider = str_of(place->provider);
    file->path = str_fmt(cx->mem, "%s%.*s/%.*s%.*s", place->prefix, STR_ARG(file->account_id),
                         STR_ARG(ident_random(cx->mem)), STR_ARG(extension_of(cx->mem, file)));
    file->uploaded_by = cx->who->id;
    file->created_at = cx->now;
}

static bool keep(struct cx *cx, const struct place *place, struct inbound *inbound,
                 struct file *file)
{
    struct str name = str_sub(file->path, str_of(place->prefix).n, SIZE_MAX);
    file->size = inbound->size;
    file->sha256 = inbound->sum;
    TRY(place->store(cx, name, file->mime_type, inbound));
    if (file_create(cx, file))
        return true;
    struct err why = cx->err;                   /* bytes that no row knows are nobody's          */
    fail_forget(cx);
    if (!place->remove(cx, name))
        log_failure(cx);
    cx->err = why;
    return false;
}

/* Into a temporary file, past the checks. */
static bool bring(struct cx *cx, const struct multipart_part *part, const struct place *place,
                  struct inbound *inbound, struct file *out)
{
    struct sniff *sniff = arena_make(cx->mem, struct sniff);
    *out = (struct file){
        .filename = part->filename.n > 0 ? part->filename : S("unnamed"),
        .mime_type = part->type.n > 0 ? part->type : S("application/octet-stream"),
    };
    TRY(may_be(cx, out->mime_type));
    name_it(cx, place, out);
    TRY(inbound_open(cx, inbound));
    sniff_begin(sniff, out->mime_type);
    TRY(receive(cx, part->content, sniff, inbound));
    return sniff_end(sniff) || fail_detail(cx, E_INVALID, "File content is not of type '%.*s'",
                                           STR_ARG(out->mime_type));
}

bool upload_part(struct cx *cx, const struct multipart_part *part, struct file *out)
{
    const struct place *place;
    struct inbound *inbound = arena_make(cx->mem, struct inbound);
    TRY(place_for_uploads(cx, &place));
    TRY(bring(cx, part, place, inbound, out));
    return keep(cx, place, inbound, out);
}

bool upload_take(struct cx *cx, const struct upload *upload, struct file *out)
{
    struct multipart *form;
    struct multipart_part part;
    const struct place *place;
    struct inbound *inbound = arena_make(cx->mem, struct inbound);
    TRY(upload_fits(cx, upload->announced));
    if (!multipart_is(cx->mem, upload->content_type))
        return no_file(cx);
    TRY(place_for_uploads(cx, &place));
    TRY(multipart_open(cx, upload->content_type, upload->body, &form));
    TRY(find_part(cx, form, &part));
    TRY(bring(cx, &part, place, inbound, out));
    TRY(rest_of(cx, form));
    return keep(cx, place, inbound, out);
}
