#include "tests/unit/engine/torch/formula.h"

#include <ATen/ATen.h>

#include <cmath>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace prewarm::inspyrenet {
namespace {

struct Key {
  std::vector<std::int64_t> shape;
  bool is_float = false;
};

std::map<std::string, Key> ReadKeys() {
  std::map<std::string, Key> keys;  // in the ASCII order of their names
  std::ifstream file(PREWARM_TESTDATA "/inspyrenet/state_dict_keys.tsv");
  std::string name, shape, type;
  while (std::getline(file, name, '\t') && std::getline(file, shape, '\t') &&
         std::getline(file, type)) {
    Key& key = keys[name];
    key.is_float = type == "torch.float32";
    std::istringstream numbers(shape.substr(1));
    std::int64_t n = 0;
    for (char separator = 0; numbers >> n; numbers >> separator) {
      key.shape.push_back(n);
    }
  }
  return keys;
}

bool EndsWith(const std::string& text, const std::string& end) {
  return text.size() >= end.size() &&
         text.compare(text.size() - end.size(), end.size(), end) == 0;
}

struct Line {
  double offset = 0;
  double slope = 0;
};

// value = offset + slope * s, s a sine.
Line LineOf(const std::string& name, const at::Tensor& tensor) {
  if (EndsWith(name, "running_var")) return {1, 0.25};
  if (EndsWith(name, "running_mean")) return {0, 0.05};
  if (EndsWith(name, "threshold")) return {0.5, 0.05};
  if (EndsWith(name, "gamma")) return {0.3, 0};
  if (tensor.dim() == 1 && EndsWith(name, "weight")) return {1, 0.1};
  if (tensor.dim() == 1) return {0, 0.05};
  if (EndsWith(name, "relative_position_bias_table")) return {0, 0.2};
  const auto inputs =
      static_cast<double>(tensor.numel()) / static_cast<double>(tensor.size(0));
  return {0, std::sqrt(2 / inputs)};
}

std::map<std::string, at::Tensor> MakeWeights() {
  std::map<std::string, at::Tensor> weights;
  int index = -1;
  for (const auto& [name, key] : ReadKeys()) {
    ++index;
    if (!key.is_float) continue;
    at::Tensor tensor = at::empty(key.shape, at::kFloat);
    const Line line = LineOf(name, tensor);
    auto* values = tensor.data_ptr<float>();
    for (std::int64_t i = 0; i < tensor.numel(); ++i) {
      const double s =
          std::sin(0.7311 * static_cast<double>(i) + 0.377 * index);
      values[i] = static_cast<float>(line.offset + line.slope * s);
    }
    weights[name] = tensor;
  }
  return weights;
}

}  // namespace

const std::map<std::string, at::Tensor>& FormulaWeights() {
  static const auto* weights =
      new std::map<std::string, at::Tensor>(MakeWeights());
  return *weights;
}

Parameters FormulaParameters(Rounding rounding,
                             const at::TensorOptions& options) {
  return Parameters(
      [](const std::string& name) {
        const auto it = FormulaWeights().find(name);
        return it == FormulaWeights().end() ? at::Tensor() : it->second;
      },
      options, rounding);
}

Network FormulaNetwork(const Size& base, Rounding rounding,
                       const at::TensorOptions& options) {
  Parameters parameters = FormulaParameters(rounding, options);
  Network network(&parameters, base);
  if (!parameters.status().ok()) {
    throw std::runtime_error(parameters.status().error().message);
  }
  return network;
}

at::Tensor FormulaInput(const Size& size) {
  at::Tensor x = at::empty({1, 3, size.height, size.width}, at::kFloat);
  auto values = x.accessor<float, 4>();
  for (int c = 0; c < 3; ++c) {
    for (int row = 0; row < size.height; ++row) {
      for (int column = 0; column < size.width; ++column) {
        values[0][c][row][column] = static_cast<float>(
            1.5 * std::sin(0.11 * row + 0.07 * column + c) +
            0.5 * std::cos(0.013 * column * row / 8 + 2 * c));
      }
    }
  }
  return x;
}

}  // namespace prewarm::inspyrenet
