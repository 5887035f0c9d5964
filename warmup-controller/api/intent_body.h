// What a page posts about its visitor. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "warmup-controller/intent/intent_table.h"

namespace prewarm {

inline constexpr std::size_t kMaxIntentBytes = 1024;

struct IntentBody {
  std::string visitor;
  VisitorState state = VisitorState::kOpen;
  std::string token;  // "" if there is none
};

// JSON: {"visitor", "state": "open" | "uploading" | "left", "token"}, the last
// of which may be left out. As application/json, or text/plain, since that is
// what navigator.sendBeacon may send to another origin without a preflight.
// kUnsupported, kTooLarge; kInvalidArgument names field, value and fix.
Result<IntentBody> ReadIntentBody(std::string_view content_type,
                                  std::string_view body);

}  // namespace prewarm
