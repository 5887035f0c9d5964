// Which declared process or list of URLs a policy means in local mode.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "warmup-controller/policy/policy_reader.h"
#include "warmup-controller/targets/machine.h"
#include "warmup-controller/targets/process_ledger.h"
#include "warmup-controller/targets/target.h"

namespace prewarm {

// A policy for a LocalProcess or FixedUrls means the one of its namespace and
// name; so does one for a Deployment or another kind that this machine does not
// have, so that one policy serves laptop and cluster. kInvalidArgument: every
// policy whose target is not declared, is declared as both, or has less room
// than spec.replicas.max; one a line.
Status CheckTargets(const Declarations& declarations);
// Every policy refers to what it means, by that one's own kind. Before:
// CheckTargets.
void ResolveTargets(Declarations* declarations);

// Targets that stay the same objects as long as they are declared the same.
class LocalTargets {
 public:
  // Both outlive it and its targets.
  LocalTargets(Machine* machine, const Clock* clock)
      : machine_(machine), clock_(clock) {}

  // By namespace/kind/name of all that policies refer to, after ResolveTargets.
  // Paths are taken from the folder of the file that declares them. Ids and
  // ports of those that are let go of come to none of the others.
  std::map<std::string, std::shared_ptr<Target>> Make(
      const Declarations& declarations);

 private:
  struct Made {
    std::string as;  // its declaration, to compare
    std::shared_ptr<Target> target;
  };

  Machine* const machine_;
  const Clock* const clock_;
  const std::shared_ptr<ProcessLedger> ledger_ =
      std::make_shared<ProcessLedger>();
  std::map<std::string, Made> made_;  // by kind, namespace and name
};

}  // namespace prewarm
