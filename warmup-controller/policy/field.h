// Values of a YAML tree with their place and path: each reader complains where
// a value is not what it should be, and goes on.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/placed_errors.h"
#include "common/base/result.h"
#include "common/base/strict_yaml.h"

namespace prewarm {

// A value. Lives as long as the tree and the errors that it points to.
class Field {
 public:
  // `place`: where to complain of it; its path is "" for a document.
  Field(const YamlNode& node, Place place, std::string path,
        PlacedErrors* errors)
      : node_(&node), place_(place), path_(std::move(path)), errors_(errors) {}

  const YamlNode& node() const { return *node_; }
  Place place() const { return place_; }
  const std::string& path() const { return path_; }
  PlacedErrors* errors() const { return errors_; }

  void Complain(const std::string& what) const;
  // "got 3, expected " and so on.
  void Expected(const std::string& what) const;

  // Nothing where it is of another type, which is complained of.
  std::optional<bool> Flag() const;
  std::optional<int> Whole(int low, int high) const;
  std::optional<double> Number(double low, double high) const;
  // As written, whatever it looks like.
  std::optional<std::string> Written(const std::string& expected) const;
  // What every YAML reader takes for text: "3" and "on" must be quoted.
  std::optional<std::string> Text() const;
  std::vector<Field> Items(std::size_t most) const;
  // One of `names`, by its position.
  std::optional<int> OneOf(const std::vector<std::string>& names) const;

  // What `parse` makes of a scalar; its error is complained of.
  template <typename T>
  std::optional<T> Parsed(Result<T> (*parse)(std::string_view),
                          const std::string& expected) const {
    const auto text = Written(expected);
    if (!text) return std::nullopt;
    return Accepted(parse(*text));
  }
  template <typename T>
  std::optional<T> Accepted(Result<T> result) const {
    if (result.ok()) return std::move(result).value();
    Complain(result.error().message);
    return std::nullopt;
  }

 private:
  const YamlNode* node_;
  Place place_;
  std::string path_;
  PlacedErrors* errors_;
};

// The fields of a mapping. A key that nobody asked for is refused at the end.
class Fields {
 public:
  // Complains where it is no mapping; there are no fields then.
  explicit Fields(const Field& field);

  std::optional<Field> Find(const std::string& key);
  // Complains where it is absent.
  std::optional<Field> Required(const std::string& key);
  // Known, but nothing of ours.
  void Ignore(const std::vector<std::string>& keys) { ignored_ = keys; }
  // Complains of all other keys, with the nearest known one that is not there.
  void RefuseOthers() const;

  void Flag(const std::string& key, bool* value);
  void Whole(const std::string& key, int low, int high, int* value);
  void Number(const std::string& key, double low, double high, double* value);

 private:
  std::vector<std::string> Absent() const;

  Field field_;
  std::vector<std::string> known_;
  std::vector<std::string> ignored_;
};

}  // namespace prewarm
