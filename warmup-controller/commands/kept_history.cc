#include "warmup-controller/commands/kept_history.h"

#include <utility>

#include "common/base/log.h"
#include "warmup-controller/commands/state_folder.h"
#include "warmup-controller/reconcile/history_size.h"

namespace prewarm {

Status KeptHistory::Check() const {
  return path_.empty() ? Status(Ok{}) : CheckHistory(path_);
}

Status KeptHistory::Load() {
  if (path_.empty()) return Ok{};
  // First: of a folder that is missing nobody can tell what it lies on.
  PREWARM_RETURN_IF_ERROR(MakeStateFolder(path_));
  // A lock on a mounted bucket is one of this machine alone.
  if (!IsOnFuse(path_)) {
    PREWARM_ASSIGN_OR_RETURN(lock_, HistoryLock::Take(path_));
  }
  auto history = LoadHistory(path_);
  if (history.ok()) {
    history_ = std::move(history).value();
    damage_ = history_.record_damage;
  } else if (history.error().code == ErrorCode::kCorrupt) {
    damage_ = history.error().message;
  } else {
    return history.error();
  }
  return Ok{};
}

void KeptHistory::Save(History history, SteadyTime now) {
  saved_ = now;
  if (path_.empty()) return;
  ShortenRecord(kRoomWithRecord, &history);
  const Status saved = SaveHistory(path_, history);
  if (saved.ok()) return;
  Log(LogLevel::kError, "state", {{"error", saved.error().message}});
}

}  // namespace prewarm
