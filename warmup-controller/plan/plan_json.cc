#include <algorithm>
#include <nlohmann/json.hpp>

#include "warmup-controller/plan/plan_text.h"
#include "warmup-controller/policy/dates.h"

namespace prewarm {
namespace {

// Nearly all of a long plan is plain: a tree of a million objects would take
// longer than the plan itself.
void AppendString(const std::string& text, std::string* json) {
  const bool is_plain = std::all_of(text.begin(), text.end(), [](char c) {
    return c >= ' ' && c <= '~' && c != '"' && c != '\\';
  });
  if (is_plain) {
    *json += '"';
    *json += text;
    *json += '"';
  } else {
    *json += nlohmann::json(text).dump();
  }
}

void AppendNames(const std::vector<std::string>& names, std::string* json) {
  *json += '[';
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) *json += ", ";
    AppendString(names[i], json);
  }
  *json += ']';
}

void Append(const Transition& transition, std::string* json) {
  *json += "  {\"at\": ";
  AppendString(FormatInstant(transition.at), json);
  *json += ", \"policy\": ";
  AppendString(transition.policy, json);
  *json += ", \"replicas\": " + std::to_string(transition.replicas) +
           ", \"previous\": " + std::to_string(transition.previous) +
           ", \"windows\": ";
  AppendNames(transition.windows, json);
  *json += ", \"kind\": ";
  AppendString(KindName(transition.kind), json);
  *json += ",\n   \"reason\": ";
  AppendString(transition.reason, json);
  *json += '}';
}

}  // namespace

void WritePlanJson(const std::vector<PlanStart>& starts,
                   const std::vector<Transition>& transitions,
                   std::ostream& out) {
  out << "{\"transitions\": [";
  std::string json;
  for (std::size_t i = 0; i < transitions.size(); ++i) {
    json = i > 0 ? ",\n" : "\n";
    Append(transitions[i], &json);
    out << json;
  }
  out << "\n],\n\"initial\": [";
  for (std::size_t i = 0; i < starts.size(); ++i) {
    json = i > 0 ? ",\n  {\"policy\": " : "\n  {\"policy\": ";
    AppendString(starts[i].policy, &json);
    json += ", \"replicas\": " + std::to_string(starts[i].replicas) +
            ", \"windows\": ";
    AppendNames(starts[i].windows, &json);
    out << json << '}';
  }
  out << "\n]}\n";
}

}  // namespace prewarm
