#include "common/base/strict_yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <sstream>

namespace prewarm {
namespace {

constexpr std::size_t kMaxBytes = 256 << 10;
constexpr int kMaxDepth = 8;

std::string At(const std::string& name, const YAML::Mark& mark) {
  return name + ":" + std::to_string(mark.line + 1) + ":" +
         std::to_string(mark.column + 1) + " ";
}

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF; of the
// control characters only the ones that YAML text needs.
bool IsUtf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t at) {
      return static_cast<unsigned char>(at < text.size() ? text[at] : 0);
    };
    const unsigned char lead = byte(i);
    if (lead < 0x80) {
      if (lead < 0x20 && lead != '\n' && lead != '\r' && lead != '\t') {
        return false;
      }
      ++i;
      continue;
    }
    if (lead < 0xc2 || lead > 0xf4) return false;
    std::size_t more = 1;
    if (lead >= 0xe0) more = 2;
    if (lead >= 0xf0) more = 3;
    for (std::size_t k = 1; k <= more; ++k) {
      if ((byte(i + k) & 0xc0) != 0x80) return false;
    }
    const unsigned char second = byte(i + 1);
    if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) ||
        (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f)) {
      return false;
    }
    i += more + 1;
  }
  return true;
}

// yaml-cpp builds every nesting level in memory first: 1 MB of `{` costs
// 243 MB. Counting brackets also counts those in strings; eight deep is far
// more than any setting needs.
bool TooDeep(std::string_view text) {
  int depth = 0;
  for (const char c : text) {
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (depth > kMaxDepth) return true;
  }
  return false;
}

class Ignore : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

// YAML::Load reads the first document and drops whatever follows, a stray
// comma as well as a second document; YAML::LoadAll never returns from ",#".
bool IsOneDocument(std::string_view text) {
  std::istringstream stream{std::string(text)};
  YAML::Parser parser(stream);
  Ignore ignore;
  return !parser.HandleNextDocument(ignore) || !parser;
}

Error Bad(const std::string& message) {
  return MakeError(ErrorCode::kInvalidArgument, message, "config");
}

// Refuses what settings may not use, one line an error.
void CheckEntry(const std::string& name, const std::string& key,
                const YAML::Node& value, std::string* errors) {
  if (value.IsMap() || value.IsNull()) {
    *errors += At(name, value.Mark()) + key +
               ": expected a value or a list of values\n";
  }
  if (!value.IsSequence()) return;
  for (const YAML::Node& item : value) {
    if (!item.IsScalar()) {
      *errors += At(name, item.Mark()) + key + ": expected plain values\n";
    }
  }
}

Result<std::map<std::string, YamlSetting>> Read(std::string_view text,
                                                const std::string& name) {
  if (!IsOneDocument(text)) {
    return Bad(name + ": something follows the settings; give one document");
  }
  const YAML::Node root = YAML::Load(std::string(text));
  if (root.IsNull()) return std::map<std::string, YamlSetting>();
  if (!root.IsMap()) {
    return Bad(At(name, root.Mark()) + "expected a mapping of settings");
  }
  std::map<std::string, YamlSetting> settings;
  std::string errors;
  for (const auto& entry : root) {
    if (!entry.first.IsScalar()) {
      errors += At(name, entry.first.Mark()) + "a key is not plain text\n";
      continue;
    }
    const std::string key = entry.first.Scalar();
    const YAML::Mark mark = entry.first.Mark();
    if (key == "<<") errors += At(name, mark) + "merge keys are not read\n";
    CheckEntry(name, key, entry.second, &errors);
    YamlSetting setting;
    setting.line = mark.line + 1;
    setting.column = mark.column + 1;
    setting.is_list = entry.second.IsSequence();
    if (entry.second.IsScalar()) setting.values = {entry.second.Scalar()};
    for (std::size_t i = 0; setting.is_list && i < entry.second.size(); ++i) {
      if (entry.second[i].IsScalar()) {
        setting.values.push_back(entry.second[i].Scalar());
      }
    }
    if (!settings.emplace(key, std::move(setting)).second) {
      errors += At(name, mark) + key + ": appears twice\n";
    }
  }
  if (errors.empty()) return settings;
  errors.pop_back();
  return Bad(errors);
}

}  // namespace

Result<std::map<std::string, YamlSetting>> ReadYamlSettings(
    std::string_view text, const std::string& name) {
  if (text.size() > kMaxBytes) return Bad(name + ": larger than 256 KiB");
  if (!IsUtf8(text)) return Bad(name + ": not UTF-8 text");
  if (TooDeep(text)) return Bad(name + ": nested too deeply");
  // Anchors and aliases: never needed in settings, and the way to make a
  // small file explode.
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts =
        i == 0 || std::string_view(" \n\t:,[{-").find(text[i - 1]) !=
                      std::string_view::npos;
    if (starts &&
        (text[i] == '&' ||
         (text[i] == '*' && i + 1 < text.size() &&
          std::isalnum(static_cast<unsigned char>(text[i + 1])) != 0))) {
      return Bad(name + ": anchors and aliases are not read; quote the value");
    }
  }
  try {
    return Read(text, name);
  } catch (const YAML::Exception& e) {
    return Bad(At(name, e.mark) + e.msg);
  }
}

}  // namespace prewarm
