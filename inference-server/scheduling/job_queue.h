// The bounded queue between the network and the engine. A job waits here until
// the gate is open (the model is warm) and a place is free; what was accepted
// is started, expired or cancelled, never lost. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "common/base/timer.h"
#include "inference-server/scheduling/admission.h"
#include "inference-server/scheduling/service_time.h"

namespace prewarm {

// Holds a place in the queue's accounts; letting go of it frees the place.
using JobTicket = std::shared_ptr<void>;

struct Job {
  MemoryNeed memory;
  SteadyTime deadline{};  // for starting
  // Called once, not on the caller's stack of Submit when the gate is closed;
  // must not block. The job is in work as long as the ticket is held.
  std::function<void(JobTicket)> start;
  // Called instead of start: the deadline passed or the gate failed.
  std::function<void(const Error&)> abandon;
};

class JobQueue {
 public:
  using Id = std::uint64_t;

  // `concurrency`: jobs in work at once. `timer` outlives the queue.
  JobQueue(const AdmissionLimits& limits, int concurrency, Timer* timer);
  ~JobQueue();

  Result<Id> Submit(Job job);
  // True if it was waiting; neither of its functions will be called then.
  bool Cancel(Id id);

  // Whether jobs may start.
  void SetOpen(bool open);
  // Abandons all that wait.
  void AbandonAll(const Error& error);

  AdmissionLoad load() const;
  int waiting() const;
  ServiceTime& service_time();

 private:
  // Shared with tickets and timers, both of which may outlive the queue.
  struct State;

  const std::shared_ptr<State> state_;
};

}  // namespace prewarm
