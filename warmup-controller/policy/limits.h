// What a policy may ask for at most (docs/policies.md).
#pragma once

#include <cstddef>

#include "warmup-controller/policy/field_values.h"

namespace prewarm {

constexpr std::size_t kMaxWindows = 100;
constexpr std::size_t kMaxDaysOfWeek = 7;
constexpr std::size_t kMaxExceptDates = 1000;
constexpr std::size_t kMaxCalendars = 20;
// More days without a window are no exception.
constexpr int kMaxExceptDays = 366;
constexpr int kMaxReplicas = 10000;

// Of commands and environments of local processes, and of fixed URLs.
constexpr std::size_t kMaxArguments = 256;
constexpr std::size_t kMaxArgumentBytes = 4096;
constexpr std::size_t kMaxVariables = 256;
constexpr std::size_t kMaxVariableName = 128;
constexpr std::size_t kMaxUrls = 1000;
constexpr std::size_t kMaxUrlBytes = 2048;
constexpr int kFirstPort = 1024;  // those below are for the system's services
constexpr int kLastPort = 65535;

constexpr DurationRange kWindowDuration = {std::chrono::minutes(1),
                                           std::chrono::hours(7 * 24)};
constexpr DurationRange kLead = {std::chrono::seconds(0),
                                 std::chrono::hours(24)};
constexpr DurationRange kWarmupTimeout = {std::chrono::seconds(1),
                                          std::chrono::hours(1)};
constexpr DurationRange kJitter = {std::chrono::seconds(0),
                                   std::chrono::minutes(5)};
constexpr DurationRange kReverify = {std::chrono::seconds(10),
                                     std::chrono::hours(24)};
constexpr DurationRange kScaleDownDelay = {std::chrono::seconds(0),
                                           std::chrono::hours(24)};
constexpr DurationRange kStopTimeout = {std::chrono::seconds(0),
                                        std::chrono::minutes(10)};
constexpr DurationRange kIntentTtl = {std::chrono::seconds(5),
                                      std::chrono::hours(1)};

}  // namespace prewarm
