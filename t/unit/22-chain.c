/* 22-chain.c — the golden vectors of the audit chain, byte for byte, and texts that need escaping. */
#include "tap.h"

#include <string.h>

#include "audit/chain.h"

static const char DOCUMENT[] =
    "{\"account_id\": \"11111111-1111-1111-1111-111111111111\", \"column_name\": \"title\","
    " \"es_reason\": null, \"es_timestamp\": null, \"es_username\": null,"
    " \"extra_metadata\": {\"auth_method\": \"jwt\"}, \"ip_address\": \"127.0.0.1\","
    " \"new_value\": \"Hi \\\"\\u00e9\\\" \\ud83d\\ude00/\\n\","
    " \"occurred_at\": \"2026-01-02T03:04:05.678901\", \"old_value\": null, \"operation\": \"CREATE\","
    " \"previous_hash\": null, \"record_id\": \"22222222-2222-2222-2222-222222222222\","
    " \"request_id\": \"hk_0123456789ab\", \"table_name\": \"col_posts\", \"user_agent\": \"curl/8.0\","
    " \"user_email\": \"a@example.com\", \"user_id\": \"33333333-3333-3333-3333-333333333333\","
    " \"user_name\": \"a@example.com\"}";
static const char ONE[] = "5b1448497b384ec084b4376c636ad3fc6ac64124997b7d24cdd9310ce20e5ce1";
static const char TWO[] = "0e6849a7cb94f1518983347ea30b5d78e137aeba8b9d6988cafbc9b8999098c0";

static struct audit_row first(void)
{
    return (struct audit_row){
        .account_id = S("11111111-1111-1111-1111-111111111111"), .operation = S("CREATE"),
        .table_name = S("col_posts"), .record_id = S("22222222-2222-2222-2222-222222222222"),
        .column_name = S("title"), .new_value = S("Hi \"\xc3\xa9\" \xf0\x9f\x98\x80/\n"),
        .user_id = S("33333333-3333-3333-3333-333333333333"), .user_email = S("a@example.com"),
        .user_name = S("a@example.com"), .ip_address = S("127.0.0.1"), .user_agent = S("curl/8.0"),
        .request_id = S("hk_0123456789ab"), .occurred_at = INT64_C(1767323045678901),
        .extra_metadata = S("{\"auth_method\":\"jwt\"}") };
}

/* A member of the document. */
static struct str member(const struct audit_row *row, const char *from, const char *to)
{
    struct buf out = tap_buf(1 << 16);
    chain_document(&out, row);
    buf_c(&out, '\0');
    const char *start = strstr(out.p, from) + strlen(from);
    return (struct str){ start, (size_t)(strstr(start, to) - start) };
}
#define NEW_VALUE(row) member((row), "\"new_value\": ", ", \"occurred_at\"")
#define EXTRA(row) member((row), "\"extra_metadata\": ", ", \"ip_address\"")

int main(void)
{
    struct audit_row row = first();
    struct buf out = tap_buf(1 << 16), scratch = tap_buf(1 << 16);
    struct chain_frame frame;
    char hex[CHAIN_HEX + 1];
    plan(15);
    chain_document(&out, &row);
    is_text(buf_text(&out), DOCUMENT, "the first golden document");
    chain_checksum(&scratch, &row, hex);
    is_text(str_of(hex), ONE, "the first golden checksum");

    row.operation = S("UPDATE");
    row.column_name = S("views");
    row.old_value = S("1");
    row.new_value = S("2");
    row.occurred_at = INT64_C(1767323100000000);
    row.extra_metadata = NO_STR;
    row.previous_hash = str_of(ONE);
    chain_checksum(&scratch, &row, hex);
    is_text(str_of(hex), TWO, "the second golden checksum, linked to the first");

    row = first();
    buf_cut(&out, 0);
    chain_frame(&out, &row, &frame);
    chain_link(&scratch, &frame, &row, hex);
    is_text(str_of(hex), ONE, "a frame gives the same checksum");
    row.column_name = S("other");
    chain_link(&scratch, &frame, &row, hex);
    ok(strcmp(hex, ONE) != 0, "another column under the same frame gives another");

    row.new_value = S("\b\f\n\r\t\\\"/");
    is_text(NEW_VALUE(&row), "\"\\b\\f\\n\\r\\t\\\\\\\"/\"", "short escapes; a slash stays");
    row.new_value = (struct str){ "a\0\x01\x1f\x7f z~", 8 };
    is_text(NEW_VALUE(&row), "\"a\\u0000\\u0001\\u001f\\u007f z~\"", "controls, DEL and NUL");
    row.new_value = S("\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf4\x8f\xbf\xbf");
    is_text(NEW_VALUE(&row), "\"\\u0080\\u07ff\\u0800\\uffff\\udbff\\udfff\"",
            "the corners of UTF-8, in lower-case hex");
    row.new_value = S("a\xff\xc3z");
    is_text(NEW_VALUE(&row), "\"a\\ufffd\\ufffdz\"", "bad bytes become U+FFFD");
    row.new_value = S("");
    is_text(NEW_VALUE(&row), "\"\"", "empty is not null");
    row.new_value = NO_STR;
    is_text(NEW_VALUE(&row), "null", "absent is null");

    row.extra_metadata = S("{\"a\":\"x, y: {z}\",\"b\":\"\xc3\xa9\\u00E9\\/\\\"\\n\\uD83D\\uDE00\"}");
    is_text(EXTRA(&row), "{\"a\": \"x, y: {z}\", \"b\": \"\\u00e9\\u00e9/\\\"\\n\\ud83d\\ude00\"}",
            "metadata is spaced outside its texts and escaped inside them, however it was written");
    row.extra_metadata = S("{ \"a\" : \"x\" ,\n\"b\":\"y\" }");
    is_text(EXTRA(&row), "{\"a\": \"x\", \"b\": \"y\"}", "white space of its own is dropped");
    row.extra_metadata = S("{}");
    is_text(EXTRA(&row), "{}", "an empty object");
    row.es_timestamp = INT64_C(1767323100000001);
    is_text(member(&row, "\"es_timestamp\": ", ", \"es_username\""), "\"2026-01-02T03:05:00.000001\"",
            "a signature's time is written like the row's");
    return done();
}
