// `warmup-controller plan`.
#pragma once

#include <istream>
#include <ostream>
#include <string>
#include <vector>

#include "warmup-controller/calendar/civil.h"

namespace prewarm {

struct PlanOptions {
  std::vector<std::string> policies;  // files
  std::string from;                   // "" is now
  std::string until;                  // "" is a week later
  std::string output = "table";
  std::vector<std::string> calendars;  // CONFIGMAP/KEY=FILE
};

// What all policies will do. The exit status: 0, 1 with all errors on `err`.
int Plan(const PlanOptions& options, Instant now, std::istream& in,
         std::ostream& out, std::ostream& err);

}  // namespace prewarm
