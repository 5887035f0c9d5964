// A safetensors file with every tensor of IS-Net, all zeros: sparse, so that
// it costs neither disk nor time. Tests damage one tensor of it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/store/mapped_file.h"

namespace prewarm::isnet {

struct FileTensor {
  std::string dtype = "F16";
  std::vector<std::int64_t> shape;
  std::vector<std::uint8_t> data;  // its first bytes; the rest is zeros
};

using FileTensors = std::map<std::string, FileTensor>;

// Little-endian bytes of repeated values.
std::vector<std::uint8_t> Halves(std::uint16_t value, std::size_t count);
std::vector<std::uint8_t> Floats(const std::vector<float>& values);

// Writes it under the test's temporary folder, maps it and removes its name.
std::shared_ptr<const MappedFile> MapWeightsFile(
    const std::string& name, const std::function<void(FileTensors*)>& damage);

}  // namespace prewarm::isnet
