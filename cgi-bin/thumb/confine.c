/* confine.c — limits of the kernel, and a filter for its calls. */
#include "confine.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "base/base.h"

#define MIB (UINT64_C(1) << 20)

/* The tools that look for faults of memory take addresses and calls as they like. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { IS_WATCHED = 1 };
#else
enum { IS_WATCHED = 0 };
#endif

#if defined(__x86_64__)
#define OURS AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OURS AUDIT_ARCH_AARCH64
#else
#define OURS 0                                  /* no filter here: the limits have to do */
#endif

static bool limit(int what, uint64_t most)
{
    const struct rlimit r = { most, most };
    return setrlimit(what, &r) == 0;
}

#define LET(call) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 1), \
                  BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define PART(member) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, member))

static void filter_calls(void)
{
    struct sock_filter rules[] = {
        PART(arch),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OURS, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL),
        PART(nr),
        LET(read), LET(write), LET(writev), LET(close), LET(fstat), LET(lseek),
        LET(mmap), LET(munmap), LET(mremap), LET(mprotect), LET(madvise), LET(brk),
        LET(futex), LET(getrandom), LET(clock_gettime), LET(rt_sigreturn), LET(rt_sigprocmask),
        LET(getpid), LET(gettid), LET(tgkill), LET(exit), LET(exit_group),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    };
    const struct sock_fprog program = { COUNT(rules), rules };
    if (OURS != 0 && !IS_WATCHED && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
        (void)prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

bool confine_self(void)
{
    bool well = limit(RLIMIT_CPU, 5) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_CORE, 0)
             && limit(RLIMIT_NPROC, 0) && (IS_WATCHED || limit(RLIMIT_AS, 384 * MIB));
    filter_calls();
    return well;
}
