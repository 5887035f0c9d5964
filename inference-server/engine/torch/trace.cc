#include "inference-server/engine/torch/trace.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace prewarm::torch_engine {
namespace {

constexpr std::size_t kAxes = 4;
constexpr std::int64_t kChannels = 3;

std::string Join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : ", ") + word;
  }
  return text.empty() ? "none" : text;
}

std::string Shape(const std::vector<std::int64_t>& shape) {
  std::vector<std::string> sides;
  sides.reserve(shape.size());
  for (const std::int64_t side : shape) sides.push_back(std::to_string(side));
  return "[" + Join(sides) + "]";
}

}  // namespace

Status CheckTrace(const Array& input, const std::vector<std::string>& stages,
                  const std::vector<std::string>& known) {
  for (const std::string& stage : stages) {
    if (std::find(known.begin(), known.end(), stage) == known.end()) {
      return MakeError(ErrorCode::kInvalidArgument,
                       "--dump: the stage \"" + stage +
                           "\" is unknown; this network has: " + Join(known),
                       "dump");
    }
  }
  const auto& shape = input.shape;
  if (shape.size() != kAxes || shape[0] < 1 || shape[1] != kChannels ||
      shape[2] < 1 || shape[3] < 1) {
    return MakeError(ErrorCode::kInvalidArgument,
                     "IN has the shape " + Shape(shape) +
                         "; give it [B, 3, H, W], normalised",
                     "shape");
  }
  if (!std::all_of(input.values.begin(), input.values.end(),
                   [](float value) { return std::isfinite(value); })) {
    return MakeError(ErrorCode::kInvalidArgument,
                     "IN holds values that are not finite", "in");
  }
  return Ok{};
}

at::Tensor ToTensor(const Array& array) {
  return at::from_blob(const_cast<float*>(array.values.data()), array.shape,
                       at::kFloat);
}

Array ToArray(const at::Tensor& tensor) {
  const at::Tensor planes =
      tensor.to(at::kCPU, at::kFloat).contiguous(at::MemoryFormat::Contiguous);
  const float* values = planes.data_ptr<float>();
  return {planes.sizes().vec(), {values, values + planes.numel()}};
}

}  // namespace prewarm::torch_engine
