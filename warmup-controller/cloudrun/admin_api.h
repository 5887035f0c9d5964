// The calls of the Admin API that are needed: a seam for tests.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "common/base/result.h"
#include "warmup-controller/cloudrun/service_document.h"

namespace prewarm::cloudrun {

// Guarded by what was seen: who changed the service since makes it kConflict.
struct ServicePatch {
  std::string name;
  std::string etag;
  std::optional<int> min;  // unset: it is left as it is
  // All of them, where they change: a mask names the map as a whole.
  std::optional<std::map<std::string, std::string>> annotations;
  bool validate_only = false;
};

// Thread-safe. `done` is called once, from any thread, and must not block.
class AdminApi {
 public:
  using ServiceDone = std::function<void(Result<ServiceSeen>)>;
  using OperationDone = std::function<void(Result<OperationSeen>)>;

  virtual ~AdminApi() = default;
  virtual void Get(const std::string& service, ServiceDone done) = 0;
  virtual void Patch(const ServicePatch& patch, OperationDone done) = 0;
  // `service` is for the words of an error.
  virtual void Poll(const std::string& operation, const std::string& service,
                    OperationDone done) = 0;
};

// "scaling.minInstanceCount,annotations": nothing of the template, so that no
// new revision is made.
std::string MaskOf(const ServicePatch& patch);
std::string BodyOf(const ServicePatch& patch);

}  // namespace prewarm::cloudrun
