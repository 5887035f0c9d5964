// Names as Kubernetes takes them.
#pragma once

#include <string_view>

#include "common/base/result.h"

namespace prewarm {

// RFC 1123: lower-case letters, digits and `-` within; at most 63 characters.
Status CheckLabelName(std::string_view name);
// Labels with dots between; at most 253 characters.
Status CheckSubdomainName(std::string_view name);
// Of a container's port (RFC 6335): a label of at most 15 characters with at
// least one letter.
Status CheckPortName(std::string_view name);
// A key of a ConfigMap: letters, digits, `-`, `_` and `.`, at most 253.
Status CheckConfigMapKey(std::string_view key);

}  // namespace prewarm
