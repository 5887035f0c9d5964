// FNV-1a: the same on every machine, so that two controllers agree.
#pragma once

#include <cstdint>
#include <string_view>

namespace prewarm {

inline std::uint64_t StableHash(std::string_view text, std::uint64_t salt = 0) {
  std::uint64_t hash = 14695981039346656037ULL + salt;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  }
  return hash;
}

}  // namespace prewarm
