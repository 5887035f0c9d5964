#include "warmup-controller/kube/yaml_object.h"

#include <string>

#include "common/base/strict_yaml.h"

namespace prewarm::kube {
namespace {

constexpr int kObjectDepth = 64;

Json ScalarOf(const YamlNode& node) {
  if (node.quoted) return node.text;
  if (node.text == "true" || node.text == "false") return node.text == "true";
  if (node.text == "null" || node.text == "~") return nullptr;
  // JSON's numbers are those of YAML but for octal and the like, which remain
  // text here.
  const Json number = Json::parse(node.text, nullptr, false);
  return number.is_number() ? number : Json(node.text);
}

Json ValueOf(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return nullptr;
    case YamlNode::Kind::kScalar:
      return ScalarOf(node);
    case YamlNode::Kind::kList: {
      Json list = Json::array();
      for (const YamlNode& item : node.items) list.push_back(ValueOf(item));
      return list;
    }
    case YamlNode::Kind::kMapping:
      break;
  }
  Json object = Json::object();
  for (const YamlEntry& entry : node.entries) {
    object[entry.key] = ValueOf(entry.value);
  }
  return object;
}

}  // namespace

Result<Json> ObjectOfYaml(std::string_view text) {
  PlacedErrors errors("object");
  YamlLimits limits;
  limits.depth = kObjectDepth;
  const auto documents = ReadYamlDocuments(text, limits, &errors);
  if (!errors.empty()) {
    return MakeError(ErrorCode::kInvalidArgument, errors.ToString());
  }
  if (documents.size() != 1) {
    return MakeError(
        ErrorCode::kInvalidArgument,
        std::to_string(documents.size()) + " documents; expected one object");
  }
  return ValueOf(documents.front());
}

}  // namespace prewarm::kube
