// safetensors files (github.com/huggingface/safetensors, format description):
// 8 bytes length, JSON header, data. Never trusted.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/store/env.h"

namespace prewarm {

enum class DType { kF32, kF16, kBF16, kI64, kU8, kI8 };

struct TensorView {
  DType dtype = DType::kF32;
  std::vector<std::int64_t> shape;
  const std::uint8_t* data = nullptr;  // into the mapping
  std::size_t bytes = 0;
};

// Immutable, thread-safe.
class SafetensorsFile {
 public:
  // kCorrupt names what is wrong: header longer than the file (or 16 MiB),
  // offsets out of range, overlapping, with holes, wrong size for the shape,
  // duplicate names, overflow. The bytes must outlive the object.
  static Result<std::shared_ptr<SafetensorsFile>> Parse(
      const std::uint8_t* bytes, std::size_t size);

  const std::map<std::string, TensorView>& tensors() const { return tensors_; }
  const std::map<std::string, std::string>& metadata() const {
    return metadata_;
  }

 private:
  SafetensorsFile() = default;
  std::map<std::string, TensorView> tensors_;
  std::map<std::string, std::string> metadata_;
};

// Of a file whose other bytes are not there: its first 8 bytes say how long the
// JSON is that follows, at most 16 MiB and what the file has; and what that
// JSON says of itself.
inline constexpr std::size_t kSafetensorsPrefix = 8;
Result<std::uint64_t> SafetensorsHeaderLength(const std::uint8_t* prefix,
                                              std::uint64_t file_bytes);
Result<std::map<std::string, std::string>> SafetensorsMetadata(
    std::string_view header);

// A file as pieces to be written one after the other: the tensors in name
// order, each aligned to 64 bytes (padding tensors fill where needed). Points
// into the tensors.
struct SafetensorsImage {
  std::shared_ptr<const std::string> head;
  std::vector<Piece> pieces;
};
SafetensorsImage MakeSafetensors(
    const std::map<std::string, TensorView>& tensors,
    const std::map<std::string, std::string>& metadata);

// Writes a new file, synced.
Status WriteSafetensors(const std::string& path,
                        const std::map<std::string, TensorView>& tensors,
                        const std::map<std::string, std::string>& metadata);

}  // namespace prewarm
