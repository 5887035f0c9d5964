// Between those who ask for a pass and the one thread that does it: whoever
// asks while one is under way gets the answer of that one.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "common/base/result.h"

namespace prewarm {

// Thread-safe; one thread serves.
class StepDesk {
 public:
  using Done = std::function<void(const Result<std::string>&)>;

  // `done` is called once, from any thread.
  void Ask(Done done);
  // Blocks until somebody asks: true; false after Close.
  bool Await();
  // To all who have asked by now.
  void Answer(const std::string& json);
  // Who has not been answered is told so, and so is who asks later.
  void Close();

 private:
  static void Refuse(const std::vector<Done>& asked);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Done> asked_;
  bool closed_ = false;
};

}  // namespace prewarm
