#include "inference-server/quality/pictures.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <utility>

#include "common/store/env.h"

namespace prewarm::quality {
namespace {

namespace fs = std::filesystem;

bool IsCalledLikeAPicture(const fs::path& path) {
  static constexpr std::array<const char*, 8> kEndings = {
      ".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".avif", ".jpe"};
  std::string ending = path.extension().string();
  for (char& c : ending) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

Result<DecodedImage> ReadImage(const fs::path& path) {
  const DecodeLimits limits;
  PREWARM_ASSIGN_OR_RETURN(const std::string bytes,
                           Env::System()->Read(path.string(), limits.bytes));
  return Decode(bytes, limits);
}

Error NoMatte(const fs::path& path, const std::string& what) {
  return MakeError(ErrorCode::kUnprocessable,
                   "the truth " + path.filename().string() + " " + what,
                   "truth");
}

std::string SizeOf(const Bitmap& bitmap) {
  return std::to_string(bitmap.width) + " x " + std::to_string(bitmap.height);
}

Result<Bitmap> ReadTruth(const fs::path& path, const Bitmap& picture) {
  std::error_code error;
  if (!fs::exists(path, error)) {
    return MakeError(ErrorCode::kNotFound,
                     "it has no truth " + path.filename().string(), "truth");
  }
  auto read = ReadImage(path);
  if (!read.ok()) {
    return NoMatte(path, "can't be read: " + read.error().message);
  }
  if (read->rgb.width != picture.width || read->rgb.height != picture.height) {
    return NoMatte(path, "has " + SizeOf(read->rgb) +
                             " pixels, its picture (upright) " +
                             SizeOf(picture));
  }
  if (read->alpha) return *std::move(read->alpha);
  Bitmap grey = MakeBitmap(picture.width, picture.height, 1);
  for (std::size_t i = 0; i < grey.data.size(); ++i) {
    const std::uint8_t* rgb = read->rgb.data.data() + 3 * i;
    if (rgb[0] != rgb[1] || rgb[1] != rgb[2]) {
      return NoMatte(path,
                     "has colours and no transparency; give it an alpha "
                     "channel, or make it grey");
    }
    grey.data[i] = rgb[0];
  }
  return grey;
}

}  // namespace

Result<std::vector<std::string>> ListPictures(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> names;
  for (fs::directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    std::error_code ignored;
    if (it->is_regular_file(ignored) && IsCalledLikeAPicture(it->path())) {
      names.push_back(it->path().filename().string());
    }
  }
  if (error) {
    return MakeError(ErrorCode::kNotFound,
                     "can't list the folder " + folder + ": " +
                         error.message() + "; give --images DIR",
                     "images");
  }
  if (names.empty()) {
    return MakeError(ErrorCode::kNotFound,
                     "no pictures in " + folder +
                         "; it takes .jpg, .png, .webp, .heic and .avif, not "
                         "those of folders in it",
                     "images");
  }
  if (names.size() > kMaxPictures) {
    return MakeError(ErrorCode::kTooLarge,
                     folder + " has " + std::to_string(names.size()) +
                         " pictures, the limit is " +
                         std::to_string(kMaxPictures) +
                         "; compare some of them, in a folder of their own",
                     "images");
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<Picture> ReadPicture(const std::string& folder, const std::string& name,
                            const std::string& truth_folder) {
  Picture picture;
  PREWARM_ASSIGN_OR_RETURN(picture.image, ReadImage(fs::path(folder) / name));
  if (truth_folder.empty()) return picture;
  const fs::path truth =
      fs::path(truth_folder) / fs::path(name).stem().concat(".png");
  PREWARM_ASSIGN_OR_RETURN(picture.truth, ReadTruth(truth, picture.image.rgb));
  return picture;
}

}  // namespace prewarm::quality
