#include "warmup-controller/reconcile/history_size.h"

#include <utility>

#include "warmup-controller/record/record_size.h"

namespace prewarm {
namespace {

template <typename Sample>
void KeepNewest(std::size_t most, std::vector<Sample>* samples) {
  if (samples->size() <= most) return;
  samples->erase(samples->begin(), samples->end() - static_cast<long>(most));
}

bool IsEmpty(const TargetHistory& target) {
  return target.makespans.empty() && target.intents.think_seconds.empty() &&
         target.intents.opened == 0;
}

bool IsEmpty(const PolicyHistory& policy) {
  return policy.hours.hours <= 0 && policy.hours.intent_hours <= 0 &&
         !policy.opening;
}

template <typename Map>
void EraseEmpty(Map* map) {
  for (auto it = map->begin(); it != map->end();) {
    it = IsEmpty(it->second) ? map->erase(it) : std::next(it);
  }
}

bool Fits(const History& history, std::size_t most_bytes) {
  return HistoryText(history, HistoryLayout::kDense).size() <= most_bytes;
}

}  // namespace

void ShortenRecord(std::size_t most_bytes, History* history) {
  const RecordMemory& record = history->record;
  if (record.targets.empty() && record.policies.empty()) return;
  for (std::size_t most = kMostSteps; most > 0; most /= 2) {
    if (Fits(*history, most_bytes)) return;
    KeepNewest(most / 2, &history->record);
  }
}

History Within(History history, std::size_t most_bytes) {
  const auto fits = [&] { return Fits(history, most_bytes); };
  EraseEmpty(&history.targets);
  EraseEmpty(&history.policies);
  ShortenRecord(most_bytes, &history);
  for (std::size_t most = MakespanModel::kKept; most > 0; most /= 2) {
    if (fits()) return history;
    for (auto& [key, target] : history.targets) {
      KeepNewest(most / 2, &target.makespans);
      KeepNewest(most / 2, &target.intents.think_seconds);
    }
  }
  if (fits()) return history;
  history.targets.clear();
  if (fits()) return history;
  history.record = {};
  for (auto& [key, policy] : history.policies) policy.opening.reset();
  EraseEmpty(&history.policies);
  while (!history.policies.empty() && !fits()) {
    // A hundredth at a time: the text is made anew for each look.
    const std::size_t some = 1 + history.policies.size() / 100;
    for (std::size_t i = 0; i < some; ++i) {
      history.policies.erase(std::prev(history.policies.end()));
    }
  }
  return history;
}

}  // namespace prewarm
