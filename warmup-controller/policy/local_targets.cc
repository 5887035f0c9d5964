#include "warmup-controller/policy/local_targets.h"

#include <algorithm>

namespace prewarm {

bool LocalProcess::has_admin_port() const {
  return std::any_of(command.begin(), command.end(),
                     [](const std::string& text) {
                       return text.find("{admin_port}") != std::string::npos;
                     });
}

int LocalProcess::most_instances() const {
  return (last_port - first_port + 1) / ports_each();
}

}  // namespace prewarm
