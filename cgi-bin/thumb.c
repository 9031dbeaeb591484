/* thumb.c — makes one small picture: run by those who serve files, confined (DESIGN §2). */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/picture.h"
#include "thumb/confine.h"
#include "thumb/paint.h"

/*
 * Standard input: "WIDTHxHEIGHT PATH". Standard output: a line, "ok TYPE" and then the picture, or
 * "no WHY"; "sorry WHY" when it is not the picture's fault.
 */
enum { QUESTION_MAX = 8192, FILE_MAX_BYTES = 128 << 20, RESULT_MAX = 5 << 20, SIDE_MAX = 4096 };
#define PIXELS_MAX INT64_C(25000000)            /* 100 MB while it is at work */

static int sorry(const char *why)
{
    printf("sorry %s\n", why);
    return fflush(stdout) == 0 ? 0 : 1;
}

static int no(const char *why)
{
    printf("no %s\n", why);
    return fflush(stdout) == 0 ? 0 : 1;
}

static bool read_question(char *text, int *width, int *height, const char **path)
{
    int used = 0;
    size_t n = fread(text, 1, QUESTION_MAX - 1, stdin);
    text[n] = '\0';
    if (sscanf(text, "%4dx%4d %n", width, height, &used) != 2 || used == 0 || text[used] == '\0')
        return false;
    *path = text + used;
    return *width >= 0 && *height >= 0 && *width <= SIDE_MAX && *height <= SIDE_MAX
        && *width + *height > 0;
}

static bool map(const char *path, struct str *bytes)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    bool well = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0
             && st.st_size <= FILE_MAX_BYTES;
    void *p = well ? mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
    if (fd >= 0)
        close(fd);
    if (p != MAP_FAILED)
        *bytes = (struct str){ p, (size_t)st.st_size };
    return p != MAP_FAILED;
}

static int make(struct str bytes, int width, int height)
{
    struct picture picture;
    struct str out;
    const char *type = NULL;
    if (!picture_read(bytes, &picture))
        return no("The file is no picture");
    if (picture.width > PIXELS_MAX || picture.height > PIXELS_MAX / picture.width)
        return no("The picture is too large");
    const char *trouble = paint_small(bytes, &picture, width, height, &out, &type);
    if (trouble != NULL)
        return no(trouble);
    if (out.n > RESULT_MAX)
        return no("The picture is too large");
    printf("ok %s\n", type);
    return fwrite(out.p, 1, out.n, stdout) == out.n && fflush(stdout) == 0 ? 0 : 1;
}

int main(void)
{
    char text[QUESTION_MAX];
    struct str bytes = NO_STR;
    const char *path = NULL;
    int width = 0, height = 0;
    if (!read_question(text, &width, &height, &path))
        return sorry("the question cannot be understood");
    if (!map(path, &bytes))
        return sorry("the file cannot be read");
    if (!confine_self())
        return sorry("the limits are not taken");
    return make(bytes, width, height);
}
