// Files of credentials: small ones.
#pragma once

#include <cstddef>
#include <string>

#include "common/base/result.h"

namespace prewarm::kube {

constexpr std::size_t kMaxCredentialBytes = 1 << 20;

// kNotFound, kTooLarge (over kMaxCredentialBytes) or kUnavailable name the
// path.
Result<std::string> ReadSmallFile(const std::string& path);

}  // namespace prewarm::kube
