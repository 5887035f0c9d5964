// Writes ONNX messages in the protobuf wire format, good and bad ones.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace prewarm::wire {

std::string Varint(std::uint64_t value);
std::string Number(std::uint32_t field, std::uint64_t value);
std::string Bytes(std::uint32_t field, const std::string& bytes);

// A FLOAT tensor with raw data; `name` is how nodes refer to it.
std::string Tensor(const std::string& name,
                   const std::vector<std::uint64_t>& shape,
                   const std::vector<float>& values);
std::string Node(const std::string& op, const std::string& name,
                 const std::vector<std::string>& inputs,
                 const std::string& output, const std::string& more = "");
std::string FloatAttribute(const std::string& name, float value);
// A model of one graph.
std::string Model(const std::vector<std::string>& nodes,
                  const std::vector<std::string>& tensors);

}  // namespace prewarm::wire
