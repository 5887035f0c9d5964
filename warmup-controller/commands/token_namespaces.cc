#include "warmup-controller/commands/token_namespaces.h"

namespace prewarm {

std::set<std::string> TokenNamespaces(const RunOptions& options,
                                      const std::string& own) {
  if (!options.token_namespaces.empty()) {
    return {options.token_namespaces.begin(), options.token_namespaces.end()};
  }
  const bool one = !options.all_namespaces && !options.namespace_name.empty();
  return {one ? options.namespace_name : own};
}

bool GetsToken(const std::set<std::string>& namespaces,
               const std::string& target) {
  return namespaces.count(kAllNamespaces) > 0 ||
         namespaces.count(target.substr(0, target.find('/'))) > 0;
}

}  // namespace prewarm
