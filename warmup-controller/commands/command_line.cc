#include "warmup-controller/commands/command_line.h"

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "warmup-controller/commands/validate.h"

namespace prewarm {
namespace {

constexpr int kUsage = 2;

}  // namespace

int RunCommandLine(int argc, const char* const* argv, const Streams& streams) {
  CLI::App app{"warmup-controller: warms instances before they are needed",
               "warmup-controller"};
  app.set_version_flag("--version", "warmup-controller " PREWARM_VERSION);
  app.require_subcommand(1);
  std::vector<std::string> files;
  CLI::App* validate =
      app.add_subcommand("validate", "check files of policies");
  validate->add_option("file", files, "YAML or JSON; - is the standard input")
      ->required();
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
  return Validate(files, streams.in, streams.out, streams.err);
}

}  // namespace prewarm
