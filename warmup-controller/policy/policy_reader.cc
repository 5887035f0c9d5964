#include "warmup-controller/policy/policy_reader.h"

#include <map>
#include <utility>

#include "common/base/strict_yaml.h"
#include "common/base/utf8.h"
#include "warmup-controller/policy/read_policy.h"

namespace prewarm {
namespace {

// Where each namespace and name was declared first.
using Declared = std::map<std::pair<std::string, std::string>, std::string>;

void CheckUnique(const PolicyDocument& read, Declared* declared,
                 PlacedErrors* errors) {
  const Policy& policy = read.policy;
  if (policy.name.empty() || policy.namespace_name.empty()) return;
  const std::string place =
      errors->name() + ":" + std::to_string(read.name_place.line);
  const auto [first, is_new] =
      declared->emplace(std::pair(policy.namespace_name, policy.name), place);
  if (is_new) return;
  errors->Add(read.name_place, "metadata.name",
              "got " + Quoted(policy.namespace_name + "/" + policy.name) +
                  ", which " + first->second +
                  " declares already; give one of them another name");
}

void ReadFile(const PolicyFile& file, Declared* declared, PlacedErrors* errors,
              std::vector<Policy>* policies) {
  bool any = false;
  for (const YamlNode& node : ReadYamlDocuments(file.text, {}, errors)) {
    if (node.kind == YamlNode::Kind::kNull) continue;
    any = true;
    PolicyDocument read =
        ReadPolicyDocument(Field(node, node.place, "", errors));
    CheckUnique(read, declared, errors);
    read.policy.source = file.name;
    policies->push_back(std::move(read.policy));
  }
  if (!any && errors->empty()) errors->Add({}, "", "holds no policy");
}

}  // namespace

Result<std::vector<Policy>> ReadPolicies(const std::vector<PolicyFile>& files) {
  std::vector<Policy> policies;
  Declared declared;
  std::string all;
  for (const PolicyFile& file : files) {
    PlacedErrors errors(file.name);
    ReadFile(file, &declared, &errors, &policies);
    if (errors.empty()) continue;
    if (!all.empty()) all += '\n';
    all += errors.ToString();
  }
  if (all.empty()) return policies;
  return MakeError(ErrorCode::kInvalidArgument, all, "policies");
}

}  // namespace prewarm
