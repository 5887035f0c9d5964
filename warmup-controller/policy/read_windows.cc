#include "warmup-controller/policy/read_windows.h"

#include <map>
#include <string>

#include "common/base/utf8.h"
#include "warmup-controller/policy/field_values.h"
#include "warmup-controller/policy/limits.h"
#include "warmup-controller/policy/names.h"
#include "warmup-controller/policy/read_window_times.h"

namespace prewarm {
namespace {

Window ReadWindow(const Field& field, std::optional<int> max_replicas,
                  std::map<std::string, Place>* names) {
  Fields fields(field);
  Window window;
  if (const auto name = fields.Required("name")) {
    window.name = ReadChecked(*name, CheckLabelName).value_or("");
    const auto [first, is_new] = names->emplace(window.name, name->place());
    if (!is_new && !window.name.empty()) {
      name->Complain("got " + Quoted(window.name) +
                     ", which is the window's of line " +
                     std::to_string(first->second.line) +
                     " already; give each its own name");
    }
  }
  const WhenFields when = FindWhen(&fields);
  if (const auto zone = fields.Find("timeZone")) window.zone = ReadZone(*zone);
  if (const auto replicas = fields.Find("replicas")) {
    window.replicas =
        ReadReplicas(*replicas, 1, max_replicas).value_or(window.replicas);
  }
  fields.RefuseOthers();
  if (field.node().kind == YamlNode::Kind::kMapping) {
    ReadWindowTimes(field, when, &window);
  }
  return window;
}

}  // namespace

std::vector<Window> ReadWindows(const Field& field,
                                std::optional<int> max_replicas) {
  std::vector<Window> windows;
  std::map<std::string, Place> names;
  for (const Field& item : field.Items(kMaxWindows)) {
    windows.push_back(ReadWindow(item, max_replicas, &names));
  }
  return windows;
}

}  // namespace prewarm
