/* filebytes.c — joins the row of a file with its bytes. */
#include "files/filebytes.h"

#include "base/url.h"
#include "files/sniff.h"

static struct str stored_name(struct str path)
{
    size_t from = path.n;
    while (from > 0 && path.p[from - 1] != '/')
        from--;
    return str_sub(path, from, SIZE_MAX);
}

static void tell_unknown(struct cx *cx, struct filebytes *out)
{
    struct str type = sniff_type_of(out->at.path);
    out->filename = stored_name(out->at.path);
    out->mime_type = type.n > 0 ? type : S("application/octet-stream");
    out->etag = str_fmt(cx->mem, "%llx-%llx", (unsigned long long)out->bytes.size,
                        (unsigned long long)out->bytes.modified_at);
}

bool filebytes_find(struct cx *cx, const struct filepath *at, struct filebytes *out)
{
    bool known, there;
    *out = (struct filebytes){ .at = *at };
    TRY(file_find(cx, at->account_id, at->path, &known, &out->file));
    TRY(at->place->find(cx, at->name, &there, &out->bytes));
    if (!there)
        return file_missing(cx, at->path);
    out->modified_at = out->bytes.modified_at;
    if (!known) {
        tell_unknown(cx, out);
        return true;
    }
    out->filename = out->file.filename;
    out->mime_type = out->file.mime_type;
    out->etag = str_sub(out->file.sha256, 0, 32);
    if (out->modified_at == 0)
        out->modified_at = out->file.created_at;
    return true;
}

bool filebytes_read(struct cx *cx, const struct filebytes *found, int64_t from, int64_t n,
                    struct source *out)
{
    return found->at.place->read(cx, &found->bytes, from, n, out);
}

struct str filebytes_disposition(struct arena *mem, struct str filename, bool is_inline)
{
    struct buf out;
    bool plain = true;
    buf_init(&out, mem, SIZE_MAX);
    buf_str(&out, is_inline ? S("inline; filename=\"") : S("attachment; filename=\""));
    for (size_t i = 0; i < filename.n; i++) {
        char c = filename.p[i];
        bool fits = c >= ' ' && c < 0x7f && c != '"' && c != '\\' && c != '%';
        plain = plain && fits;
        buf_c(&out, fits ? c : '_');
    }
    buf_c(&out, '"');
    if (!plain) {
        buf_str(&out, S("; filename*=UTF-8''"));
        url_part(&out, filename);
    }
    return buf_text(&out);
}
