#include "warmup-controller/commands/crd.h"

#include <string>

#include "warmup-controller/commands/wrap.h"
#include "warmup-controller/http_client/http_client.h"
#include "warmup-controller/kube/api_client.h"
#include "warmup-controller/kube/definition.h"
#include "warmup-controller/kube/yaml_object.h"

namespace prewarm {
namespace {

constexpr int kWrongOptions = 2;
constexpr char kOwnVersion[] = PREWARM_VERSION;

Result<kube::DefinitionOutcome> UpdateCluster(const kube::Access& access) {
  PREWARM_ASSIGN_OR_RETURN(const kube::Json definition,
                           kube::ObjectOfYaml(EmbeddedDefinition("crd.yaml")));
  PREWARM_ASSIGN_OR_RETURN(const auto network,
                           MakeHttpClient(1, access.connection));
  kube::ApiClient api(access, network.get(), network.get(), nullptr,
                      Clock::System());
  auto outcome = kube::UpdateDefinition(&api, definition, kOwnVersion);
  if (outcome.ok() || outcome.error().code != ErrorCode::kNotFound) {
    return outcome;
  }
  Error error = outcome.error();
  error.message +=
      "; `helm install` makes it, or somebody who may: warmup-controller crd | "
      "kubectl apply --server-side -f -";
  return error;
}

void TellDefinition(const kube::DefinitionOutcome& outcome, std::ostream& out) {
  out << outcome.name << ": ";
  if (!outcome.later.empty()) {
    out << "left alone, it is of " << outcome.later
        << ", which is later than this program's " << kOwnVersion << '\n';
    return;
  }
  out << (outcome.changed ? "brought to " : "is as of ") << kOwnVersion;
  if (!kube::KnowsRules(outcome.server)) {
    out << ", without CEL's rules, which Kubernetes " << outcome.server.major
        << '.' << outcome.server.minor << " does not know";
  }
  out << '\n';
}

}  // namespace

int Crd(const CrdOptions& options, std::ostream& out, std::ostream& err) {
  if (!options.apply) {
    out << EmbeddedDefinition("crd.yaml");
    return 0;
  }
  const auto access = AccessOf(options.cluster);
  if (!access.ok()) {
    err << Wrapped(access.error().message);
    return kWrongOptions;
  }
  const auto outcome = UpdateCluster(*access);
  if (!outcome.ok()) {
    err << Wrapped(outcome.error().message);
    return 1;
  }
  TellDefinition(*outcome, out);
  return 0;
}

}  // namespace prewarm
