// Takes part in an election until it has led and does no more.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "warmup-controller/kube/api.h"
#include "warmup-controller/kube/leader_machine.h"

namespace prewarm::kube {

struct ElectionOptions {
  std::string namespace_name;
  std::string name;  // of the Lease
  std::string id;    // of this start: "POD_xxxxxxxx"
  LeaderTimes times;
  // On the election's thread; must not block for longer than the time between
  // renew_deadline and lease.
  std::function<void()> on_elected;
  std::function<void()> on_lost;   // by Stop as well; once
  std::function<double()> random;  // [0, 1); unset: by chance
};

// How long nobody may lead where a leader dies without a word: its last renewal
// is seen late, its lease then runs, and its end is seen late, too.
std::chrono::milliseconds LongestTakeover(const LeaderTimes& times);

// Thread-safe. Who has lost the lease never takes it again, for its work may
// not have ended yet: it only looks who holds it.
class LeaderElection {
 public:
  // All outlive it.
  LeaderElection(Api* api, ElectionOptions options, const Clock& clock);
  ~LeaderElection() { Stop(); }
  LeaderElection(const LeaderElection&) = delete;
  LeaderElection& operator=(const LeaderElection&) = delete;

  // Once.
  void Start();
  // A leader tells that it is none, then frees the lease for the next one.
  // Waits for a call that is on its way; cancel no calls before.
  void Stop();

  // By the clock: false at the deadline, even while a call hangs.
  bool leads() const;
  // Who holds the lease, as it was seen last; "": nobody, or not known yet.
  std::string holder() const;
  // Of the last try.
  std::optional<Error> trouble() const;

 private:
  void Run();
  Status Try();
  bool MayHold() const;
  Status Write(Json lease, bool is_new, SteadyTime asked);
  void Release();
  void Tell(bool leads);
  std::chrono::milliseconds Pause();
  std::chrono::milliseconds Patience() const;

  Api* const api_;
  const ElectionOptions options_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  LeaderMachine machine_;  // with the mutex
  std::optional<Error> trouble_;
  // Of the election's thread:
  std::optional<Json> ours_;  // as it was written last
  bool told_ = false;
  bool lost_ = false;
  StopSignal stop_;
  std::thread thread_;
};

}  // namespace prewarm::kube
