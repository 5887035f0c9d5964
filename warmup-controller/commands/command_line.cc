#include "warmup-controller/commands/command_line.h"

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "warmup-controller/commands/plan.h"
#include "warmup-controller/commands/validate.h"

namespace prewarm {
namespace {

constexpr int kUsage = 2;
constexpr char kFiles[] = "YAML or JSON; - is the standard input";

void AddValidate(CLI::App* app, std::vector<std::string>* files) {
  CLI::App* validate =
      app->add_subcommand("validate", "check files of policies");
  validate->add_option("file", *files, kFiles)->required();
}

const CLI::App* AddPlan(CLI::App* app, PlanOptions* options) {
  CLI::App* plan =
      app->add_subcommand("plan", "what policies will do when, and why");
  plan->add_option("--policy", options->policies, kFiles)->required();
  plan->add_option("--from", options->from,
                   "2026-03-29 or 2026-03-29T01:00:00Z; now");
  plan->add_option("--until", options->until, "a week after --from");
  plan->add_option("--output", options->output)
      ->check(CLI::IsMember({"table", "json", "ics"}))
      ->capture_default_str();
  plan->add_option("--calendar", options->calendars,
                   "CONFIGMAP/KEY=FILE, for except.calendars");
  return plan;
}

}  // namespace

int RunCommandLine(int argc, const char* const* argv, const Streams& streams) {
  CLI::App app{"warmup-controller: warms instances before they are needed",
               "warmup-controller"};
  app.set_version_flag("--version", "warmup-controller " PREWARM_VERSION);
  app.require_subcommand(1);
  std::vector<std::string> files;
  PlanOptions plan;
  AddValidate(&app, &files);
  const CLI::App* planned = AddPlan(&app, &plan);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    streams.out << app.help();
    return 0;
  } catch (const CLI::CallForVersion&) {
    streams.out << "warmup-controller " PREWARM_VERSION "\n";
    return 0;
  } catch (const CLI::Error& e) {
    streams.err << "warmup-controller: " << e.what()
                << "; see warmup-controller --help\n";
    return kUsage;
  }
  if (planned->parsed()) {
    const auto now =
        std::chrono::floor<std::chrono::seconds>(Clock::System().WallNow());
    return Plan(plan, now, streams.in, streams.out, streams.err);
  }
  return Validate(files, streams.in, streams.out, streams.err);
}

}  // namespace prewarm
