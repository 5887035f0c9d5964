// What a controller has learned, kept in a file of its own.
#pragma once

#include <memory>
#include <string>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "warmup-controller/commands/history_file.h"

namespace prewarm {

// Without a path nothing is kept. Not thread-safe.
class KeptHistory {
 public:
  explicit KeptHistory(std::string path) : path_(std::move(path)) {}

  // What Load would refuse, but for a lock; changes nothing.
  Status Check() const;
  // Before anything starts; makes the folder that is missing. The error is of a
  // file that can't be used; one that is damaged is set aside, and told by
  // `damage`; so is a record that is.
  Status Load();
  const History& history() const { return history_; }
  const std::string& damage() const { return damage_; }

  bool IsDue(SteadyTime now) const { return now - saved_ >= kSaveEvery; }
  // What can't be written is logged.
  void Save(History history, SteadyTime now);

 private:
  static constexpr std::chrono::seconds kSaveEvery{30};
  // More than this makes the dashboard's record shorter.
  static constexpr std::size_t kRoomWithRecord = 16 << 20;

  const std::string path_;
  std::unique_ptr<HistoryLock> lock_;
  History history_;
  std::string damage_;
  SteadyTime saved_ = Clock::System().Now();
};

}  // namespace prewarm
