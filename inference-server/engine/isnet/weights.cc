#include "inference-server/engine/isnet/weights.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

#include "common/base/half.h"

namespace prewarm::isnet {
namespace {

// Room for the bias before the weight, which then starts at a cache line.
constexpr std::size_t kBiasRoom = 1024;

std::size_t Count(const TensorView& view) {
  std::size_t count = 1;
  for (const std::int64_t n : view.shape) count *= static_cast<std::size_t>(n);
  return count;
}

std::string Shape(const std::vector<std::int64_t>& dims) {
  std::string text = "[";
  for (std::size_t i = 0; i < dims.size(); ++i) {
    text += (i > 0 ? "," : "") + std::to_string(dims[i]);
  }
  return text + "]";
}

Result<TensorView> Find(const SafetensorsFile& file, const std::string& name,
                        const std::vector<std::int64_t>& shape) {
  const auto it = file.tensors().find(name);
  if (it == file.tensors().end()) {
    return MakeError(ErrorCode::kCorrupt, "the weights have no tensor " + name,
                     name);
  }
  const TensorView& view = it->second;
  if (view.shape != shape) {
    return MakeError(ErrorCode::kCorrupt,
                     "tensor " + name + " has shape " + Shape(view.shape) +
                         ", expected " + Shape(shape),
                     name);
  }
  if (view.dtype != DType::kF16 && view.dtype != DType::kF32) {
    return MakeError(ErrorCode::kCorrupt,
                     "tensor " + name + " is neither F32 nor F16", name);
  }
  return view;
}

}  // namespace

Result<std::unique_ptr<Weights>> Weights::Open(
    std::shared_ptr<const MappedFile> bytes) {
  if (bytes == nullptr) {
    return MakeError(ErrorCode::kInvalidArgument, "no weights were given",
                     "weights");
  }
  PREWARM_ASSIGN_OR_RETURN(
      auto file, SafetensorsFile::Parse(bytes->data(), bytes->size()));
  std::unique_ptr<Weights> weights(
      new Weights(std::move(bytes), std::move(file)));
  std::size_t largest = 0;
  for (const ConvSpec& spec : Convolutions()) {
    assert(static_cast<std::size_t>(spec.out_channels) <= kBiasRoom);
    Entry entry{spec, {}, {}};
    PREWARM_ASSIGN_OR_RETURN(entry.weight,
                             Find(*weights->file_, spec.name + ".weight",
                                  {spec.out_channels, spec.in_channels, 3, 3}));
    PREWARM_ASSIGN_OR_RETURN(
        entry.bias,
        Find(*weights->file_, spec.name + ".bias", {spec.out_channels}));
    largest = std::max(largest, Count(entry.weight));
    weights->entries_.emplace(spec.name, std::move(entry));
  }
  weights->converted_ = Pages((kBiasRoom + largest) * sizeof(float));
  return weights;
}

ConvValues Weights::Read(const std::string& name) {
  const auto it = entries_.find(name);
  assert(it != entries_.end());
  DropLastRead();
  const Entry& entry = it->second;
  last_ = &entry.weight;
  auto* room = reinterpret_cast<float*>(converted_.data());
  return {it->first.c_str(), entry.spec.out_channels, entry.spec.in_channels,
          Floats(name + ".weight", entry.weight, room + kBiasRoom),
          Floats(name + ".bias", entry.bias, room)};
}

const float* Weights::Floats(const std::string& name, const TensorView& view,
                             float* room) {
  const std::size_t count = Count(view);
  bool finite = false;
  const float* values = room;
  // A writer other than ours may align fp32 tensors to anything.
  const bool aligned =
      reinterpret_cast<std::uintptr_t>(view.data) % alignof(float) == 0;
  if (view.dtype == DType::kF32 && aligned) {
    values = reinterpret_cast<const float*>(view.data);
    finite = AllFinite(values, count);
  } else if (view.dtype == DType::kF32) {
    std::memcpy(room, view.data, view.bytes);
    finite = AllFinite(room, count);
  } else {
    finite = HalvesToFloats(view.data, count, room);
  }
  if (!finite && status_.ok()) {
    status_ =
        MakeError(ErrorCode::kCorrupt,
                  "tensor " + name + " holds values that are not finite", name);
  }
  return values;
}

void Weights::DropLastRead() {
  if (last_ == nullptr) return;
  // Only pages that hold nothing of the neighbours; they are clean, and the
  // page cache keeps them.
  static const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<std::uintptr_t>(last_->data);
  const std::uintptr_t first = (begin + page - 1) / page * page;
  const std::uintptr_t end = (begin + last_->bytes) / page * page;
  if (end > first) {
    madvise(const_cast<std::uint8_t*>(last_->data) + (first - begin),
            end - first, MADV_DONTNEED);
  }
  last_ = nullptr;
}

}  // namespace prewarm::isnet
