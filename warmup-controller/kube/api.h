// The seam to the API server: tests put a fake here.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/base/stop_signal.h"
#include "warmup-controller/kube/json_text.h"
#include "warmup-controller/kube/rate_budget.h"

namespace prewarm::kube {

struct ApiRequest {
  std::string method = "GET";
  std::string path;  // with its query
  std::string content_type;
  std::string body;
  // Nothing: beside the budget, as leases and watches are.
  std::optional<CallClass> priority = CallClass::kStatus;
  // For the turn in the budget, and then for the call.
  std::chrono::milliseconds timeout{10000};
  std::size_t most_bytes = 4 << 20;
};

struct WatchRequest {
  std::string path;
  std::chrono::milliseconds timeout{30000};      // until it begins
  std::chrono::milliseconds inactivity{120000};  // then
  std::size_t most_line_bytes = 4 << 20;
};

// Thread-safe.
class Api {
 public:
  using OnLine = std::function<bool(std::string_view line)>;

  virtual ~Api() = default;
  // Blocks. An answer of 2xx is its object (null where there is none). Errors
  // are those of api_error.h and of HttpClient; nothing is tried again but what
  // a token that was replaced meanwhile explains.
  virtual Result<Json> Call(const ApiRequest& request) = 0;
  // Blocks until the server ends the watch, `on_line` by false, or `stop`
  // (kCancelled). Lines come on the caller's thread.
  virtual Status Watch(const WatchRequest& request, const OnLine& on_line,
                       StopSignal* stop) = 0;
};

}  // namespace prewarm::kube
