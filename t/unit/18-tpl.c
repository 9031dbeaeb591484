/* 18-tpl.c — templates: tags, sections, lines, escaping, and what is refused. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/settings.h"
#include "tap.h"
#include "view/fill.h"

static char dir[64] = "/tmp/larder-tpl.XXXXXX";
static void *keep[KEEP_COUNT];
static struct settings set;

static struct cx fresh(void)
{
    set.templates_dir = str_of(dir);
    return (struct cx){ .mem = tap_mem(), .set = &set, .keep = keep };
}

static const char *path_of(const char *name)
{
    return str_fmt(tap_mem(), "%s/%s", dir, name).p;
}

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(path_of(name), "w");
    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
        abort();
}

static struct str page(const char *name, const char *text, const struct fill *values)
{
    struct cx cx = fresh();
    struct html out;
    write_file(name, text);
    return fill_page(&cx, name, values, &out) ? out.safe : str_fmt(tap_mem(), "! %s", cx.err.cause);
}

static struct str plain(const char *name, const char *text, const struct fill *values)
{
    struct cx cx = fresh();
    struct str out;
    write_file(name, text);
    if (fill_plain(&cx, name, values, &out))
        return out;
    return str_fmt(tap_mem(), "! %s", cx.err.cause != NULL ? cx.err.cause : cx.err.message);
}

static void escaping(void)
{
    const struct fill values[] = { fill_text("t", S("<a href=\"x\">&'")), fill_int("n", -7),
        fill_html("m", (struct html){ S("<b>") }), { 0 } };
    is_text(page("a", "{{t}}", values), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;",
            "text is escaped");
    is_text(page("b", "{{ n }}{{&m}}", values), "-7<b>", "numbers and markup are as they are");
    is_text(page("c", "{{t|url}}", values), "%3Ca%20href%3D%22x%22%3E%26%27",
            "a URL part is encoded");
    is_text(page("d", "{{t|json}}", values),
            "&quot;&lt;a href=\\&quot;x\\&quot;&gt;&amp;&#39;&quot;",
            "JSON is quoted, then escaped");
    ok(str_starts(page("e", "{{&t}}", values), S("!")), "text cannot pass as markup");
    ok(str_starts(page("f", "{{m}}", values), S("!")), "nor markup as text");
    ok(str_starts(page("g", "{{other}}", values), S("!")), "a name without a value is an error");
    ok(str_starts(page("h", "{{t|upper}}", values), S("!")), "so is an unknown filter");
}

static void sections(void)
{
    const struct fill one[] = { fill_text("x", S("1")), { 0 } };
    const struct fill two[] = { fill_text("x", S("2")), fill_text("y", S("inner")), { 0 } };
    const struct fill *const rows[] = { one, two };
    const struct fill values[] = { fill_rows("rows", rows, 2), fill_rows("none", NULL, 0),
        fill_flag("yes", true), fill_flag("no", false), fill_text("y", S("outer")),
        fill_text("empty", S("")), fill_text("absent", NO_STR), { 0 } };
    is_text(page("i", "{{#rows}}{{x}}{{y}};{{/rows}}", values), "1outer;2inner;",
            "a row's own values come first, those around it next");
    is_text(page("j", "{{^none}}nothing{{/none}}{{#none}}x{{/none}}", values), "nothing",
            "no rows");
    is_text(page("k", "{{#yes}}a{{/yes}}{{^yes}}b{{/yes}}{{#no}}c{{/no}}{{^no}}d{{/no}"
            "}", values), "ad",
            "flags");
    is_text(page("l", "{{#y}}a{{/y}}{{#empty}}b{{/empty}}{{#absent}}c{{/absent}}", values), "a",
            "text counts when it is there");
    is_text(page("m", "<ul>\n  {{#rows}}\n  <li>{{x}}\n  {{/rows}}\n</ul>\n", values),
            "<ul>\n  <li>1\n  <li>2\n</ul>\n", "tags alone on a line take it with them");
    is_text(page("n", "a {{! said }}b\n{{! alone }}\nc", values), "a b\nc", "comments vanish");
    ok(str_starts(page("o", "{{#rows}}", values), S("!")), "a section left open");
    ok(str_starts(page("p", "{{/rows}}", values), S("!")), "an end without a beginning");
    ok(str_starts(page("q", "{{#rows}}{{#yes}}{{/rows}}{{/yes}}", values), S("!")),
            "crossed sections");
    ok(str_starts(page("r", "{{x", values), S("!")), "a tag left open");
}

static void parts(void)
{
    const struct fill values[] = { fill_text("x", S("<")), { 0 } };
    write_file("part", "[{{x}}]");
    is_text(page("s", "{{>part}}{{>part}}", values), "[&lt;][&lt;]", "a part sees the values");
    write_file("loop", "{{>loop}}");
    ok(str_starts(page("t", "{{>loop}}", values), S("!")), "a part within itself");
    ok(str_starts(page("u", "{{>../part}}", values), S("!")), "a path out of the directory");
    ok(str_starts(page("v", "{{>missing}}", values), S("!")), "a file that is not there");
}

static void plain_files(void)
{
    const struct fill good[] = { fill_text("dir", S("/srv/a b-c")), fill_int("port", 80), { 0 } };
    is_text(plain("A", "root \"{{dir}}\";\nlisten {{port}};\n", good),
            "root \"/srv/a b-c\";\nlisten 80;\n", "values as they are");
    static const struct str BAD[] = { S_INIT("a\"b"), S_INIT("a;b"), S_INIT("a\nb"), S_INIT("a'b"),
        S_INIT("a\\b"), S_INIT("${x}"), S_INIT("a\x7f"), S_INIT("a\0b") };
    for (size_t i = 0; i < COUNT(BAD); i++) {
        const struct fill bad[] = { fill_text("v", BAD[i]), { 0 } };
        ok(str_starts(plain("B", "{{v}}", bad), S("! v holds")), "a value that could end a word");
    }
    const struct fill markup[] = { fill_html("v", (struct html){ S("x") }), { 0 } };
    ok(str_starts(plain("C", "{{&v}}", markup), S("!")), "no markup in plain files");
}

int main(void)
{
    plan(32);
    if (mkdtemp(dir) == NULL)
        abort();
    escaping();
    sections();
    parts();
    plain_files();
    for (const char *c = "abcdefghijklmnopqrstuvABC"; *c != '\0'; c++)
        unlink(path_of((char[]){ *c, '\0' }));
    unlink(path_of("part"));
    unlink(path_of("loop"));
    rmdir(dir);
    return done();
}
