/* searchfold.c — tables of characters: what breaks words, and what letters are folded to. */
#include "data/searchfold.h"

/* In ascending order; what no row names is a letter. ASCII is decided before. */
static const struct range { uint32_t first, last; enum searchfold kind; } RANGES[] = {
    { 0x80, 0xA9, FOLD_BREAK },         { 0xAB, 0xAC, FOLD_BREAK },
    { 0xAD, 0xAD, FOLD_NOTHING },       { 0xAE, 0xB4, FOLD_BREAK },
    { 0xB6, 0xB9, FOLD_BREAK },         { 0xBB, 0xBF, FOLD_BREAK },
    { 0xD7, 0xD7, FOLD_BREAK },         { 0xF7, 0xF7, FOLD_BREAK },
    { 0x2B9, 0x2C1, FOLD_NOTHING },     { 0x2C2, 0x2DF, FOLD_BREAK },
    { 0x2E5, 0x2FF, FOLD_BREAK },       { 0x300, 0x36F, FOLD_NOTHING },
    { 0x37E, 0x37E, FOLD_BREAK },       { 0x384, 0x385, FOLD_BREAK },
    { 0x387, 0x387, FOLD_BREAK },       { 0x3A2, 0x3A2, FOLD_BREAK },
    { 0x482, 0x482, FOLD_BREAK },
    { 0x483, 0x489, FOLD_NOTHING },     { 0x55A, 0x55F, FOLD_BREAK },
    { 0x589, 0x58F, FOLD_BREAK },       { 0x591, 0x5BD, FOLD_NOTHING },
    { 0x5BE, 0x5BE, FOLD_BREAK },       { 0x5BF, 0x5BF, FOLD_NOTHING },
    { 0x5C0, 0x5C0, FOLD_BREAK },       { 0x5C1, 0x5C2, FOLD_NOTHING },
    { 0x5C3, 0x5C3, FOLD_BREAK },       { 0x5C4, 0x5C5, FOLD_NOTHING },
    { 0x5C6, 0x5C6, FOLD_BREAK },       { 0x5C7, 0x5C7, FOLD_NOTHING },
    { 0x5F3, 0x5F4, FOLD_NOTHING },     { 0x600, 0x60F, FOLD_BREAK },
    { 0x610, 0x61A, FOLD_NOTHING },     { 0x61B, 0x61F, FOLD_BREAK },
    { 0x640, 0x640, FOLD_NOTHING },     { 0x64B, 0x65F, FOLD_NOTHING },
    { 0x66A, 0x66D, FOLD_BREAK },       { 0x670, 0x670, FOLD_NOTHING },
    { 0x6D4, 0x6D4, FOLD_BREAK },       { 0x6D6, 0x6DC, FOLD_NOTHING },
    { 0x6DD, 0x6DE, FOLD_BREAK },       { 0x6DF, 0x6E8, FOLD_NOTHING },
    { 0x6E9, 0x6E9, FOLD_BREAK },       { 0x6EA, 0x6ED, FOLD_NOTHING },
    { 0x700, 0x70D, FOLD_BREAK },       { 0x964, 0x965, FOLD_BREAK },
    { 0x970, 0x970, FOLD_BREAK },       { 0xE01, 0xE3A, FOLD_ALONE },
    { 0xE3F, 0xE3F, FOLD_BREAK },       { 0xE40, 0xE4E, FOLD_ALONE },
    { 0xE4F, 0xE4F, FOLD_BREAK },       { 0xE50, 0xE59, FOLD_ALONE },
    { 0xE5A, 0xE5B, FOLD_BREAK },       { 0xE80, 0xEFF, FOLD_ALONE },
    { 0xF01, 0xF17, FOLD_BREAK },       { 0xF3A, 0xF3D, FOLD_BREAK },
    { 0x1000, 0x1049, FOLD_ALONE },     { 0x104A, 0x104F, FOLD_BREAK },
    { 0x1050, 0x109F, FOLD_ALONE },     { 0x10FB, 0x10FB, FOLD_BREAK },
    { 0x1360, 0x1368, FOLD_BREAK },     { 0x1400, 0x1400, FOLD_BREAK },
    { 0x166D, 0x166E, FOLD_BREAK },     { 0x1680, 0x1680, FOLD_BREAK },
    { 0x169B, 0x169C, FOLD_BREAK },     { 0x16EB, 0x16ED, FOLD_BREAK },
    { 0x1780, 0x17D3, FOLD_ALONE },     { 0x17D4, 0x17DB, FOLD_BREAK },
    { 0x17DC, 0x17FF, FOLD_ALONE },     { 0x1800, 0x180A, FOLD_BREAK },
    { 0x180B, 0x180F, FOLD_NOTHING },   { 0x1AB0, 0x1AFF, FOLD_NOTHING },
    { 0x1C3B, 0x1C3F, FOLD_BREAK },     { 0x1C7E, 0x1C7F, FOLD_BREAK },
    { 0x1DC0, 0x1DFF, FOLD_NOTHING },   { 0x1FBD, 0x1FBD, FOLD_BREAK },
    { 0x1FBF, 0x1FC1, FOLD_BREAK },     { 0x1FCD, 0x1FCF, FOLD_BREAK },
    { 0x1FDD, 0x1FDF, FOLD_BREAK },     { 0x1FED, 0x1FEF, FOLD_BREAK },
    { 0x1FFD, 0x200B, FOLD_BREAK },     { 0x200C, 0x200F, FOLD_NOTHING },
    { 0x2010, 0x2029, FOLD_BREAK },     { 0x202A, 0x202E, FOLD_NOTHING },
    { 0x202F, 0x205F, FOLD_BREAK },     { 0x2060, 0x206F, FOLD_NOTHING },
    { 0x2070, 0x20CF, FOLD_BREAK },     { 0x20D0, 0x20FF, FOLD_NOTHING },
    { 0x2100, 0x2129, FOLD_BREAK },     { 0x212C, 0x215F, FOLD_BREAK },
    { 0x2189, 0x2BFF, FOLD_BREAK },     { 0x2CE5, 0x2CEA, FOLD_BREAK },
    { 0x2CEF, 0x2CF1, FOLD_NOTHING },   { 0x2CF9, 0x2CFF, FOLD_BREAK },
    { 0x2DE0, 0x2DFF, FOLD_NOTHING },   { 0x2E00, 0x2E7F, FOLD_BREAK },
    { 0x2E80, 0x2FDF, FOLD_ALONE },     { 0x2FE0, 0x3004, FOLD_BREAK },
    { 0x3005, 0x3007, FOLD_ALONE },     { 0x3008, 0x3020, FOLD_BREAK },
    { 0x3021, 0x3029, FOLD_ALONE },     { 0x302A, 0x302F, FOLD_NOTHING },
    { 0x3030, 0x3030, FOLD_BREAK },     { 0x3031, 0x3035, FOLD_ALONE },
    { 0x3036, 0x3037, FOLD_BREAK },     { 0x3038, 0x303C, FOLD_ALONE },
    { 0x303D, 0x3040, FOLD_BREAK },     { 0x3041, 0x3096, FOLD_ALONE },
    { 0x3097, 0x309A, FOLD_NOTHING },   { 0x309B, 0x309C, FOLD_BREAK },
    { 0x309D, 0x309F, FOLD_ALONE },     { 0x30A0, 0x30A0, FOLD_BREAK },
    { 0x30A1, 0x30FA, FOLD_ALONE },     { 0x30FB, 0x30FB, FOLD_BREAK },
    { 0x30FC, 0x312F, FOLD_ALONE },     { 0x3190, 0x319F, FOLD_BREAK },
    { 0x31A0, 0x31BF, FOLD_ALONE },     { 0x31C0, 0x31EF, FOLD_BREAK },
    { 0x31F0, 0x31FF, FOLD_ALONE },     { 0x3200, 0x33FF, FOLD_BREAK },
    { 0x3400, 0x4DBF, FOLD_ALONE },     { 0x4DC0, 0x4DFF, FOLD_BREAK },
    { 0x4E00, 0x9FFF, FOLD_ALONE },     { 0xA490, 0xA4CF, FOLD_BREAK },
    { 0xA4FE, 0xA4FF, FOLD_BREAK },     { 0xA60D, 0xA60F, FOLD_BREAK },
    { 0xA66F, 0xA672, FOLD_NOTHING },   { 0xA673, 0xA673, FOLD_BREAK },
    { 0xA674, 0xA67D, FOLD_NOTHING },   { 0xA67E, 0xA67E, FOLD_BREAK },
    { 0xA6F2, 0xA6F7, FOLD_BREAK },     { 0xA700, 0xA721, FOLD_BREAK },
    { 0xA789, 0xA78A, FOLD_BREAK },     { 0xA830, 0xA839, FOLD_BREAK },
    { 0xA8CE, 0xA8CF, FOLD_BREAK },     { 0xA8F8, 0xA8FA, FOLD_BREAK },
    { 0xA92E, 0xA92F, FOLD_BREAK },     { 0xA95F, 0xA95F, FOLD_BREAK },
    { 0xD800, 0xF8FF, FOLD_BREAK },     { 0xF900, 0xFAFF, FOLD_ALONE },
    { 0xFB1E, 0xFB1E, FOLD_NOTHING },   { 0xFD3E, 0xFD4F, FOLD_BREAK },
    { 0xFDFC, 0xFDFF, FOLD_BREAK },     { 0xFE00, 0xFE0F, FOLD_NOTHING },
    { 0xFE10, 0xFE1F, FOLD_BREAK },     { 0xFE20, 0xFE2F, FOLD_NOTHING },
    { 0xFE30, 0xFE6F, FOLD_BREAK },     { 0xFEFF, 0xFEFF, FOLD_NOTHING },
    { 0xFF00, 0xFF0F, FOLD_BREAK },     { 0xFF1A, 0xFF20, FOLD_BREAK },
    { 0xFF3B, 0xFF40, FOLD_BREAK },     { 0xFF5B, 0xFF65, FOLD_BREAK },
    { 0xFF66, 0xFF9F, FOLD_ALONE },     { 0xFFE0, 0xFFFF, FOLD_BREAK },
    { 0x10100, 0x1013F, FOLD_BREAK },   { 0x1BCA0, 0x1BCAF, FOLD_NOTHING },
    { 0x1D000, 0x1D3FF, FOLD_BREAK },   { 0x1EEF0, 0x1FBEF, FOLD_BREAK },
    { 0x20000, 0x3FFFF, FOLD_ALONE },   { 0xE0000, 0xE0FFF, FOLD_NOTHING },
    { 0xE1000, 0x10FFFF, FOLD_BREAK },
};

static enum searchfold kind_of(uint32_t point)
{
    size_t low = 0, high = COUNT(RANGES);

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (point > RANGES[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < COUNT(RANGES) && point >= RANGES[low].first ? RANGES[low].kind : FOLD_LETTER;
}

/* Two ASCII letters for each of U+00C0 to U+024F, or a letter and a space; --: none of them. */
static const char LATIN[] =
    "a a a a a a aec e e e e i i i i d n o o o o o --o u u u u y thss"
    "a a a a a a aec e e e e i i i i d n o o o o o --o u u u u y thy "
    "a a a a a a c c c c c c c c d d d d e e e e e e e e e e g g g g "
    "g g g g h h h h i i i i i i i i i i ijijj j k k k l l l l l l l "
    "l l l n n n n n n n n n o o o o o o oeoer r r r r r s s s s s s "
    "s s t t t t t t u u u u u u u u u u u u w w y y y z z z z z z s "
    "b ------------c c ----d d --------f f ----------k k l ----------"
    "o o ----p p ------------t t --u u --------z z ------------------"
    "--------dzdzdzljljljnjnjnja a i i o o u u u u u u u u u u --a a "
    "a a aeaeg g g g k k o o o o ----j dzdzdzg g ----n n a a aeaeo o "
    "a a a a e e e e i i i i o o o o r r r r u u u u s s t t ----h h "
    "--d ----z z a a e e o o o o o o o o y y l n t j ------c c l --s "
    "z ----b ----e e j j ----r r y y ";
/* The same from U+1E00 to U+1EFF: Vietnamese, Welsh and others. */
static const char LATIN_MORE[] =
    "a a b b b b b b c c d d d d d d d d d d e e e e e e e e e e f f "
    "g g h h h h h h h h h h i i i i k k k k k k l l l l l l l l m m "
    "m m m m n n n n n n n n o o o o o o o o p p p p r r r r r r r r "
    "s s s s s s s s s s t t t t t t t t u u u u u u u u u u v v v v "
    "w w w w w w w w w w x x x x y y z z z z z z h t w y --s ----ss--"
    "a a a a a a a a a a a a a a a a a a a a a a a a e e e e e e e e "
    "e e e e e e e e i i i i o o o o o o o o o o o o o o o o o o o o "
    "o o o o u u u u u u u u u u u u u u y y y y y y y y ------------";

/* Single characters, in ascending order. */
static const struct { uint16_t from, to; } PAIRS[] = {
    { 0xAA, 'a' },      { 0xB5, 0x3BC },    { 0xBA, 'o' },      { 0x181, 0x253 },
    { 0x182, 0x183 },   { 0x184, 0x185 },   { 0x186, 0x254 },   { 0x189, 0x256 },
    { 0x18A, 0x257 },   { 0x18E, 0x1DD },   { 0x18F, 0x259 },   { 0x190, 0x25B },
    { 0x193, 0x260 },   { 0x194, 0x263 },   { 0x196, 0x269 },   { 0x197, 0x268 },
    { 0x19C, 0x26F },   { 0x19D, 0x272 },   { 0x19F, 0x275 },   { 0x1A2, 0x1A3 },
    { 0x1A6, 0x280 },   { 0x1A7, 0x1A8 },   { 0x1A9, 0x283 },   { 0x1AE, 0x288 },
    { 0x1B1, 0x28A },   { 0x1B2, 0x28B },   { 0x1B3, 0x1B4 },   { 0x1B7, 0x292 },
    { 0x1B8, 0x1B9 },   { 0x1BC, 0x1BD },   { 0x1EE, 0x1EF },   { 0x1F6, 0x195 },
    { 0x1F7, 0x1BF },   { 0x21C, 0x21D },   { 0x220, 0x19E },   { 0x222, 0x223 },
    { 0x241, 0x242 },   { 0x244, 0x289 },   { 0x245, 0x28C },   { 0x24A, 0x24B },
    { 0x370, 0x371 },   { 0x372, 0x373 },   { 0x376, 0x377 },   { 0x37F, 0x3F3 },
    { 0x386, 0x3B1 },   { 0x388, 0x3B5 },   { 0x389, 0x3B7 },   { 0x38A, 0x3B9 },
    { 0x38C, 0x3BF },   { 0x38E, 0x3C5 },   { 0x38F, 0x3C9 },   { 0x390, 0x3B9 },
    { 0x3AA, 0x3B9 },   { 0x3AB, 0x3C5 },   { 0x3AC, 0x3B1 },   { 0x3AD, 0x3B5 },
    { 0x3AE, 0x3B7 },   { 0x3AF, 0x3B9 },   { 0x3B0, 0x3C5 },   { 0x3C2, 0x3C3 },
    { 0x3CA, 0x3B9 },   { 0x3CB, 0x3C5 },   { 0x3CC, 0x3BF },   { 0x3CD, 0x3C5 },
    { 0x3CE, 0x3C9 },   { 0x3D0, 0x3B2 },   { 0x3D1, 0x3B8 },   { 0x3D5, 0x3C6 },
    { 0x3D6, 0x3C0 },   { 0x3F0, 0x3BA },   { 0x3F1, 0x3C1 },   { 0x3F2, 0x3C3 },
    { 0x400, 0x435 },   { 0x401, 0x435 },   { 0x403, 0x433 },   { 0x407, 0x456 },
    { 0x40C, 0x43A },   { 0x40D, 0x438 },   { 0x40E, 0x443 },   { 0x419, 0x438 },
    { 0x439, 0x438 },   { 0x450, 0x435 },   { 0x451, 0x435 },   { 0x453, 0x433 },
    { 0x457, 0x456 },   { 0x45C, 0x43A },   { 0x45D, 0x438 },   { 0x45E, 0x443 },
    { 0x476, 0x475 },   { 0x477, 0x475 },   { 0x4C0, 0x4CF },   { 0x4C1, 0x436 },
    { 0x4C2, 0x436 },   { 0x4D0, 0x430 },   { 0x4D1, 0x430 },   { 0x4D2, 0x430 },
    { 0x4D3, 0x430 },   { 0x4D6, 0x435 },   { 0x4D7, 0x435 },   { 0x4DA, 0x4D9 },
    { 0x4DB, 0x4D9 },   { 0x4DC, 0x436 },   { 0x4DD, 0x436 },   { 0x4DE, 0x437 },
    { 0x4DF, 0x437 },   { 0x4E2, 0x438 },   { 0x4E3, 0x438 },   { 0x4E4, 0x438 },
    { 0x4E5, 0x438 },   { 0x4E6, 0x43E },   { 0x4E7, 0x43E },   { 0x4EA, 0x4E9 },
    { 0x4EB, 0x4E9 },   { 0x4EC, 0x44D },   { 0x4ED, 0x44D },   { 0x4EE, 0x443 },
    { 0x4EF, 0x443 },   { 0x4F0, 0x443 },   { 0x4F1, 0x443 },   { 0x4F2, 0x443 },
    { 0x4F3, 0x443 },   { 0x4F4, 0x447 },   { 0x4F5, 0x447 },   { 0x4F8, 0x44B },
    { 0x4F9, 0x44B },   { 0x212A, 'k' },    { 0x212B, 'a' },
};

static bool is_pair(uint32_t point, uint32_t *out)
{
    size_t low = 0, high = COUNT(PAIRS);

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (point > PAIRS[middle].from)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == COUNT(PAIRS) || PAIRS[low].from != point)
        return false;
    *out = PAIRS[low].to;
    return true;
}

/* Alphabets whose small letters stand at a fixed distance, or right after their capitals. */
static uint32_t lower_of(uint32_t c)
{
    if ((c >= 0x391 && c <= 0x3A9) || (c >= 0x410 && c <= 0x42F))
        return c + 0x20;
    if (c >= 0x400 && c <= 0x40F)
        return c + 0x50;
    if (c >= 0x531 && c <= 0x556)
        return c + 0x30;
    if (c >= 0x4C1 && c <= 0x4CE)
        return c + (c & 1);
    if ((c >= 0x3D8 && c <= 0x3EF) || (c >= 0x460 && c <= 0x481) || (c >= 0x48A && c <= 0x52F))
        return c | 1;
    if ((c >= 0xFF21 && c <= 0xFF3A) || (c >= 0xFF41 && c <= 0xFF5A))
        return 'a' + ((c - 0xFF21) & 0x1F);
    if (c >= 0xFF10 && c <= 0xFF19)
        return c - 0xFF10 + '0';
    return c;
}

static size_t latin(uint32_t point, uint32_t out[2])
{
    const char *two = NULL;

    if (point >= 0xC0 && point <= 0x24F)
        two = &LATIN[2 * (point - 0xC0)];
    else if (point >= 0x1E00 && point <= 0x1EFF)
        two = &LATIN_MORE[2 * (point - 0x1E00)];
    if (two == NULL || two[0] == '-')
        return 0;
    out[0] = (unsigned char)two[0];
    out[1] = (unsigned char)two[1];
    return two[1] == ' ' ? 1 : 2;
}

static enum searchfold ascii(uint32_t point, uint32_t *out)
{
    bool is_capital = point >= 'A' && point <= 'Z';

    *out = is_capital ? point + ('a' - 'A') : point;
    return (*out >= 'a' && *out <= 'z') || (*out >= '0' && *out <= '9') ? FOLD_LETTER : FOLD_BREAK;
}

enum searchfold searchfold_of(uint32_t point, uint32_t out[2], size_t *n)
{
    enum searchfold kind;

    *n = 1;
    if (point < 0x80)
        return ascii(point, out);
    out[0] = point;
    kind = kind_of(point);
    if (kind != FOLD_LETTER)
        return kind;
    *n = latin(point, out);
    if (*n > 0)
        return kind;
    *n = 1;
    if (!is_pair(point, out))
        out[0] = lower_of(point);
    return kind;
}
