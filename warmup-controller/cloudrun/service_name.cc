#include "warmup-controller/cloudrun/service_name.h"

#include <vector>

#include "common/base/utf8.h"

namespace prewarm::cloudrun {

std::string ServiceName::Full() const {
  return "projects/" + project + "/locations/" + location + "/services/" +
         service;
}

Result<ServiceName> CompleteName(const std::string& text,
                                 const std::string& project,
                                 const std::string& location) {
  if (text.find('/') == std::string::npos) {
    if (!project.empty() && !location.empty()) {
      return ServiceName{project, location, text};
    }
    return MakeError(ErrorCode::kInvalidArgument,
                     "which project and region " + Quoted(text) +
                         " is in is not known; give --project and --location, "
                         "or name projects/P/locations/L/services/" +
                         text,
                     "spec.targetRef.name");
  }
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == '/') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  // The policy's reader has looked at the letters.
  constexpr std::size_t kParts = 6;
  if (parts.size() != kParts || parts[0] != "projects" ||
      parts[2] != "locations" || parts[4] != "services") {
    return MakeError(ErrorCode::kInvalidArgument,
                     "got " + Quoted(text) +
                         ", expected a service's name or "
                         "projects/P/locations/L/services/S",
                     "spec.targetRef.name");
  }
  return ServiceName{parts[1], parts[3], parts[5]};
}

std::string ShortName(const ServiceName& name, const std::string& project,
                      const std::string& location) {
  if (name.project == project && name.location == location) {
    return name.service;
  }
  return name.service + "." + name.location + "." + name.project;
}

}  // namespace prewarm::cloudrun
