/* realtime.c — the door of those who stay: server-sent events, WebSockets, long polls. */
#include "http/serve.h"
#include "realtime/loop.h"
#include "realtime/subscribe.h"

int main(int argc, char **argv)
{
    static const struct route *const TABLES[] = { subscribe_routes, NULL };
    static const struct serve_loop LOOP = { loop_run, loop_once };

    return serve_looping(argc, argv, "realtime", TABLES, &LOOP);
}
