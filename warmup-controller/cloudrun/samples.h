// The warm-up calls of one service: what is asked for each place, and answered
// by whichever instance Cloud Run picks.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/timer.h"
#include "warmup-controller/cloudrun/sample_book.h"
#include "warmup-controller/google/token_source.h"
#include "warmup-controller/warmer/warmer.h"

namespace prewarm::cloudrun {

// Whose all outlive it and its calls.
struct SampleParts {
  Warmer* calls = nullptr;
  google::TokenSource* tokens = nullptr;
  Timer* timer = nullptr;
  const Clock* clock = nullptr;
  // Of each answer: "new", "seen" (of an instance that was known already),
  // "failed". From any thread.
  std::function<void(const std::string& outcome)> answered;
};

struct SampleReport {
  std::size_t places = 0;
  std::size_t seen = 0;     // within SampleBook::kSeenFor
  std::size_t waiting = 0;  // places whose proof is asked for
  std::size_t in_flight = 0;
  SteadyTime news{};  // the last answer that told anything
};

// A proof is asked for until an instance brings it that stands for no other
// place, or a call fails: that an answer came from the same one again proves
// nothing either way, so it is no failure. Thread-safe.
class Samples : public std::enable_shared_from_this<Samples> {
 public:
  explicit Samples(SampleParts parts) : parts_(std::move(parts)) {}

  // `uri` is the audience of the calls' ID token. Whose place goes is told
  // kCancelled.
  void SetPlaces(const std::string& uri, const std::vector<std::string>& ids);
  void WarmUp(WarmupRequest request, Warmer::Warmed done);
  // Out of the book: nothing is called.
  InstanceHealth Look(const std::string& place) const;
  SampleReport Report() const;
  // Calls on their way do not count any more, and none is sent; afterwards it
  // goes on where it was.
  void Rest();
  void GoOn();

 private:
  struct Asked {
    WarmupRequest request;
    Warmer::Warmed done;
  };
  // What to call once the lock is released.
  using Ends = std::vector<std::pair<Warmer::Warmed, Result<WarmupProof>>>;
  static void Tell(Ends* ends);

  void Pump();
  void Send(WarmupRequest request, const std::string& uri, unsigned round);
  void Answered(const Result<WarmupProof>& proof, unsigned round);
  void EndOne(const std::string& place, const Result<WarmupProof>& how,
              Ends* ends);

  const SampleParts parts_;
  mutable std::mutex mutex_;
  std::string uri_;
  SampleBook book_;
  std::map<std::string, Asked> asked_;  // by place
  std::size_t in_flight_ = 0;
  unsigned round_ = 0;  // answers of another one do not count
  bool rests_ = false;
  bool timed_ = false;  // a Pump is to come
};

}  // namespace prewarm::cloudrun
