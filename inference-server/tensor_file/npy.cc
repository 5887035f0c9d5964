#include "inference-server/tensor_file/npy.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace prewarm {
namespace {

constexpr std::string_view kMagic("\x93NUMPY", 6);
constexpr std::size_t kMaxHeader = 1 << 16;
constexpr std::size_t kMaxAxes = 8;
constexpr std::uint64_t kMaxValues = std::uint64_t{1} << 31;

Error Corrupt(const std::string& what) {
  return MakeError(ErrorCode::kCorrupt, "no .npy file: " + what, "npy");
}

Error Unsupported(const std::string& what) {
  return MakeError(ErrorCode::kUnsupported,
                   what +
                       "; write it as numpy.ascontiguousarray(x, "
                       "dtype='<f4')",
                   "npy");
}

// The text of the header's dictionary, and where the values begin.
struct Head {
  std::string text;
  std::size_t end = 0;
};

Result<Head> ReadHead(std::string_view file) {
  if (file.size() < 10 || file.substr(0, 6) != kMagic) {
    return Corrupt("it does not begin with \\x93NUMPY");
  }
  const auto byte = [&](std::size_t at) {
    return static_cast<std::size_t>(static_cast<unsigned char>(file[at]));
  };
  const std::size_t version = byte(6);
  if (version != 1 && version != 2) {
    return MakeError(ErrorCode::kUnsupported,
                     "format version " + std::to_string(version) +
                         " is not read here, but 1 and 2",
                     "npy");
  }
  const std::size_t start = version == 1 ? 10 : 12;
  if (file.size() < start) return Corrupt("cut short");
  std::size_t length = byte(8) | byte(9) << 8;
  if (version == 2) length |= byte(10) << 16 | byte(11) << 24;
  if (length > kMaxHeader || length > file.size() - start) {
    return Corrupt("the header claims " + std::to_string(length) + " bytes");
  }
  return Head{std::string(file.substr(start, length)), start + length};
}

// The header's text from left to right.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool Skip(std::string_view word) {
    if (text_.substr(0, word.size()) != word) return false;
    text_.remove_prefix(word.size());
    return true;
  }
  // Up to `end`, which is skipped as well.
  bool Until(char end, std::string* word) {
    const std::size_t at = text_.find(end);
    if (at == std::string_view::npos) return false;
    *word = text_.substr(0, at);
    text_.remove_prefix(at + 1);
    return true;
  }
  bool OnlySpace() const {
    return text_.find_first_not_of(" \n") == std::string_view::npos;
  }

 private:
  std::string_view text_;
};

// Of "2, 3", "2," or "".
Result<std::vector<std::int64_t>> ReadShape(const std::string& text) {
  std::vector<std::int64_t> shape;
  std::uint64_t values = 1;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    std::int64_t n = -1;
    const auto parsed = std::from_chars(&text[at], &text[at] + (end - at), n);
    if (parsed.ec != std::errc() || parsed.ptr != &text[at] + (end - at) ||
        n < 0 || n > static_cast<std::int64_t>(kMaxValues) ||
        (n != 0 && values > kMaxValues / static_cast<std::uint64_t>(n)) ||
        shape.size() >= kMaxAxes) {
      return Corrupt("the shape (" + text + ") is none, or too large");
    }
    values *= static_cast<std::uint64_t>(n);
    shape.push_back(n);
    at = end + 1;
    if (at < text.size() && text[at] == ' ') ++at;
  }
  return shape;
}

}  // namespace

Result<Array> ParseNpy(std::string_view file) {
  PREWARM_ASSIGN_OR_RETURN(const Head head, ReadHead(file));
  // As numpy.lib.format writes it: these three keys, sorted.
  Cursor cursor(head.text);
  std::string type, order, shape;
  if (!cursor.Skip("{'descr': '") || !cursor.Until('\'', &type) ||
      !cursor.Skip(", 'fortran_order': ") || !cursor.Until(',', &order) ||
      !cursor.Skip(" 'shape': (") || !cursor.Until(')', &shape) ||
      !(cursor.Skip(", }") || cursor.Skip("}")) || !cursor.OnlySpace() ||
      (order != "True" && order != "False")) {
    return Corrupt("its header is not one that numpy writes");
  }
  if (type != "<f4") {
    return Unsupported("the values are of type " + type.substr(0, 16) +
                       ", not <f4 (float32)");
  }
  if (order == "True") return Unsupported("the values are in Fortran order");
  Array array;
  PREWARM_ASSIGN_OR_RETURN(array.shape, ReadShape(shape));
  std::size_t values = 1;
  for (const std::int64_t n : array.shape) {
    values *= static_cast<std::size_t>(n);
  }
  const std::size_t there = file.size() - head.end;
  if (there != values * sizeof(float)) {
    return Corrupt("it holds " + std::to_string(there) +
                   " bytes of values, its shape needs " +
                   std::to_string(values * sizeof(float)));
  }
  array.values.resize(values);
  if (there > 0) std::memcpy(array.values.data(), &file[head.end], there);
  return array;
}

std::string FormatNpy(const Array& array) {
  std::string shape;
  for (const std::int64_t n : array.shape) {
    shape += (shape.empty() ? "" : ", ") + std::to_string(n);
  }
  if (array.shape.size() == 1) shape += ",";
  std::string header =
      "{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + "), }";
  constexpr std::size_t kStart = 10;
  constexpr std::size_t kAlign = 64;
  const std::size_t end = (kStart + header.size() + kAlign) / kAlign * kAlign;
  header.resize(end - kStart - 1, ' ');
  header += '\n';
  std::string file(kMagic);
  file += {'\1', '\0', static_cast<char>(header.size() & 255),
           static_cast<char>(header.size() >> 8)};
  file += header;
  file.append(reinterpret_cast<const char*>(array.values.data()),
              array.values.size() * sizeof(float));
  return file;
}

}  // namespace prewarm
