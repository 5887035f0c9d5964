#include "tests/unit/importer/wire.h"

#include <cstring>

namespace prewarm::wire {

std::string Varint(std::uint64_t value) {
  std::string out;
  for (; value >= 128; value >>= 7) {
    out += static_cast<char>((value & 127U) | 128U);
  }
  return out + static_cast<char>(value);
}

std::string Number(std::uint32_t field, std::uint64_t value) {
  return Varint(std::uint64_t{field} << 3) + Varint(value);
}

std::string Bytes(std::uint32_t field, const std::string& bytes) {
  return Varint(std::uint64_t{field} << 3 | 2) + Varint(bytes.size()) + bytes;
}

std::string Tensor(const std::string& name,
                   const std::vector<std::uint64_t>& shape,
                   const std::vector<float>& values) {
  std::string tensor;
  for (const std::uint64_t dim : shape) tensor += Number(1, dim);
  std::string raw(values.size() * sizeof(float), '\0');
  std::memcpy(raw.data(), values.data(), raw.size());
  return tensor + Number(2, 1) + Bytes(8, name) + Bytes(9, raw);
}

std::string Node(const std::string& op, const std::string& name,
                 const std::vector<std::string>& inputs,
                 const std::string& output, const std::string& more) {
  std::string node;
  for (const std::string& input : inputs) node += Bytes(1, input);
  return node + Bytes(2, output) + Bytes(3, name) + Bytes(4, op) + more;
}

std::string FloatAttribute(const std::string& name, float value) {
  std::string raw(sizeof value, '\0');
  std::memcpy(raw.data(), &value, sizeof value);
  return Bytes(5, Bytes(1, name) + Varint(2U << 3 | 5) + raw);
}

std::string Model(const std::vector<std::string>& nodes,
                  const std::vector<std::string>& tensors) {
  std::string graph;
  for (const std::string& node : nodes) graph += Bytes(1, node);
  for (const std::string& tensor : tensors) graph += Bytes(5, tensor);
  return Number(1, 8) + Bytes(7, graph);
}

}  // namespace prewarm::wire
