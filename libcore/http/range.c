/* range.c — reads bytes=FROM-TO, bytes=FROM- and bytes=-LAST. */
#include "http/range.h"

#include "base/num.h"

/* Digits alone; what no int64 holds is beyond every file. */
static bool number(struct str s, int64_t *out)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    if (s.n > 0 && !num_int(s, out))
        *out = INT64_MAX;
    return s.n > 0;
}

enum range_kind range_read(struct str header, int64_t size, int64_t *from, int64_t *n)
{
    size_t dash, comma;
    int64_t last = INT64_MAX;
    *from = 0;
    *n = size;
    if (!str_starts_nocase(header, S("bytes=")))
        return RANGE_ALL;
    header = str_trim(str_sub(header, 6, SIZE_MAX));
    if (str_find(header, ',', &comma) || !str_find(header, '-', &dash))
        return RANGE_ALL;
    struct str first = str_sub(header, 0, dash), end = str_sub(header, dash + 1, SIZE_MAX);
    if (first.n == 0) {
        if (!number(end, &last))
            return RANGE_ALL;
        *n = last < size ? last : size;
        *from = size - *n;
        return *n > 0 ? RANGE_PART : RANGE_NONE;
    }
    if (!number(first, from) || (end.n > 0 && !number(end, &last)) || last < *from) {
        *from = 0;
        return RANGE_ALL;
    }
    if (*from >= size)
        return RANGE_NONE;
    *n = (last < size - 1 ? last : size - 1) - *from + 1;
    return RANGE_PART;
}
