#include "warmup-controller/kube/definition.h"

#include <array>
#include <charconv>

#include "warmup-controller/kube/requests.h"

namespace prewarm::kube {
namespace {

constexpr char kRules[] = "x-kubernetes-validations";
constexpr int kFirstMinorWithRules = 25;

int LeadingNumber(const std::string& text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// -1, -1, -1 of what is no version.
std::array<int, 3> VersionParts(const std::string& version) {
  std::array<int, 3> parts = {-1, -1, -1};
  const char* at = version.data();
  const char* const end = at + version.size();
  for (int& part : parts) {
    const auto read = std::from_chars(at, end, part);
    if (read.ec != std::errc()) return {-1, -1, -1};
    at = read.ptr;
    if (at != end && *at == '.') ++at;
  }
  return parts;
}

// `named`: the keys are names that the schema's author chose.
void RemoveRules(Json* schema, bool named) {
  if (schema->is_array()) {
    for (Json& item : *schema) RemoveRules(&item, false);
    return;
  }
  if (!schema->is_object()) return;
  if (!named) schema->erase(kRules);
  for (auto& [key, value] : schema->items()) {
    // Values, not schemas.
    if (!named && (key == "default" || key == "enum" || key == "example")) {
      continue;
    }
    RemoveRules(&value, !named && key == "properties");
  }
}

ApiRequest Unhurried(ApiRequest request) {
  request.priority = std::nullopt;  // three calls in all
  return request;
}

}  // namespace

ServerVersion VersionOf(const Json& answer) {
  return {LeadingNumber(TextAt(answer, {"major"})),
          LeadingNumber(TextAt(answer, {"minor"}))};
}

bool KnowsRules(const ServerVersion& server) {
  return server.major > 1 ||
         (server.major == 1 && server.minor >= kFirstMinorWithRules);
}

Json WithoutRules(const Json& definition) {
  Json copy = definition;
  RemoveRules(&copy, false);
  return copy;
}

bool IsEarlier(const std::string& a, const std::string& b) {
  return VersionParts(a) < VersionParts(b);
}

Result<DefinitionOutcome> UpdateDefinition(Api* api, const Json& definition,
                                           const std::string& version) {
  const ObjectRef object = {
      {"apiextensions.k8s.io", "v1", "customresourcedefinitions"},
      "",
      TextAt(definition, {"metadata", "name"}),
      ""};
  DefinitionOutcome outcome;
  outcome.name = object.name;
  ApiRequest ask;
  ask.path = "/version";
  PREWARM_ASSIGN_OR_RETURN(const Json told, api->Call(Unhurried(ask)));
  outcome.server = VersionOf(told);
  PREWARM_ASSIGN_OR_RETURN(const Json before,
                           api->Call(Unhurried(GetRequest(object))));
  const std::string there =
      TextAt(before, {"metadata", "annotations", kVersionMark});
  if (IsEarlier(version, there)) {
    outcome.later = there;
    return outcome;
  }
  Json body =
      KnowsRules(outcome.server) ? definition : WithoutRules(definition);
  body["metadata"]["annotations"][kVersionMark] = version;
  PREWARM_ASSIGN_OR_RETURN(
      const Json after,
      api->Call(Unhurried(ApplyRequest(object, body, /*force=*/true))));
  outcome.changed = TextAt(before, {"metadata", "resourceVersion"}) !=
                    TextAt(after, {"metadata", "resourceVersion"});
  return outcome;
}

}  // namespace prewarm::kube
