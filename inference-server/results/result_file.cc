#include "inference-server/results/result_file.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "common/base/sha256.h"

namespace prewarm {
namespace {

constexpr std::string_view kFirstLine = "prewarm-result 1\n";
constexpr std::string_view kCheck = "check ";
// Of all lines; those of a whole file are a third of it.
constexpr std::size_t kMaxHead = 1024;

Error DamagedResult(const std::string& what) {
  return MakeError(ErrorCode::kCorrupt, "the stored result " + what, "results");
}

bool ReadWhole(std::string_view text, std::int64_t* number) {
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), *number);
  return error == std::errc() && end == text.data() + text.size();
}

// "name value" lines. Their checksum was right: a program of ours wrote them.
std::map<std::string_view, std::string_view> Lines(std::string_view text) {
  std::map<std::string_view, std::string_view> lines;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::size_t blank = std::min(line.find(' '), line.size());
    lines.emplace(line.substr(0, blank),
                  line.substr(std::min(blank + 1, line.size())));
  }
  return lines;
}

}  // namespace

std::string ResultFileHead(const ResultKey& key, const StoredResult& result) {
  std::string head(kFirstLine);
  const auto add = [&head](const char* name, const std::string& value) {
    head.append(name).append(" ").append(value).append("\n");
  };
  add("key", key.Text());
  add("type", result.type);
  add("mode", result.mode);
  add("empty_scene", result.empty_scene ? "1" : "0");
  add("created", std::to_string(result.created));
  add("bytes", std::to_string(result.picture.size()));
  add("sha256", Sha256Hex(result.picture));
  const std::string check = Sha256Hex(head);
  return head.append(kCheck).append(check).append("\n");
}

Result<StoredResult> ReadResultFile(const ResultKey& key, std::string bytes) {
  const std::string_view whole = bytes;
  const std::string_view start =
      whole.substr(0, std::min(kMaxHead, whole.size()));
  if (start.substr(0, kFirstLine.size()) != kFirstLine) {
    return DamagedResult("does not begin as one");
  }
  std::string mark("\n");
  mark.append(kCheck);
  const std::size_t found = start.find(mark);
  const std::size_t end =
      found == std::string_view::npos ? found : start.find('\n', found + 1);
  if (end == std::string_view::npos) {
    return DamagedResult("has no checksum of its head");
  }
  const std::string_view head = start.substr(0, found + 1);
  if (start.substr(found + mark.size(), end - found - mark.size()) !=
      Sha256Hex(head)) {
    return DamagedResult("has another head than was written");
  }
  const auto lines = Lines(head);
  const auto value = [&lines](std::string_view name) {
    const auto it = lines.find(name);
    return it == lines.end() ? std::string() : std::string(it->second);
  };
  StoredResult result;
  std::int64_t size = -1;
  if (!ReadWhole(value("created"), &result.created) ||
      !ReadWhole(value("bytes"), &size) || size < 0) {
    return DamagedResult("lacks its time or size");
  }
  if (value("key") != key.Text()) return DamagedResult("is of another key");
  result.type = value("type");
  result.mode = value("mode");
  result.empty_scene = value("empty_scene") == "1";
  result.digest = value("sha256");
  bytes.erase(0, end + 1);
  result.picture = std::move(bytes);
  if (result.picture.size() != static_cast<std::size_t>(size)) {
    return DamagedResult("has " + std::to_string(result.picture.size()) +
                         " bytes of " + std::to_string(size));
  }
  if (Sha256Hex(result.picture) != result.digest) {
    return DamagedResult("has other bytes than were written");
  }
  return result;
}

}  // namespace prewarm
