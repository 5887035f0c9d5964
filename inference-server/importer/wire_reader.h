// A bounded reader of the protobuf wire format (protobuf.dev, "Encoding"):
// fields of one message, in order. Reads nothing outside its bytes.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/base/result.h"

namespace prewarm {

struct WireField {
  std::uint32_t number = 0;
  std::uint32_t type = 0;    // 0 varint, 1 64-bit, 2 bytes, 5 32-bit
  std::uint64_t varint = 0;  // for type 0
  std::string_view bytes;    // for types 1, 2, 5
};

class WireReader {
 public:
  explicit WireReader(std::string_view message) : rest_(message) {}
  bool done() const { return rest_.empty(); }
  // kCorrupt when the message ends inside a field or uses groups.
  Result<WireField> Next();
  Result<std::uint64_t> Varint();

 private:
  std::string_view rest_;
};

}  // namespace prewarm
