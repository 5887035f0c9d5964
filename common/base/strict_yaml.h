// The strict reader of YAML, and so of JSON; the only user of yaml-cpp. What
// yaml-cpp lets pass silently (duplicate keys, aliases, merge keys, tags, what
// follows a document, deep nesting, invalid UTF-8) is refused with its place.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/placed_errors.h"

namespace prewarm {

struct YamlEntry;

// What was written, unconverted: `text` is that of a scalar, and `quoted` says
// that it can be nothing but text.
struct YamlNode {
  enum class Kind { kNull, kScalar, kList, kMapping };

  Kind kind = Kind::kNull;
  std::string text;
  bool quoted = false;
  std::vector<YamlNode> items;     // of a list
  std::vector<YamlEntry> entries;  // of a mapping, in order, each key once
  Place place;
};

struct YamlEntry {
  std::string key;
  Place place;  // of the key
  YamlNode value;
};

struct YamlLimits {
  std::size_t bytes = 1 << 20;
  int depth = 16;             // of lists and mappings
  std::size_t nodes = 50000;  // of all documents together
};

// The documents of `text`, which `---` separates; an empty one is kNull. What
// is wrong is added to `errors`; then the answer is what could be read, for
// further errors only. Thread-safe.
std::vector<YamlNode> ReadYamlDocuments(std::string_view text,
                                        const YamlLimits& limits,
                                        PlacedErrors* errors);

// "root.list[3].key": how errors name a place below `parent`.
std::string YamlPath(const std::string& parent, const std::string& key);
std::string YamlPath(const std::string& parent, std::size_t index);

}  // namespace prewarm
