// Visitors whose pages are open and who are about to upload, by target. What
// strangers say costs bounded memory and, within buckets, bounded instances.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/access/token_bucket.h"
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
  kLeft,       // pagehide; she counts for three seconds more, for a reload
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
  // Since the start, for metrics. Wasted: ended without an upload, also where
  // one came later.
  std::size_t opened = 0, converted = 0, wasted = 0, refused = 0;
};

// What has been learned, to be kept over a restart.
struct IntentLearned {
  std::vector<double> think_seconds;  // the newest last
  std::size_t opened = 0, converted = 0;
};

// What a page is told.
struct IntentGrant {
  std::chrono::seconds heartbeat{10};  // say it again so often while visible
  std::chrono::seconds ttl{0};         // it counts for so long at most
};

struct IntentLimits {
  std::size_t visitors = 20000;  // remembered, of all targets
  std::size_t per_client = 5;    // open at once
  RateLimit per_client_posts{1, 20};
  std::size_t think_times = 256;  // kept per target
};

// Thread-safe.
class IntentTable {
 public:
  explicit IntentTable(const IntentLimits& limits = {});
  ~IntentTable();

  // The targets whose policies listen; what was learned of the others is
  // forgotten.
  void Listen(const std::map<std::string, IntentRules>& targets);
  // kNotFound: nobody listens for the target; kInvalidArgument: a visitor
  // that is none; kResourceExhausted, with Retry-After: a bound or a bucket.
  // A heartbeat or withdrawal of a visitor who counts costs the target's
  // bucket nothing.
  Result<IntentGrant> Post(const IntentPost& post, SteadyTime now);
  IntentTally Tally(const std::string& target, SteadyTime now);

  IntentLearned Learned(const std::string& target) const;
  void Restore(const std::string& target, const IntentLearned& learned);
  // Called, from the thread of Post, when a tally may have changed at once.
  void OnChange(std::function<void(const std::string& target)> changed);

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace prewarm
