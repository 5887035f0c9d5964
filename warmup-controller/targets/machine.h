// What local processes need of the machine: a seam for tests.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/result.h"

namespace prewarm {

struct ProcessStart {
  std::vector<std::string> command;  // looked for in PATH; no shell
  std::vector<std::pair<std::string, std::string>> environment;  // in addition
  std::string directory;  // "": that of this process
  std::string log_file;   // appended to; "": this process's stderr takes both
};

struct ProcessEnd {
  int status = 0;  // of exit; of no meaning where a signal ended it
  int signal = 0;  // 0: it exited
};

class Machine {
 public:
  virtual ~Machine() = default;
  // The number of the new process, which leads a group of its own. The error
  // names program or file and what the system says of it.
  virtual Result<int> Start(const ProcessStart& start) = 0;
  // Unset: it runs. After it was told once the number is nobody's any more.
  virtual std::optional<ProcessEnd> Ended(int process) = 0;
  // To the process and its group. Only before Ended has told its end.
  virtual void Signal(int process, int number) = 0;
  // Ends it at once with all that it has started; its end is told to nobody.
  virtual void Kill(int process) = 0;
  // Whether somebody could listen there now.
  virtual bool IsFree(const std::string& host, int port) = 0;
};

}  // namespace prewarm
