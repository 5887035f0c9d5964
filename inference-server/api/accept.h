// The Accept header (RFC 9110, section 12.5.1). Pure.
#pragma once

#include <string_view>

namespace prewarm {

// The weight, 0 to 1, of `type` ("image/png", lower case): that of the most
// specific range that covers it. 0 where none does, 1 without a header.
double AcceptWeight(std::string_view accept, std::string_view type);

// Whether JSON was asked for rather than a picture of `image_type`. Where both
// are as welcome ("*/*") it is the picture.
bool PrefersJson(std::string_view accept, std::string_view image_type);

}  // namespace prewarm
