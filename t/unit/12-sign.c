/* 12-sign.c — signatures: the vectors of RFC 8032, and what is not valid. */
#include "tap.h"

#include "crypto/sign.h"

static const char SEED[] = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
static const char KEY[] = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

int main(void)
{
    static const char OF_NOTHING[] =
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd"
        "25bf5f0595bbe24655141438e7a100b";
    struct str key = NO_STR, signature = NO_STR;
    plan(8);
    ok(sign_public(tap_mem(), str_of(SEED), &key), "a key of a seed");
    is_text(key, KEY, "is the one of RFC 8032");
    ok(sign_text(tap_mem(), str_of(SEED), S(""), &signature), "it signs");
    is_text(signature, OF_NOTHING, "as RFC 8032 has it");
    ok(sign_is_valid(key, S(""), signature), "which is valid");
    ok(!sign_is_valid(key, S("x"), signature), "for that text alone");
    ok(!sign_is_valid(S("aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"), S(""), signature)
       && !sign_is_valid(key, S(""), str_sub(signature, 0, 126))
       && !sign_is_valid(NO_STR, S(""), signature) && !sign_is_valid(key, S(""), NO_STR),
       "with another key, cut short or with none at all it is not");
    ok(!sign_public(tap_mem(), S("9d61"), &key) && !sign_public(tap_mem(), NO_STR, &key)
       && !sign_public(tap_mem(), S("zz61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"), &key)
       && !sign_text(tap_mem(), S(""), S("x"), &signature), "what is no seed makes no key");
    return done();
}
