// Which service a policy means. Pure.
#pragma once

#include <string>

#include "common/base/result.h"

namespace prewarm::cloudrun {

struct ServiceName {
  std::string project;
  std::string location;
  std::string service;

  // "projects/P/locations/L/services/S"
  std::string Full() const;
};

inline bool operator==(const ServiceName& a, const ServiceName& b) {
  return a.project == b.project && a.location == b.location &&
         a.service == b.service;
}

// `text`: a service's name, or all of it as Full() has it. kInvalidArgument: a
// short name, and no project or no location to complete it with.
Result<ServiceName> CompleteName(const std::string& text,
                                 const std::string& project,
                                 const std::string& location);

// What it is called here, in URLs and metrics: the service alone where project
// and location are the usual ones, else "S.L.P", which no service is called.
std::string ShortName(const ServiceName& name, const std::string& project,
                      const std::string& location);

}  // namespace prewarm::cloudrun
