#include "warmup-controller/targets/local_targets.h"

#include <algorithm>
#include <utility>

#include "warmup-controller/policy/policy_errors.h"
#include "warmup-controller/targets/fixed_url_target.h"
#include "warmup-controller/targets/local_needs.h"
#include "warmup-controller/targets/local_processes.h"

namespace prewarm {
namespace {

// What a policy means; both unset: nothing is declared.
struct Meant {
  const LocalProcess* process = nullptr;
  const FixedUrls* urls = nullptr;
};

template <typename Declared>
const Declared* Find(const std::vector<Declared>& all, const Policy& policy) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Declared& one) {
        return one.namespace_name == policy.namespace_name &&
               one.name == policy.target.name;
      });
  return found == all.end() ? nullptr : &*found;
}

Meant MeantBy(const Declarations& declarations, const Policy& policy) {
  Meant meant;
  const std::string& kind = policy.target.kind;
  if (kind != "FixedUrls") {
    meant.process = Find(declarations.local_processes, policy);
  }
  if (kind != "LocalProcess") {
    meant.urls = Find(declarations.fixed_urls, policy);
  }
  return meant;
}

std::string WhatIsWrong(const Declarations& declarations,
                        const Policy& policy) {
  const Meant meant = MeantBy(declarations, policy);
  const std::string name = policy.namespace_name + "/" + policy.target.name;
  if (meant.process == nullptr && meant.urls == nullptr) {
    const std::string& kind = policy.target.kind;
    const bool local = kind == "LocalProcess" || kind == "FixedUrls";
    return "there is no " + (local ? kind : "LocalProcess or FixedUrls") + " " +
           name + "; local mode has nothing to scale";
  }
  if (meant.process != nullptr && meant.urls != nullptr) {
    return name + " is a LocalProcess and FixedUrls; refer to one by its kind";
  }
  const int room = meant.process != nullptr
                       ? meant.process->most_instances()
                       : static_cast<int>(meant.urls->urls.size());
  if (room >= policy.max_replicas) return "";
  return "spec.replicas.max is " + std::to_string(policy.max_replicas) +
         ", but " + name + " has " +
         (meant.process != nullptr ? "ports for " : "URLs for ") +
         std::to_string(room);
}

// Equal where two declarations are.
std::string TextOf(const LocalProcess& process) {
  std::string text = process.source;
  const auto add = [&text](const std::string& part) {
    text += std::to_string(part.size());
    text += ':';
    text += part;
  };
  add(std::to_string(process.command.size()));
  for (const std::string& argument : process.command) add(argument);
  for (const auto& [name, value] : process.environment) {
    add(name);
    add(value);
  }
  add(process.host);
  add(process.working_directory);
  add(process.log_directory);
  add(std::to_string(process.first_port));
  add(std::to_string(process.last_port));
  add(std::to_string(process.stop_timeout.count()));
  return text;
}

std::string TextOf(const FixedUrls& fixed) {
  std::string text;
  for (const std::string& url : fixed.urls) text += url + "\n";
  text += "\n";
  for (const std::string& url : fixed.admin_urls) text += url + "\n";
  return text;
}

}  // namespace

Status CheckTargets(const Declarations& declarations) {
  std::string errors;
  for (const Policy& policy : declarations.policies) {
    const std::string wrong = WhatIsWrong(declarations, policy);
    if (!wrong.empty()) AddPolicyError(policy, wrong, &errors);
  }
  if (errors.empty()) return Ok{};
  return MakeError(ErrorCode::kInvalidArgument, errors, "spec.targetRef");
}

void ResolveTargets(Declarations* declarations) {
  for (Policy& policy : declarations->policies) {
    const Meant meant = MeantBy(*declarations, policy);
    policy.target.kind =
        meant.process != nullptr ? "LocalProcess" : "FixedUrls";
    policy.target.api_version = "prewarm.dev/v1alpha1";
  }
}

std::map<std::string, std::shared_ptr<Target>> LocalTargets::Make(
    const Declarations& declarations) {
  std::map<std::string, Made> made;
  const auto keep = [&](const std::string& key, const std::string& as,
                        auto make) {
    auto& place = made[key];
    if (place.target) return place.target;
    const auto before = made_.find(key);
    if (before != made_.end() && before->second.as == as) {
      place = before->second;
    } else {
      place = {as, make()};
    }
    return place.target;
  };
  std::map<std::string, std::shared_ptr<Target>> targets;
  for (const Policy& policy : declarations.policies) {
    const Meant meant = MeantBy(declarations, policy);
    const std::string name = policy.namespace_name + "/" + policy.target.name;
    auto& target = targets[policy.namespace_name + "/" + policy.target.kind +
                           "/" + policy.target.name];
    if (meant.process != nullptr) {
      target = keep("process " + name, TextOf(*meant.process), [&] {
        return std::make_shared<LocalProcesses>(FromItsFolder(*meant.process),
                                                machine_, clock_, ledger_);
      });
    } else if (meant.urls != nullptr) {
      target = keep("urls " + name, TextOf(*meant.urls), [&] {
        return std::make_shared<FixedUrlTarget>(*meant.urls);
      });
    }
  }
  made_ = std::move(made);
  return targets;
}

}  // namespace prewarm
