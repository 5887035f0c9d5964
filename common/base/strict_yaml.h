// The strict reader of YAML settings; the only user of yaml-cpp. What yaml-cpp
// lets pass silently (duplicate keys, aliases, merge keys, further documents,
// deep nesting, invalid UTF-8) is refused, with `file:line:column`.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace prewarm {

// A scalar, or a list of scalars, as written.
struct YamlSetting {
  std::vector<std::string> values;
  bool is_list = false;
  int line = 0;    // 1-based
  int column = 0;  // 1-based
};

// A flat mapping `key: scalar or [list]`; at most 256 KiB. All errors are in
// the message, one a line, each `name:line:column field: what`.
Result<std::map<std::string, YamlSetting>> ReadYamlSettings(
    std::string_view text, const std::string& name);

}  // namespace prewarm
