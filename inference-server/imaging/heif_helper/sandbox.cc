#include "inference-server/imaging/heif_helper/sandbox.h"

#include <malloc.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <csignal>
#include <cstdint>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PREWARM_SANITIZED 1
#else
#define PREWARM_SANITIZED 0
#endif

namespace prewarm {
namespace {

constexpr int kAllowed[] = {
    // Input, output, the end.
    SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(close), SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    // Memory, but no executable pages (see below).
    SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
    // Threads of the decoders.
    SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(rseq),
    SCMP_SYS(sched_yield), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
    // Harmless facts.
    SCMP_SYS(getrandom), SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday),
    SCMP_SYS(gettid), SCMP_SYS(getpid)};

bool SetLimit(__rlimit_resource resource, rlim_t value) {
  const rlimit limit = {value, value};
  return setrlimit(resource, &limit) == 0;
}

bool Allow(scmp_filter_ctx filter, int call) {
  return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) == 0;
}

// `call` only if none of `bits` is set in its argument number `argument`.
bool AllowWithout(scmp_filter_ctx filter, int call, unsigned argument,
                  std::uint64_t bits) {
  return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1,
                          SCMP_CMP64(argument, SCMP_CMP_MASKED_EQ, bits, 0)) ==
         0;
}

bool BuildFilter(scmp_filter_ctx filter) {
  for (const int call : kAllowed) {
    if (!Allow(filter, call)) return false;
  }
  constexpr std::uint64_t kExecutable = 4;  // PROT_EXEC
  if (!AllowWithout(filter, SCMP_SYS(mmap), 2, kExecutable) ||
      !AllowWithout(filter, SCMP_SYS(mprotect), 2, kExecutable)) {
    return false;
  }
  // A thread, never a process. clone3 hides its flags behind a pointer; told
  // that it does not exist, the C library takes clone.
  if (seccomp_rule_add(
          filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
          SCMP_CMP64(0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD)) != 0 ||
      seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) !=
          0) {
    return false;
  }
  return seccomp_load(filter) == 0;
}

bool LoadFilter() {
  // A refused call fails rather than kills: libraries that ask for the
  // number of processors or name a thread go on without.
  const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
  if (filter == nullptr) return false;
  const bool loaded = BuildFilter(filter);
  seccomp_release(filter);
  return loaded;
}

}  // namespace

bool EnterSandbox(unsigned cpu_seconds, std::size_t address_bytes) {
  // One malloc arena: an arena reserves 64 MiB of address space a thread.
  mallopt(M_ARENA_MAX, 1);
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 ||
      prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      !SetLimit(RLIMIT_CPU, cpu_seconds) || !SetLimit(RLIMIT_CORE, 0) ||
      !SetLimit(RLIMIT_FSIZE, 0) || !SetLimit(RLIMIT_NOFILE, 3)) {
    return false;
  }
  if (PREWARM_SANITIZED) return true;
  return SetLimit(RLIMIT_AS, address_bytes) && LoadFilter();
}

}  // namespace prewarm
