// What a controller of Cloud Run services is made of, and what its loop and its
// passes on request have in common.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "common/base/timer.h"
#include "warmup-controller/cloudrun/admin_client.h"
#include "warmup-controller/cloudrun/sampling_warmer.h"
#include "warmup-controller/cloudrun/service_targets.h"
#include "warmup-controller/commands/cloudrun_options.h"
#include "warmup-controller/commands/followed_folder.h"
#include "warmup-controller/commands/kept_history.h"
#include "warmup-controller/commands/show_status.h"
#include "warmup-controller/commands/step_log.h"
#include "warmup-controller/dashboard/endpoints.h"
#include "warmup-controller/google/caller_check.h"
#include "warmup-controller/google/token_cache.h"
#include "warmup-controller/reconcile/controller.h"
#include "warmup-controller/report/cloudrun_metrics.h"

namespace prewarm {

// One thread uses it, except for the parts that say otherwise.
class CloudRunParts {
 public:
  // Both outlive it.
  CloudRunParts(const CloudRunOptions& options,
                const CloudRunSettings& settings);
  // Nothing is on its way any more when it returns.
  ~CloudRunParts();
  CloudRunParts(const CloudRunParts&) = delete;
  CloudRunParts& operator=(const CloudRunParts&) = delete;

  // What is wrong with the state or the folder, before anything starts.
  Status Prepare();
  std::size_t policies() const { return folder_.first().setups.size(); }
  // Adopts what Prepare has read, and what a process before has left.
  Status Begin();

  // One round of the loop; when the next one is due.
  SteadyTime Round();
  void FollowFolder() { folder_.Follow(clock_.Now(), adopt_); }
  void LookAtFolder() { folder_.LookAgain(clock_.Now(), adopt_); }
  void SaveIfDue();
  void Save();
  // Calls on their way do not count any more.
  void Rest();
  void GoOn();
  // Everything is asked for anew; true once nothing is left to wait for.
  void LookAnew();
  bool IsQuiet() const;
  bool IsHopeless() const;
  // Gives back what was raised for the policies; true once that is done.
  void GiveBack();
  bool IsGone();
  // What is in the way of that; "": nothing.
  std::string Trouble() const;

  StatusBoard* board() { return &board_; }
  ControllerMetrics* metrics() { return &metrics_; }
  CloudRunMetrics* cloudrun_metrics() { return &cloudrun_metrics_; }
  IntentTable* intents() { return &intents_; }
  HttpClient* client() { return client_.get(); }
  google::CallerCheck* callers() { return &callers_; }
  StepLog* log() { return &log_; }
  const DashboardData* dashboard() const { return &dashboard_; }
  Inbox* inbox() { return controller_->inbox().get(); }

 private:
  Status Resolve(Declarations* declarations) const;
  Status Adopt(Declared declared);
  void SeeAbandoned();

  const CloudRunOptions& options_;
  const CloudRunSettings& settings_;
  const Clock& clock_ = Clock::System();
  std::unique_ptr<NetworkClient> client_;
  std::unique_ptr<google::TokenFetcher> fetcher_;
  google::TokenCache tokens_;
  CloudRunMetrics cloudrun_metrics_;
  cloudrun::AdminClient api_;
  google::KeyRing keys_;
  google::CallerCheck callers_;
  std::unique_ptr<Warmer> calls_;
  Timer timer_;
  ControllerMetrics metrics_;
  DashboardData dashboard_;
  StepLog log_{&metrics_, &dashboard_.record};
  cloudrun::SamplingWarmer warmer_;
  cloudrun::ServiceTargets targets_;
  IntentTable intents_;
  StatusBoard board_;
  StatusShow show_{&board_, &intents_, &metrics_, &dashboard_.record};
  std::unique_ptr<Controller> controller_;
  FollowedFolder folder_;
  const FollowedFolder::Adopt adopt_;
  KeptHistory kept_;
  std::vector<std::shared_ptr<cloudrun::ServiceTarget>> abandoned_;
};

}  // namespace prewarm
