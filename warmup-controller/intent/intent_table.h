// Visitors whose pages are open and who are about to upload, by target. What
// strangers say costs bounded memory and, within buckets, bounded instances.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "common/base/clock.h"
#include "common/base/result.h"

namespace prewarm {

// What a policy allows for its target; see `spec.intent`.
struct IntentRules {
  std::optional<std::chrono::seconds> ttl;  // unset: learned
  int rate_per_minute = 60;                 // new visitors, of all clients
};

enum class VisitorState {
  kOpen,       // the page is visible: also every heartbeat
  kUploading,  // the upload has begun
  kLeft,       // pagehide
};

struct IntentPost {
  std::string target;   // its key
  std::string visitor;  // made by the page: 8 to 64 of [A-Za-z0-9_-]
  VisitorState state = VisitorState::kOpen;
  std::string client;  // RateKey() of the address
};

struct IntentTally {
  int visitors = 0;  // that count now
  // When that changes by itself, if nobody says anything.
  std::optional<SteadyTime> until;
  double conversion = 0;                    // share who uploaded
  std::chrono::milliseconds think_mean{0};  // from open to upload
  std::chrono::milliseconds think_median{0};
  std::chrono::seconds ttl{0};
  // Since the start, for metrics.
  std::size_t opened = 0, converted = 0, wasted = 0, refused = 0;
};

// What has been learned, to be kept over a restart.
struct IntentLearned {
  std::vector<double> think_seconds;  // the newest last
  std::size_t opened = 0, converted = 0;
};

}  // namespace prewarm
