// Which instances to warm, to prove again and to replace now.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "warmup-controller/decide/observed.h"
#include "warmup-controller/policy/policy.h"

namespace prewarm {

// Indices into the instances that were observed.
struct InstanceCare {
  std::vector<std::size_t> warm;     // not yet warm: call /warmup
  std::vector<std::size_t> prove;    // warm: call it again
  std::vector<std::size_t> replace;  // one at most
  std::optional<Instant> next;       // look again by then, without news
};

// A pure function. At most warmup.parallelism calls are on their way; who
// waits for its first warm-up comes before who failed, and both before who is
// proven again; of equals the one that waits longest. First calls and retries
// are spread by warmup.jitter, deterministically by id; retries back off from
// kFirstRetry to kLongestRetry, also where it is proofs that do not last: those
// end in no replacement, since it works. After warmup.retries failed retries,
// or if it does not even answer for as long as a start may take, an instance
// that is needed for the floor is replaced, with growing pauses while no
// replacement has helped. One that is not replaced is called on, every
// kHopelessRetry, while nobody else waits for a call: what it lacked may come.
InstanceCare CareFor(const Policy& policy, const Observed& observed, int floor,
                     Instant now);

inline constexpr std::chrono::seconds kFirstRetry{2};
inline constexpr std::chrono::seconds kLongestRetry{60};
inline constexpr std::chrono::minutes kHopelessRetry{5};
inline constexpr std::chrono::minutes kFirstPause{1};
inline constexpr std::chrono::minutes kLongestPause{32};

}  // namespace prewarm
