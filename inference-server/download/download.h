// A file from a URL, however often the connection breaks: what is there is
// kept, and the next attempt, or the next process, asks for the rest only
// (RFC 9110: Range, If-Range). A server that sends all of it again, or another
// version of the file, starts it over.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "common/base/result.h"
#include "inference-server/download/http_get.h"
#include "inference-server/download/partial_file.h"
#include "inference-server/download/url.h"

namespace prewarm::download {

struct DownloadRequest {
  Url url;
  std::uint64_t max_bytes = std::uint64_t{1} << 30;
  int retries = 5;  // in a row that bring no new byte
  // Before the first of them; doubles, up to half a minute. A server's
  // Retry-After of up to a minute counts.
  std::chrono::milliseconds pause{1000};
  std::chrono::seconds stall{30};
};

// What happens on the way. All but `get` may be empty.
struct DownloadEvents {
  HttpGetter get = HttpGet;
  std::function<void(std::chrono::milliseconds)> wait;
  std::function<void(const std::string&)> note;  // a line for a human
  std::function<void(std::uint64_t have, std::optional<std::uint64_t> total)>
      progress;
};

// All bytes are in `file` afterwards. Retried: broken connections, 408, 425,
// 429 and 5xx. At most ten redirects, none from https to http. Errors name the
// URL as shown and what to do; kTooLarge for more than `max_bytes`.
Status Download(const DownloadRequest& request, const DownloadEvents& events,
                PartialFile* file);

}  // namespace prewarm::download
