// One line of a watch. Pure.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"
#include "warmup-controller/kube/json_text.h"

namespace prewarm::kube {

struct WatchEvent {
  enum class Kind { kAdded, kModified, kDeleted, kBookmark };

  Kind kind = Kind::kAdded;
  Json object;                   // of a bookmark: its metadata alone counts
  std::string resource_version;  // not empty
};

// Errors: that of an ERROR event's Status; kUnprocessable for a line that is
// no event, or one without a name or a resourceVersion.
Result<WatchEvent> ReadWatchEvent(std::string_view line);

// "namespace/name", or "name" of what has no namespace.
std::string KeyOf(const Json& object);

}  // namespace prewarm::kube
