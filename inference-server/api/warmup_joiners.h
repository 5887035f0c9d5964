// Who asked POST /warmup and waits until the warm-up is settled. The report is
// rendered once for all. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "inference-server/api/context.h"

namespace prewarm {

// Ready, failed or draining: what a joiner is answered with.
bool Settled(const WarmStatus& status);
http::Response WarmUpReport(const ApiContext& context, const WarmStatus& status,
                            bool already_warm);

class WarmupJoiners {
 public:
  using Id = std::uint64_t;
  struct Joiner {
    http::ResponderPtr responder;
    std::string request_id;
    unsigned after = 0;  // what was settled by this version is old news
    SteadyTime deadline = SteadyTime::max();
  };

  explicit WarmupJoiners(const ApiContext* context) : context_(context) {}

  void Add(Id id, Joiner joiner) { joiners_[id] = std::move(joiner); }
  void Remove(Id id) { joiners_.erase(id); }
  // Answers everybody whom a settled status answers.
  void Change(const WarmStatus& status);
  // Answers who has waited long enough; the warm-up goes on.
  void Expire(SteadyTime now);
  SteadyTime due() const;  // SteadyTime::max(): nothing ever

 private:
  const ApiContext* const context_;
  std::map<Id, Joiner> joiners_;
};

}  // namespace prewarm
