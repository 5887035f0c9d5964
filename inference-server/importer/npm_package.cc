#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "inference-server/importer/import_model.h"

namespace prewarm {
namespace {

using nlohmann::json;

constexpr std::uint64_t kMaxModel = std::uint64_t{1} << 30;

Result<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  if (!file) {
    return MakeError(ErrorCode::kNotFound, "can't read " + path, "path");
  }
  return bytes.str();
}

// A chunk's name is a hash in hex; anything else could leave the folder.
bool IsChunkName(const std::string& name) {
  return name.size() == 64 &&
         name.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

Result<std::string> ReadNpmModel(const std::string& package,
                                 const std::string& model) {
  const std::string index = package + "/dist/resources.json";
  PREWARM_ASSIGN_OR_RETURN(const std::string text, ReadFile(index));
  const json resources = json::parse(text, nullptr, false);
  const std::string key = "/models/" + model;
  const auto bad = [&](const std::string& what) {
    return MakeError(ErrorCode::kCorrupt, index + ": " + what, key);
  };
  if (!resources.is_object() || !resources.contains(key) ||
      !resources[key].is_object()) {
    return bad("has no model " + key);
  }
  const json& entry = resources[key];
  if (!entry.contains("chunks") || !entry["chunks"].is_array() ||
      !entry.contains("size") || !entry["size"].is_number_unsigned() ||
      entry["size"].get<std::uint64_t>() > kMaxModel) {
    return bad(key + " has no chunks or no sane size");
  }
  std::string bytes;
  for (const json& chunk : entry["chunks"]) {
    const std::string name =
        chunk.is_object() ? chunk.value("hash", std::string()) : "";
    if (!IsChunkName(name)) return bad("chunk name \"" + name + "\" refused");
    std::string path = package;
    path.append("/dist/").append(name);
    PREWARM_ASSIGN_OR_RETURN(const std::string part, ReadFile(path));
    bytes += part;
    if (bytes.size() > entry["size"].get<std::uint64_t>()) break;
  }
  if (bytes.size() != entry["size"].get<std::uint64_t>()) {
    return bad(key + " has " + std::to_string(bytes.size()) +
               " bytes in its chunks, expected " + entry["size"].dump());
  }
  return bytes;
}

}  // namespace prewarm
