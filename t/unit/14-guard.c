/* 14-guard.c — what outbound calls may not reach, in every spelling; and exceptions for it. */
#include "tap.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "net/guard.h"

static bool may(const struct settings *set, const char *text)
{
    struct sockaddr_in four = { .sin_family = AF_INET };
    struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
    if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
        return guard_allows(set, (const struct sockaddr *)&four);
    if (inet_pton(AF_INET6, text, &six.sin6_addr) == 1)
        return guard_allows(set, (const struct sockaddr *)&six);
    printf("# %s is no address\n", text);
    return false;
}

static const char *const REFUSED[] = {
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1",
    "127.8.8.8", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.170", "192.168.1.1", "198.18.0.1",
    "198.19.255.255", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "fc00::1", "fd12:3456::1", "fe80::1", "febf::1", "fec0::1", "ff02::1",
    "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.1.2.3", "::ffff:169.254.169.254", "64:ff9b::127.0.0.1",
    "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:c0a8:101::1",
};
static const char *const ALLOWED[] = {
    "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1",
    "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255",
    "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255",
    "2606:4700::1111", "fbff::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1",
};

int main(void)
{
    static const struct str LISTED[] = { S_INIT("10.1.0.0/16"), S_INIT("127.0.0.1"), S_INIT("fd00::/8"),
                                         S_INIT("not/one"), S_INIT("192.168.0.0/99"), S_INIT("") };
    const struct settings strict = { .debug = false };
    const struct settings lenient = { .webhook_allow_private = { LISTED, COUNT(LISTED) } };
    const struct sockaddr_un path = { .sun_family = AF_UNIX };
    plan((int)(COUNT(REFUSED) + COUNT(ALLOWED)) + 11);
    for (size_t i = 0; i < COUNT(REFUSED); i++)
        ok(!may(&strict, REFUSED[i]), str_fmt(tap_mem(), "%s is refused", REFUSED[i]).p);
    for (size_t i = 0; i < COUNT(ALLOWED); i++)
        ok(may(&strict, ALLOWED[i]), str_fmt(tap_mem(), "%s may be called", ALLOWED[i]).p);
    ok(!guard_allows(&strict, (const struct sockaddr *)&path), "a socket in the file system is refused");
    ok(may(&lenient, "10.1.2.3") && may(&lenient, "10.1.255.255"), "an excepted network may be called");
    ok(!may(&lenient, "10.2.0.0"), "its neighbour may not");
    ok(may(&lenient, "127.0.0.1"), "a single address");
    ok(!may(&lenient, "127.0.0.2"), "is a single one");
    ok(may(&lenient, "::ffff:10.1.2.3"), "also when written as IPv6");
    ok(may(&lenient, "64:ff9b::10.1.2.3"), "or translated");
    ok(may(&lenient, "fd00::1"), "a network of IPv6");
    ok(!may(&lenient, "fc00::1"), "and no more");
    ok(!may(&lenient, "192.168.0.1"), "what makes no sense excepts nothing");
    ok(may(&lenient, "1.1.1.1"), "and the others stay as they are");
    return done();
}
