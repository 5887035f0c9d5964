#include "common/access/client_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <optional>

namespace prewarm {
namespace {

constexpr std::string_view kMapped("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);

std::optional<std::string> Bytes(std::string text) {
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
    text = text.substr(1, text.size() - 2);
  }
  unsigned char raw[16];
  if (inet_pton(AF_INET, text.c_str(), raw) == 1) {
    return std::string(kMapped) + std::string(reinterpret_cast<char*>(raw), 4);
  }
  if (inet_pton(AF_INET6, text.c_str(), raw) == 1) {
    return std::string(reinterpret_cast<char*>(raw), 16);
  }
  return std::nullopt;
}

bool Contains(const Cidr& net, const std::string& bytes) {
  for (int bit = 0; bit < net.prefix; ++bit) {
    const int mask = 128 >> (bit % 8);
    if (((net.bytes[bit / 8] ^ bytes[bit / 8]) & mask) != 0) return false;
  }
  return true;
}

bool Trusted(const std::string& address, const std::vector<Cidr>& trusted) {
  const auto bytes = Bytes(address);
  return bytes &&
         std::any_of(trusted.begin(), trusted.end(),
                     [&](const Cidr& c) { return Contains(c, *bytes); });
}

}  // namespace

Result<Cidr> ParseCidr(const std::string& text) {
  const std::size_t slash = text.find('/');
  const auto bytes = Bytes(text.substr(0, slash));
  const bool v4 = bytes && text.find(':') == std::string::npos;
  const int most = v4 ? 32 : 128;
  int prefix = most;
  if (slash != std::string::npos) {
    const std::string digits = text.substr(slash + 1);
    const bool number =
        !digits.empty() && digits.size() <= 3 &&
        digits.find_first_not_of("0123456789") == std::string::npos;
    prefix = number ? std::stoi(digits) : most + 1;
  }
  if (!bytes || prefix > most) {
    return MakeError(ErrorCode::kInvalidArgument,
                     "\"" + text +
                         "\" is no address or CIDR block, such as "
                         "10.0.0.0/8 or fd00::/8",
                     "trusted-proxy");
  }
  return Cidr{*bytes, v4 ? prefix + 96 : prefix};
}

std::string ClientAddress(const std::string& peer,
                          std::string_view forwarded_for,
                          const std::vector<Cidr>& trusted) {
  std::string client = peer;
  while (Trusted(client, trusted) && !forwarded_for.empty()) {
    const std::size_t comma = forwarded_for.rfind(',');
    std::string_view last = comma == std::string_view::npos
                                ? forwarded_for
                                : forwarded_for.substr(comma + 1);
    last.remove_prefix(std::min(last.find_first_not_of(' '), last.size()));
    forwarded_for = comma == std::string_view::npos
                        ? std::string_view()
                        : forwarded_for.substr(0, comma);
    const std::string text(last.substr(0, last.find(' ')));
    if (!Bytes(text)) break;  // forged or empty: the proxy itself is counted
    client = text;
  }
  return client;
}

std::string RateKey(const std::string& address) {
  const auto bytes = Bytes(address);
  if (!bytes) return address;
  if (bytes->compare(0, 12, kMapped) == 0) return bytes->substr(12);
  return bytes->substr(0, 8);
}

bool IsLoopback(const std::string& address) {
  const auto bytes = Bytes(address);
  if (!bytes) return false;
  if (bytes->compare(0, 12, kMapped) == 0) return (*bytes)[12] == 127;
  return *bytes == std::string(15, '\0') + '\1';
}

}  // namespace prewarm
