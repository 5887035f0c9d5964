#include "warmup-controller/commands/validate.h"

#include <algorithm>

#include "warmup-controller/commands/calendars.h"
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

// Any ten years find what is wrong in a calendar.
const CivilDay kFrom(2025, 1, 1);
const CivilDay kUntil(2035, 1, 1);

std::string CalendarErrors(const std::vector<Policy>& policies) {
  std::string errors;
  for (const Policy& policy : policies) {
    const auto calendars = ReadCalendars(policy, {}, kFrom, kUntil);
    if (calendars.ok()) continue;
    if (!errors.empty()) errors += '\n';
    errors += calendars.error().message;
  }
  return errors;
}

int Fail(const std::string& errors, std::ostream& err) {
  const auto breaks = std::count(errors.begin(), errors.end(), '\n');
  err << Wrapped(errors) << Count(static_cast<std::size_t>(breaks) + 1, "error")
      << "\n";
  return 1;
}

}  // namespace

int Validate(const std::vector<std::string>& paths, std::istream& in,
             std::ostream& out, std::ostream& err) {
  const auto policies = ReadPolicyFiles(paths, in);
  if (!policies.ok()) return Fail(policies.error().message, err);
  const std::string errors = CalendarErrors(*policies);
  if (!errors.empty()) return Fail(errors, err);
  for (const Policy& policy : *policies) out << Summary(policy) << "\n";
  return 0;
}

}  // namespace prewarm
