#include "warmup-controller/operate/policy_object.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "warmup-controller/calendar/instant_text.h"
#include "warmup-controller/kube/json_text.h"
#include "warmup-controller/policy/dates.h"
#include "warmup-controller/policy/policy_reader.h"

namespace prewarm {
namespace {

using nlohmann::json;

// "shop/hours:1:117 spec.windows[0]: ..." without what nobody can look up: an
// object of the server has no lines.
std::string WithoutPlaces(const std::string& errors, const std::string& name) {
  std::istringstream lines(errors);
  std::string all;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind(name + ":", 0) == 0) {
      line = line.substr(std::min(line.find(' '), line.size() - 1) + 1);
    }
    if (!all.empty()) all += '\n';
    all += line;
  }
  return all;
}

}  // namespace

PolicyObject ReadPolicyObject(const json& object) {
  PolicyObject read;
  read.namespace_name = TextAt(object, {"metadata", "namespace"});
  read.name = TextAt(object, {"metadata", "name"});
  read.uid = TextAt(object, {"metadata", "uid"});
  const json& generation = At(object, {"metadata", "generation"});
  if (generation.is_number_integer()) {
    read.generation = generation.get<std::int64_t>();
  }
  const auto created =
      ParseInstant(TextAt(object, {"metadata", "creationTimestamp"}));
  if (created.ok()) read.created = *created;
  read.deleting = !TextAt(object, {"metadata", "deletionTimestamp"}).empty();
  const json& finalizers = At(object, {"metadata", "finalizers"});
  read.finalized =
      finalizers.is_array() && std::find(finalizers.begin(), finalizers.end(),
                                         kFinalizer) != finalizers.end();
  const json whole = {
      {"apiVersion", TextAt(object, {"apiVersion"})},
      {"kind", "PrewarmPolicy"},
      {"metadata", {{"name", read.name}, {"namespace", read.namespace_name}}},
      {"spec", At(object, {"spec"})}};
  read.text = kube::WriteJson(whole);
  const json& status = At(object, {"status"});
  read.status = status.is_object() ? kube::WriteJson(status) : "{}";
  return read;
}

std::optional<FloorMark> MarkIn(const PolicyObject& object) {
  const json status = json::parse(object.status, nullptr, false);
  const json& scale = At(status, {"scale"});
  if (!scale.is_object()) return std::nullopt;
  auto mark = ReadMark(kube::WriteJson(scale));
  return mark.ok() ? std::optional(std::move(mark).value()) : std::nullopt;
}

Result<Policy> PolicyIn(const PolicyObject& object) {
  auto policies = ReadPolicies({{object.key(), object.text}});
  if (!policies.ok()) {
    return MakeError(ErrorCode::kInvalidArgument,
                     WithoutPlaces(policies.error().message, object.key()),
                     "spec");
  }
  if (policies->size() != 1) {
    return MakeError(ErrorCode::kInvalidArgument, "spec: is no policy", "spec");
  }
  return std::move(policies->front());
}

}  // namespace prewarm
