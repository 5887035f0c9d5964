// The program's commands, as a person runs them.
#pragma once

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "tests/support/temp_dir.h"
#include "warmup-controller/commands/command_line.h"

namespace prewarm {

// In the namespace shop, with a window of nine hours a day.
inline std::string PolicyNamed(const std::string& name) {
  return "apiVersion: prewarm.dev/v1alpha1\nkind: PrewarmPolicy\n"
         "metadata: {name: " +
         name +
         ", namespace: shop}\nspec:\n"
         "  targetRef: {kind: Deployment, name: server}\n"
         "  windows: [{name: day, from: \"09:00\", to: \"18:00\"}]\n";
}

struct Outcome {
  int status = 0;
  std::string out;
  std::string err;
};

class CommandTest : public testing::Test {
 protected:
  std::string File(const std::string& name, const std::string& text) const {
    return folder_.Write(name, text);
  }
  std::string Path(const std::string& name) const { return folder_.File(name); }
  const std::string& folder() const { return folder_.path(); }

  static Outcome Run(const std::vector<std::string>& arguments,
                     const std::string& input = "") {
    std::vector<const char*> argv = {"warmup-controller"};
    argv.reserve(arguments.size() + 1);
    for (const std::string& each : arguments) argv.push_back(each.c_str());
    std::istringstream in(input);
    std::ostringstream out;
    std::ostringstream err;
    Outcome outcome;
    outcome.status = RunCommandLine(static_cast<int>(argv.size()), argv.data(),
                                    {in, out, err});
    outcome.out = out.str();
    outcome.err = err.str();
    return outcome;
  }

 private:
  const TempDir folder_;
};

}  // namespace prewarm
