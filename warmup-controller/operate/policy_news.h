// What is worth an Event, out of two statuses of a policy: what is so now and
// was not so before. A fact that has not changed is no news, also after a
// restart: the status before is the one that its object has. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace prewarm {

struct PolicyNews {
  bool warning = false;
  std::string reason;
  std::string message;
};

// The part of a status that NewsOf looks at, with what `before` told beside it:
// a status may leave out what has not changed. Not `settled`: who has just
// begun does not know yet what is wrong, so that nothing is over by his word.
nlohmann::json TellingPart(const nlohmann::json& before,
                           const nlohmann::json& status, bool settled);

// Both are telling parts; null: there was none.
std::vector<PolicyNews> NewsOf(const nlohmann::json& before,
                               const nlohmann::json& after);

}  // namespace prewarm
