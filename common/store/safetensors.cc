#include "common/store/safetensors.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

namespace prewarm {
namespace {

using nlohmann::json;

constexpr std::uint64_t kMaxHeader = 16U << 20;

Error Corrupt(const std::string& message, const std::string& field = "") {
  return MakeError(ErrorCode::kCorrupt, "safetensors: " + message, field);
}

struct DTypeInfo {
  DType type;
  std::size_t size;
};

std::optional<DTypeInfo> ParseDType(const std::string& text) {
  if (text == "F32") return DTypeInfo{DType::kF32, 4};
  if (text == "F16") return DTypeInfo{DType::kF16, 2};
  if (text == "BF16") return DTypeInfo{DType::kBF16, 2};
  if (text == "I64") return DTypeInfo{DType::kI64, 8};
  if (text == "U8") return DTypeInfo{DType::kU8, 1};
  if (text == "I8") return DTypeInfo{DType::kI8, 1};
  return std::nullopt;
}

// JSON that refuses duplicate keys, which nlohmann-json would merge silently.
Result<json> ParseStrict(const char* begin, const char* end) {
  std::vector<std::set<std::string>> seen;
  bool duplicate = false;
  bool deep = false;
  const auto callback = [&](int depth, json::parse_event_t event,
                            json& parsed) {
    if (depth > 8) deep = true;
    if (event == json::parse_event_t::object_start) seen.emplace_back();
    if (event == json::parse_event_t::object_end) seen.pop_back();
    if (event == json::parse_event_t::key &&
        !seen.back().insert(parsed.get<std::string>()).second) {
      duplicate = true;
    }
    return !deep;
  };
  json header = json::parse(begin, end, callback, /*allow_exceptions=*/false);
  if (header.is_discarded() || deep) return Corrupt("the header is not JSON");
  if (duplicate) return Corrupt("the header names a tensor twice");
  if (!header.is_object()) return Corrupt("the header is not a JSON object");
  return header;
}

struct Range {
  std::uint64_t begin;
  std::uint64_t end;
};

Result<Range> ReadRange(const std::string& name, const json& entry,
                        std::uint64_t data_size) {
  const auto it = entry.find("data_offsets");
  if (it == entry.end() || !it->is_array() || it->size() != 2 ||
      !(*it)[0].is_number_unsigned() || !(*it)[1].is_number_unsigned()) {
    return Corrupt("tensor " + name + " has no valid data_offsets", name);
  }
  const Range range{(*it)[0].get<std::uint64_t>(),
                    (*it)[1].get<std::uint64_t>()};
  if (range.begin > range.end || range.end > data_size) {
    return Corrupt("tensor " + name + " lies outside the file", name);
  }
  return range;
}

Result<TensorView> ReadTensor(const std::string& name, const json& entry,
                              Range range, const std::uint8_t* data) {
  if (!entry.contains("dtype") || !entry["dtype"].is_string() ||
      !entry.contains("shape") || !entry["shape"].is_array()) {
    return Corrupt("tensor " + name + " has no dtype or shape", name);
  }
  const auto dtype = ParseDType(entry["dtype"].get<std::string>());
  if (!dtype) {
    return Corrupt("tensor " + name + " has an unknown dtype", name);
  }
  TensorView view;
  view.dtype = dtype->type;
  std::uint64_t bytes = dtype->size;
  for (const json& dim : entry["shape"]) {
    if (!dim.is_number_unsigned() || view.shape.size() >= 8 ||
        dim.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()) {
      return Corrupt("tensor " + name + " has an impossible shape", name);
    }
    const auto n = dim.get<std::uint64_t>();
    if (n != 0 && bytes > std::numeric_limits<std::uint32_t>::max() / n *
                              std::uint64_t{4096}) {
      return Corrupt("the shape of tensor " + name + " overflows", name);
    }
    bytes *= n;
    view.shape.push_back(static_cast<std::int64_t>(n));
  }
  if (bytes != range.end - range.begin) {
    return Corrupt("tensor " + name + " has " +
                       std::to_string(range.end - range.begin) +
                       " bytes, its shape needs " + std::to_string(bytes),
                   name);
  }
  view.data = data + range.begin;
  view.bytes = bytes;
  return view;
}

Status CheckNoHoles(std::vector<Range> ranges, std::uint64_t data_size) {
  std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
  });
  std::uint64_t at = 0;
  for (const Range& range : ranges) {
    if (range.begin != at) return Corrupt("tensors overlap or leave a hole");
    at = range.end;
  }
  if (at != data_size) return Corrupt("bytes follow the last tensor");
  return Ok{};
}

Status ReadMetadata(const json& entry,
                    std::map<std::string, std::string>* metadata) {
  for (const auto& [key, value] : entry.items()) {
    if (!value.is_string()) return Corrupt("metadata is not text", key);
    (*metadata)[key] = value.get<std::string>();
  }
  return Ok{};
}

}  // namespace

Result<std::uint64_t> SafetensorsHeaderLength(const std::uint8_t* prefix,
                                              std::uint64_t file_bytes) {
  if (file_bytes < kSafetensorsPrefix) {
    return Corrupt("shorter than its 8 bytes of length");
  }
  std::uint64_t length = 0;
  for (int i = kSafetensorsPrefix - 1; i >= 0; --i) {
    length = length << 8 | prefix[i];
  }
  if (length > kMaxHeader || length > file_bytes - kSafetensorsPrefix) {
    return Corrupt("the header claims " + std::to_string(length) + " bytes");
  }
  return length;
}

Result<std::map<std::string, std::string>> SafetensorsMetadata(
    std::string_view header) {
  PREWARM_ASSIGN_OR_RETURN(
      const json parsed,
      ParseStrict(header.data(), header.data() + header.size()));
  std::map<std::string, std::string> metadata;
  const auto it = parsed.find("__metadata__");
  if (it == parsed.end()) return metadata;
  if (!it->is_object()) return Corrupt("__metadata__ is not an object");
  PREWARM_RETURN_IF_ERROR(ReadMetadata(*it, &metadata));
  return metadata;
}

Result<std::shared_ptr<SafetensorsFile>> SafetensorsFile::Parse(
    const std::uint8_t* bytes, std::size_t size) {
  PREWARM_ASSIGN_OR_RETURN(const std::uint64_t length,
                           SafetensorsHeaderLength(bytes, size));
  const char* text = reinterpret_cast<const char*>(bytes + 8);
  PREWARM_ASSIGN_OR_RETURN(const json header, ParseStrict(text, text + length));
  const std::uint8_t* data = bytes + 8 + length;
  const std::uint64_t data_size = size - 8 - length;

  std::shared_ptr<SafetensorsFile> file(new SafetensorsFile);
  std::vector<Range> ranges;
  for (const auto& [name, entry] : header.items()) {
    if (!entry.is_object()) return Corrupt(name + " is not an object", name);
    if (name == "__metadata__") {
      PREWARM_RETURN_IF_ERROR(ReadMetadata(entry, &file->metadata_));
      continue;
    }
    PREWARM_ASSIGN_OR_RETURN(const Range range,
                             ReadRange(name, entry, data_size));
    PREWARM_ASSIGN_OR_RETURN(file->tensors_[name],
                             ReadTensor(name, entry, range, data));
    ranges.push_back(range);
  }
  PREWARM_RETURN_IF_ERROR(CheckNoHoles(std::move(ranges), data_size));
  return file;
}

}  // namespace prewarm
