// Which service each policy means, and the targets of all of them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "warmup-controller/cloudrun/admin_api.h"
#include "warmup-controller/cloudrun/samples.h"
#include "warmup-controller/cloudrun/sampling_warmer.h"
#include "warmup-controller/cloudrun/service_name.h"
#include "warmup-controller/cloudrun/service_target.h"
#include "warmup-controller/policy/policy_reader.h"

namespace prewarm::cloudrun {

// Where a service is that is named by its name alone; "" where that has to be
// said each time.
struct UsualPlace {
  std::string project;
  std::string location;
};

// Has each policy name its service as ShortName does. kInvalidArgument: each
// policy that scales something else, names a service that can't be completed or
// calls a port; a service that policies of two namespaces scale. One a line.
Status ResolveServices(const UsualPlace& usual, Declarations* declarations);

struct ServiceTargetsParts {
  UsualPlace usual;
  ServiceTargetParts service;
  SampleParts samples;  // `answered` is made of `sampled`
  SamplingWarmer* warmer = nullptr;
  // Of a target, "namespace" and name; see SampleParts::answered.
  std::function<void(const std::string& namespace_name, const std::string& name,
                     const std::string& outcome)>
      sampled;
};

// Targets that stay the same objects as long as somebody holds them. All parts
// outlive it and its targets.
class ServiceTargets {
 public:
  explicit ServiceTargets(ServiceTargetsParts parts)
      : parts_(std::move(parts)) {}

  // By namespace/kind/name, after ResolveServices; the warmer serves them.
  std::map<std::string, std::shared_ptr<Target>> Make(
      const Declarations& declarations);
  // Those of the last Make.
  const std::vector<std::shared_ptr<ServiceTarget>>& now() const {
    return now_;
  }
  // Services that an earlier process has scaled, by their keys, for policies
  // of these names, and that nobody wants now: each gives back what was raised
  // for those, and is done when it is Idle.
  std::vector<std::shared_ptr<ServiceTarget>> Abandoned(
      const std::vector<std::string>& keys,
      const std::set<std::string>& policies) const;

 private:
  std::shared_ptr<ServiceTarget> MakeOne(const std::string& namespace_name,
                                         const std::string& name) const;

  const ServiceTargetsParts parts_;
  std::map<std::string, std::weak_ptr<ServiceTarget>> made_;
  std::vector<std::shared_ptr<ServiceTarget>> now_;
};

}  // namespace prewarm::cloudrun
