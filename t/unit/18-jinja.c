/* 18-jinja.c — the Jinja2 subset of mail templates: every construct, its blanks, errors and limits. */
#include "tap.h"

#include <string.h>

#include "base/cx.h"
#include "base/js.h"
#include "mail/jinja.h"

static struct jinja_fault fault;
static bool escapes;
static struct str big;

static struct jv json(const char *text)
{
    static struct cx cx;
    struct jv v;
    struct jv_fault wrong;
    cx.mem = tap_mem();
    return jv_parse(&cx, str_of(text), &v, &wrong) ? v : (struct jv){ .kind = JV_ABSENT };
}

/* What becomes of a template with the variables that every test here has. */
static struct str render(const char *source)
{
    const struct jinja_var vars[] = {
        { S("name"), S("overridden"), { JV_ABSENT, NULL } },
        { S("name"), S("Ann Lee"), { JV_ABSENT, NULL } },
        { S("markup"), S("<b>\"R&D\" it's</b>"), { JV_ABSENT, NULL } },
        { S("empty"), S(""), { JV_ABSENT, NULL } },
        { S("absent"), NO_STR, { JV_ABSENT, NULL } },
        { S("umlaut"), S("äÖ ß x"), { JV_ABSENT, NULL } },
        { S("big"), big, { JV_ABSENT, NULL } },
        { S("user"), NO_STR, json("{\"name\":\"Bo\",\"age\":7,\"tall\":1.5,\"home\":{\"city\":\"Ulm\"},"
                                  "\"nothing\":null,\"yes\":true,\"no\":false}") },
        { S("list"), NO_STR, json("[\"a\",\"b\",\"c\"]") },
        { S("rows"), NO_STR, json("[{\"n\":1,\"t\":[1,2]},{\"n\":2,\"t\":[]}]") },
        { S("none_left"), NO_STR, json("[]") },
    };
    struct str out = NO_STR;
    if (jinja_render(tap_mem(), str_of(source), vars, COUNT(vars), escapes, &out, &fault))
        return out;
    return str_fmt(tap_mem(), "%zu: %.*s", fault.line, STR_ARG(fault.message));
}

struct row { const char *source, *wanted; };

static void table(const char *what, const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct buf name = tap_buf(4096);
        buf_fmt(&name, "%s: ", what);
        js_quote(&name, str_of(rows[i].source));
        is_text(render(rows[i].source), rows[i].wanted, str_c(tap_mem(), buf_text(&name)));
    }
}
#define TABLE(what, rows) table((what), (rows), COUNT(rows))

static const struct row PRINTING[] = {
    { "", "" }, { "plain { text } %} }} #}", "plain { text } %} }} #}" },
    { "Hello {{ name }}!", "Hello Ann Lee!" }, { "{{name}}{{name}}", "Ann LeeAnn Lee" },
    { "[{{ unknown }}]", "[]" }, { "[{{ absent }}]", "[]" }, { "[{{ empty }}]", "[]" },
    { "{{ user.name }} of {{ user.home.city }}", "Bo of Ulm" },
    { "{{ user['name'] }} {{ user.home['city'] }}", "Bo Ulm" },
    { "{{ list[1] }}[{{ list[3] }}]", "b[]" }, { "[{{ user.unknown }}]", "[]" },
    { "{{ rows[1].n }}{{ ['x', 'y'][0] }}", "2x" },
    { "[{{ name.length }}]", "[]" },
    { "{{ user.age }} {{ user.tall }} {{ user.yes }} {{ user.no }} {{ user.nothing }}",
      "7 1.5 True False None" },
    { "{{ 'a' }}{{ \"b\" }}{{ 12 }}{{ true }}{{ False }}{{ none }}", "ab12TrueFalseNone" },
    { "{{ 'it\\'s' }} {{ \"a\\\"b\" }} {{ 'a\\\\b' }} {{ 'a\\nb\\tc\\r' }} {{ 'a\\qb' }}",
      "it's a\"b a\\b a\nb\tc\r a\\qb" },
    { "{{ '}}' }}{{ '%}' }}{# '}} #}.", "}}%}." }, { "{{ ('a') }}", "a" },
    { "a{# {{ name }} #}b", "ab" }, { "a{##}b", "ab" }, { "{#-#}b", "b" },
};
static const struct row FILTERS[] = {
    { "{{ name|upper }} {{ name|lower }}", "ANN LEE ann lee" },
    { "{{ umlaut|upper }} {{ umlaut|lower }}", "äÖ ß X äÖ ß x" },
    { "{{ 'hello wORLD (foo) [bar] a-b <c>' | title }}", "Hello World (Foo) [Bar] A-B <C>" },
    { "{{ umlaut|title }}", "äÖ ß X" },
    { "[{{ '  a b\n ' | trim }}] [{{ '\xC2\xA0x\xE2\x80\x83' | trim }}] [{{ '  '|trim }}]",
      "[a b] [x] []" },
    { "{{ unknown|default('x') }} {{ name|default('x') }} [{{ empty|default('x') }}]",
      "x Ann Lee []" },
    { "{{ empty|default('x', true) }} {{ user.nothing|default('y', true) }} [{{ unknown|default }}]",
      "x y []" },
    { "{{ user.unknown|default('z') }} {{ absent|default(name)|upper }}", "z ANN LEE" },
    { "{{ name|length }} {{ umlaut|length }} {{ list|length }} {{ user|length }} {{ unknown|length }}",
      "7 6 3 7 0" },
    { "{{ name|replace('n', 'm') }} {{ name|replace('n', '', 1) }} {{ name|replace('', 'x') }}",
      "Amm Lee An Lee Ann Lee" },
    { "{{ 'aaa'|replace('aa', 'b') }} {{ 'x'|replace('x', 'xx') }} {{ 'x'|replace('x', '') }}.",
      "ba xx ." },
    { "{{ 'a1b'|replace(1, 2) }}", "a2b" },
    { "{{ name|replace('n', 'm', 0) }}", "Ann Lee" },
    { "{{ name | lower | replace('ann', 'bob') | title }}", "Bob Lee" },
    { "{{ markup|e }}", "&lt;b&gt;&#34;R&amp;D&#34; it&#39;s&lt;/b&gt;" },
    { "{{ markup|escape|escape }}", "&lt;b&gt;&#34;R&amp;D&#34; it&#39;s&lt;/b&gt;" },
    { "{{ markup|safe }}", "<b>\"R&D\" it's</b>" }, { "{{ 3|upper }}{{ 3|e }}", "33" },
    { "{{ '<'|e|replace('l', '>') }}{{ '<'|e|replace('l', 'g')|e }}", "&>t;&amp;gt;" },
};
static const struct row PLAIN[] = {
    { "{{ markup }} <i>", "<b>\"R&D\" it's</b> <i>" }, { "{{ '<' }}", "<" },
};
static const struct row ESCAPING[] = {
    { "{{ markup }} <i>", "&lt;b&gt;&#34;R&amp;D&#34; it&#39;s&lt;/b&gt; <i>" },
    { "{{ markup|safe }}", "<b>\"R&D\" it's</b>" }, { "{{ '<' }}", "&lt;" },
    { "{{ markup|e }}", "&lt;b&gt;&#34;R&amp;D&#34; it&#39;s&lt;/b&gt;" },
    { "{{ markup|escape|e }}", "&lt;b&gt;&#34;R&amp;D&#34; it&#39;s&lt;/b&gt;" },
    { "{{ markup|safe|e }}", "<b>\"R&D\" it's</b>" },
    { "{{ '<B>'|safe|lower }} {{ '<b>'|safe|upper }} {{ ' <b> '|safe|trim }}", "<b> <B> <b>" },
    { "{{ '<b>'|safe|title }}", "&lt;B&gt;" },
    { "{{ '<b>'|safe|replace('b', '<i>') }}", "<&lt;i&gt;>" },
    { "{{ '<b>'|safe|replace('b', 'i'|safe) }}", "<i>" },
    { "{{ 'a<'|replace('a', '<br>'|safe) }}", "<br>&lt;" },
    { "{{ 'a<'|replace('a', '<br>') }}", "&lt;br&gt;&lt;" },
    { "{{ unknown|default('<x>') }}{{ unknown|default('<x>'|safe) }}", "&lt;x&gt;<x>" },
    { "{% for c in '<>' %}{{ c }}{% endfor %}", "&lt;&gt;" },
    { "{% for c in ['<'|safe, '<'] %}{{ c }}{% endfor %}", "<&lt;" },
};
static const struct row CONDITIONS[] = {
    { "{% if name %}yes{% endif %}", "yes" }, { "{% if empty %}yes{% endif %}", "" },
    { "{% if unknown %}yes{% else %}no{% endif %}", "no" },
    { "{% if user.no %}a{% elif user.nothing %}b{% elif name %}c{% else %}d{% endif %}", "c" },
    { "{% if 0 %}a{% elif 1 %}b{% endif %}", "b" },
    { "{% if none_left %}a{% elif list %}b{% endif %}", "b" },
    { "{% if not unknown and name == 'Ann Lee' %}yes{% endif %}", "yes" },
    { "{% if unknown or empty or name %}yes{% endif %}", "yes" },
    { "{% if unknown and empty.x.y %}a{% else %}no{% endif %}", "no" },
    { "{% if name or nobody.x %}yes{% endif %}", "yes" },
    { "{{ unknown or 'there' }} {{ name and 'x' }}", "there x" },
    { "{% if not (name and empty) %}yes{% endif %}", "yes" },
    { "{% if not name == 'x' %}yes{% endif %}", "yes" }, { "{% if not not name %}yes{% endif %}", "yes" },
    { "{% if false and false or true %}yes{% endif %}", "yes" },
    { "{% if true or true and false %}yes{% endif %}", "yes" },
    { "{% if name != 'x' %}a{% endif %}{% if name != 'Ann Lee' %}b{% endif %}", "a" },
    { "{{ 1 == true }} {{ 1 == '1' }} {{ user.tall == 1 }} {{ user.age == 7 }}", "True False False True" },
    { "{{ unknown == absent }} {{ none == unknown }} {{ user.nothing == none }}", "True False True" },
    { "{{ list == ['a', 'b', 'c'] }} {{ list == ['a', 'b'] }} {{ ['a', ['b']] == ['a', ['b']] }}",
      "True False True" },
    { "{{ user.home == user.home }} {{ user == user.home }} {{ list != list }}", "True False False" },
    { "{{ 'nn' in name }} {{ 'x' in name }} {{ 'x' not in name }} {{ '' in name }}",
      "True False True True" },
    { "{{ 'a' in list }} {{ 'z' in list }} {{ name in ('x', 'Ann Lee') }} {{ 1 in [true] }}",
      "True False True True" },
    { "{{ 'age' in user }} {{ 'x' in user }} {{ 'x' in unknown }} {{ unknown in name }}",
      "True False False False" },
    { "{{ 'a' in () }} {{ 'a' in ('a',) }} {{ 'b' in ['a', 'b',] }}", "False True True" },
    { "{{ name|length == 7 and 'nn' in name|lower }}", "True" },
    { "{% if name %}{% if empty %}a{% else %}b{% endif %}{% endif %}c", "bc" },
};
static const struct row LOOPS[] = {
    { "{% for x in list %}{{ x }},{% endfor %}", "a,b,c," },
    { "{% for x in 'äb' %}[{{ x }}]{% endfor %}", "[ä][b]" },
    { "{% for k in user.home %}{{ k }}={{ user.home[k] }}{% endfor %}", "city=Ulm" },
    { "{% for x in unknown %}a{% endfor %}.", "." },
    { "{% for x in none_left %}a{% else %}nobody{% endfor %}", "nobody" },
    { "{% for x in list %}{{ x }}{% else %}nobody{% endfor %}", "abc" },
    { "{% for r in rows %}{{ r.n }}:{% for t in r.t %}{{ t }}{{ r.n }} {% endfor %};{% endfor %}",
      "1:11 21 ;2:;" },
    { "{% for name in list %}{{ name }}{% endfor %}{{ name }}", "abcAnn Lee" },
    { "{% for x in list %}{{ x }}{% if not loop.last %}, {% endif %}{% endfor %}", "a, b, c" },
    { "{% for x in list %}{{ loop.index }}{{ loop.index0 }}{{ loop.length }}{{ loop.first }} {% endfor %}",
      "103True 213False 323False " },
    { "{% for x in list %}{% for y in [1] %}{{ loop.length }}{% endfor %}{{ loop.length }}{% endfor %}",
      "131313" },
    { "{% for x in ['a', user.name, 3] %}{{ x }}{% endfor %}{{ x }}", "aBo3" },
};
static const struct row BLANKS[] = {
    { "a\n", "a" }, { "a\n\n", "a\n" }, { "a\r\nb\rc\r\n", "a\nb\nc" },
    { "{% if name %}\nyes\n{% endif %}\nend", "yes\nend" },
    { "  {% if name %}\n  yes\n  {% endif %}\n", "  yes\n" },
    { "x {% if name %}\nyes {% endif %}\n", "x yes " },
    { "{% for x in list %}\n- {{ x }}\n{% endfor %}\n", "- a\n- b\n- c\n" },
    { "  {# note #}\nend", "end" }, { "x  {# note #}\nend", "x  end" },
    { "  {{ name }}\n.", "  Ann Lee\n." }, { "{{ name }}\n\n.", "Ann Lee\n\n." },
    { "a  {{- name -}}  b", "aAnn Leeb" }, { "a \n {%- if name -%} \n b \n {%- endif -%} \n c", "abc" },
    { "a {#- x -#} b", "ab" }, { "  {%+ if name %}x{% endif %}", "  x" },
    { "{% if name +%}\nx{% endif %}", "\nx" }, { "{#+ x +#}\ny", "\ny" },
    { "{%if name%}x{%endif%}", "x" }, { "{%-if name-%}x{%-endif-%}", "x" },
    { "\t {% if name %}x{% endif %}", "x" }, { "{{ name -}}\n  {% if name %}x{% endif %}", "Ann Leex" },
    { "{% if name %}\n  {% if name %}\nx\n  {% endif %}\n{% endif %}\n", "x\n" },
};
static const struct row ERRORS[] = {
    { "{{ nobody.name }}", "1: 'nobody' is undefined" },
    { "\n\n{{ user.unknown.name }}", "3: 'unknown' is undefined" },
    { "{{ nobody.name|default('x') }}", "1: 'nobody' is undefined" },
    { "{{ nobody['x'] }}", "1: 'nobody' is undefined" },
    { "{{ name", "1: the tag is never closed by }}" },
    { "\n{{ name }", "2: the character '}' is not understood here" },
    { "a\n{{\n\n", "2: the tag is never closed by }}" },
    { "{% if name", "1: the tag is never closed by %}" },
    { "x\n{# ...", "2: the comment is never closed by #}" },
    { "{{ }}", "1: unexpected '}}', expected an expression" },
    { "{% if %}\n{% endif %}", "1: unexpected '%}', expected an expression" },
    { "{{ 'a' 'b' }}", "1: unexpected 'b', expected }}" },
    { "{{ a if b }}", "1: unexpected 'if', expected }}" },
    { "{{ name name }}", "1: unexpected 'name', expected }}" },
    { "{{ 'abc }}", "1: a text is never closed by '" }, { "{{ name|nope }}", "1: there is no filter 'nope'" },
    { "{{ name| }}", "1: unexpected '}}', expected the name of a filter" },
    { "{{ name|upper(1) }}", "1: the filter 'upper' does not take 1 arguments" },
    { "{{ name|replace('a') }}", "1: the filter 'replace' does not take 1 arguments" },
    { "{{ name|default(1, 2, 3) }}", "1: the filter 'default' does not take 3 arguments" },
    { "{{ name|replace('a', 'b', 'c') }}", "1: replace wants a number as its third argument" },
    { "{{ name. }}", "1: unexpected '}}', expected the name of an attribute" },
    { "{{ user.name() }}", "1: unexpected '(', expected }}" },
    { "{{ a + b }}", "1: the character '+' is not understood here" },
    { "{{ a ~ b }}", "1: the character '~' is not understood here" },
    { "{{ é }}", "1: the character 'é' is not understood here" },
    { "{{ 1.5 }}", "1: only whole numbers of up to 18 digits can be written" },
    { "{{ 1234567890123456789 }}", "1: only whole numbers of up to 18 digits can be written" },
    { "{{ 12ab }}", "1: only whole numbers of up to 18 digits can be written" },
    { "{{ a == b == c }}", "1: unexpected '==', expected }}" },
    { "{{ a not b }}", "1: unexpected 'b', expected in" },
    { "{{ and }}", "1: unexpected 'and', expected an expression" },
    { "{{ (a }}", "1: unexpected '}}', expected )" }, { "{{ [a b] }}", "1: unexpected 'b', expected ]" },
    { "\n{% if a %}\nx", "3: the if of line 2 is never closed by endif" },
    { "{% for x in list %}", "1: the for of line 1 is never closed by endfor" },
    { "{% for x in list %}{% endif %}", "1: unexpected 'endif', expected endfor" },
    { "{% if a %}{% endfor %}", "1: unexpected 'endfor', expected endif" },
    { "{% if a %}{% else %}{% else %}{% endif %}", "1: unexpected 'else', expected endif" },
    { "{% if a %}{% else %}{% elif b %}{% endif %}", "1: unexpected 'elif', expected endif" },
    { "a{% endif %}", "1: unexpected 'endif' without its beginning" },
    { "{% else %}", "1: unexpected 'else' without its beginning" },
    { "{% set x = 1 %}", "1: the tag 'set' is not known; if and for are" },
    { "{% raw %}", "1: the tag 'raw' is not known; if and for are" },
    { "{% %}", "1: the tag '%}' is not known; if and for are" },
    { "{% include 'x' %}", "1: the tag 'include' is not known; if and for are" },
    { "{% for in list %}", "1: unexpected 'list', expected in" },
    { "{% for a, b in list %}", "1: unexpected ',', expected in" },
    { "{% endif x %}", "1: unexpected 'endif' without its beginning" },
    { "{% if a %}{% endif x %}", "1: unexpected 'x', expected %}" },
    { "{% for x in 5 %}{% endfor %}", "1: a number has no items to go through" },
    { "{% for x in none %}{% endfor %}", "1: none has no items to go through" },
    { "{{ 5|length }}", "1: a number has no length" }, { "{{ list }}", "1: a list is not a text" },
    { "\n{{ user }}", "2: an object is not a text" }, { "{{ list|upper }}", "1: a list is not a text" },
    { "{{ 1 in name }}", "1: a number cannot be in a text" },
    { "{{ 'a' in 5 }}", "1: a text cannot be in a number" },
    { "{% for x in list %}\n{{ x }}\n{{ loop.x.y }}{% endfor %}", "3: 'x' is undefined" },
};

static struct str times(size_t n, const char *text)
{
    struct buf out = tap_buf(1 << 24);
    for (size_t i = 0; i < n; i++)
        buf_str(&out, str_of(text));
    buf_c(&out, '\0');
    return str_sub(buf_text(&out), 0, out.n - 1);
}

static struct str around(size_t n, const char *before, const char *inside, const char *after)
{
    return str_fmt(tap_mem(), "%s%s%s", times(n, before).p, inside, times(n, after).p);
}

static void is_refused(struct str source, const char *why, const char *what)
{
    ok(str_has(render(source.p), str_of(why)), what);
}

static void limits(void)
{
    big = times(100000, "a");
    is_text(render("{{ big|length }}"), "100000", "a long value is fine");
    is_refused(S("{% for x in 'abcdef' %}{{ big }}{% endfor %}"), "the result is longer than",
               "a result has an end");
    is_refused(S("{% for x in big %}{% for y in big %}{% endfor %}{% endfor %}"), "too much work",
               "and so has work without a result");
    is_refused(S("{% for x in 'abcdefghijklmnopqrstuvwxyz' %}{% for y in 'abc' %}"
                 "{% if big|upper|lower == 1 %}{% endif %}{% endfor %}{% endfor %}"),
               "too much work", "memory for nothing counts");
    is_refused(S("{{ big|replace('a', big) }}"), "too much work", "a text that grows");
    is_refused(S("{{ big|replace(big|replace('a', 'a', 1), 'x') == big|replace('aaaaaaaaaaaaaaaaaaaaaaaa"
                 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab', 'x') }}"), "too much work",
               "looking for a long text");
    is_refused(S("{{ big|replace('a', 'b', 50000) in big }}"), "too much work",
               "and for one in another");
    is_text(render(around(31, "{% if name %}", "x", "{% endif %}").p), "x", "31 levels of blocks");
    is_refused(around(33, "{% if name %}", "x", "{% endif %}"), "nests too deep", "33 are too many");
    is_refused(around(40, "{% for x in list %}", "", "{% endfor %}"), "nests too deep", "of loops too");
    is_refused(str_fmt(tap_mem(), "{%% if a %%}%s{%% endif %%}", times(40, "{% elif b %}").p),
               "nests too deep", "and of elif");
    is_text(render(str_fmt(tap_mem(), "%s", times(100, "{% if a %}{% elif b %}{% endif %}").p).p), "",
            "one after the other is not deep");
    is_text(render(str_fmt(tap_mem(), "{{ %sname }}", times(20, "not ").p).p), "True",
            "twenty times not");
    is_refused(str_fmt(tap_mem(), "{{ %sname }}", times(5000, "not ").p), "too deep", "but not 5000");
    is_refused(str_fmt(tap_mem(), "{{ %s", times(5000, "(").p), "too deep", "nor brackets");
    is_refused(str_fmt(tap_mem(), "{{ name%s }}", times(5000, "|e").p), "too long", "nor filters");
    is_refused(str_fmt(tap_mem(), "{{ name%s }}", times(5000, ".a").p), "too long", "nor attributes");
    is_refused(str_fmt(tap_mem(), "{{ name%s }}", times(5000, " or a").p), "too long", "nor or");
    is_refused(times(20001, "{{a}}"), "too many parts", "nor tags");
    is_refused(str_fmt(tap_mem(), "{{ '%s' | nope }}", big.p), "no filter", "a long text is no name");
    is_refused(str_fmt(tap_mem(), "{{ name | %s }}", big.p), "there is no filter 'aaaa",
               "a long name is cut in the error");
    ok(fault.message.n < 200, "and the error stays short");
}

/* What the worst template takes of a request's memory, which three of them must fit into. */
static void memory(void)
{
    static const char *const WORST[] = {
        "{{ big|e|upper|lower|title|replace('a', 'bbbb') }}",
        "{% for x in big %}{{ x|title|replace('a', 'bbbb', 2)|e }}{{ [x, x, [x]] == 1 }}{% endfor %}",
        "{% for x in big %}{{ loop.index|upper }}{% endfor %}",
        "{% for x in 'aaaaaaaa' %}{{ big|replace('a', '<<')|e }}{% endfor %}",
    };
    for (size_t i = 0; i < COUNT(WORST); i++) {
        struct arena *mem = arena_new(0, NULL, NULL);
        struct jinja_var var = { S("big"), big, { JV_ABSENT, NULL } };
        struct str out;
        (void)!jinja_render(mem, str_of(WORST[i]), &var, 1, true, &out, &fault);
        ok(arena_used(mem) < 10u << 20, "memory has a bound");
        printf("# %zu bytes\n", arena_used(mem));
        arena_free(mem);
    }
}

int main(void)
{
    plan((int)(COUNT(PRINTING) + COUNT(FILTERS) + COUNT(PLAIN) + COUNT(ESCAPING) + COUNT(CONDITIONS)
               + COUNT(LOOPS) + COUNT(BLANKS) + COUNT(ERRORS) + 22 + 4));
    TABLE("printing", PRINTING);
    TABLE("filter", FILTERS);
    TABLE("plain", PLAIN);
    TABLE("condition", CONDITIONS);
    TABLE("loop", LOOPS);
    TABLE("blanks", BLANKS);
    TABLE("error", ERRORS);
    escapes = true;
    TABLE("escaping", ESCAPING);
    limits();
    memory();
    return done();
}
