/* install.c — the door of the first visit, by plain CGI: there is nothing to serve from yet. */
#include "app/install.h"
#include "http/serve.h"
#include "install/firstpage.h"

int main(void)
{
    static const struct route *const TABLES[] = { firstpage_routes, NULL };
    (void)!install_prepare("install", NULL, NULL);      /* if it cannot, the page says why       */
    return serve_bare("install", TABLES);
}
