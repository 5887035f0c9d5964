#include "warmup-controller/commands/text_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace prewarm {

std::string ReadText(std::istream& in, std::size_t most) {
  // In pieces: a small file should not cost the memory of the largest one.
  constexpr std::size_t kPiece = std::size_t{16} << 10;
  std::string text;
  while (in && text.size() <= most) {
    const std::size_t before = text.size();
    text.resize(before + std::min(kPiece, most + 1 - before));
    in.read(text.data() + before,
            static_cast<std::streamsize>(text.size() - before));
    text.resize(before + static_cast<std::size_t>(in.gcount()));
  }
  // Whoever asked may keep it, and a thousand more.
  text.shrink_to_fit();
  return text;
}

Result<std::string> ReadTextFile(const std::string& path, std::size_t most,
                                 const std::string& instead) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return MakeError(ErrorCode::kInvalidArgument,
                     path + ": is a folder; " + instead);
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return MakeError(ErrorCode::kNotFound,
                     path + ": can't be read: " + std::strerror(errno));
  }
  std::string text = ReadText(file, most);
  if (file.bad()) {
    return MakeError(ErrorCode::kUnavailable,
                     path + ": can't be read: " + std::strerror(errno));
  }
  return text;
}

}  // namespace prewarm
