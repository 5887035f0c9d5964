// Writes that are on their way, or done and not seen yet: until then nothing
// new is decided about the same thing. Thread-safe.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "common/base/clock.h"
#include "common/base/result.h"

namespace prewarm {

class PendingWrites {
 public:
  // A write about `what`, of an object at this resourceVersion. Call the
  // function with its end. Not before IsFree.
  std::function<void(const Status&)> Begin(const std::string& what,
                                           const std::string& version);
  // Whether something may be written about it: nothing is on its way, what was
  // written is seen (the object is at another version now, or enough time has
  // passed), and the pause after a failure is over, which is as long as the
  // server asks for.
  bool IsFree(const std::string& what, const std::string& version,
              SteadyTime now);
  // Whether a write about it has ended well since this was asked last.
  bool TakeSuccess(const std::string& what);
  // Why the last write failed; "" if it did not. Another that began meanwhile
  // has changed the object first: that is no failure, it is looked at anew.
  std::string error(const std::string& what) const;
  struct Failure {
    int times = 0;  // in a row
    Error error;    // the last one
  };
  // Unset where error() is "".
  std::optional<Failure> failure(const std::string& what) const;
  // Forgets all that `is_kept` does not know.
  void Keep(const std::function<bool(const std::string& what)>& is_kept);

  static constexpr std::chrono::seconds kSeenAtLast{10};
  static constexpr std::chrono::seconds kFirstPause{1};
  static constexpr std::chrono::seconds kLongestPause{60};

 private:
  struct Write {
    bool under_way = false;
    std::string version;  // that it was based on
    std::optional<Status> end;
    bool succeeded = false;  // not taken yet
    std::optional<SteadyTime> again;
    int failures = 0;
    std::string error;
  };
  // The ends come from other threads, also when this is gone.
  struct State {
    std::mutex mutex;
    std::map<std::string, Write> writes;
  };

  const std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace prewarm
