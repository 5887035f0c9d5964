// `prewarm-model compare`: from its arguments to its exit code.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>

#include "common/base/result.h"
#include "inference-server/engine/engine.h"

namespace prewarm::quality {

struct CompareArguments {
  std::string a;  // MODEL[@precision], the reference
  std::string b;
  std::string images;
  std::string truth;  // "" without
  std::string out;    // of the HTML; "" without
  std::string store;
  int threads = 0;
  bool as_json = false;
  bool show_progress = false;  // on `err`
  // The engine that both use.
  std::function<Result<EngineFactory*>()> open_engine;
};

// 0; 1 where something could not be opened, read or written, or no picture
// was; 2 where an argument is wrong. Results go to `out`, the rest to `err`.
int RunCompare(const CompareArguments& arguments, std::ostream& out,
               std::ostream& err);

}  // namespace prewarm::quality
