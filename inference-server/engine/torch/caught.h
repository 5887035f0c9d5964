// What LibTorch throws, as errors. The one place that knows how it says that
// memory ran out.
#pragma once

#include <c10/util/Exception.h>

#include <exception>
#include <new>
#include <string>

#include "common/base/result.h"

namespace prewarm::torch_engine {

inline Error OutOfMemory() {
  return MakeError(ErrorCode::kResourceExhausted,
                   "the network ran out of memory", "memory");
}

// What went wrong, without the stack that LibTorch adds.
inline std::string ReasonOf(const std::exception& e) {
  const auto* error = dynamic_cast<const c10::Error*>(&e);
  return error != nullptr ? error->what_without_backtrace() : e.what();
}

// Runs `work`, which returns a Result. kResourceExhausted when memory ran out,
// kInternal for whatever else was thrown.
template <typename Work>
auto Caught(Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return OutOfMemory();
  } catch (const c10::OutOfMemoryError&) {
    return OutOfMemory();
  } catch (const std::exception& e) {
    const std::string reason = ReasonOf(e);
    // The CPU's allocator throws nothing more special.
    if (reason.find("can't allocate memory") != std::string::npos) {
      return OutOfMemory();
    }
    return MakeError(ErrorCode::kInternal, "inference failed: " + reason);
  } catch (...) {
    return MakeError(ErrorCode::kInternal, "inference failed");
  }
}

}  // namespace prewarm::torch_engine
