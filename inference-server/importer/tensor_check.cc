#include "inference-server/importer/tensor_check.h"

namespace prewarm {
namespace {

// The first names of one kind of difference.
class Names {
 public:
  void Add(const std::string& name) {
    if (++count_ <= 5) list_ += (list_.empty() ? "" : ", ") + name;
    if (count_ == 6) list_ += ", ...";
  }
  // " 3 tensors are missing (a, b, c)", or nothing.
  std::string Text(const std::string& what) const {
    if (count_ == 0) return "";
    return " " + std::to_string(count_) + " " + what + " (" + list_ + ")";
  }

 private:
  std::size_t count_ = 0;
  std::string list_;
};

std::string Text(const std::vector<std::int64_t>& shape) {
  std::string text;
  for (const std::int64_t side : shape) {
    text += (text.empty() ? "" : "x") + std::to_string(side);
  }
  return text;
}

}  // namespace

Status CheckTensors(
    const std::string& network,
    const std::map<std::string, std::vector<std::int64_t>>& table,
    const std::map<std::string, TensorView>& tensors, bool strict) {
  Names missing, wrong, unknown;
  for (const auto& [name, shape] : table) {
    const auto it = tensors.find(name);
    if (it == tensors.end()) {
      missing.Add(name);
    } else if (it->second.shape != shape) {
      wrong.Add(name + ": " + Text(it->second.shape) + " for " + Text(shape));
    }
  }
  if (strict) {
    for (const auto& [name, view] : tensors) {
      if (table.count(name) == 0) unknown.Add(name);
    }
  }
  const std::string differences = missing.Text("tensors are missing") +
                                  wrong.Text("have another shape") +
                                  unknown.Text("are unknown");
  if (differences.empty()) return Ok{};
  return MakeError(ErrorCode::kCorrupt, "these are not the weights of " +
                                            network + ":" + differences);
}

}  // namespace prewarm
