#include "inference-server/engine/torch/fused/fused_engine.h"

#include <oneapi/dnnl/dnnl.h>

#include <exception>
#include <map>
#include <oneapi/dnnl/dnnl.hpp>
#include <string>
#include <utility>

#include "inference-server/engine/isnet/picture.h"
#include "inference-server/engine/isnet/table.h"
#include "inference-server/engine/isnet/weights.h"
#include "inference-server/engine/torch/fused/isnet_graph.h"
#include "inference-server/engine/torch/fused/precision.h"
#include "inference-server/engine/torch/options.h"

namespace prewarm::fused {
namespace {

class FusedEngine : public Engine {
 public:
  FusedEngine(EngineInfo info, std::unique_ptr<Graph> graph)
      : info_(std::move(info)), graph_(std::move(graph)) {
    info_.fixed_bytes = graph_->ArenaBytes();
  }

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

  PreparedTensors PreparedState() const override { return graph_->Prepared(); }

 private:
  EngineInfo info_;
  std::unique_ptr<Graph> graph_;
};

EngineInfo Describe(const EngineOptions& options, Precision precision) {
  const dnnl_version_t* v = dnnl_version();
  EngineInfo info = torch_engine::DescribeEngine(
      options, precision,
      "onednn " + std::to_string(v->major) + "." + std::to_string(v->minor) +
          "." + std::to_string(v->patch) + " fused");
  info.layout =
      "isa " + std::to_string(static_cast<int>(dnnl::get_effective_cpu_isa()));
  return info;
}

// Channels only: what a graph over prepared tensors asks for.
class ShapesOnly {
 public:
  ShapesOnly() {
    for (isnet::ConvSpec& spec : isnet::Convolutions()) {
      std::string name = spec.name;
      specs_.emplace(std::move(name), std::move(spec));
    }
  }
  ConvWeights operator()(const std::string& name) const {
    const isnet::ConvSpec& spec = specs_.at(name);
    return {spec.name.c_str(), spec.out_channels, spec.in_channels, nullptr,
            nullptr};
  }

 private:
  std::map<std::string, isnet::ConvSpec> specs_;
};

// kUnavailable if oneDNN has no kernels for it here, kCorrupt where the
// prepared tensors are of another layout.
Result<std::unique_ptr<Graph>> BuildGraph(Precision precision,
                                          const PreparedTensors* prepared,
                                          const WeightLookup& lookup) {
  std::string reason = "unknown";
  try {
    auto graph = std::make_unique<Graph>(precision, prepared);
    BuildIsNet(graph.get(), isnet::kSide, lookup);
    return graph;
  } catch (const StaleState& e) {
    return MakeError(ErrorCode::kCorrupt, e.what(), "prepared");
  } catch (const std::exception& e) {
    reason = e.what();
  } catch (...) {
  }
  return MakeError(ErrorCode::kUnavailable,
                   "oneDNN can't build the network here: " + reason, "engine");
}

}  // namespace

Result<EngineInfo> PlanFusedEngine(const EngineOptions& options) {
  PREWARM_RETURN_IF_ERROR(torch_engine::CheckOptions(options));
  return Describe(options, ChoosePrecisionHere(options.precision));
}

Result<std::unique_ptr<Engine>> CreateFusedEngine(
    const EngineOptions& options) {
  PREWARM_RETURN_IF_ERROR(torch_engine::CheckOptions(options));
  torch_engine::UseThreads(options.threads);
  Precision precision = ChoosePrecisionHere(options.precision);
  if (options.prepared != nullptr) {
    PREWARM_ASSIGN_OR_RETURN(
        auto graph, BuildGraph(precision, options.prepared, ShapesOnly()));
    return std::unique_ptr<Engine>(std::make_unique<FusedEngine>(
        Describe(options, precision), std::move(graph)));
  }
  PREWARM_ASSIGN_OR_RETURN(auto weights, isnet::Weights::Open(options.weights));
  const WeightLookup read = [&weights](const std::string& name) {
    return weights->Read(name);
  };
  auto graph = BuildGraph(precision, nullptr, read);
  if (!graph.ok() && graph.error().code == ErrorCode::kUnavailable &&
      precision == Precision::kBf16) {
    precision = Precision::kFp32;
    graph = BuildGraph(precision, nullptr, read);
  }
  if (!graph.ok()) return graph.error();
  PREWARM_RETURN_IF_ERROR(weights->status());
  return std::unique_ptr<Engine>(std::make_unique<FusedEngine>(
      Describe(options, precision), std::move(graph).value()));
}

}  // namespace prewarm::fused
