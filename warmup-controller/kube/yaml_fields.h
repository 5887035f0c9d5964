// Looks into the YAML of a kubeconfig, which is read leniently: fields that
// nobody asks for are passed over.
#pragma once

#include <string>

#include "common/base/strict_yaml.h"

namespace prewarm::kube {

// A node and the path to it. Outlives no node that it shows.
struct YamlView {
  const YamlNode* node = nullptr;  // null: not there
  std::string path;

  bool present() const {
    return node != nullptr && node->kind != YamlNode::Kind::kNull;
  }
  Place place() const { return node == nullptr ? Place{} : node->place; }
};

class YamlFields {
 public:
  explicit YamlFields(PlacedErrors* errors) : errors_(errors) {}

  // Not there: an empty view, and no error.
  YamlView Child(const YamlView& parent, const std::string& key) const;
  // "" where it isn't there; an error where it is no text.
  std::string Text(const YamlView& parent, const std::string& key) const;
  // "true" or "false"; else an error.
  bool Flag(const YamlView& parent, const std::string& key) const;
  // The item of the list `list` whose `name` is `name`; an error if none is.
  YamlView Named(const YamlView& root, const std::string& list,
                 const std::string& name) const;
  void Add(const YamlView& view, const std::string& what) const {
    errors_->Add(view.place(), view.path, what);
  }
  bool failed() const { return !errors_->empty(); }

 private:
  PlacedErrors* const errors_;
};

}  // namespace prewarm::kube
