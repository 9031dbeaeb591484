/* transfers.c — routes of uploaded files: in, out, by a signed link, gone (data.md §16). */
#include "transfers.h"

#include "base/when.h"
#include "data/fileuse.h"
#include "data/thumbsize.h"
#include "download.h"
#include "files/filelink.h"
#include "files/thumb.h"
#include "files/upload.h"
#include "http/stream.h"

/* ---- in ---- */

struct upload_in { struct str file; };
static const struct input UPLOAD_IN[] = {
    IN(FORM, T_FILE, upload_in, file, .required = true, .about = "The file"), { 0 },
};
static const struct output FILE_OUT[] = {
    OUT(O_TEXT, file, filename, .about = "As the uploader called it"), OUT(O_INT, file, size),
    OUT(O_TEXT, file, mime_type), OUT(O_TEXT, file, path), { 0 },
};
struct uploaded_out { bool success; struct file file; struct str message; };
static const struct output UPLOADED_OUT[] = {
    OUT(O_BOOL, uploaded_out, success), OUT(O_OBJECT, uploaded_out, file, .of = FILE_OUT),
    OUT(O_TEXT, uploaded_out, message), { 0 },
};

static bool upload(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    struct upload in = { .content_type = reply->request->content_type,
                         .announced = stream_announced(reply) };
    struct uploaded_out out = { .success = true, .message = S("File uploaded successfully") };
    TRY(upload_fits(cx, in.announced));
    TRY(stream_body(reply, upload_most(cx), &in.body));
    TRY(upload_take(cx, &in, &out.file));
    return reply_with(reply, UPLOADED_OUT, &out);
}

/* ---- out ---- */

struct get_in { struct str path, thumb, token, signature; int64_t expires; struct download how; };
#define HEADERS                                                                                    \
    IN_AS(HEADER, T_TEXT, get_in, how.range, "Range", .about = "One range of bytes"),              \
    IN_AS(HEADER, T_TEXT, get_in, how.if_range, "If-Range"),                                       \
    IN_AS(HEADER, T_TEXT, get_in, how.if_modified_since, "If-Modified-Since")
#define INLINE                                                                                     \
    IN_AS(QUERY, T_BOOL, get_in, how.is_inline, "inline",                                          \
          .about = "To be shown rather than saved: images and PDF")
#define THUMB                                                                                      \
    IN(QUERY, T_TEXT, get_in, thumb, .max = 16,                                                    \
       .about = "A small picture of it, of a size that the field which holds it declares"          \
                " (options.thumbs): 100x100, 400x0")
static const struct input GET_IN[] = {
    IN(PATH, T_TEXT, get_in, path), INLINE, THUMB, HEADERS,
    IN(QUERY, T_SECRET, get_in, token,
       .about = "An access token or key, where no header can be sent"),
    { 0 },
};
static const struct input SIGNED_IN[] = {
    IN(PATH, T_TEXT, get_in, path), INLINE, THUMB, HEADERS,
    IN(QUERY, T_INT, get_in, expires, .required = true),
    IN(QUERY, T_SECRET, get_in, signature, .required = true), { 0 },
};

static bool may_read(struct cx *cx, const struct filepath *at)
{
    struct file file;
    bool known;
    return file_find(cx, at->account_id, at->path, &known, &file)
        && fileuse_allows(cx, at->account_id, &file);
}

/* The file, or what was asked for of it. */
static bool find(struct cx *cx, const struct filepath *at, struct str thumb,
                 struct filebytes *out)
{
    if (str_absent(thumb))
        return filebytes_find(cx, at, out);
    TRY(thumbsize_allows(cx, at->account_id, at->path, thumb));
    return thumb_find(cx, at, thumb, out);
}

static bool get(struct cx *cx, const void *input, struct reply *reply)
{
    const struct get_in *in = input;
    struct download how = in->how;
    struct filepath at;
    struct filebytes file;
    how.by_token = !str_absent(in->token);
    TRY(filepath_own(cx, in->path, &at));
    if (!str_absent(in->thumb))
        TRY(may_read(cx, &at));                 /* before anything is made */
    TRY(find(cx, &at, in->thumb, &file));
    TRY(fileuse_allows(cx, at.account_id, &file.file));
    return download_send(cx, &file, &how, reply);
}

static bool get_signed(struct cx *cx, const void *input, struct reply *reply)
{
    const struct get_in *in = input;
    struct filelink link = { in->path, in->expires, in->how.is_inline };
    struct download how = in->how;
    struct filepath at;
    struct filebytes file;
    how.by_token = true;
    TRY(filelink_holds(cx, &link, in->signature));
    TRY(filepath_read(cx, in->path, &at));
    TRY(find(cx, &at, in->thumb, &file));
    return download_send(cx, &file, &how, reply);
}

/* ---- links ---- */

struct sign_in { struct str path; int64_t expires_in; bool is_inline; };
static const struct input SIGN_IN[] = {
    IN(BODY, T_TEXT, sign_in, path, .required = true, .max = FILEPATH_MOST),
    IN(BODY, T_INT, sign_in, expires_in, .least = 1, .most = FILELINK_MOST,
       .otherwise = FILELINK_OTHERWISE, .about = "Seconds"),
    IN_AS(BODY, T_BOOL, sign_in, is_inline, "inline"), { 0 },
};
struct signed_out { struct str url; int64_t expires_at; };
static const struct output SIGNED_OUT[] = {
    OUT(O_TEXT, signed_out, url), OUT(O_TIME, signed_out, expires_at), { 0 },
};

static bool sign(struct cx *cx, const void *input, struct reply *reply)
{
    const struct sign_in *in = input;
    struct filelink link = { in->path, cx->now / WHEN_SECOND + in->expires_in, in->is_inline };
    struct filepath at;
    struct filebytes file;
    TRY(filepath_own(cx, in->path, &at));
    TRY(filebytes_find(cx, &at, &file));
    TRY(fileuse_allows(cx, at.account_id, &file.file));
    const struct signed_out out = { filelink_url(cx, &link), link.expires * WHEN_SECOND };
    return reply_with(reply, SIGNED_OUT, &out);
}

/* ---- gone ---- */

struct delete_in { struct str path; };
static const struct input DELETE_IN[] = { IN(PATH, T_TEXT, delete_in, path), { 0 } };

static bool delete(struct cx *cx, const void *input, struct reply *reply)
{
    const struct delete_in *in = input;
    TRY(file_delete(cx, in->path));
    return reply_empty(reply);
}

const struct route transfers_routes[] = {
    { POST, "/api/v1/files/upload", NEED_USER, .run = upload, INPUT(UPLOAD_IN, upload_in),
      .output = UPLOADED_OUT, .status = 201, .streams = true, .waits = true,
      .broken = "Failed to upload file", .title = "Upload a file",
      .about = "A form (multipart/form-data) with one part `file`. Its declared type must be"
               " allowed (setting allowed_mime_types) and its content be of that type. The answer's"
               " `file` is what a field of the type file holds. An Idempotency-Key is not looked"
               " at." },
    { GET, "/api/v1/files/{path...}", NEED_USER, .run = get, INPUT(GET_IN, get_in),
      .streams = true, .waits = true, .takes_dots = true, .query_token = true,
      .broken = "Failed to download file", .title = "Download a file",
      .about = "Ranges and conditions (If-None-Match, If-Range) are answered. Files are sent as"
               " attachments that no browser executes." },
    { GET, "/api/v1/files/signed/{path...}", NEED_NOBODY, .run = get_signed,
      INPUT(SIGNED_IN, get_in), .streams = true, .waits = true, .takes_dots = true,
      .broken = "Failed to download file", .title = "Download a file by a signed link",
      .about = "The link itself is the permission, until it expires." },
    { POST, "/api/v1/files/sign", NEED_USER, .run = sign, INPUT(SIGN_IN, sign_in),
      .output = SIGNED_OUT, .waits = true, .title = "Sign a link to a file",
      .about = "Whoever has the link can download that file until it expires, without signing in:"
               " at most 7 days. A link cannot be taken back." },
    { DELETE, "/api/v1/files/{path...}", NEED_USER, .run = delete,
      INPUT(DELETE_IN, delete_in), .status = 204, .waits = true, .takes_dots = true,
      .title = "Delete a file",
      .about = "For who uploaded it, admins of the account and superadmins. Records that hold it"
               " stay as they are." },
    { 0 },
};
