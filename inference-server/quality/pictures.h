// A folder of pictures, and of their true mattes. Files are read as the server
// reads an upload, with its limits. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "common/base/result.h"
#include "inference-server/imaging/decode.h"
#include "inference-server/imaging/image.h"

namespace prewarm::quality {

inline constexpr std::size_t kMaxPictures = 1000;

// Files of `folder` (not of folders in it) that are called like pictures,
// sorted by name, without the folder. kNotFound where there is none, kTooLarge
// where there are more than kMaxPictures.
Result<std::vector<std::string>> ListPictures(const std::string& folder);

struct Picture {
  DecodedImage image;
  Bitmap
      truth;  // 1 channel, of the image's size; no pixels: none was asked for
};

// `truth_folder` is "" where there is none. Else the truth of photo.jpg is its
// photo.png: its alpha channel where it has one in use, or else its grey. Any
// error is of this picture alone; kNotFound where its truth is missing,
// kUnprocessable where that is no matte of the picture.
Result<Picture> ReadPicture(const std::string& folder, const std::string& name,
                            const std::string& truth_folder);

}  // namespace prewarm::quality
