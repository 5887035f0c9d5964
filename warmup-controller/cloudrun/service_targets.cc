#include "warmup-controller/cloudrun/service_targets.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/base/ascii.h"
#include "warmup-controller/policy/policy_errors.h"

namespace prewarm::cloudrun {
namespace {

constexpr char kKind[] = "CloudRunService";

std::string WhatIsWrong(const UsualPlace& usual, const Policy& policy) {
  if (policy.target.kind != kKind) {
    return "spec.targetRef.kind is " + policy.target.kind +
           "; `cloudrun` scales CloudRunService alone";
  }
  const auto name =
      CompleteName(policy.target.name, usual.project, usual.location);
  if (!name.ok()) return "spec.targetRef.name: " + name.error().message;
  const std::string& port = policy.warmup.port;
  if (!port.empty() && std::all_of(port.begin(), port.end(), IsDigit)) {
    return "spec.warmup.port is " + port +
           "; a service of Cloud Run has one port, leave it out";
  }
  return "";
}

// What ShortName has made of it.
std::optional<ServiceName> NameBehind(const std::string& name,
                                      const UsualPlace& usual) {
  const std::size_t first = name.find('.');
  if (first == std::string::npos) {
    if (usual.project.empty() || usual.location.empty()) return std::nullopt;
    return ServiceName{usual.project, usual.location, name};
  }
  const std::size_t second = name.find('.', first + 1);
  if (second == std::string::npos) return std::nullopt;
  return ServiceName{name.substr(second + 1),
                     name.substr(first + 1, second - first - 1),
                     name.substr(0, first)};
}

std::string KeyOf(const std::string& namespace_name, const std::string& name) {
  return namespace_name + "/" + kKind + "/" + name;
}

}  // namespace

Status ResolveServices(const UsualPlace& usual, Declarations* declarations) {
  std::string errors;
  std::map<std::string, std::string> namespaces;  // by service
  for (Policy& policy : declarations->policies) {
    const std::string wrong = WhatIsWrong(usual, policy);
    if (!wrong.empty()) {
      AddPolicyError(policy, wrong, &errors);
      continue;
    }
    const ServiceName name =
        CompleteName(policy.target.name, usual.project, usual.location).value();
    const auto [known, is_new] =
        namespaces.emplace(name.Full(), policy.namespace_name);
    if (!is_new && known->second != policy.namespace_name) {
      AddPolicyError(policy,
                     name.Full() + " is scaled by policies of namespace " +
                         known->second + " already; put them into the same one",
                     &errors);
    }
    policy.target.name = ShortName(name, usual.project, usual.location);
  }
  if (errors.empty()) return Ok{};
  return MakeError(ErrorCode::kInvalidArgument, errors, "spec.targetRef");
}

std::shared_ptr<ServiceTarget> ServiceTargets::MakeOne(
    const std::string& namespace_name, const std::string& name) const {
  const auto service = NameBehind(name, parts_.usual);
  if (!service) return nullptr;
  SampleParts samples = parts_.samples;
  if (parts_.sampled) {
    samples.answered = [sampled = parts_.sampled, namespace_name,
                        name](const std::string& outcome) {
      sampled(namespace_name, name, outcome);
    };
  }
  return std::make_shared<ServiceTarget>(
      service->Full(), name, parts_.service,
      std::make_shared<Samples>(std::move(samples)));
}

std::map<std::string, std::shared_ptr<Target>> ServiceTargets::Make(
    const Declarations& declarations) {
  std::map<std::string, std::vector<std::string>> policies;
  std::map<std::string, std::shared_ptr<ServiceTarget>> targets;
  for (const Policy& policy : declarations.policies) {
    const std::string key = KeyOf(policy.namespace_name, policy.target.name);
    std::vector<std::string>& of_it = policies[key];
    if (!policy.dry_run) {
      of_it.push_back(policy.namespace_name + "/" + policy.name);
    }
    auto& target = targets[key];
    if (target) continue;
    target = made_[key].lock();
    if (!target) {
      target = MakeOne(policy.namespace_name, policy.target.name);
      made_[key] = target;
    }
  }
  std::map<std::string, std::shared_ptr<Target>> made;
  std::map<std::string, std::shared_ptr<Samples>> samples;
  now_.clear();
  for (auto& [key, target] : targets) {
    std::vector<std::string>& names = policies[key];
    std::sort(names.begin(), names.end());
    target->SetPolicies(std::move(names));
    samples[key] = target->samples();
    now_.push_back(target);
    made[key] = target;
  }
  parts_.warmer->Serve(std::move(samples));
  return made;
}

std::vector<std::shared_ptr<ServiceTarget>> ServiceTargets::Abandoned(
    const std::vector<std::string>& keys,
    const std::set<std::string>& policies) const {
  std::vector<std::shared_ptr<ServiceTarget>> abandoned;
  for (const std::string& key : keys) {
    const std::size_t first = key.find('/');
    const std::size_t second =
        first == std::string::npos ? first : key.find('/', first + 1);
    if (second == std::string::npos ||
        key.substr(first + 1, second - first - 1) != kKind) {
      continue;
    }
    const auto target = MakeOne(key.substr(0, first), key.substr(second + 1));
    if (!target) continue;
    const bool wanted =
        std::any_of(now_.begin(), now_.end(), [&](const auto& one) {
          return one->full_name() == target->full_name();
        });
    if (wanted) continue;
    target->SetKnown(policies);
    target->Leave();
    abandoned.push_back(target);
  }
  return abandoned;
}

}  // namespace prewarm::cloudrun
