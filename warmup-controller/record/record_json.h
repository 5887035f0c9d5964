// A record as JSON, for the history of a controller.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "common/base/json_reader.h"
#include "warmup-controller/record/record.h"

namespace prewarm {

nlohmann::ordered_json RecordJson(const RecordMemory& memory);

// `reader` knows whether something in it can't be true. Unknown fields are not
// looked at; a record of nothing is an empty one.
RecordMemory RecordIn(const nlohmann::json& json, JsonReader* reader);

}  // namespace prewarm
