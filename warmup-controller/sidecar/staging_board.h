// How far the staging is, for probes and metrics. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "warmup-controller/staging/copy_files.h"

namespace prewarm {

struct StagingStatus {
  bool wanted = false;      // there is a shared store to stage from
  bool staged = false;      // what a start reads is in the local store
  std::uint64_t bytes = 0;  // of `total`, what a start reads
  std::uint64_t total = 0;
  double seconds = 0;             // until it was staged
  std::uint64_t later_bytes = 0;  // weights beside a prepared state
  std::uint64_t later_total = 0;
  int failures = 0;      // attempts in a row
  std::string error;     // of the last of them
  std::string left_out;  // what is damaged in the shared store
  int published_states = 0;
  std::uint64_t published_bytes = 0;
  int published_history = 0;
  std::string publish_error;  // "": none
};

class StagingBoard {
 public:
  // With what the copying has come to meanwhile.
  StagingStatus Read() const;
  template <typename Change>
  void Update(const Change& change) {
    const std::lock_guard<std::mutex> lock(mutex_);
    change(&status_);
  }
  // Of what is needed, or of what follows.
  CopyProgress* needed() { return &needed_; }
  CopyProgress* later() { return &later_; }
  // Ends what is being copied, now and from now on.
  void Cancel();
  bool cancelled() const { return needed_.cancelled; }

 private:
  mutable std::mutex mutex_;
  StagingStatus status_;
  CopyProgress needed_;
  CopyProgress later_;
};

}  // namespace prewarm
