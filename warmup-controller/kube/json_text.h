// JSON from and to the API server.
#pragma once

#include "common/base/json_text.h"

namespace prewarm::kube {

using Json = nlohmann::json;

using prewarm::At;
using prewarm::IntAt;
using prewarm::ReadJson;
using prewarm::TextAt;
using prewarm::WriteJson;

}  // namespace prewarm::kube
