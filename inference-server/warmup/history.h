// The warm-ups of the past, in the store: a line of JSON each, one file for a
// model and a kind of machine. Many processes append to it. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/store/env.h"
#include "inference-server/warmup/eta.h"

namespace prewarm {

// Lines and their numbers are never trusted: std::nullopt for any other.
std::string FormatRecord(const WarmUpRecord& record);
std::optional<WarmUpRecord> ParseRecord(const std::string& line);

class WarmUpHistory {
 public:
  // `machine`: text that is equal where warm-ups take equally long.
  WarmUpHistory(const std::string& root, const std::string& model,
                const std::string& machine, Env* env);

  // The newest 64, newest last. Empty where there is none, or none to be read;
  // lines that are damaged are left out.
  std::vector<WarmUpRecord> Load() const;

  // The order is that of the lines: no clock is asked. Beyond 256 lines the
  // older ones go.
  Status Add(const WarmUpRecord& record) const;

 private:
  std::string folder_;
  std::string path_;
  Env* env_;
};

// This process's machine: CPU model, cores it may use, threads asked for.
std::string MachineClass(int threads);

}  // namespace prewarm
