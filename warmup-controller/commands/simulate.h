// `warmup-controller simulate`.
#pragma once

#include <cstdint>
#include <istream>
#include <ostream>
#include <string>
#include <vector>

namespace prewarm {

struct SimulateOptions {
  std::string policy;  // a file with one policy
  std::string trace;
  std::string from;   // "" is the trace's begin
  std::string until;  // "" is its end
  double scale = 1;
  std::uint64_t seed = 1;
  std::string service = "1s";  // or measured, @FILE
  std::string cold_start = "60s";
  std::string idle_timeout = "5m";
  std::string stopping = "30s";
  std::string keep_alive = "5m,10m,15m";
  std::string think_time = "40s~0.6";
  std::string intent_ttl = "0s";  // 0s: heartbeats
  double conversion = 0.3;
  int concurrency = 1;
  int max_instances = 0;  // 0: the policy's maximum, 1000 at most
  int always_on = 1;
  double price = 0.526;
  double suggest = -1;  // the share of cold requests to reach; below 0: not
  std::string output = "table";
  std::vector<std::string> calendars;  // CONFIGMAP/KEY=FILE
};

// What the policy would have cost and saved. The exit status: 0, 1 with the
// errors on `err`.
int SimulatePolicy(const SimulateOptions& options, std::istream& in,
                   std::ostream& out, std::ostream& err);

}  // namespace prewarm
