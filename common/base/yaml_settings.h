// The flat YAML file of a program's settings.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/placed_errors.h"
#include "common/base/result.h"

namespace prewarm {

// A scalar, or a list of scalars, as written.
struct YamlSetting {
  std::vector<std::string> values;
  bool is_list = false;
  Place place;  // of the key
};

// A flat mapping `key: scalar or [list]`; at most 256 KiB. All errors are in
// the message, one a line, each `name:line:column field: what`.
Result<std::map<std::string, YamlSetting>> ReadYamlSettings(
    std::string_view text, const std::string& name);

}  // namespace prewarm
