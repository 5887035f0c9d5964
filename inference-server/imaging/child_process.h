// A short-lived program that is fed a file and read from, with a deadline.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace prewarm {

// Owns one child. Not thread-safe; the child never outlives it: the
// destructor kills and reaps.
class ChildProcess {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  // Starts `program` with `input` on stdin, an empty environment, stderr
  // dropped and no other descriptor of ours. `input` is copied.
  static Result<ChildProcess> Start(const std::string& program,
                                    const std::vector<std::string>& arguments,
                                    std::string_view input, Deadline deadline);

  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();

  enum class ReadOutcome { kDone, kEnded, kDeadline };
  // Exactly `size` bytes of its stdout. kEnded: it closed stdout before that.
  ReadOutcome Read(void* into, std::size_t size);

  // Kills it if it still runs; the wait status as of waitpid.
  int Stop();

 private:
  ChildProcess(pid_t pid, int output, Deadline deadline)
      : pid_(pid), output_(output), deadline_(deadline) {}

  pid_t pid_ = -1;
  int output_ = -1;
  Deadline deadline_;
  int status_ = 0;
};

}  // namespace prewarm
