#include "warmup-controller/operate/finalizer.h"

#include <string>
#include <vector>

#include "warmup-controller/kube/json_text.h"
#include "warmup-controller/kube/requests.h"

namespace prewarm {
namespace {

Status Try(kube::Api* api, const PolicyObject& object, bool add) {
  const kube::ObjectRef ref{kPolicies, object.namespace_name, object.name, ""};
  const auto live = api->Call(kube::GetRequest(ref));
  if (!live.ok()) {
    const bool gone = live.error().code == ErrorCode::kNotFound;
    return gone && !add ? Status(Ok{}) : Status(live.error());
  }
  std::vector<std::string> names;
  const kube::Json& finalizers = kube::At(*live, {"metadata", "finalizers"});
  if (finalizers.is_array()) {
    for (const kube::Json& one : finalizers) {
      if (one.is_string() && one != kFinalizer) {
        names.push_back(one.get<std::string>());
      }
    }
  }
  if (add) names.emplace_back(kFinalizer);
  const kube::Json metadata = {
      {"uid", object.uid},
      {"resourceVersion", kube::TextAt(*live, {"metadata", "resourceVersion"})},
      {"finalizers", names}};
  const auto written =
      api->Call(kube::MergePatchRequest(ref, {{"metadata", metadata}}));
  if (!written.ok()) return written.error();
  return Ok{};
}

}  // namespace

Status WriteFinalizer(kube::Api* api, const PolicyObject& object, bool add) {
  // The status of a new policy is written at the same time: then once more.
  constexpr int kTries = 5;
  Status written = Try(api, object, add);
  for (int i = 1; i < kTries && !written.ok() &&
                  written.error().code == ErrorCode::kConflict;
       ++i) {
    written = Try(api, object, add);
  }
  return written;
}

}  // namespace prewarm
