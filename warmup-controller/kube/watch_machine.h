// What a list and watch does next, after all that can happen to it. Pure.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "common/base/result.h"

namespace prewarm::kube {

struct WatchBackoff {
  std::chrono::milliseconds first{1000};
  std::chrono::milliseconds most{30000};
  // A watch that lasted so long was none that failed.
  std::chrono::milliseconds good{10000};
};

struct WatchPlan {
  enum class Do { kList, kWatch };

  Do what = Do::kList;
  std::chrono::milliseconds delay{0};  // before
  std::string resource_version;        // to watch from
};

// Not thread-safe.
class WatchMachine {
 public:
  // `random` answers [0, 1): what failed for all must not come back at once.
  WatchMachine(WatchBackoff backoff, std::function<double()> random)
      : backoff_(backoff), random_(std::move(random)) {}

  const WatchPlan& plan() const { return plan_; }

  void Listed(const std::string& resource_version);
  void ListFailed(const Error& error);
  // An event or a bookmark came.
  void Progressed(const std::string& resource_version);
  // Ended by the server, or by an error: of the call, of an ERROR event, or of
  // a line that could not be read.
  void WatchEnded(const Status& how, std::chrono::milliseconds lasted);

 private:
  // Longer with each failure, half of it by chance.
  std::chrono::milliseconds Delay(const Error* error);

  const WatchBackoff backoff_;
  const std::function<double()> random_;
  WatchPlan plan_;
  int failures_ = 0;
  bool progressed_ = false;
};

}  // namespace prewarm::kube
