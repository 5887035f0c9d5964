#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "inference-server/store/safetensors.h"

namespace prewarm {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kAlignment = 64;

const char* DTypeName(DType type) {
  switch (type) {
    case DType::kF32:
      return "F32";
    case DType::kF16:
      return "F16";
    case DType::kBF16:
      return "BF16";
    case DType::kI64:
      return "I64";
    case DType::kU8:
      return "U8";
  }
  return "U8";
}

Status WriteAll(int fd, const void* data, std::size_t size,
                const std::string& path) {
  const char* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t n = write(fd, at, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      return MakeError(ErrorCode::kInternal,
                       "can't write " + path + ": " + std::strerror(errno),
                       "path");
    }
    at += n;
    size -= static_cast<std::size_t>(n);
  }
  return Ok{};
}

}  // namespace

Status WriteSafetensors(const std::string& path,
                        const std::map<std::string, TensorView>& tensors,
                        const std::map<std::string, std::string>& metadata) {
  ordered_json header = ordered_json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  // The format forbids holes, so what aligns a tensor is a tensor as well.
  const std::string zeros(kAlignment, '\0');
  std::vector<std::pair<const void*, std::size_t>> pieces;
  std::size_t at = 0;
  int paddings = 0;
  const auto add = [&](const std::string& name, const TensorView& tensor) {
    header[name] = {{"dtype", DTypeName(tensor.dtype)},
                    {"shape", tensor.shape},
                    {"data_offsets", {at, at + tensor.bytes}}};
    pieces.emplace_back(tensor.data, tensor.bytes);
    at += tensor.bytes;
  };
  for (const auto& [name, tensor] : tensors) {
    if (const std::size_t over = at % kAlignment; over != 0) {
      TensorView padding;
      padding.dtype = DType::kU8;
      padding.bytes = kAlignment - over;
      padding.shape = {static_cast<std::int64_t>(padding.bytes)};
      padding.data = reinterpret_cast<const std::uint8_t*>(zeros.data());
      add("__padding_" + std::to_string(paddings++), padding);
    }
    add(name, tensor);
  }
  std::string text = header.dump();
  while ((8 + text.size()) % kAlignment != 0) text += ' ';

  const int fd =
      open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (fd < 0) {
    return MakeError(ErrorCode::kInternal,
                     "can't create " + path + ": " + std::strerror(errno),
                     "path");
  }
  std::string length(8, '\0');
  for (int i = 0; i < 8; ++i) {
    length[i] = static_cast<char>(text.size() >> (8 * i) & 255);
  }
  Status status = WriteAll(fd, length.data(), 8, path);
  if (status.ok()) status = WriteAll(fd, text.data(), text.size(), path);
  for (const auto& [data, size] : pieces) {
    if (status.ok()) status = WriteAll(fd, data, size, path);
  }
  if (status.ok() && fsync(fd) != 0) {
    status = MakeError(ErrorCode::kInternal, "can't sync " + path, "path");
  }
  close(fd);
  return status;
}

}  // namespace prewarm
