/* 14-sigv4.c — signatures as Amazon publishes them: its test suite and the examples of its manuals. */
#include "tap.h"

#include "base/when.h"
#include "net/sigv4.h"

#define SECRET S_INIT("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")

/* Signature: what stands after the last "Signature=". */
static struct str signature(struct str authorization)
{
    return str_sub(authorization, authorization.n - 64, 64);
}

int main(void)
{
    struct sigv4_headers out;
    int64_t suite_time = 0, s3_time = 0;
    struct sigv4 request = { .access_key = S_INIT("AKIDEXAMPLE"), .secret_key = SECRET,
        .region = S_INIT("us-east-1"), .service = S_INIT("service"), .method = S_INIT("GET"),
        .host = S_INIT("example.amazonaws.com"), .path = S_INIT("/"), .query = S_INIT("") };
    plan(7);
    if (!when_parse(S("2015-08-30T12:36:00Z"), &suite_time)
        || !when_parse(S("2013-05-24T00:00:00Z"), &s3_time))
        return 1;
    request.at = suite_time;
    sigv4_sign(tap_mem(), &request, &out);
    is_text(out.date, "20150830T123600Z", "the date");
    is_text(out.authorization,
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
            " SignedHeaders=host;x-amz-date,"
            " Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31", "get-vanilla");
    request.query = S("Param1=value1&Param2=value2");
    sigv4_sign(tap_mem(), &request, &out);
    is_text(signature(out.authorization), "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
            "get-vanilla-query-order-key-case");
    request.query = S("");
    request.method = S("POST");
    sigv4_sign(tap_mem(), &request, &out);
    is_text(signature(out.authorization), "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
            "post-vanilla");
    request.content_type = S("application/x-www-form-urlencoded");
    request.body = S("Param1=value1");
    sigv4_sign(tap_mem(), &request, &out);
    is_text(signature(out.authorization), "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
            "post-x-www-form-urlencoded");
    ok(!str_has(out.authorization, S("wJalr")), "the secret stays ours");
    struct sigv4 bucket = { .access_key = S_INIT("AKIAIOSFODNN7EXAMPLE"),
        .secret_key = S_INIT("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), .region = S_INIT("us-east-1"),
        .service = S_INIT("s3"), .method = S_INIT("GET"), .host = S_INIT("examplebucket.s3.amazonaws.com"),
        .path = S_INIT("/"), .query = S_INIT("max-keys=2&prefix=J"), .names_body = true, .at = s3_time };
    sigv4_sign(tap_mem(), &bucket, &out);
    is_text(signature(out.authorization), "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
            "the list of a bucket, with the hash of the body");
    return done();
}
