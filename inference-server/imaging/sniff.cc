#include "inference-server/imaging/sniff.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace prewarm {
namespace {

using std::string_view;

bool StartsWith(string_view text, string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

bool StartsWithIgnoringCase(string_view text, string_view lower_prefix) {
  if (text.size() < lower_prefix.size()) return false;
  return std::equal(lower_prefix.begin(), lower_prefix.end(), text.begin(),
                    [](char want, char got) {
                      return want == static_cast<char>(std::tolower(
                                         static_cast<unsigned char>(got)));
                    });
}

// The brands of an ISO media file: the major one, then the compatible ones.
std::optional<ImageFormat> FormatOfBrands(string_view file) {
  if (file.size() < 16 || file.substr(4, 4) != "ftyp") return std::nullopt;
  const auto byte = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(file[i]));
  };
  const std::size_t size =
      byte(0) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3);
  const std::size_t end = std::min({size, file.size(), std::size_t{512}});
  // A file whose major brand is the generic mif1 names its codec among the
  // compatible brands; AV1 first, as some writers list heic beside it.
  bool heic = false;
  for (std::size_t at = 8; at + 4 <= end; at += 4) {
    if (at == 12) continue;  // the minor version, not a brand
    const string_view brand = file.substr(at, 4);
    if (brand == "avif" || brand == "avis") return ImageFormat::kAvif;
    if (brand == "heic" || brand == "heix" || brand == "heim" ||
        brand == "heis" || brand == "hevc" || brand == "hevx" ||
        brand == "mif1" || brand == "msf1") {
      heic = true;
    }
  }
  if (heic) return ImageFormat::kHeic;
  return std::nullopt;
}

bool LooksLikeText(string_view file) {
  const string_view head = file.substr(0, 512);
  return std::none_of(head.begin(), head.end(), [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return (u < 0x20 && u != '\t' && u != '\n' && u != '\r' && u != '\f') ||
           u == 0x7f;
  });
}

}  // namespace

std::optional<ImageFormat> SniffFormat(string_view file) {
  if (StartsWith(file, "\xff\xd8\xff")) return ImageFormat::kJpeg;
  if (StartsWith(file, "\x89PNG\r\n\x1a\n")) return ImageFormat::kPng;
  if (file.size() >= 12 && StartsWith(file, "RIFF") &&
      file.substr(8, 4) == "WEBP") {
    return ImageFormat::kWebp;
  }
  return FormatOfBrands(file);
}

std::string DescribeUnknown(string_view file) {
  if (file.empty()) return "an empty file";
  struct Magic {
    string_view bytes;
    const char* name;
  };
  static constexpr std::array<Magic, 15> kMagics = {{
      {"%PDF", "a PDF document"},
      {"GIF8", "a GIF image"},
      {string_view("II*\0", 4), "a TIFF image"},
      {string_view("MM\0*", 4), "a TIFF image"},
      {string_view("II+\0", 4), "a TIFF image"},
      {"BM", "a BMP image"},
      {"8BPS", "a Photoshop document"},
      {"\xff\x0a", "a JPEG XL image"},
      {string_view("\0\0\0\x0cJXL ", 8), "a JPEG XL image"},
      {string_view("\0\0\0\x0cjP  ", 8), "a JPEG 2000 image"},
      {string_view("\0\0\1\0", 4), "an ICO image"},
      {"PK\x03\x04", "a ZIP archive or office document"},
      {"\x1f\x8b", "a gzip archive"},
      {"\x1a\x45\xdf\xa3", "a WebM or Matroska video"},
      {"RIFF", "a RIFF file (AVI or WAV?)"},
  }};
  for (const Magic& magic : kMagics) {
    if (StartsWith(file, magic.bytes)) return magic.name;
  }
  if (file.size() >= 12 && file.substr(4, 4) == "ftyp") {
    return "an MP4 or QuickTime video";
  }
  if (!LooksLikeText(file)) return "unknown binary data";

  string_view text = file;
  if (StartsWith(text, "\xef\xbb\xbf")) text.remove_prefix(3);
  const auto first = text.find_first_not_of(" \t\r\n\f");
  if (first == string_view::npos) return "blank text";
  text.remove_prefix(first);
  const string_view head = text.substr(0, 1024);
  if (head.find("<svg") != string_view::npos) return "an SVG drawing";
  if (StartsWithIgnoringCase(text, "<!doctype html") ||
      StartsWithIgnoringCase(text, "<html")) {
    return "an HTML page";
  }
  if (StartsWithIgnoringCase(text, "data:image/")) {
    return "a data: URL (send the decoded bytes)";
  }
  if (StartsWith(text, "<?xml")) return "an XML document";
  if (text[0] == '{' || text[0] == '[') return "JSON text";
  return "text";
}

const char* FormatName(ImageFormat format) {
  switch (format) {
    case ImageFormat::kJpeg:
      return "JPEG";
    case ImageFormat::kPng:
      return "PNG";
    case ImageFormat::kWebp:
      return "WebP";
    case ImageFormat::kHeic:
      return "HEIC";
    case ImageFormat::kAvif:
      return "AVIF";
  }
  return "image";
}

}  // namespace prewarm
