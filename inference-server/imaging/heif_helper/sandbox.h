// The walls around the HEIC/AVIF decoder.
#pragma once

#include <cstddef>

namespace prewarm {

// Limits this process for good: CPU seconds, address space, no new files, no
// core dump, death with the parent; then a seccomp filter that leaves memory,
// threads, reading and writing open descriptors, and nothing else. False if
// any wall cannot be built. Call before the first byte of input is read.
// Under a sanitizer the address space limit and the filter are left out.
bool EnterSandbox(unsigned cpu_seconds, std::size_t address_bytes);

}  // namespace prewarm
