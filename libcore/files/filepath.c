/* filepath.c — takes a path apart and refuses what could lead elsewhere. */
#include "files/filepath.h"

#include "base/ident.h"

/* NULL: it is one. */
static const char *why_not(struct str path, struct filepath *out)
{
    struct str rest, segment;
    size_t n = 0;
    *out = (struct filepath){ .path = path };
    out->place = place_of(path, &out->name);
    if (path.n > FILEPATH_MOST)
        return "too long";
    for (size_t i = 0; i < path.n; i++)
        if ((unsigned char)path.p[i] < ' ' || path.p[i] == '\\' || path.p[i] == 0x7f)
            return "characters that no path has";
    rest = out->name;
    while (str_cut(&rest, '/', &segment)) {
        if (segment.n == 0 || str_eq(segment, S(".")) || str_eq(segment, S("..")))
            return "path traversal is not allowed";
        if (n++ == 0)
            out->account_id = segment;
    }
    return n < 2 || str_ends(path, S("/")) || !ident_is_uuid(out->account_id)
         ? "does not belong to this account" : NULL;
}

bool filepath_read(struct cx *cx, struct str path, struct filepath *out)
{
    const char *why = why_not(path, out);
    return why == NULL || fail_detail(cx, E_FORBIDDEN, "Invalid file path: %s", why);
}

bool filepath_own(struct cx *cx, struct str path, struct filepath *out)
{
    TRY(filepath_read(cx, path, out));
    return cx->who->is_superadmin || str_eq(out->account_id, cx->who->account_id)
        || fail_detail(cx, E_FORBIDDEN, "Invalid file path: does not belong to this account");
}

bool filepath_is_of(struct str path, struct str account_id)
{
    struct filepath read;
    return why_not(path, &read) == NULL && str_eq(read.account_id, account_id);
}
