/* 14-sigv4.c — signatures as Amazon publishes them: its test suite and the examples of its manuals. */
#include "tap.h"

#include "base/when.h"
#include "crypto/mac.h"
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
    plan(10);
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
    const struct sigv4_header form[] = { { "content-type", S("application/x-www-form-urlencoded") } };
    request.also = form;
    request.also_count = 1;
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
    const struct sigv4_header range[] = { { "range", S("bytes=0-9") } };
    bucket.path = S("/test.txt");
    bucket.query = S("");
    bucket.also = range;
    bucket.also_count = 1;
    sigv4_sign(tap_mem(), &bucket, &out);
    is_text(out.authorization,
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
            " SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
            " Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
            "a part of an object: what goes along is signed in the order of its names");
    const struct sigv4_header put[] = {
        { "x-amz-storage-class", S("REDUCED_REDUNDANCY") }, { "date", S("Fri, 24 May 2013 00:00:00 GMT") } };
    bucket.method = S("PUT");
    bucket.path = S("/test%24file.text");
    bucket.body_hash = mac_sha256_hex(tap_mem(), S("Welcome to Amazon S3."));
    bucket.also = put;
    bucket.also_count = 2;
    sigv4_sign(tap_mem(), &bucket, &out);
    is_text(signature(out.authorization), "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
            "a new object, whose hash is known");
    is_text(out.body_hash, "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072", "and told");
    return done();
}
