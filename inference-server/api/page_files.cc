#include "inference-server/api/page_files.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "common/base/sha256.h"
#include "inference-server/api/embedded.h"

namespace prewarm {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPagePrefix = "page/";
constexpr std::string_view kElementPrefix = "storefront/";
constexpr std::string_view kIndex = "index.html";

// First segments of what the server itself answers.
constexpr std::array<std::string_view, 10> kOwnPaths = {
    "api",    "health",    "livez",    "metrics",    "openapi.json",
    "readyz", "shop.json", "startupz", "storefront", "warmup"};

bool HasPrefix(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

// "gifts/index.html" is served at "/gifts/", "page.css" at "/page.css".
std::string ServedAt(std::string_view name) {
  const std::size_t slash = name.rfind('/');
  const std::size_t file = slash == std::string_view::npos ? 0 : slash + 1;
  if (name.substr(file) == kIndex) name = name.substr(0, file);
  return std::string("/").append(name);
}

std::string EntityTag(std::string_view checksum) {
  // Half of it is more than enough to tell two versions apart.
  return std::string("\"").append(checksum.substr(0, 32)).append("\"");
}

void AddEmbedded(std::string_view prefix, bool keep_prefix, PageFiles* files) {
  for (const Embedded& each : EmbeddedFiles()) {
    if (!HasPrefix(each.name, prefix)) continue;
    const std::string_view name =
        keep_prefix ? each.name : each.name.substr(prefix.size());
    files->insert_or_assign(
        ServedAt(name),
        PageFile{std::string(each.bytes), std::string(PageFileType(name)),
                 EntityTag(each.sha256)});
  }
}

// One reading of a folder, and what it has found so far.
class PageReader {
 public:
  PageReader(fs::path root, const PageLimits& limits)
      : root_(std::move(root)), limits_(limits) {}

  Status ReadFolder(const fs::path& folder, int depth) {
    if (depth > limits_.depth) {
      return Bad(folder, "lies too deep; at most " +
                             std::to_string(limits_.depth) +
                             " folders below the first");
    }
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end;
         it.increment(error)) {
      PREWARM_RETURN_IF_ERROR(ReadEntry(*it, depth));
    }
    if (error) return Bad(folder, "can't be read: " + error.message());
    return Ok{};
  }

  PageFiles Take() { return std::move(files_); }
  Error Bad(const fs::path& at, const std::string& what) const {
    return MakeError(ErrorCode::kInvalidArgument,
                     "--page-dir: " + at.string() + " " + what, "page-dir");
  }

 private:
  // Links are followed as far as they stay inside: a ConfigMap is mounted so.
  Status ReadEntry(const fs::directory_entry& entry, int depth) {
    if (HasPrefix(entry.path().filename().string(), ".")) return Ok{};
    std::error_code error;
    const fs::path target = fs::canonical(entry.path(), error);
    if (error) return Bad(entry.path(), "can't be read: " + error.message());
    if (!Inside(target)) {
      return Bad(entry.path(),
                 "is a link that leads out of the folder; copy what it names");
    }
    const fs::file_status status = fs::status(target, error);
    if (fs::is_directory(status)) {
      if (!entry.is_symlink(error)) return ReadFolder(entry.path(), depth + 1);
      return Bad(entry.path(), "is a link to a folder; move the folder here");
    }
    if (!fs::is_regular_file(status)) {
      return Bad(entry.path(), "is neither a file nor a folder; remove it");
    }
    return ReadFile(entry.path());
  }

  bool Inside(const fs::path& target) const {
    const auto differs =
        std::mismatch(root_.begin(), root_.end(), target.begin(), target.end());
    return differs.first == root_.end();
  }

  Status ReadFile(const fs::path& path) {
    const std::string name = path.lexically_relative(root_).generic_string();
    const std::string first = name.substr(0, name.find('/'));
    if (std::find(kOwnPaths.begin(), kOwnPaths.end(), first) !=
        kOwnPaths.end()) {
      return Bad(path, "would hide what the server answers at /" + first +
                           "; give it another name");
    }
    if (files_.size() == limits_.files) {
      return Bad(path, "is one file too many; at most " +
                           std::to_string(limits_.files));
    }
    std::error_code error;
    const auto size = fs::file_size(path, error);
    if (error) return Bad(path, "can't be read: " + error.message());
    if (size > limits_.file_bytes || bytes_ + size > limits_.all_bytes) {
      return Bad(path, "is too large; at most " +
                           std::to_string(limits_.file_bytes >> 20) +
                           " MiB a file and " +
                           std::to_string(limits_.all_bytes >> 20) +
                           " MiB in all");
    }
    std::ifstream file(path, std::ios::binary);
    std::string bytes(size, '\0');
    if (!file || !file.read(bytes.data(), static_cast<std::streamsize>(size))) {
      return Bad(path, "can't be read; give the server the right to");
    }
    bytes_ += size;
    const std::string etag = EntityTag(Sha256Hex(bytes));
    files_.insert_or_assign(
        ServedAt(name),
        PageFile{std::move(bytes), std::string(PageFileType(name)), etag});
    return Ok{};
  }

  const fs::path root_;
  const PageLimits limits_;
  PageFiles files_;
  std::size_t bytes_ = 0;
};

}  // namespace

std::string_view PageFileType(std::string_view name) {
  static const std::map<std::string, std::string_view, std::less<>> types = {
      {"avif", "image/avif"},
      {"css", "text/css; charset=utf-8"},
      {"gif", "image/gif"},
      {"html", "text/html; charset=utf-8"},
      {"ico", "image/x-icon"},
      {"jpeg", "image/jpeg"},
      {"jpg", "image/jpeg"},
      {"js", "text/javascript; charset=utf-8"},
      {"json", "application/json"},
      {"map", "application/json"},
      {"mjs", "text/javascript; charset=utf-8"},
      {"png", "image/png"},
      {"svg", "image/svg+xml"},
      {"txt", "text/plain; charset=utf-8"},
      {"wasm", "application/wasm"},
      {"webmanifest", "application/manifest+json"},
      {"webp", "image/webp"},
      {"woff2", "font/woff2"},
      {"xml", "application/xml"}};
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return "application/octet-stream";
  std::string end(name.substr(dot + 1));
  std::transform(end.begin(), end.end(), end.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  const auto found = types.find(end);
  return found == types.end() ? "application/octet-stream" : found->second;
}

Result<PageFiles> ReadPage(const std::string& folder,
                           const PageLimits& limits) {
  PageFiles files;
  AddEmbedded(kElementPrefix, true, &files);
  if (folder.empty()) {
    AddEmbedded(kPagePrefix, false, &files);
    return files;
  }
  std::error_code error;
  const fs::path root = fs::canonical(folder, error);
  PageReader reader(root, limits);
  if (error || !fs::is_directory(root, error)) {
    return reader.Bad(folder, "is no folder that can be read");
  }
  PREWARM_RETURN_IF_ERROR(reader.ReadFolder(root, 0));
  files.merge(reader.Take());
  if (files.count("/") == 0) return reader.Bad(folder, "has no index.html");
  return files;
}

}  // namespace prewarm
