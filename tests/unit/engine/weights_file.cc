#include "tests/unit/engine/weights_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <fstream>

#include "inference-server/engine/isnet/table.h"

namespace prewarm::isnet {
namespace {

std::uint64_t Bytes(const FileTensor& tensor) {
  std::uint64_t bytes = tensor.dtype == "F32"   ? 4
                        : tensor.dtype == "I64" ? 8
                                                : 2;
  for (const std::int64_t n : tensor.shape) bytes *= n;
  return bytes;
}

}  // namespace

std::vector<std::uint8_t> Halves(std::uint16_t value, std::size_t count) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < count; ++i) {
    bytes.push_back(value & 0xff);
    bytes.push_back(value >> 8);
  }
  return bytes;
}

std::vector<std::uint8_t> Floats(const std::vector<float>& values) {
  std::vector<std::uint8_t> bytes(values.size() * sizeof(float));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

std::shared_ptr<const MappedFile> MapWeightsFile(
    const std::string& name, const std::function<void(FileTensors*)>& damage) {
  FileTensors tensors;
  for (const ConvSpec& spec : Convolutions()) {
    tensors[spec.name + ".weight"].shape = {spec.out_channels, spec.in_channels,
                                            3, 3};
    tensors[spec.name + ".bias"].shape = {spec.out_channels};
  }
  damage(&tensors);
  std::string header = "{";
  std::uint64_t at = 0;
  for (const auto& [key, tensor] : tensors) {
    std::string shape;
    for (const std::int64_t n : tensor.shape) {
      shape.append(shape.empty() ? "" : ",").append(std::to_string(n));
    }
    header.append(at > 0 ? "," : "");
    header.append("\"" + key + R"(":{"dtype":")" + tensor.dtype);
    header.append(R"(","shape":[)" + shape + R"(],"data_offsets":[)");
    header.append(std::to_string(at) + "," +
                  std::to_string(at + Bytes(tensor)) + "]}");
    at += Bytes(tensor);
  }
  header += "}";
  header.resize((header.size() + 63) / 64 * 64 + 56, ' ');  // data at 64 n

  std::string path = ::testing::TempDir() + "prewarm-" +
                     std::to_string(getpid()) + "-" + name + ".safetensors";
  std::ofstream file(path, std::ios::binary);
  const std::uint64_t length = header.size();
  file.write(reinterpret_cast<const char*>(&length), sizeof length);
  file << header;
  std::uint64_t data = sizeof length + length;
  for (const auto& [key, tensor] : tensors) {
    file.seekp(static_cast<std::streamoff>(data));
    file.write(reinterpret_cast<const char*>(tensor.data.data()),
               static_cast<std::streamsize>(tensor.data.size()));
    data += Bytes(tensor);
  }
  file.close();
  EXPECT_EQ(truncate(path.c_str(), static_cast<off_t>(data)), 0);
  auto mapped = MappedFile::Open(path);
  std::remove(path.c_str());  // a mapping outlives its name
  EXPECT_TRUE(mapped.ok());
  return mapped.ok() ? mapped.value() : nullptr;
}

}  // namespace prewarm::isnet
