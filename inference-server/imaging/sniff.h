// What a file is, from its first bytes. Pure, thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "inference-server/imaging/decode.h"

namespace prewarm {

// The format by magic number, nothing if it is none that is read here.
std::optional<ImageFormat> SniffFormat(std::string_view file);

// A few words for a person on what a file that SniffFormat does not know looks
// like: "an empty file", "a PDF document", "text", "unknown binary data".
std::string DescribeUnknown(std::string_view file);

// "JPEG", "PNG", ... for messages.
const char* FormatName(ImageFormat format);

}  // namespace prewarm
