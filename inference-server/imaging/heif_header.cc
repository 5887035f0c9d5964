#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

#include "inference-server/imaging/codecs.h"
#include "inference-server/imaging/image_header.h"

namespace prewarm {
namespace {

using std::string_view;

// Boxes looked at in one container; real files have some hundred properties.
constexpr int kMaxBoxes = 4096;

std::uint64_t Number(string_view data, std::size_t at, int bytes) {
  std::uint64_t value = 0;
  for (int i = 0; i < bytes; ++i) {
    const std::size_t index = at + i;
    value = value << 8 |
            (index < data.size() ? static_cast<unsigned char>(data[index]) : 0);
  }
  return value;
}

struct Box {
  string_view type;
  string_view body;
};

// Takes the first ISO base media box off `data`; nothing at the end or where
// a box is larger than what holds it.
std::optional<Box> TakeBox(string_view* data) {
  if (data->size() < 8) return std::nullopt;
  std::uint64_t size = Number(*data, 0, 4);
  std::size_t header = 8;
  if (size == 1) {
    header = 16;
    size = Number(*data, 8, 8);
  } else if (size == 0) {
    size = data->size();  // to the end of the file
  }
  if (size < header || size > data->size()) return std::nullopt;
  const Box box{data->substr(4, 4), data->substr(header, size - header)};
  data->remove_prefix(size);
  return box;
}

std::optional<string_view> FindBox(string_view data, string_view type) {
  for (int i = 0; i < kMaxBoxes; ++i) {
    const std::optional<Box> box = TakeBox(&data);
    if (!box) return std::nullopt;
    if (box->type == type) return box->body;
  }
  return std::nullopt;
}

int ToInt(std::uint64_t value) {
  constexpr std::uint64_t kMax = std::numeric_limits<int>::max();
  return static_cast<int>(std::min(value, kMax));
}

}  // namespace

// The size is that of the largest item: the picture is never smaller than its
// tiles, thumbnail or depth map, and a file that says otherwise is caught by
// the child, which compares with the limits again.
Result<ImageHeader> ReadHeifHeader(string_view file, ImageFormat format) {
  const auto meta = FindBox(file, "meta");
  if (!meta || meta->size() < 4) {
    return DamagedImage(format, "it has no meta box");
  }
  const auto properties = FindBox(meta->substr(4), "iprp");
  const auto container =
      properties ? FindBox(*properties, "ipco") : std::nullopt;
  if (!container) return DamagedImage(format, "it has no item properties");

  ImageHeader header{format, 0, 0};
  double area = -1;
  string_view rest = *container;
  for (int i = 0; i < kMaxBoxes; ++i) {
    const std::optional<Box> box = TakeBox(&rest);
    if (!box) break;
    if (box->type != "ispe" || box->body.size() < 12) continue;
    const auto width = Number(box->body, 4, 4);
    const auto height = Number(box->body, 8, 4);
    const double item =
        static_cast<double>(width) * static_cast<double>(height);
    if (item <= area) continue;
    area = item;
    header.width = ToInt(width);
    header.height = ToInt(height);
  }
  if (area < 0) return DamagedImage(format, "it states no size");
  return header;
}

}  // namespace prewarm
