// An object written in YAML, as JSON. Pure.
#pragma once

#include <string_view>

#include "common/base/result.h"
#include "warmup-controller/kube/json_text.h"

namespace prewarm::kube {

// Of one document, of 1 MiB and 64 levels at most, read strictly. Plain scalars
// are what YAML 1.2 takes them for: null, true, false, numbers, text.
// kInvalidArgument: one error a line, each with its place.
Result<Json> ObjectOfYaml(std::string_view text);

}  // namespace prewarm::kube
