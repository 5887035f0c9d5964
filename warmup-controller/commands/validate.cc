#include "warmup-controller/commands/validate.h"

#include <algorithm>

#include "warmup-controller/commands/policy_files.h"
#include "warmup-controller/commands/wrap.h"

namespace prewarm {
namespace {

std::string Count(std::size_t number, const std::string& what) {
  return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

std::string Summary(const Policy& policy) {
  std::string line = policy.namespace_name + "/" + policy.name + ": ok, " +
                     policy.target.kind + " " + policy.target.name + ", " +
                     Count(policy.windows.size(), "window");
  if (policy.intent.enabled) line += ", intent";
  if (policy.suspend) line += ", suspended";
  if (policy.dry_run) line += ", dry run";
  return line;
}

}  // namespace

int Validate(const std::vector<std::string>& paths, std::istream& in,
             std::ostream& out, std::ostream& err) {
  const auto policies = ReadPolicyFiles(paths, in);
  if (!policies.ok()) {
    const std::string& errors = policies.error().message;
    const auto breaks = std::count(errors.begin(), errors.end(), '\n');
    err << Wrapped(errors)
        << Count(static_cast<std::size_t>(breaks) + 1, "error") << "\n";
    return 1;
  }
  for (const Policy& policy : *policies) out << Summary(policy) << "\n";
  return 0;
}

}  // namespace prewarm
