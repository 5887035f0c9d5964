#include "warmup-controller/record/record_size.h"

#include <algorithm>
#include <iterator>

namespace prewarm {
namespace {

// Whether something was taken away.
template <typename One>
bool DropOldest(std::size_t most, std::deque<One>* all) {
  if (all->size() <= most) return false;
  all->erase(all->begin(), all->end() - static_cast<std::ptrdiff_t>(most));
  return true;
}

}  // namespace

void KeepNewest(std::size_t most, RecordMemory* memory) {
  for (auto& [key, target] : memory->targets) {
    if (DropOldest(most, &target.steps)) {
      target.steps_since = std::max(
          target.steps_since,
          target.steps.empty() ? memory->until : target.steps.front().at);
    }
    if (DropOldest(most, &target.warmups)) {
      target.warmups_since =
          std::max(target.warmups_since, target.warmups.empty()
                                             ? memory->until
                                             : target.warmups.front().ended);
    }
  }
  auto& policies = memory->policies;
  for (auto it = policies.begin(); it != policies.end();) {
    DropOldest(most, &it->second.openings);
    it = it->second.openings.empty() ? policies.erase(it) : std::next(it);
  }
}

}  // namespace prewarm
