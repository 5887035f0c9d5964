#include "warmup-controller/policy/policy_reader.h"

#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "common/base/strict_yaml.h"
#include "common/base/utf8.h"
#include "warmup-controller/policy/read_fixed_urls.h"
#include "warmup-controller/policy/read_local_process.h"
#include "warmup-controller/policy/read_metadata.h"
#include "warmup-controller/policy/read_policy.h"

namespace prewarm {
namespace {

constexpr char kApiVersion[] = "prewarm.dev/v1alpha1";

const std::vector<std::string>& Kinds() {
  static const std::vector<std::string> kKinds = {"PrewarmPolicy",
                                                  "LocalProcess", "FixedUrls"};
  return kKinds;
}
enum KindIndex { kPolicy, kLocalProcess, kFixedUrls };

// Where each kind, namespace and name was declared first.
using Declared =
    std::map<std::tuple<int, std::string, std::string>, std::string>;

class Reader {
 public:
  explicit Reader(Declarations* all) : all_(all) {}

  void ReadFile(const PolicyFile& file, PlacedErrors* errors) {
    bool any = false;
    for (const YamlNode& node : ReadYamlDocuments(file.text, {}, errors)) {
      if (node.kind == YamlNode::Kind::kNull) continue;
      any = true;
      ReadDocument(Field(node, node.place, "", errors), file.name);
    }
    if (!any && errors->empty()) errors->Add({}, "", "holds no policy");
  }

 private:
  void ReadDocument(const Field& document, const std::string& source) {
    if (document.node().kind != YamlNode::Kind::kMapping) {
      document.Expected("a mapping with kind: PrewarmPolicy");
      return;
    }
    Fields fields(document);
    const auto kind = KindOf(&fields);
    // One of another version or kind has other fields, too.
    if (!kind) return;
    Metadata metadata;
    if (const auto field = fields.Required("metadata")) {
      metadata = ReadMetadata(*field);
    }
    if (const auto spec = fields.Required("spec")) {
      ReadSpec(*kind, *spec, metadata, source);
    }
    if (*kind == kPolicy) fields.Ignore({"status"});
    fields.RefuseOthers();
    CheckUnique(*kind, metadata, document.errors());
  }

  static std::optional<int> KindOf(Fields* fields) {
    const auto api_version = fields->Required("apiVersion");
    const auto kind = fields->Required("kind");
    const bool fits = api_version && api_version->OneOf({kApiVersion});
    const auto index = kind ? kind->OneOf(Kinds()) : std::nullopt;
    return fits ? index : std::nullopt;
  }

  void ReadSpec(int kind, const Field& spec, const Metadata& metadata,
                const std::string& source) {
    const auto add = [&](auto read, auto* list) {
      read.namespace_name = metadata.namespace_name;
      read.name = metadata.name;
      read.source = source;
      list->push_back(std::move(read));
    };
    switch (kind) {
      case kPolicy:
        add(ReadPolicySpec(spec), &all_->policies);
        return;
      case kLocalProcess:
        add(ReadLocalProcess(spec), &all_->local_processes);
        return;
      default:
        add(ReadFixedUrls(spec), &all_->fixed_urls);
    }
  }

  void CheckUnique(int kind, const Metadata& metadata, PlacedErrors* errors) {
    if (metadata.name.empty() || metadata.namespace_name.empty()) return;
    const std::string place =
        errors->name() + ":" + std::to_string(metadata.name_place.line);
    const auto [first, is_new] = declared_.emplace(
        std::tuple(kind, metadata.namespace_name, metadata.name), place);
    if (is_new) return;
    errors->Add(metadata.name_place, "metadata.name",
                "got " + Quoted(metadata.namespace_name + "/" + metadata.name) +
                    ", which " + first->second +
                    " declares already; give one of them another name");
  }

  Declarations* all_;
  Declared declared_;
};

}  // namespace

Result<Declarations> ReadDeclarations(const std::vector<PolicyFile>& files) {
  Declarations declarations;
  Reader reader(&declarations);
  std::string all;
  for (const PolicyFile& file : files) {
    PlacedErrors errors(file.name);
    reader.ReadFile(file, &errors);
    if (errors.empty()) continue;
    if (!all.empty()) all += '\n';
    all += errors.ToString();
  }
  if (all.empty()) return declarations;
  return MakeError(ErrorCode::kInvalidArgument, all, "policies");
}

Result<std::vector<Policy>> ReadPolicies(const std::vector<PolicyFile>& files) {
  PREWARM_ASSIGN_OR_RETURN(Declarations all, ReadDeclarations(files));
  return std::move(all.policies);
}

}  // namespace prewarm
