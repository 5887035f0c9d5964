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

std::string Summary(const LocalProcess& process) {
  return process.namespace_name + "/" + process.name +
         ": ok, LocalProcess, ports for " +
         Count(static_cast<std::size_t>(process.most_instances()), "instance");
}

std::string Summary(const FixedUrls& fixed) {
  return fixed.namespace_name + "/" + fixed.name + ": ok, FixedUrls, " +
         Count(fixed.urls.size(), "URL");
}

template <typename Declared>
void Tell(const std::vector<Declared>& all, std::ostream& out) {
  for (const Declared& one : all) out << Summary(one) << "\n";
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
  const auto all = ReadDeclarationFiles(paths, in);
  if (!all.ok()) return Fail(all.error().message, err);
  const std::string errors = CalendarErrors(all->policies);
  if (!errors.empty()) return Fail(errors, err);
  Tell(all->policies, out);
  Tell(all->local_processes, out);
  Tell(all->fixed_urls, out);
  return 0;
}

}  // namespace prewarm
