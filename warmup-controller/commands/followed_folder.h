// A folder of policies that a running controller follows: what is right there
// is adopted, what is wrong is told and changes nothing.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "warmup-controller/commands/calendars.h"
#include "warmup-controller/policy/policy_reader.h"
#include "warmup-controller/reconcile/policy_track.h"
#include "warmup-controller/report/metrics.h"
#include "warmup-controller/report/status.h"

namespace prewarm {

// What a folder declares, ready to be adopted.
struct Declared {
  std::vector<PolicySetup> setups;
  Declarations declarations;
};

// Not thread-safe.
class FollowedFolder {
 public:
  // Checks that there is a target for each policy, and has it refer to that.
  using Resolve = std::function<Status(Declarations*)>;
  using Adopt = std::function<Status(Declared)>;

  // Both pointers outlive it.
  FollowedFolder(std::string folder, Resolve resolve, StatusBoard* board,
                 ControllerMetrics* metrics)
      : folder_(std::move(folder)),
        resolve_(std::move(resolve)),
        board_(board),
        metrics_(metrics) {}

  // What is wrong before anything starts. `calendars`: CONFIGMAP/KEY=FILE.
  Status Prepare(const std::vector<std::string>& calendars);
  const Declared& first() const { return first_; }
  // What Prepare has read; once.
  Status AdoptFirst(const Adopt& adopt);
  // What has changed since the last look, not more often than every two
  // seconds; everything once a day, for the calendars.
  void Follow(SteadyTime now, const Adopt& adopt);
  // Now, for who looks seldom.
  void LookAgain(SteadyTime now, const Adopt& adopt);

 private:
  Result<Declared> Read(const std::vector<PolicyFile>& files) const;
  void Refuse(const std::string& errors);

  const std::string folder_;
  const Resolve resolve_;
  StatusBoard* const board_;
  ControllerMetrics* const metrics_;
  ConfigMapFiles config_maps_;
  std::vector<PolicyFile> files_;
  Declared first_;
  std::string refused_;
  SteadyTime looked_{};
  SteadyTime read_{};
};

inline constexpr std::chrono::seconds kFolderLook{2};

}  // namespace prewarm
