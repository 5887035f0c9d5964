// An engine for tests: the matte is the picture's luminance, or whatever a
// test decides. Deterministic.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "inference-server/engine/engine.h"

namespace prewarm {

// 255 in all channels becomes 1.0, 0 becomes 0.0.
Plane LuminanceMatte(const Bitmap& rgb);

class FakeEngineFactory : public EngineFactory {
 public:
  // The hooks may be replaced before the factory is used; they run on the
  // thread that calls Plan, Create or Infer, and may block or fail.
  std::function<Status(const EngineOptions&)> on_plan;
  std::function<Status(const EngineOptions&)> on_create;
  std::function<Result<Plane>(const Bitmap&)> on_infer;
  int input_side = 64;
  int proof_side = 0;  // 0: that of the input
  bool prepares_sizes = false;
  int size_step = 0;
  std::size_t bytes_per_pixel = 16;
  bool align_corners = false;
  // What kAuto becomes. Unset: there is fp32 alone, whatever is asked for.
  std::optional<Precision> faster;
  // Given by PreparedState() of engines created without `prepared`; with a
  // layout, Plan() asks for it.
  PreparedTensors prepared;
  std::string layout;

  Result<EngineInfo> Plan(const EngineOptions& options) override;
  Result<std::unique_ptr<Engine>> Create(const EngineOptions& options) override;
};

}  // namespace prewarm
