#include "warmup-controller/decide/punctuality.h"

namespace prewarm {

std::chrono::seconds WarmBefore(const Opening& opening, Instant now) {
  return opening.due - opening.warm_at.value_or(now);
}

std::optional<Opening> Watch(const std::optional<Opening>& known,
                             std::optional<Instant> due, int asked, int warm,
                             Instant now) {
  if (!due || asked == 0) return std::nullopt;
  Opening opening;
  // Less is asked for than at the last rise: nothing has opened.
  const bool fell = known && known->due <= now && *due < known->due;
  if (known && (known->due == *due || fell)) {
    opening = *known;
    opening.asked = asked;
  } else {
    opening.due = *due;
    opening.asked = asked;
    opening.missed = now > *due;
  }
  // Warm ones that fall ill before it is due were not warm in time.
  if (warm < asked && now < opening.due) opening.warm_at.reset();
  if (warm >= asked && !opening.warm_at) opening.warm_at = now;
  return opening;
}

}  // namespace prewarm
