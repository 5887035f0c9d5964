#include "warmup-controller/decide/instance_care.h"

#include <algorithm>
#include <tuple>

#include "common/base/backoff.h"
#include "warmup-controller/decide/stable_hash.h"

namespace prewarm {
namespace {

using Phase = Instance::Phase;

int Setbacks(const Instance& instance) {
  return instance.failures + instance.lapses;
}

std::chrono::seconds Jitter(const Policy& policy, const Instance& instance) {
  const auto most =
      std::chrono::ceil<std::chrono::seconds>(policy.warmup.jitter);
  const auto count = static_cast<std::uint64_t>(most.count()) + 1;
  const auto salt = static_cast<std::uint64_t>(Setbacks(instance));
  return std::chrono::seconds(StableHash(instance.id, salt) % count);
}

Instant CallAt(const Policy& policy, const Instance& instance) {
  const std::chrono::seconds jitter = Jitter(policy, instance);
  if (Setbacks(instance) == 0 || !instance.failed_at) {
    return instance.since + jitter;
  }
  return *instance.failed_at + jitter +
         Backoff(kFirstRetry, kLongestRetry, Setbacks(instance));
}

bool IsSpent(const Policy& policy, const Instance& instance) {
  return instance.phase == Phase::kCold &&
         instance.failures > policy.warmup.retries;
}

// From when on it is not expected to get warm by itself.
std::optional<Instant> HopelessAt(const Policy& policy,
                                  const Instance& instance) {
  if (instance.phase == Phase::kStarting) {
    return instance.since + policy.lead_time.max + policy.warmup.timeout;
  }
  if (IsSpent(policy, instance)) {
    return instance.failed_at.value_or(instance.since);
  }
  return std::nullopt;
}

class Care {
 public:
  Care(const Policy& policy, const Observed& observed, Instant now)
      : policy_(policy), all_(observed.instances), now_(now) {}

  void Warm() {
    std::vector<std::size_t> waiting;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (all_[i].phase != Phase::kCold) continue;
      if (IsSpent(policy_, all_[i])) continue;
      if (IsDue(CallAt(policy_, all_[i]))) waiting.push_back(i);
    }
    Take(&waiting, &care_.warm, [this](std::size_t i) {
      return std::tuple(Setbacks(all_[i]), all_[i].since, all_[i].id);
    });
  }

  void Prove() {
    if (policy_.warmup.reverify.count() == 0) return;
    std::vector<std::size_t> waiting;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (all_[i].phase != Phase::kWarm || all_[i].proving) continue;
      const Instant due = all_[i].proven_at + policy_.warmup.reverify +
                          Jitter(policy_, all_[i]);
      if (IsDue(due)) waiting.push_back(i);
    }
    Take(&waiting, &care_.prove, [this](std::size_t i) {
      return std::tuple(0, all_[i].proven_at, all_[i].id);
    });
  }

  // The one that is hopeless longest.
  void Replace(const Observed& observed, int floor) {
    const auto warm = std::count_if(
        all_.begin(), all_.end(),
        [](const Instance& one) { return one.phase == Phase::kWarm; });
    if (warm >= floor) return;
    std::optional<std::pair<Instant, std::size_t>> longest;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      const auto at = HopelessAt(policy_, all_[i]);
      if (!at || !IsDue(*at)) continue;
      if (!longest || *at < longest->first) longest.emplace(*at, i);
    }
    if (!longest) return;
    if (observed.replaced_at && observed.replacements > 0 &&
        !IsDue(*observed.replaced_at +
               Backoff(kFirstPause, kLongestPause, observed.replacements))) {
      return;
    }
    care_.replace.push_back(longest->second);
  }

  // After all else: of the calls that are left.
  void TryTheHopeless() {
    std::vector<std::size_t> waiting;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (!IsSpent(policy_, all_[i])) continue;
      if (!care_.replace.empty() && care_.replace.front() == i) continue;
      const Instant failed_at = all_[i].failed_at.value_or(all_[i].since);
      const Instant due = failed_at + kHopelessRetry + Jitter(policy_, all_[i]);
      if (IsDue(due)) waiting.push_back(i);
    }
    std::vector<std::size_t> taken;
    Take(&waiting, &taken, [this](std::size_t i) {
      return std::tuple(0, all_[i].failed_at, all_[i].id);
    });
    care_.warm.insert(care_.warm.end(), taken.begin(), taken.end());
  }

  InstanceCare Done() && { return std::move(care_); }

 private:
  bool IsDue(Instant at) {
    if (at <= now_) return true;
    care_.next = std::min(care_.next.value_or(at), at);
    return false;
  }

  // As many as may be called besides those that are.
  template <typename Rank>
  void Take(std::vector<std::size_t>* waiting, std::vector<std::size_t>* taken,
            Rank rank) {
    const auto busy =
        std::count_if(all_.begin(), all_.end(), [](const Instance& one) {
          return one.phase == Phase::kWarming || one.proving;
        });
    const auto free =
        policy_.warmup.parallelism - busy -
        static_cast<std::ptrdiff_t>(care_.warm.size() + care_.prove.size());
    std::sort(waiting->begin(), waiting->end(),
              [&](std::size_t a, std::size_t b) { return rank(a) < rank(b); });
    if (static_cast<std::ptrdiff_t>(waiting->size()) > free) {
      waiting->resize(
          static_cast<std::size_t>(std::max<std::ptrdiff_t>(free, 0)));
    }
    *taken = std::move(*waiting);
  }

  const Policy& policy_;
  const std::vector<Instance>& all_;
  Instant now_;
  InstanceCare care_;
};

}  // namespace

InstanceCare CareFor(const Policy& policy, const Observed& observed, int floor,
                     Instant now) {
  if (policy.suspend || policy.dry_run) return {};
  Care care(policy, observed, now);
  care.Warm();
  care.Prove();
  care.Replace(observed, floor);
  care.TryTheHopeless();
  return std::move(care).Done();
}

}  // namespace prewarm
