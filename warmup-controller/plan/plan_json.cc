#include <nlohmann/json.hpp>

#include "warmup-controller/plan/instant_text.h"
#include "warmup-controller/plan/plan_text.h"

namespace prewarm {

std::string PlanJson(const std::vector<Transition>& transitions) {
  auto list = nlohmann::ordered_json::array();
  for (const Transition& transition : transitions) {
    list.push_back({{"at", Rfc3339(transition.at)},
                    {"policy", transition.policy},
                    {"replicas", transition.replicas},
                    {"previous", transition.previous},
                    {"windows", transition.windows},
                    {"kind", KindName(transition.kind)},
                    {"reason", transition.reason}});
  }
  return nlohmann::ordered_json{{"transitions", list}}.dump(1) + "\n";
}

}  // namespace prewarm
