#include "warmup-controller/kube/yaml_fields.h"

#include "common/base/utf8.h"

namespace prewarm::kube {

YamlView YamlFields::Child(const YamlView& parent,
                           const std::string& key) const {
  YamlView child{nullptr, YamlPath(parent.path, key)};
  if (!parent.present()) return child;
  if (parent.node->kind != YamlNode::Kind::kMapping) {
    Add(parent, "is no mapping");
    return child;
  }
  for (const YamlEntry& entry : parent.node->entries) {
    if (entry.key == key) child.node = &entry.value;
  }
  return child;
}

std::string YamlFields::Text(const YamlView& parent,
                             const std::string& key) const {
  const YamlView view = Child(parent, key);
  if (!view.present()) return "";
  if (view.node->kind != YamlNode::Kind::kScalar) {
    Add(view, "is no text");
    return "";
  }
  return view.node->text;
}

bool YamlFields::Flag(const YamlView& parent, const std::string& key) const {
  const std::string text = Text(parent, key);
  if (!text.empty() && text != "true" && text != "false") {
    Add(Child(parent, key), "is " + Quoted(text) + "; expected true or false");
  }
  return text == "true";
}

YamlView YamlFields::Named(const YamlView& root, const std::string& list,
                           const std::string& name) const {
  const YamlView all = Child(root, list);
  if (all.present() && all.node->kind != YamlNode::Kind::kList) {
    Add(all, "is no list");
    return {};
  }
  const std::size_t count = all.present() ? all.node->items.size() : 0;
  for (std::size_t i = 0; i < count; ++i) {
    YamlView item{&all.node->items[i], YamlPath(all.path, i)};
    if (Text(item, "name") == name) return item;
  }
  errors_->Add(all.place(), all.path, "has none named " + Quoted(name));
  return {};
}

}  // namespace prewarm::kube
