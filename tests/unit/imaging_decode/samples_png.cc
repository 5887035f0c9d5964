#include <zlib.h>

#include "tests/unit/imaging_decode/samples.h"

namespace prewarm::samples {
namespace {

std::string Be32(std::uint32_t v) {
  std::string s;
  for (int shift = 24; shift >= 0; shift -= 8) {
    s += static_cast<char>(v >> shift & 0xff);
  }
  return s;
}

std::string Deflate(const std::string& data) {
  uLongf size = compressBound(data.size());
  std::string packed(size, '\0');
  compress2(reinterpret_cast<Bytef*>(packed.data()), &size,
            reinterpret_cast<const Bytef*>(data.data()), data.size(), 9);
  packed.resize(size);
  return packed;
}

std::string Serialize(const Chunk& chunk) {
  const std::string body = chunk.first + chunk.second;
  const auto crc = crc32(0, reinterpret_cast<const Bytef*>(body.data()),
                         static_cast<uInt>(body.size()));
  return Be32(static_cast<std::uint32_t>(chunk.second.size())) + body +
         Be32(static_cast<std::uint32_t>(crc));
}

}  // namespace

std::string Png(int width, int height, int depth, int color_type,
                const std::string& rows, const std::vector<Chunk>& extra) {
  std::string ihdr = Be32(static_cast<std::uint32_t>(width)) +
                     Be32(static_cast<std::uint32_t>(height));
  ihdr += static_cast<char>(depth);
  ihdr += static_cast<char>(color_type);
  ihdr += std::string(3, '\0');
  std::string file = "\x89PNG\r\n\x1a\n" + Serialize({"IHDR", ihdr});
  for (const Chunk& chunk : extra) file += Serialize(chunk);
  std::string filtered;
  const std::size_t row_bytes = height > 0 ? rows.size() / height : 0;
  for (std::size_t at = 0; row_bytes > 0 && at < rows.size(); at += row_bytes) {
    filtered += '\0' + rows.substr(at, row_bytes);
  }
  return file + Serialize({"IDAT", Deflate(filtered)}) +
         Serialize({"IEND", ""});
}

std::string Png(const Bitmap& bitmap, const std::vector<Chunk>& extra) {
  const int type = bitmap.channels == 1 ? 0 : bitmap.channels == 3 ? 2 : 6;
  return Png(bitmap.width, bitmap.height, 8, type,
             std::string(bitmap.data.begin(), bitmap.data.end()), extra);
}

std::string IccChunk(const std::string& profile) {
  return std::string("test\0\0", 6) + Deflate(profile);
}

}  // namespace prewarm::samples
