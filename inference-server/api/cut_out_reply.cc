#include "inference-server/api/cut_out_reply.h"

#include <array>
#include <cmath>

#include "common/base/base64.h"
#include "inference-server/api/json_object.h"

namespace prewarm {
namespace {

JsonObject& AddBox(const std::array<int, 4>& box, JsonObject* json) {
  return json->Number("x", std::int64_t{box[0]})
      .Number("y", std::int64_t{box[1]})
      .Number("width", std::int64_t{box[2]})
      .Number("height", std::int64_t{box[3]});
}

// As Server-Timing has it.
double Tenths(double millis) { return std::round(millis * 10) / 10; }

}  // namespace

std::string CutOutJson(const CutOutFacts& facts, const Composed& composed,
                       const char* type, const std::string& image) {
  std::string box = "null";
  if (composed.subject) {
    JsonObject json;
    AddBox(*composed.subject, &json);
    box = std::move(json).Finish();
  }
  JsonObject picture;
  AddBox(composed.box, &picture.Text("type", type))
      .Text("base64", Base64(image));
  JsonObject times;
  for (const auto& [name, millis] : facts.times) {
    times.Number(name.c_str(), Tenths(millis));
  }
  return std::move(JsonObject()
                       .Bool("empty_scene", composed.empty_scene)
                       .Number("coverage", composed.coverage)
                       .Raw("box", box)
                       .Number("width", std::int64_t{facts.width})
                       .Number("height", std::int64_t{facts.height})
                       .Text("mode", facts.mode)
                       .Text("model", facts.model)
                       .TextOrNull("degraded", facts.degraded)
                       .Raw("timing_ms", std::move(times).Finish())
                       .Raw("image", std::move(picture).Finish()))
      .Finish();
}

}  // namespace prewarm
