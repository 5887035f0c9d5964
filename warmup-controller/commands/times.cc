#include "warmup-controller/commands/times.h"

#include "common/base/utf8.h"
#include "warmup-controller/calendar/zone.h"
#include "warmup-controller/policy/dates.h"

namespace prewarm {

Result<Instant> ParseTimeOption(const std::string& option,
                                const std::string& text) {
  auto instant = ParseInstant(text);
  if (instant.ok()) return instant;
  const auto dates = ParseDates(text);
  if (dates.ok() && dates->last == dates->first + 1) {
    return Zone::Utc().At(CivilMinute(dates->first)).first;
  }
  return MakeError(ErrorCode::kInvalidArgument,
                   option + ": got " + Quoted(text) +
                       ", expected 2026-03-29 or 2026-03-29T01:00:00Z");
}

}  // namespace prewarm
