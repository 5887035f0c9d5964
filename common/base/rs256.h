// RS256 of RFC 7518: RSASSA-PKCS1-v1_5 with SHA-256, through OpenSSL.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"

namespace prewarm {

struct RsaPublicKey {
  std::string modulus;   // big-endian
  std::string exponent;  // big-endian
};

// kInvalidArgument: a key of other sizes than 2048 to 8192 bits, or none.
Status CheckRsaKey(const RsaPublicKey& key);
// False for a key that CheckRsaKey refuses, too.
bool VerifyRs256(const RsaPublicKey& key, std::string_view text,
                 std::string_view signature);
// `pem`: an RSA key that is not encrypted. kInvalidArgument.
Result<std::string> SignRs256(const std::string& pem, std::string_view text);

}  // namespace prewarm
