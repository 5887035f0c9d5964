// A PrewarmPolicy as the API server has it.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <tuple>

#include "common/base/result.h"
#include "warmup-controller/calendar/civil.h"
#include "warmup-controller/floor/floor_mark.h"
#include "warmup-controller/policy/policy.h"

namespace prewarm {

// What of it is ours to act upon. Its status, which we write, makes no
// difference: what it was counts for who begins.
struct PolicyObject {
  std::string namespace_name;
  std::string name;
  std::string uid;
  std::int64_t generation = 0;
  std::optional<Instant> created;
  bool deleting = false;
  bool finalized = false;  // it carries our finalizer
  std::string text;        // what the reader of files reads
  std::string status;      // as JSON, "{}" where there is none

  std::string key() const { return namespace_name + "/" + name; }
  auto Tie() const {
    return std::tie(namespace_name, name, uid, generation, created, deleting,
                    finalized, text);
  }
  bool operator==(const PolicyObject& other) const {
    return Tie() == other.Tie();
  }
};

inline constexpr char kFinalizer[] = "prewarm.dev/restore";

PolicyObject ReadPolicyObject(const nlohmann::json& object);

// Of a workload that only we scale: what status.scale remembers.
std::optional<FloorMark> MarkIn(const PolicyObject& object);

// kInvalidArgument: all errors, one a line, each with its field.
Result<Policy> PolicyIn(const PolicyObject& object);

}  // namespace prewarm
