// What the fields of a policy hold, besides plain numbers and texts.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "warmup-controller/calendar/zone.h"
#include "warmup-controller/policy/field.h"

namespace prewarm {

// Both ends belong to the range.
struct DurationRange {
  std::chrono::milliseconds low;
  std::chrono::milliseconds high;
};

// Each complains where it returns nothing.
std::optional<std::chrono::milliseconds> ReadDuration(
    const Field& field, const DurationRange& range);
// The same in whole seconds.
std::optional<std::chrono::seconds> ReadSeconds(const Field& field,
                                                const DurationRange& range);
std::optional<Zone> ReadZone(const Field& field);
// Text that passes `check`.
std::optional<std::string> ReadChecked(const Field& field,
                                       Status (*check)(std::string_view));

// At least `low`, and at most the policy's maximum, which is unset where it is
// wrong itself.
std::optional<int> ReadReplicas(const Field& field, int low,
                                std::optional<int> max_replicas);

// Those of an optional field: what is absent or wrong leaves `value`.
void ReadSeconds(Fields* fields, const std::string& key,
                 const DurationRange& range, std::chrono::seconds* value);
// `auto`, which is std::nullopt, or a duration.
void ReadAutoOrSeconds(Fields* fields, const std::string& key,
                       const DurationRange& range,
                       std::optional<std::chrono::seconds>* value);

}  // namespace prewarm
