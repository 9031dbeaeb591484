/* expand.c — which references a request wants replaced by the records they point to. */
#include "data/expand.h"

bool expand_check(struct cx *cx, const struct collection *collection, struct str paths)
{
    struct str path, root;

    while (str_cut(&paths, ',', &path)) {
        const struct field *field;
        path = str_trim(path);
        if (!str_cut(&path, '.', &root) || root.n == 0)
            continue;
        field = collection_field(collection, root);
        if (field == NULL || field->type->rule != R_REFERENCE)
            return fail(cx, E_INVALID, "Invalid expand field",
                        "Field '%.*s' is not a reference field and cannot be expanded",
                        STR_ARG(root));
        return fail(cx, E_INVALID, "Invalid expand field", "Expanding is not available yet");
    }
    return true;
}
