#include "warmup-controller/operate/policy_news.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "warmup-controller/kube/json_text.h"

namespace prewarm {
namespace {

using kube::At;
using kube::TextAt;
using nlohmann::json;

constexpr const char* kTelling[] = {"activeWindows", "cause", "conditions",
                                    "desired", "reason"};
// Those that are bad news while they are true; Accepted, while it is not.
constexpr const char* kWarnings[] = {"Conflict", "FloorCapped", "GateMissing",
                                     "OrderedStarts", "Degraded"};

const json& ListAt(const json& status, const char* name) {
  static const json kEmpty = json::array();
  const json& list = At(status, {name});
  return list.is_array() ? list : kEmpty;
}

const json& ConditionIn(const json& status, const std::string& type) {
  static const json kNone;
  for (const json& one : ListAt(status, "conditions")) {
    if (TextAt(one, {"type"}) == type) return one;
  }
  return kNone;
}

bool Is(const json& condition, const char* status) {
  return TextAt(condition, {"status"}) == status;
}

bool HasWindow(const json& status, const json& window) {
  const json& windows = ListAt(status, "activeWindows");
  return std::any_of(windows.begin(), windows.end(), [&](const json& one) {
    return TextAt(one, {"name"}) == TextAt(window, {"name"}) &&
           TextAt(one, {"opens"}) == TextAt(window, {"opens"});
  });
}

void AddWindows(const json& before, const json& after,
                std::vector<PolicyNews>* news) {
  for (const json& window : ListAt(after, "activeWindows")) {
    if (HasWindow(before, window)) continue;
    const std::string closes = TextAt(window, {"closes"});
    news->push_back({false, "WindowOpened",
                     TextAt(window, {"name"}) + " is open" +
                         (closes.empty() ? "" : " until " + closes)});
  }
  for (const json& window : ListAt(before, "activeWindows")) {
    if (HasWindow(after, window)) continue;
    news->push_back(
        {false, "WindowClosed", TextAt(window, {"name"}) + " has closed"});
  }
}

void AddWarmStart(const json& before, const json& after,
                  std::vector<PolicyNews>* news) {
  constexpr char kWarmStart[] = "warm_start";
  if (TextAt(after, {"cause"}) != kWarmStart ||
      TextAt(before, {"cause"}) == kWarmStart) {
    return;
  }
  const int desired = kube::IntAt(after, {"desired"}, 0);
  news->push_back(
      {false, "WarmStart",
       TextAt(after, {"reason"}) + "; " + std::to_string(desired) +
           (desired == 1 ? " instance gets warm" : " instances get warm")});
}

void AddConditions(const json& before, const json& after,
                   std::vector<PolicyNews>* news) {
  for (const char* const type : kWarnings) {
    const json& was = ConditionIn(before, type);
    const json& is = ConditionIn(after, type);
    const std::string reason = TextAt(is, {"reason"});
    // Of one that tells several stories another story is news.
    const bool several = type == std::string("Degraded");
    const bool same =
        Is(was, "True") && (!several || TextAt(was, {"reason"}) == reason);
    if (Is(is, "True") && !same) {
      news->push_back({true, several ? reason : type, TextAt(is, {"message"})});
    } else if (several && Is(was, "True") && Is(is, "False")) {
      news->push_back({false, "Recovered",
                       "no longer " + TextAt(was, {"reason"}) + ": " +
                           TextAt(was, {"message"})});
    }
  }
  const json& was = ConditionIn(before, "Accepted");
  const json& is = ConditionIn(after, "Accepted");
  if (Is(is, "False") && (!Is(was, "False") || TextAt(was, {"message"}) !=
                                                   TextAt(is, {"message"}))) {
    news->push_back({true, TextAt(is, {"reason"}), TextAt(is, {"message"})});
  }
}

}  // namespace

json TellingPart(const json& before, const json& status, bool settled) {
  json part = before.is_object() ? before : json::object();
  for (const char* const name : kTelling) {
    const json& value = At(status, {name});
    if (!value.is_null()) part[name] = value;
  }
  if (settled) return part;
  for (const char* const type : kWarnings) {
    const json& was = ConditionIn(before, type);
    if (!Is(was, "True") || Is(ConditionIn(part, type), "True")) continue;
    json& conditions = part["conditions"];
    json kept = json::array({was});
    for (const json& one : conditions) {
      if (TextAt(one, {"type"}) != type) kept.push_back(one);
    }
    conditions = std::move(kept);
  }
  return part;
}

std::vector<PolicyNews> NewsOf(const json& before, const json& after) {
  std::vector<PolicyNews> news;
  AddWindows(before, after, &news);
  AddWarmStart(before, after, &news);
  AddConditions(before, after, &news);
  return news;
}

}  // namespace prewarm
