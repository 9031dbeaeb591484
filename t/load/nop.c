/* nop.c — the empty reply that the budgets are measured against: same library, same loop, no work. */
#include <fcgiapp.h>
#include <stdio.h>

static const char REPLY[] = "Status: 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n";

int main(void)
{
    FCGX_Request request;
    if (FCGX_IsCGI())
        return fputs(REPLY, stdout) < 0;
    FCGX_Init();
    FCGX_InitRequest(&request, 0, FCGI_FAIL_ACCEPT_ON_INTR);
    while (FCGX_Accept_r(&request) == 0) {
        while (FCGX_GetChar(request.in) >= 0)
            continue;
        FCGX_PutStr(REPLY, sizeof REPLY - 1, request.out);
        FCGX_Detach(&request);
        FCGX_Finish_r(&request);
    }
    return 0;
}
