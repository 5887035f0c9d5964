#include "warmup-controller/policy/field.h"

#include <algorithm>
#include <locale>
#include <sstream>

#include "common/base/utf8.h"
#include "warmup-controller/policy/nearest.h"
#include "warmup-controller/policy/plain_scalar.h"

namespace prewarm {
namespace {

using Kind = YamlNode::Kind;

std::string Described(const YamlNode& node) {
  switch (node.kind) {
    case Kind::kNull:
      return "nothing";
    case Kind::kList:
      return "a list";
    case Kind::kMapping:
      return "a mapping";
    case Kind::kScalar:
      break;
  }
  if (node.quoted) return Quoted(node.text) + " in quotes";
  return Excerpt(node.text);
}

template <typename T>
std::string Range(const char* what, T low, T high) {
  std::ostringstream text;
  text.imbue(std::locale::classic());
  text << what << " from " << low << " to " << high;
  return text.str();
}

}  // namespace

void Field::Complain(const std::string& what) const {
  errors_->Add(place_, path_, what);
}

void Field::Expected(const std::string& what) const {
  Complain("got " + Described(*node_) + ", expected " + what);
}

std::optional<bool> Field::Flag() const {
  const bool plain = node_->kind == Kind::kScalar && !node_->quoted;
  if (plain && node_->text == "true") return true;
  if (plain && node_->text == "false") return false;
  Expected("true or false");
  return std::nullopt;
}

std::optional<int> Field::Whole(int low, int high) const {
  if (node_->kind == Kind::kScalar && !node_->quoted) {
    const auto number = WholeOf(node_->text);
    if (number && *number >= low && *number <= high) return number;
  }
  Expected(Range("a whole number", low, high));
  return std::nullopt;
}

std::optional<double> Field::Number(double low, double high) const {
  if (node_->kind == Kind::kScalar && !node_->quoted) {
    const auto number = NumberOf(node_->text);
    if (number && *number >= low && *number <= high) return number;
  }
  Expected(Range("a number", low, high));
  return std::nullopt;
}

std::optional<std::string> Field::Written(const std::string& expected) const {
  if (node_->kind == Kind::kScalar) return node_->text;
  Expected(expected);
  return std::nullopt;
}

std::optional<std::string> Field::Text() const {
  auto text = Written("text");
  if (text && !node_->quoted && LooksTyped(*text)) {
    Expected("text; put it in quotes");
    return std::nullopt;
  }
  return text;
}

std::vector<Field> Field::Items(std::size_t most) const {
  if (node_->kind != Kind::kList) {
    Expected("a list");
    return {};
  }
  if (node_->items.size() > most) {
    Complain("got " + std::to_string(node_->items.size()) +
             " items, expected at most " + std::to_string(most));
    return {};
  }
  std::vector<Field> items;
  items.reserve(node_->items.size());
  for (const YamlNode& item : node_->items) {
    items.emplace_back(item, item.place, YamlPath(path_, items.size()),
                       errors_);
  }
  return items;
}

std::optional<int> Field::OneOf(const std::vector<std::string>& names) const {
  const auto text = Written("text");
  if (!text) return std::nullopt;
  const auto found = std::find(names.begin(), names.end(), *text);
  if (found != names.end()) return static_cast<int>(found - names.begin());
  Complain("got " + Quoted(*text) + ", " + Suggestion(*text, names));
  return std::nullopt;
}

Fields::Fields(const Field& field) : field_(field) {
  if (field.node().kind != Kind::kMapping) field.Expected("a mapping");
}

std::optional<Field> Fields::Find(const std::string& key) {
  known_.push_back(key);
  for (const YamlEntry& entry : field_.node().entries) {
    if (entry.key != key) continue;
    // A list or mapping below is best pointed at by its key.
    const bool scalar = entry.value.kind == Kind::kScalar;
    return Field(entry.value, scalar ? entry.value.place : entry.place,
                 YamlPath(field_.path(), key), field_.errors());
  }
  return std::nullopt;
}

std::optional<Field> Fields::Required(const std::string& key) {
  auto found = Find(key);
  if (!found && field_.node().kind == Kind::kMapping) {
    field_.errors()->Add(field_.place(), YamlPath(field_.path(), key),
                         "is missing");
  }
  return found;
}

// What a key that is unknown may have meant.
std::vector<std::string> Fields::Absent() const {
  std::vector<std::string> absent;
  for (const std::string& key : known_) {
    const auto& entries = field_.node().entries;
    const bool there = std::any_of(
        entries.begin(), entries.end(),
        [&key](const YamlEntry& entry) { return entry.key == key; });
    if (!there) absent.push_back(key);
  }
  return absent.empty() ? known_ : absent;
}

void Fields::RefuseOthers() const {
  for (const YamlEntry& entry : field_.node().entries) {
    const auto in = [&entry](const std::vector<std::string>& keys) {
      return std::find(keys.begin(), keys.end(), entry.key) != keys.end();
    };
    if (in(known_) || in(ignored_)) continue;
    field_.errors()->Add(entry.place, YamlPath(field_.path(), entry.key),
                         "unknown; " + Suggestion(entry.key, Absent()));
  }
}

void Fields::Flag(const std::string& key, bool* value) {
  if (const auto field = Find(key)) *value = field->Flag().value_or(*value);
}

void Fields::Whole(const std::string& key, int low, int high, int* value) {
  if (const auto field = Find(key)) {
    *value = field->Whole(low, high).value_or(*value);
  }
}

void Fields::Number(const std::string& key, double low, double high,
                    double* value) {
  if (const auto field = Find(key)) {
    *value = field->Number(low, high).value_or(*value);
  }
}

}  // namespace prewarm
