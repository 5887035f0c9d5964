#include "warmup-controller/policy/policy_errors.h"

namespace prewarm {

void AddPolicyError(const Policy& policy, const std::string& what,
                    std::string* errors) {
  if (!errors->empty()) *errors += '\n';
  *errors += policy.source;
  *errors += ": policy ";
  *errors += policy.namespace_name;
  *errors += '/';
  *errors += policy.name;
  *errors += ": ";
  *errors += what;
}

}  // namespace prewarm
