// Whom a request is counted against. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace prewarm {

struct Cidr {
  std::string bytes;  // 16, IPv4 as ::ffff:a.b.c.d
  int prefix = 128;   // bits
};

// "10.0.0.0/8", "fd00::/8" or a single address.
Result<Cidr> ParseCidr(const std::string& text);

// The address of the visitor: the peer, or, where the peer is a trusted proxy,
// the last X-Forwarded-For entry that is not one.
std::string ClientAddress(const std::string& peer,
                          std::string_view forwarded_for,
                          const std::vector<Cidr>& trusted);

// The key of a rate limit: an IPv4 address, or the /64 of an IPv6 address
// (one household has at least that much).
std::string RateKey(const std::string& address);

bool IsLoopback(const std::string& address);

}  // namespace prewarm
