#include "warmup-controller/commands/text_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace prewarm {
namespace {

constexpr std::size_t kMaxRead = (1 << 20) + 1;

}  // namespace

std::string ReadText(std::istream& in) {
  std::string text(kMaxRead, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

Result<std::string> ReadTextFile(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return MakeError(
        ErrorCode::kInvalidArgument,
        path + ": is a folder; name its files, as " + path + "/*.yaml");
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return MakeError(ErrorCode::kNotFound,
                     path + ": can't be read: " + std::strerror(errno));
  }
  std::string text = ReadText(file);
  if (file.bad()) {
    return MakeError(ErrorCode::kUnavailable,
                     path + ": can't be read: " + std::strerror(errno));
  }
  return text;
}

}  // namespace prewarm
