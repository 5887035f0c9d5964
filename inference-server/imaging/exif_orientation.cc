#include "inference-server/imaging/exif_orientation.h"

#include <cstddef>
#include <cstdint>

namespace prewarm {
namespace {

constexpr int kUpright = 1;
constexpr std::uint32_t kOrientationTag = 0x0112;
constexpr std::uint32_t kTypeShort = 3;
constexpr std::size_t kEntryBytes = 12;
// Cameras write about twenty entries; more than this is an attack.
constexpr std::uint32_t kMaxEntries = 1024;

// Unsigned numbers of either byte order; 0 beyond the end.
class Reader {
 public:
  Reader(std::string_view data, bool little) : data_(data), little_(little) {}

  std::uint32_t U16(std::size_t at) const {
    if (data_.size() < 2 || at > data_.size() - 2) return 0;
    return little_ ? Byte(at + 1) << 8 | Byte(at)
                   : Byte(at) << 8 | Byte(at + 1);
  }
  std::uint32_t U32(std::size_t at) const {
    return little_ ? U16(at + 2) << 16 | U16(at) : U16(at) << 16 | U16(at + 2);
  }

 private:
  std::uint32_t Byte(std::size_t at) const {
    return static_cast<unsigned char>(data_[at]);
  }
  std::string_view data_;
  bool little_;
};

}  // namespace

int ReadExifOrientation(std::string_view exif) {
  constexpr std::string_view kPrefix("Exif\0\0", 6);
  if (exif.substr(0, kPrefix.size()) == kPrefix) {
    exif.remove_prefix(kPrefix.size());
  }
  if (exif.size() < 8) return kUpright;
  const bool little = exif.substr(0, 2) == "II";
  if (!little && exif.substr(0, 2) != "MM") return kUpright;
  const Reader reader(exif, little);
  if (reader.U16(2) != 42) return kUpright;

  const std::size_t directory = reader.U32(4);
  const std::uint32_t entries = reader.U16(directory);
  if (entries > kMaxEntries) return kUpright;
  for (std::uint32_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + i * kEntryBytes;
    if (entry + kEntryBytes > exif.size()) return kUpright;
    if (reader.U16(entry) != kOrientationTag) continue;
    if (reader.U16(entry + 2) != kTypeShort) return kUpright;
    const std::uint32_t value = reader.U16(entry + 8);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : kUpright;
  }
  return kUpright;
}

}  // namespace prewarm
