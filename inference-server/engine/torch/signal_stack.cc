#include "inference-server/engine/torch/signal_stack.h"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>

namespace prewarm::torch_engine {

void UseSignalStack() {
  stack_t stack{};
  if (sigaltstack(nullptr, &stack) != 0 || (stack.ss_flags & SS_DISABLE) == 0) {
    return;
  }
  // What the kernel saves of the registers depends on the CPU.
  const auto bytes = static_cast<std::size_t>(
      std::max<long>(64 << 10, 4 * sysconf(_SC_SIGSTKSZ)));
  void* const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return;  // as without
  stack = {};
  stack.ss_sp = memory;
  stack.ss_size = bytes;
  if (sigaltstack(&stack, nullptr) != 0) munmap(memory, bytes);
}

}  // namespace prewarm::torch_engine
