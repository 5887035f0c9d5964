#include "common/store/manifest.h"

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

namespace prewarm {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxBytes = 64 << 10;
constexpr char kHint[] =
    "; if another version of prewarm-model wrote it, import the model again";

std::map<std::string, std::string*> TextFields(Manifest* m) {
  return {{"name", &m->name},
          {"architecture", &m->architecture},
          {"digest", &m->digest},
          {"source", &m->source},
          {"source_sha256", &m->source_sha256},
          {"license", &m->license},
          {"notice", &m->notice},
          {"imported_at", &m->imported_at},
          {"importer", &m->importer},
          {"reference_sha256", &m->reference_sha256},
          {"reference_engine", &m->reference_engine}};
}

Error Bad(const std::string& path, int line, const std::string& what,
          const std::string& field) {
  return MakeError(ErrorCode::kCorrupt,
                   path + ":" + std::to_string(line) + ": " + what, field);
}

}  // namespace

bool IsModelName(const std::string& name) {
  if (name.empty() || name.size() > 64 || name.find_first_of("._-") == 0) {
    return false;
  }
  return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._-") ==
         std::string::npos;
}

std::string FormatManifest(const Manifest& manifest) {
  Manifest copy = manifest;
  std::string text;
  for (const auto& [key, value] : TextFields(&copy)) {
    text += key + ": " +
            json(*value).dump(-1, ' ', true, json::error_handler_t::replace) +
            "\n";
  }
  return text + "bytes: " + std::to_string(manifest.bytes) +
         "\ncanary: " + std::to_string(kCanaryVersion) + "\n";
}

Result<Manifest> ParseManifest(const std::string& text,
                               const std::string& path) {
  if (text.size() > kMaxBytes) return Bad(path, 1, "larger than 64 KiB", "");
  Manifest manifest;
  auto missing = TextFields(&manifest);
  bool has_bytes = false;
  std::optional<std::uint64_t> canary;
  std::istringstream lines(text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (line.empty() || line[0] == '#') continue;
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos) {
      return Bad(path, number, "expected `key: value`", "");
    }
    const std::string key = line.substr(0, colon);
    const json value = json::parse(line.substr(colon + 2), nullptr, false);
    if (key == "bytes" && !has_bytes && value.is_number_unsigned()) {
      manifest.bytes = value.get<std::uint64_t>();
      has_bytes = true;
      continue;
    }
    if (key == "canary" && !canary && value.is_number_unsigned()) {
      canary = value.get<std::uint64_t>();
      continue;
    }
    const auto it = missing.find(key);
    if (it == missing.end()) {
      return Bad(path, number, "unknown or repeated key " + key, key);
    }
    if (!value.is_string()) {
      return Bad(path, number, key + " must be a quoted string", key);
    }
    *it->second = value.get<std::string>();
    missing.erase(it);
  }
  if (!missing.empty()) {
    return Bad(path, 1, "key " + missing.begin()->first + " is missing" + kHint,
               missing.begin()->first);
  }
  if (canary != kCanaryVersion) {
    return Bad(path, 1,
               "the reference is of another canary picture than that of this "
               "version, " +
                   std::to_string(kCanaryVersion) + kHint,
               "canary");
  }
  if (!has_bytes) return Bad(path, 1, "key bytes is missing", "bytes");
  if (!IsModelName(manifest.name)) {
    return Bad(path, 1, "name is not a model's name", "name");
  }
  return manifest;
}

}  // namespace prewarm
