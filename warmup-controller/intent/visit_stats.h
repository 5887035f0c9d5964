// What visits have taught: how long visitors think before they upload, and how
// many do. Not thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>

#include "warmup-controller/intent/intent_table.h"

namespace prewarm {

class VisitStats {
 public:
  // The newest so many think times count.
  explicit VisitStats(std::size_t kept) : kept_(kept) {}

  void Thought(std::chrono::duration<double> time);
  // A visit has ended. Old ones count less and less: half after 200 visits.
  void Ended(bool converted);
  // One that had ended without an upload was of somebody who thinks slowly.
  void ConvertedAfterAll() { converted_ += 1; }

  // With a prior worth ten visits, of which three upload.
  double conversion() const;
  std::chrono::milliseconds mean() const;    // 0 without samples
  std::chrono::milliseconds median() const;  // 0 without samples
  // Long enough for nearly all who upload: a margin above the 0.99 quantile,
  // within [30 s, 15 min]; 5 min as long as there are few samples.
  std::chrono::seconds time_to_live() const;

  IntentLearned Learned() const;
  // Times that can't be true are left out.
  void Restore(const IntentLearned& learned);

 private:
  struct Summary {
    double mean = 0;
    double median = 0;
    double high = 0;  // the 0.99 quantile
  };
  const Summary& summary() const;

  std::size_t kept_;
  std::deque<double> seconds_;  // the newest last
  double converted_ = 0;
  double ended_ = 0;
  mutable std::optional<Summary> summary_;
};

}  // namespace prewarm
