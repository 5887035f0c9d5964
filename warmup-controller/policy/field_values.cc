#include "warmup-controller/policy/field_values.h"

#include "warmup-controller/policy/duration.h"
#include "warmup-controller/policy/limits.h"

namespace prewarm {
namespace {

std::string Range(const DurationRange& range) {
  return FormatDuration(range.low) + " to " + FormatDuration(range.high);
}

}  // namespace

std::optional<std::chrono::milliseconds> ReadDuration(
    const Field& field, const DurationRange& range) {
  const auto duration =
      field.Parsed(ParseDuration, "a duration such as 90s or 15m");
  if (!duration) return std::nullopt;
  if (*duration < range.low || *duration > range.high) {
    field.Expected("a duration from " + Range(range));
    return std::nullopt;
  }
  return duration;
}

std::optional<std::chrono::seconds> ReadSeconds(const Field& field,
                                                const DurationRange& range) {
  const auto duration = ReadDuration(field, range);
  if (!duration) return std::nullopt;
  if (duration->count() % 1000 != 0) {
    field.Expected("whole seconds");
    return std::nullopt;
  }
  return std::chrono::duration_cast<std::chrono::seconds>(*duration);
}

std::optional<Zone> ReadZone(const Field& field) {
  const auto name = field.Text();
  if (!name) return std::nullopt;
  return field.Accepted(Zone::Load(*name));
}

std::optional<std::string> ReadChecked(const Field& field,
                                       Status (*check)(std::string_view)) {
  auto text = field.Text();
  if (!text || !field.Accepted(check(*text))) return std::nullopt;
  return text;
}

std::optional<int> ReadReplicas(const Field& field, int low,
                                std::optional<int> max_replicas) {
  const auto replicas = field.Whole(low, kMaxReplicas);
  if (replicas && max_replicas && *replicas > *max_replicas) {
    field.Expected("at most spec.replicas.max, which is " +
                   std::to_string(*max_replicas));
    return std::nullopt;
  }
  return replicas;
}

void ReadSeconds(Fields* fields, const std::string& key,
                 const DurationRange& range, std::chrono::seconds* value) {
  if (const auto field = fields->Find(key)) {
    *value = ReadSeconds(*field, range).value_or(*value);
  }
}

void ReadAutoOrSeconds(Fields* fields, const std::string& key,
                       const DurationRange& range,
                       std::optional<std::chrono::seconds>* value) {
  const auto field = fields->Find(key);
  if (!field) return;
  const auto text = field->Written("auto or a duration");
  if (!text || *text == "auto") return;
  const auto duration = ParseDuration(*text);
  if (!duration.ok() || *duration < range.low || *duration > range.high ||
      duration->count() % 1000 != 0) {
    field->Expected("auto or a duration in whole seconds from " + Range(range));
    return;
  }
  *value = std::chrono::duration_cast<std::chrono::seconds>(*duration);
}

}  // namespace prewarm
