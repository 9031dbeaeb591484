/* 18-phrase.c — texts in other languages: catalogues, names, failures, and which language it is. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/settings.h"
#include "tap.h"
#include "view/phrase.h"

static char dir[64] = "/tmp/larder-phrase.XXXXXX";
enum { PAGES = 16 };
static void *keep[KEEP_COUNT];
static struct settings set;
static const char *const FILES[] = {
    "ours/words/de.txt", "ours/words/pt-br.txt", "ours/words/README", "ours/page",
    "data/templates/words/de.txt", "data/templates/words/fr.txt", "data/templates/words/xx.txt",
};
static const char *const FOLDERS[] = { "ours", "ours/words", "data", "data/templates",
                                       "data/templates/words" };

static struct cx fresh(const char *language)
{
    set.templates_dir = str_fmt(tap_mem(), "%s/ours", dir);
    set.data_dir = str_fmt(tap_mem(), "%s/data", dir);
    return (struct cx){ .mem = tap_mem(), .set = &set, .keep = keep,
                        .language = str_of(language) };
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

static void prepare(void)
{
    if (mkdtemp(dir) == NULL)
        abort();
    for (size_t i = 0; i < COUNT(FOLDERS); i++)
        if (mkdir(path_of(FOLDERS[i]), 0700) != 0)
            abort();
    write_file(FILES[0], "# a comment = nothing\n\nSave = Speichern\r\nDelete {title}? = {title} löschen?\n"
               "Both = Ours\n{n} of {all} = {n} von {all}\nA = B = C\nno line\n = empty\nempty = \n"
               "Zoo = Zoo\nThis language = Deutsch\nNot found = Nicht gefunden\n"
               "Collection %1 already exists = Die Sammlung %1 gibt es schon\n"
               "%1 already exists = %1 gibt es schon\n%1 needs %2 = %2 fehlt bei %1\n"
               "At most %1%% of it = Höchstens %1%%\nWrong place %2: %1 = Hier %2: {%1}\n");
    write_file(FILES[1], "Save = Salvar\n");
    write_file(FILES[2], "Save = never\n");
    write_file(FILES[4], "Both = Theirs\nOwn = Eigenes\n");
    write_file(FILES[5], "Save = Enregistrer\nThis language = Français\n");
    write_file(FILES[6], "Save = \xff\n");
}

static struct str said(const char *language, const char *english)
{
    struct cx cx = fresh(language);
    return phrase_of(&cx, english);
}

static void texts(void)
{
    is_text(said("de", "Save"), "Speichern", "a text is translated; the end of a line is no text");
    is_text(said("de", "Zoo"), "Zoo", "wherever it stands");
    is_text(said("de", "Unknown"), "Unknown", "what is missing is said in English");
    is_text(said("", "Save"), "Save", "English is what the sources say");
    is_text(said(NULL, "Save"), "Save", "and where no language is known");
    is_text(said("en", "Save"), "Save", "or English is wanted");
    is_text(said("zz", "Save"), "Save", "or one that we do not have");
    is_text(said("pt-br", "Save"), "Salvar", "another language");
    is_text(said("de", "A"), "B = C", "a line is split once");
    is_text(said("de", "Both"), "Theirs", "the operator's line wins over ours");
    is_text(said("de", "Own"), "Eigenes", "and may be new");
    is_text(said("fr", "Save"), "Enregistrer", "so may a language be");
    is_text(said("xx", "Save"), "Save", "a file that is not UTF-8 counts as empty");
    is_text(said("de", "empty"), "empty", "nothing translates nothing");
}

static struct str with(const char *language, const char *english)
{
    struct cx cx = fresh(language);
    const struct fill values[] = { fill_text("title", S("<%1 {n}>")), fill_int("n", 3),
                                   fill_int("all", -7), { 0 } };
    return phrase_with(&cx, english, values);
}

static void names(void)
{
    is_text(with("de", "Delete {title}?"), "<%1 {n}> löschen?", "a name is filled, once, as it is");
    is_text(with("de", "{n} of {all}"), "3 von -7", "so are numbers");
    is_text(with("", "{n}{all}"), "3-7", "side by side");
    is_text(with("", "{who} {Not} {} { {n"), "{who} {Not} {} { {n", "what is no name of ours stays");
    is_text(with("", ""), "", "nothing");
}

/* Each has templates of its own, since a process reads a file once. */
static struct str page(const char *language, const char *text)
{
    static void *of_each[PAGES][KEEP_COUNT];
    static size_t n;
    struct cx cx = fresh(language);
    struct html out;
    void **own = of_each[n++];
    const struct fill values[] = { fill_text("title", S("a&b")), fill_int("n", 3),
        fill_int("all", 9), fill_html("m", (struct html){ S("<b>") }), { 0 } };
    own[KEEP_PHRASES] = keep[KEEP_PHRASES];
    cx.keep = own;
    write_file(FILES[3], text);
    return fill_page(&cx, "page", values, &out) ? out.safe : str_fmt(tap_mem(), "! %s", cx.err.cause);
}

static void templates(void)
{
    is_text(page("de", "<{{=Save}}>"), "<Speichern>", "a tag is translated");
    is_text(page("de", "{{=Delete {title}?}}|"), "a&amp;b löschen?|", "a value in it is escaped");
    is_text(page("", "{{=Delete {title}}}|"), "Delete a&amp;b|", "it may end with a name");
    is_text(page("de", "{{= {n} of {all} }}|"), "3 von 9|", "blanks around it do not count");
    is_text(page("", "{{=A & B}} {{=\"C\"}}"), "A &amp; B &quot;C&quot;", "the text is escaped as well");
    is_text(page("", "{{=Save}}\n{{n}}"), "Save\n3", "a text alone on its line keeps it");
    ok(str_starts(page("", "{{={who} is here}}"), S("! template page: {who} in")), "a name needs a value");
    ok(str_starts(page("", "{{={m}}}"), S("!")), "that is text");
    ok(str_starts(page("", "{{=}}"), S("!")), "and a tag a text");
    ok(str_starts(page("", "{{=Save}"), S("!")), "it is closed");
}

static struct str message(const char *language, const char *text)
{
    struct cx cx = fresh(language);
    return phrase_message(&cx, str_of(text));
}

static void failures(void)
{
    is_text(message("de", "Not found"), "Nicht gefunden", "a failure in fixed words");
    is_text(message("de", "Collection notes already exists"), "Die Sammlung notes gibt es schon",
            "a failure that names something, by the line that fits best");
    is_text(message("de", "It already exists"), "It gibt es schon", "by the other where that fits");
    is_text(message("de", "a needs b needs c"), "b needs c fehlt bei a", "words may change places");
    is_text(message("de", "%2 already exists"), "%2 gibt es schon", "and are never read again");
    is_text(message("de", " already exists"), " gibt es schon", "no word is one, too");
    is_text(message("de", "already"), "already", "what fits nothing stays English");
    is_text(message("de", "At most 5%% of it"), "Höchstens 5%%", "only %1 to %9 are places");
    is_text(message("de", "Wrong place 4: Not found"), "Hier 4: Nicht gefunden", "{%1} is translated, too");
    is_text(message("de", "Wrong place Not found: Not found"), "Hier Not found: Nicht gefunden",
            "%2 is not");
    is_text(message("de", "Wrong place a: {%1}"), "Hier a: {%1}", "not twice");
    is_text(message("de", "name: Not found"), "name: Nicht gefunden", "a reason behind a name");
    is_text(message("de", "a: b: It already exists"), "a: b: It gibt es schon", "or behind two");
    is_text(message("de", "a: b: c: d: e: Not found"), "a: b: c: d: e: Not found", "but not behind many");
    is_text(message("de", "a: b: c"), "a: b: c", "if it is known");
    is_text(message("", "Collection notes already exists"), "Collection notes already exists", "English");
    is_text(message("de", ""), "", "nothing at all");
}

static struct str choice(const char *header)
{
    struct cx cx = fresh("");
    return phrase_choose(&cx, str_of(header));
}

static void choosing(void)
{
    static const struct { const char *header, *code; } CASES[] = {
        { NULL, "en" }, { "", "en" }, { "de", "de" }, { "DE-ch, en;q=0.9", "de" },
        { "en;q=0.8,de;q=0.9", "de" }, { "de;q=0.8, en;q=0.8", "de" }, { "ja, *;q=0.5", "en" },
        { "ja, fr;q=0.1", "fr" }, { "pt", "pt-br" }, { "pt-BR", "pt-br" }, { "pt-PT", "en" },
        { "de;q=0, fr;q=0.001", "fr" }, { "de;q=x, fr;q=0.2", "fr" }, { "de;q=9", "de" },
        { "de ; Q=0.3 , fr ; q=0.4", "fr" }, { ",;,=,;q=1,", "en" }, { "d", "en" }, { "dex", "en" },
        { "../../etc", "en" }, { "en-US,en;q=0.9,de;q=0.8", "en" },
    };
    for (size_t i = 0; i < COUNT(CASES); i++)
        is_text(choice(CASES[i].header), CASES[i].code,
                CASES[i].header == NULL ? "(none)" : CASES[i].header);
    struct cx cx = fresh("de");
    const struct phrase_language *all;
    struct buf b = tap_buf(200);
    for (size_t i = 0, n = phrase_languages(&cx, &all); i < n; i++)
        buf_fmt(&b, "%.*s=%.*s ", STR_ARG(all[i].code), STR_ARG(all[i].name));
    is_text(buf_text(&b), "en=English de=Deutsch fr=Français pt-br=pt-br xx=xx ",
            "languages name themselves, English comes first");
}

int main(void)
{
    plan(67);
    prepare();
    texts();
    names();
    templates();
    failures();
    choosing();
    for (size_t i = 0; i < COUNT(FILES); i++)
        unlink(path_of(FILES[i]));
    for (size_t i = COUNT(FOLDERS); i-- > 0; )
        rmdir(path_of(FOLDERS[i]));
    rmdir(dir);
    return done();
}
