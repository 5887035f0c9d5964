#include "warmup-controller/commands/show_status.h"

namespace prewarm {

void StatusShow::Show(SteadyTime now) {
  const auto status = board_->Read();
  if (status == shown_) return;
  shown_ = status;
  metrics_->Show(*status);
  if (record_ != nullptr) record_->See(*status);
  for (const auto& policy : status->policies) {
    if (!policy->intent) continue;
    const std::string target =
        policy->namespace_name + "/" + policy->target_name;
    const IntentTally tally = intents_->Tally(target, now);
    metrics_->Intents({policy->namespace_name, policy->target_name},
                      {tally.visitors, tally.opened, tally.converted,
                       tally.wasted, tally.refused});
  }
}

}  // namespace prewarm
