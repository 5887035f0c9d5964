#include "inference-server/importer/wire_reader.h"

namespace prewarm {
namespace {

Error CorruptWire() {
  return MakeError(ErrorCode::kCorrupt,
                   "the protobuf message is damaged or cut off");
}

}  // namespace

Result<std::uint64_t> WireReader::Varint() {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
    const auto byte = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 127) << shift;
    if (byte < 128) return value;
  }
  return CorruptWire();
}

Result<WireField> WireReader::Next() {
  PREWARM_ASSIGN_OR_RETURN(const std::uint64_t key, Varint());
  WireField field;
  field.number = static_cast<std::uint32_t>(key >> 3);
  field.type = static_cast<std::uint32_t>(key & 7);
  if (field.number == 0 || key >> 3 > (1U << 29)) return CorruptWire();
  std::uint64_t length = 0;
  switch (field.type) {
    case 0: {
      PREWARM_ASSIGN_OR_RETURN(field.varint, Varint());
      return field;
    }
    case 1:
      length = 8;
      break;
    case 2: {
      PREWARM_ASSIGN_OR_RETURN(length, Varint());
      break;
    }
    case 5:
      length = 4;
      break;
    default:
      return CorruptWire();
  }
  if (length > rest_.size()) return CorruptWire();
  field.bytes = rest_.substr(0, length);
  rest_.remove_prefix(length);
  return field;
}

}  // namespace prewarm
