#include "warmup-controller/operate/status_history.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "warmup-controller/kube/json_text.h"
#include "warmup-controller/policy/dates.h"

namespace prewarm {
namespace {

using kube::At;
using kube::TextAt;
using nlohmann::json;

std::optional<Instant> TimeAt(const json& object, const char* name) {
  const auto at = ParseInstant(TextAt(object, {name}));
  return at.ok() ? std::optional(*at) : std::nullopt;
}

double HoursAt(const json& object, const char* name) {
  const json& value = At(object, {name});
  const double hours = value.is_number() ? value.get<double>() : 0;
  return std::isfinite(hours) && hours > 0 ? hours : 0;
}

std::optional<Opening> OpeningIn(const json& status, Instant now) {
  const json& seen = At(status, {"lastOpening"});
  const auto due = TimeAt(seen, "due");
  const int asked = kube::IntAt(seen, {"asked"}, 0);
  if (!due || asked < 1) return std::nullopt;
  Opening opening;
  opening.due = *due;
  opening.asked = asked;
  opening.warm_at = TimeAt(seen, "warmAt");
  opening.missed = At(seen, {"missed"}) == true;
  opening.judged = opening.warm_at && *due <= now;
  return opening;
}

}  // namespace

PolicyHistory HistoryIn(const PolicyObject& object, Instant now) {
  const json status = json::parse(object.status, nullptr, false);
  PolicyHistory history;
  history.opening = OpeningIn(status, now);
  const json& hours = At(status, {"instanceHours"});
  const auto day = ParseDates(TextAt(hours, {"day"}));
  if (day.ok()) {
    history.hours = {day->first, HoursAt(hours, "hours"),
                     HoursAt(hours, "intentHours")};
  }
  return history;
}

PolicyHistory NewerOf(const PolicyHistory& a, const PolicyHistory& b) {
  PolicyHistory newer = a.hours.day < b.hours.day ? b : a;
  if (a.hours.day == b.hours.day) {
    newer.hours.hours = std::max(a.hours.hours, b.hours.hours);
    newer.hours.intent_hours =
        std::max(a.hours.intent_hours, b.hours.intent_hours);
  }
  newer.opening = a.opening;
  if (!a.opening || (b.opening && b.opening->due > a.opening->due)) {
    newer.opening = b.opening;
  } else if (b.opening && b.opening->due == a.opening->due) {
    newer.opening->judged = a.opening->judged || b.opening->judged;
    if (!newer.opening->warm_at) newer.opening->warm_at = b.opening->warm_at;
  }
  return newer;
}

}  // namespace prewarm
