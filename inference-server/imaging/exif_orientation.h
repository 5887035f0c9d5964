// The one EXIF field that changes what a picture shows. Pure, thread-safe.
#pragma once

#include <string_view>

namespace prewarm {

// Orientation 1..8 of an EXIF block (TIFF structure, with or without the
// "Exif\0\0" prefix). 1 (upright) where the block is damaged or silent. Reads
// the first directory only, follows no other pointer, never loops.
int ReadExifOrientation(std::string_view exif);

}  // namespace prewarm
