// The tensors of InSPyReNet as the official state dict names them: what a file
// of weights must hold, and for which picture size they were trained.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace prewarm::inspyrenet {

// Side in pixels of the square that the weights of that architecture were
// trained on: "inspyrenet-base", "inspyrenet-base-nightly" and
// "inspyrenet-fast". Nothing for another.
std::optional<int> BaseSide(const std::string& architecture);

// Name to shape, all of float32.
std::map<std::string, std::vector<std::int64_t>> Tensors();

// Of the state dict, but not of the network: counters of the training, and
// indices that follow from the window's size.
bool IsIgnored(const std::string& tensor);

}  // namespace prewarm::inspyrenet
