// A model's manifest as `prewarm-model` prints it.
#pragma once

#include <iosfwd>
#include <nlohmann/json.hpp>

#include "common/store/model_store.h"

namespace prewarm {

nlohmann::ordered_json ModelToJson(const StoredModel& model);

// One `key value` a line, or the object.
void PrintFields(const nlohmann::ordered_json& fields, bool as_json,
                 std::ostream& out);

}  // namespace prewarm
