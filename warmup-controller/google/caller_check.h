// Whether a request is of somebody who may call.
#pragma once

#include <functional>
#include <string>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "warmup-controller/google/caller_rules.h"
#include "warmup-controller/google/key_ring.h"

namespace prewarm::google {

// Thread-safe.
class CallerCheck {
 public:
  using Done = std::function<void(Result<std::string>)>;

  // Both outlive it and all that it asks for.
  CallerCheck(CallerRules rules, KeyRing* keys, const Clock* clock)
      : rules_(std::move(rules)), keys_(keys), clock_(clock) {}

  // Of the header's value. `done` gets the address of who calls, or what is
  // wrong: see CheckClaims; kUnavailable: the keys can't be had. From this
  // thread or the network's; it must not block.
  void Check(std::string_view authorization, const Done& done) const;

 private:
  const CallerRules rules_;
  KeyRing* const keys_;
  const Clock* const clock_;
};

}  // namespace prewarm::google
