#include "warmup-controller/reconcile/due_load.h"

#include <algorithm>
#include <utility>

namespace prewarm {
namespace {

std::int64_t SecondOf(Instant at) { return at.time_since_epoch().count(); }

}  // namespace

void DueLoad::Set(const std::string& policy, std::vector<Instant> dues) {
  std::vector<Instant>& mine = dues_[policy];
  for (const Instant due : mine) {
    const auto found = count_.find(SecondOf(due));
    if (--found->second == 0) count_.erase(found);
  }
  mine = std::move(dues);
  for (const Instant due : mine) ++count_[SecondOf(due)];
  if (mine.empty()) dues_.erase(policy);
}

std::size_t DueLoad::Most(const std::string& policy) const {
  const auto found = dues_.find(policy);
  if (found == dues_.end()) return 0;
  std::size_t most = 0;
  for (const Instant due : found->second) {
    most = std::max(most, count_.at(SecondOf(due)));
  }
  return most;
}

}  // namespace prewarm
