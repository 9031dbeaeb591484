/* 24-secret.c — what is sealed for a field opens there and nowhere else; a property over random texts. */
#include "data/secret.h"

#include <string.h>

#include "base/settings.h"
#include "dice.h"
#include "tap.h"

static struct settings set = { .encryption_key = S_INIT("key one") };
static struct cx cx = { .set = &set };
static struct dice dice;

static struct str random_text(void)
{
    struct buf text = tap_buf(8192);
    for (unsigned n = dice_roll(&dice, dice_roll(&dice, 10) == 0 ? 2000 : 40); n > 0; n--)
        buf_str(&text, str_of(DICE_PICK(&dice, "a", "Z", " ", "\n", "\"", "\\", "é", "😀", "lx1:", "%",
                                        "\xe2\x80\xa2", "'; DROP TABLE x; --", "{\"a\":[1,null]}", "0")));
    return buf_text(&text);
}

static struct str random_id(void)
{
    return str_fmt(tap_mem(), "%016llx", (unsigned long long)dice_bits(&dice));
}

int main(void)
{
    unsigned opened = 0, elsewhere = 0, repeated = 0, told = 0;
    struct str before = NO_STR, plain;
    dice.state = dice_setting("SEED", 20261121);
    cx.mem = tap_mem();
    plan(7);
    for (int i = 0; i < 500; i++) {
        const struct secret_place place = { random_id(), random_id(), random_id(), S("token") };
        const struct secret_place others[] = {
            { random_id(), place.account_id, place.record_id, place.field },
            { place.collection_id, random_id(), place.record_id, place.field },
            { place.collection_id, place.account_id, random_id(), place.field },
            { place.collection_id, place.account_id, place.record_id, S("tokens") },
            { place.account_id, place.collection_id, place.record_id, place.field },
        };
        struct str text = random_text(), sealed = secret_shut(&cx, &place, text);
        opened += secret_open(&cx, &place, sealed, &plain) && str_eq(plain, text);
        repeated += str_eq(sealed, secret_shut(&cx, &place, text)) || str_eq(sealed, before);
        told += text.n > 8 && str_has(sealed, text);
        before = sealed;
        for (size_t k = 0; k < COUNT(others); k++)
            elsewhere += secret_open(&cx, &others[k], sealed, &plain) || !str_absent(plain);
    }
    is_int(opened, 500, "500 random texts open as they were");
    is_int(repeated, 0, "no two seals are alike, of the same text either");
    is_int(told, 0, "none shows its text");
    is_int(elsewhere, 0, "none opens for another collection, account, record or field");

    const struct secret_place place = { S("c"), S("a"), S("r"), S("f") };
    const struct str keys[] = { S_INIT("key zero"), S_INIT("key one") };
    struct str sealed = secret_shut(&cx, &place, S("x"));
    set.encryption_key = S("key two");
    ok(!secret_open(&cx, &place, sealed, &plain), "another key opens nothing");
    set.old_encryption_keys = (struct str_list){ keys, 2 };
    ok(secret_open(&cx, &place, sealed, &plain) && str_eq(plain, S("x")), "what an old key sealed opens");
    set.old_encryption_keys = (struct str_list){ keys, 1 };
    ok(secret_open(&cx, &place, secret_shut(&cx, &place, S("y")), &plain) && str_eq(plain, S("y"))
           && !secret_open(&cx, &place, sealed, &plain),
       "the present key seals");
    return done();
}
