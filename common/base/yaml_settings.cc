#include "common/base/yaml_settings.h"

#include "common/base/strict_yaml.h"

namespace prewarm {
namespace {

using Kind = YamlNode::Kind;

constexpr YamlLimits kLimits = {256 << 10, 8, 50000};

YamlSetting ReadSetting(const YamlEntry& entry, PlacedErrors* errors) {
  const YamlNode& value = entry.value;
  YamlSetting setting;
  setting.place = entry.place;
  setting.is_list = value.kind == Kind::kList;
  if (value.kind == Kind::kScalar) {
    setting.values = {value.text};
  } else if (!setting.is_list) {
    errors->Add(value.place, entry.key, "expected a value or a list of values");
  }
  for (const YamlNode& item : value.items) {
    if (item.kind != Kind::kScalar) {
      errors->Add(item.place, entry.key, "expected plain values");
    }
    setting.values.push_back(item.text);
  }
  return setting;
}

}  // namespace

Result<std::map<std::string, YamlSetting>> ReadYamlSettings(
    std::string_view text, const std::string& name) {
  PlacedErrors errors(name);
  std::map<std::string, YamlSetting> settings;
  const std::vector<YamlNode> documents =
      ReadYamlDocuments(text, kLimits, &errors);
  if (documents.size() > 1) {
    errors.Add(documents[1].place, "",
               "something follows the settings; give one document");
  }
  if (!documents.empty()) {
    const YamlNode& root = documents.front();
    if (root.kind != Kind::kMapping && root.kind != Kind::kNull) {
      errors.Add(root.place, "", "expected a mapping of settings");
    }
    for (const YamlEntry& entry : root.entries) {
      settings.emplace(entry.key, ReadSetting(entry, &errors));
    }
  }
  if (errors.empty()) return settings;
  return MakeError(ErrorCode::kInvalidArgument, errors.ToString(), "config");
}

}  // namespace prewarm
