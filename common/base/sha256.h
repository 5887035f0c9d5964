// SHA-256 (FIPS 180-4) through OpenSSL, as lower-case hex.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace prewarm {

std::string Sha256Hex(std::string_view bytes);

// MD5 (RFC 1321), to recognise releases that are named by it; proves nothing.
std::string Md5Hex(std::string_view bytes);

// Reads the file in pieces. kNotFound or kInternal name the path.
Result<std::string> Sha256File(const std::string& path);

}  // namespace prewarm
