// What a restart should know: lead times that were learned, hours that were
// spent, openings that were met, and the dashboard's record. As JSON text; no
// I/O.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "warmup-controller/decide/makespan.h"
#include "warmup-controller/decide/punctuality.h"
#include "warmup-controller/intent/intent_table.h"
#include "warmup-controller/reconcile/hours_of_day.h"
#include "warmup-controller/record/record.h"

namespace prewarm {

struct TargetHistory {
  std::vector<Makespan> makespans;  // the newest last
  IntentLearned intents;
};

struct PolicyHistory {
  HoursOfDay hours;
  std::optional<Opening> opening;
  std::optional<Instant> known_since;  // since when it was followed
};

struct History {
  std::map<std::string, TargetHistory> targets;   // by TargetKey::Full()
  std::map<std::string, PolicyHistory> policies;  // by "namespace/name"
  RecordMemory record;
  std::string record_damage;  // why there is none, though one was written
};

enum class HistoryLayout { kLines, kDense };
std::string HistoryText(const History& history,
                        HistoryLayout layout = HistoryLayout::kLines);

// kCorrupt: what is wrong with the text. Values that can't be true are refused,
// unknown fields are not; of the record, which decides nothing, they cost the
// record alone. kUnsupported: a later version wrote it.
Result<History> ReadHistory(std::string_view text);

inline constexpr std::size_t kMaxHistoryBytes = 64 << 20;

}  // namespace prewarm
