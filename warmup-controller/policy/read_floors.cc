#include "warmup-controller/policy/read_floors.h"

#include <string>

#include "warmup-controller/policy/dates.h"
#include "warmup-controller/policy/field_values.h"
#include "warmup-controller/policy/limits.h"

namespace prewarm {
namespace {

constexpr int kMaxRatePerMinute = 6000;
// Less than half a minute of one instance a day is a mistake.
constexpr double kMinHours = 0.01;
constexpr double kMaxHours = 24.0 * kMaxReplicas;

}  // namespace

Override ReadOverride(const Field& field, std::optional<int> max_replicas) {
  Override floor;
  Fields fields(field);
  if (const auto replicas = fields.Required("replicas")) {
    floor.replicas = ReadReplicas(*replicas, 0, max_replicas).value_or(0);
  }
  if (const auto until = fields.Required("until")) {
    floor.until = until->Parsed(ParseInstant, "a date and time in quotes")
                      .value_or(Instant());
  }
  fields.RefuseOthers();
  return floor;
}

Intent ReadIntent(const Field& field, std::optional<int> max_replicas) {
  Intent intent;
  Fields fields(field);
  fields.Flag("enabled", &intent.enabled);
  ReadAutoOrSeconds(&fields, "ttl", kIntentTtl, &intent.ttl);
  const auto replicas = fields.Find("replicas");
  const auto max = fields.Find("maxReplicas");
  fields.Whole("ratePerMinute", 1, kMaxRatePerMinute, &intent.rate_per_minute);
  fields.Number("dailyInstanceHours", kMinHours, kMaxHours,
                &intent.daily_instance_hours);
  fields.RefuseOthers();
  const auto floor =
      replicas ? replicas->Whole(1, kMaxReplicas) : intent.replicas;
  const auto most =
      max ? ReadReplicas(*max, 1, max_replicas) : intent.max_replicas;
  if (floor && most && *floor > *most) {
    replicas->Expected("at most maxReplicas, which is " +
                       std::to_string(*most));
  }
  intent.replicas = floor.value_or(intent.replicas);
  intent.max_replicas = most.value_or(intent.max_replicas);
  return intent;
}

std::optional<double> ReadBudget(const Field& field) {
  Fields fields(field);
  const auto hours = fields.Required("instanceHoursPerDay");
  fields.RefuseOthers();
  if (!hours) return std::nullopt;
  return hours->Number(kMinHours, kMaxHours);
}

}  // namespace prewarm
