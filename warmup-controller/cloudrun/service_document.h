// What the Admin API says of a service and of an operation (v2, the messages
// google.cloud.run.v2.Service and google.longrunning.Operation). Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "warmup-controller/floor/floor_mark.h"

namespace prewarm::cloudrun {

struct ServiceSeen {
  std::string name;  // "projects/P/locations/L/services/S"
  std::string etag;
  std::string uri;  // without a / at its end; "": it has none yet
  std::map<std::string, std::string> annotations;
  std::optional<FloorMark> mark;  // of them
  int min = 0;                    // scaling.minInstanceCount
  std::optional<int> max;         // the lower one of service and template
  bool manual = false;            // scaling.scalingMode
  bool reconciling = false;
  bool deleted = false;
  bool split = false;   // traffic goes to more than one revision
  std::string failure;  // why it is not ready; "": it is, or is on its way
  // Of the container that gets the traffic.
  std::string startup_probe_path;  // of an HTTP probe; "": there is none
  bool cpu_idle = false;           // CPU only while requests are worked on
};

// kUnprocessable: no service, or not the one that was asked for.
Result<ServiceSeen> ReadService(std::string_view text, const std::string& name);

struct OperationSeen {
  std::string name;  // "projects/P/locations/L/operations/O"
  bool done = false;
  std::optional<Error> error;  // of one that is done
};

// kUnprocessable: no operation. One that is not done has a name.
Result<OperationSeen> ReadOperation(std::string_view text);

}  // namespace prewarm::cloudrun
