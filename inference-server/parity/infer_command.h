// `prewarm-model infer`: raw tensors in and out of a model of the store, for
// anyone's parity checks.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "inference-server/engine/engine.h"

namespace prewarm::parity {

struct InferArguments {
  std::string store;
  std::string model;
  std::string in;   // .npy: float32 [B,3,H,W], as the network wants it
  std::string out;  // .npy: the matte, [B,1,H,W]
  std::string precision = "fp32";
  std::string base_size;            // HxW; "": the architecture's
  std::vector<std::string> stages;  // each into OUT.<stage>.npy
  bool original_steps = false;
  int blend_threshold = 0;  // see EngineOptions
  int threads = 0;
  std::function<Result<EngineFactory*>()> open_engine;
};

// The program's exit status: 0, 1 for what failed, 2 for arguments that can't
// be. A line for each file written; either all of them are or none.
int RunInfer(const InferArguments& arguments, std::ostream& out,
             std::ostream& err);

}  // namespace prewarm::parity
