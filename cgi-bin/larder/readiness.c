/* readiness.c — asks a web server of this machine for /ready. */
#include "readiness.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static bool answers_200(int fd, struct str base_path)
{
    char request[300], reply[64];
    int n = snprintf(request, sizeof(request),
                     "GET %.*s/ready HTTP/1.0\r\nHost: localhost\r\n\r\n", STR_ARG(base_path));
    if (n < 0 || (size_t)n >= sizeof(request) || write(fd, request, (size_t)n) != n)
        return false;
    ssize_t got = read(fd, reply, sizeof(reply) - 1);
    reply[got > 0 ? got : 0] = '\0';
    return strncmp(reply, "HTTP/1.", 7) == 0 && strstr(reply, " 200 ") != NULL;
}

bool readiness_of(struct str host, int64_t port, struct str base_path)
{
    char name[64];
    const struct timeval patience = { 2, 0 };
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    snprintf(name, sizeof(name), "%.*s", STR_ARG(host));
    if (inet_pton(AF_INET, name, &to.sin_addr) != 1 || to.sin_addr.s_addr == INADDR_ANY)
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0)
        return false;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    bool ready = connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0
        && answers_200(fd, base_path);
    close(fd);
    return ready;
}
