#include "warmup-controller/cloudrun/service_document.h"

#include <algorithm>

#include "common/base/ascii.h"
#include "common/base/json_text.h"
#include "common/base/utf8.h"
#include "warmup-controller/cloudrun/api_error.h"
#include "warmup-controller/http_client/answer_text.h"

namespace prewarm::cloudrun {
namespace {

// No service may have so many.
constexpr int kMostInstances = 1'000'000;
constexpr std::size_t kMostName = 1024;

Error Unreadable(const std::string& what) {
  return MakeError(
      ErrorCode::kUnprocessable,
      "the Admin API's answer is not what its description says: " + what);
}

int CountAt(const Json& json, std::initializer_list<const char*> path) {
  return std::clamp(IntAt(json, path, 0), 0, kMostInstances);
}

std::optional<int> LowerMaximum(const Json& service) {
  // 0 is what is not said.
  const int own = CountAt(service, {"scaling", "maxInstanceCount"});
  const int of_template =
      CountAt(service, {"template", "scaling", "maxInstanceCount"});
  if (own == 0 && of_template == 0) return std::nullopt;
  if (own == 0 || of_template == 0) return std::max(own, of_template);
  return std::min(own, of_template);
}

// Traffic goes to the container with a port; a single one needs none.
const Json& ServingContainer(const Json& service) {
  static const Json kNone;
  const Json& containers = At(service, {"template", "containers"});
  if (!containers.is_array() || containers.empty()) return kNone;
  for (const Json& container : containers) {
    const Json& ports = At(container, {"ports"});
    if (ports.is_array() && !ports.empty()) return container;
  }
  return containers.front();
}

bool IsSplit(const Json& service) {
  const Json& traffic = At(service, {"traffic"});
  if (!traffic.is_array()) return false;
  return std::count_if(traffic.begin(), traffic.end(), [](const Json& one) {
           return IntAt(one, {"percent"}, 0) > 0;
         }) > 1;
}

std::string FailureOf(const Json& service) {
  const Json& condition = At(service, {"terminalCondition"});
  if (TextAt(condition, {"state"}) != "CONDITION_FAILED") return "";
  std::string text = "it is not ready";
  for (const char* field : {"reason", "revisionReason", "message"}) {
    const std::string said = TextAt(condition, {field});
    if (!said.empty()) text += ": " + OneLine(said);
  }
  return text;
}

// Where calls with tokens go: nothing else than a host.
std::string UriOf(const Json& service) {
  std::string uri = TextAt(service, {"uri"});
  while (!uri.empty() && uri.back() == '/') uri.pop_back();
  const bool known =
      uri.rfind("https://", 0) == 0 || uri.rfind("http://", 0) == 0;
  const bool plain = std::all_of(uri.begin(), uri.end(), [](char c) {
    return c > ' ' && c < 0x7f && c != '@' && c != '?' && c != '#' &&
           c != '\\' && c != '"';
  });
  return known && plain && uri.size() <= kMostName ? uri : "";
}

}  // namespace

Result<ServiceSeen> ReadService(std::string_view text,
                                const std::string& name) {
  const auto json = ReadJson(text);
  if (!json.ok()) return Unreadable(json.error().message);
  ServiceSeen seen;
  seen.name = TextAt(*json, {"name"});
  seen.etag = TextAt(*json, {"etag"});
  // The project may be asked for by its number, and answered by its id.
  const auto last = [](const std::string& full) {
    return full.substr(full.rfind('/') + 1);
  };
  if (seen.name.empty() || last(seen.name) != last(name)) {
    return Unreadable("it is of " + Quoted(seen.name) + ", expected " +
                      Quoted(name));
  }
  seen.name = name;
  seen.uri = UriOf(*json);
  const Json& annotations = At(*json, {"annotations"});
  if (annotations.is_object()) {
    for (const auto& [key, value] : annotations.items()) {
      // Unwritten again it would be lost.
      if (!value.is_string()) return Unreadable("an annotation is no text");
      seen.annotations[key] = value.get<std::string>();
    }
  }
  const auto mark = seen.annotations.find(kFloorAnnotation);
  if (mark != seen.annotations.end()) {
    auto read = ReadMark(mark->second);
    // What somebody has broken is as if it were not there.
    if (read.ok()) seen.mark = std::move(read).value();
  }
  seen.min = CountAt(*json, {"scaling", "minInstanceCount"});
  seen.max = LowerMaximum(*json);
  seen.manual = TextAt(*json, {"scaling", "scalingMode"}) == "MANUAL";
  seen.reconciling = IsTrueAt(*json, {"reconciling"});
  seen.deleted = !TextAt(*json, {"deleteTime"}).empty();
  seen.split = IsSplit(*json);
  seen.failure = FailureOf(*json);
  const Json& container = ServingContainer(*json);
  const Json& probe = At(container, {"startupProbe", "httpGet"});
  if (probe.is_object()) {
    const std::string path = TextAt(probe, {"path"});
    seen.startup_probe_path = path.empty() ? "/" : path;
  }
  seen.cpu_idle = IsTrueAt(container, {"resources", "cpuIdle"});
  return seen;
}

Result<OperationSeen> ReadOperation(std::string_view text) {
  const auto json = ReadJson(text);
  if (!json.ok()) return Unreadable(json.error().message);
  OperationSeen seen;
  seen.name = TextAt(*json, {"name"});
  seen.done = IsTrueAt(*json, {"done"});
  const bool named =
      seen.name.size() <= kMostName &&
      std::all_of(seen.name.begin(), seen.name.end(), [](char c) {
        return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '/' || c == '-' || c == '_' || c == '.';
      });
  if (!json->is_object() || !named || (seen.name.empty() && !seen.done)) {
    return Unreadable("it is no operation");
  }
  const Json& error = At(*json, {"error"});
  if (seen.done && error.is_object()) seen.error = ErrorOfRpc(error);
  return seen;
}

}  // namespace prewarm::cloudrun
