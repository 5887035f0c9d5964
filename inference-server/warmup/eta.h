// How long a warm-up still takes, learned from those before. Pure.
#pragma once

#include <optional>
#include <vector>

#include "inference-server/warmup/status.h"

namespace prewarm {

// A warm-up that ended ready.
struct WarmUpRecord {
  CachedState cached = CachedState::kMiss;
  double total_ms = 0;
  std::vector<PhaseTiming> phases;
};

// Where the present one is.
struct WarmUpPosition {
  double elapsed_ms = 0;
  std::vector<PhaseTiming> finished;  // phases, in the order they ended
  std::optional<CachedState> cached;  // once it is known
};

struct Eta {
  // Remaining time: half of the times it is less, nine times of ten. Unset
  // without any record.
  std::optional<double> p50_ms;
  std::optional<double> p90_ms;
};

class EtaModel {
 public:
  // Of one model.
  static constexpr int kPhases = 6;

  // Newest last. Recent ones weigh more: a changed machine shows within some
  // five starts. `phases`: how many a warm-up has.
  explicit EtaModel(std::vector<WarmUpRecord> records = {},
                    int phases = kPhases);

  // Finite and >= 0. With fewer than five records that fit, p90 is far above
  // p50. A warm-up that takes longer than any before is expected to take
  // longer the longer it takes.
  Eta Remaining(const WarmUpPosition& position) const;

  // 0 to 0.99: the share of the expected time that has passed; without records,
  // of the phases. May fall: the caller keeps the highest.
  double Progress(const WarmUpPosition& position) const;

 private:
  // Which kind of start it is, as far as can be told.
  CachedState Expected(const WarmUpPosition& position) const;

  std::vector<WarmUpRecord> records_;
  int phases_;
};

}  // namespace prewarm
