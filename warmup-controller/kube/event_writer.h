// Writes Events beside all other work, and rather not than late.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "warmup-controller/kube/event_book.h"

namespace prewarm::kube {

// Thread-safe.
class EventWriter {
 public:
  // All outlive it. Of more than `most_waiting` notes the oldest are dropped.
  EventWriter(Api* api, EventLimits limits, const std::string& instance,
              std::size_t most_waiting, const Clock& clock);
  // Drops what waits; waits for the call on its way.
  ~EventWriter();
  EventWriter(const EventWriter&) = delete;
  EventWriter& operator=(const EventWriter&) = delete;

  // Returns at once.
  void Note(const EventNote& note);

  std::size_t waiting() const;
  // Of all that were noted: dropped because too many waited, and not written
  // because the server did not take them.
  std::uint64_t noted() const;
  std::uint64_t dropped() const;
  std::uint64_t failed() const;

 private:
  void Run();
  void Write(const EventNote& note);

  Api* const api_;
  const std::size_t most_waiting_;
  const Clock& clock_;
  EventBook book_;  // of its thread
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<EventNote> waiting_;
  std::uint64_t noted_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint64_t failed_ = 0;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace prewarm::kube
