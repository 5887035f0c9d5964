#include "inference-server/engine/torch/fused/fused_engine.h"

#include <oneapi/dnnl/dnnl.h>

#include <exception>
#include <string>
#include <utility>

#include "inference-server/engine/isnet/picture.h"
#include "inference-server/engine/isnet/weights.h"
#include "inference-server/engine/torch/fused/isnet_graph.h"
#include "inference-server/engine/torch/fused/precision.h"
#include "inference-server/engine/torch/options.h"

namespace prewarm::fused {
namespace {

class FusedEngine : public Engine {
 public:
  FusedEngine(EngineInfo info, std::unique_ptr<Graph> graph)
      : info_(std::move(info)), graph_(std::move(graph)) {}

  const EngineInfo& info() const override { return info_; }

  Result<Plane> Infer(const Bitmap& rgb) override {
    PREWARM_RETURN_IF_ERROR(isnet::CheckInput(rgb));
    try {
      isnet::Normalise(rgb, graph_->InputData());
      graph_->Run();
      return isnet::ToMatte(graph_->OutputData());
    } catch (const std::exception& e) {
      return MakeError(ErrorCode::kInternal,
                       std::string("inference failed: ") + e.what());
    } catch (...) {
      return MakeError(ErrorCode::kInternal, "inference failed");
    }
  }

  std::size_t WorkingSetBytes() const override { return graph_->ArenaBytes(); }

 private:
  EngineInfo info_;
  std::unique_ptr<Graph> graph_;
};

std::string Build() {
  const dnnl_version_t* v = dnnl_version();
  return "onednn " + std::to_string(v->major) + "." + std::to_string(v->minor) +
         "." + std::to_string(v->patch) + " fused";
}

// kUnavailable if oneDNN has no kernels for it here.
Result<std::unique_ptr<Graph>> BuildGraph(Precision precision,
                                          isnet::Weights* weights) {
  std::string reason = "unknown";
  try {
    auto graph = std::make_unique<Graph>(precision);
    BuildIsNet(graph.get(), isnet::kSide, [weights](const std::string& name) {
      return weights->Read(name);
    });
    PREWARM_RETURN_IF_ERROR(weights->status());
    return graph;
  } catch (const std::exception& e) {
    reason = e.what();
  } catch (...) {
  }
  return MakeError(ErrorCode::kUnavailable,
                   "oneDNN can't build the network here: " + reason, "engine");
}

}  // namespace

Result<std::unique_ptr<Engine>> CreateFusedEngine(
    const EngineOptions& options) {
  PREWARM_RETURN_IF_ERROR(torch_engine::CheckOptions(options));
  torch_engine::UseThreads(options.threads);
  PREWARM_ASSIGN_OR_RETURN(auto weights,
                           isnet::Weights::Open(options.weights_path));
  Precision precision = ChoosePrecisionHere(options.precision);
  auto graph = BuildGraph(precision, weights.get());
  if (!graph.ok() && graph.error().code == ErrorCode::kUnavailable &&
      precision == Precision::kBf16) {
    precision = Precision::kFp32;
    graph = BuildGraph(precision, weights.get());
  }
  if (!graph.ok()) return graph.error();
  EngineInfo info = torch_engine::DescribeEngine(options, precision, Build());
  return std::unique_ptr<Engine>(
      std::make_unique<FusedEngine>(std::move(info), std::move(graph).value()));
}

}  // namespace prewarm::fused
