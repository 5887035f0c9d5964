// HMAC-SHA256 (RFC 2104, FIPS 198-1) through OpenSSL, in pieces.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace prewarm {

// One message. Not thread-safe.
class HmacSha256 {
 public:
  explicit HmacSha256(std::string_view key);
  ~HmacSha256();
  HmacSha256(const HmacSha256&) = delete;
  HmacSha256& operator=(const HmacSha256&) = delete;

  HmacSha256& Update(std::string_view bytes);
  // Once, at the end: 64 digits of lower-case hex.
  std::string Hex();

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

std::string HmacSha256Hex(std::string_view key, std::string_view text);

}  // namespace prewarm
