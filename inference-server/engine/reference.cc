#include "inference-server/engine/reference.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "common/base/sha256.h"
#include "common/store/safetensors.h"
#include "inference-server/engine/canary.h"

namespace prewarm {
namespace {

constexpr char kTensor[] = "matte";
constexpr float kMinRange = 0.05F;
constexpr std::int64_t kMaxSide = 4096;

Error Corrupt(const std::string& path, const std::string& what) {
  return MakeError(ErrorCode::kCorrupt,
                   path + ": " + what + "; import the model again",
                   "reference");
}

}  // namespace

Result<Reference> ComputeReference(EngineFactory* factory,
                                   const EngineOptions& options) {
  EngineOptions fp32 = options;
  fp32.precision = Precision::kFp32;
  PREWARM_ASSIGN_OR_RETURN(auto engine, factory->Create(fp32));
  const EngineInfo& info = engine->info();
  Reference reference;
  reference.engine = info.build;
  PREWARM_ASSIGN_OR_RETURN(
      reference.matte,
      engine->Infer(MakeCanary(info.proof_width, info.proof_height)));
  const auto& values = reference.matte.data;
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  if (values.empty() || !(*high - *low >= kMinRange)) {
    return MakeError(ErrorCode::kCorrupt,
                     "these weights do not cut out the canary picture: they "
                     "are not those of a trained network",
                     "weights");
  }
  return reference;
}

Status WriteReference(const std::string& path, const Reference& reference) {
  const Plane& matte = reference.matte;
  TensorView view;
  view.dtype = DType::kF32;
  view.shape = {matte.height, matte.width};
  view.data = reinterpret_cast<const std::uint8_t*>(matte.data.data());
  view.bytes = matte.data.size() * sizeof(float);
  return WriteSafetensors(path, {{kTensor, view}},
                          {{"canary_version", std::to_string(kCanaryVersion)},
                           {"engine", reference.engine}});
}

Result<Reference> ReadReference(const StoredModel& model, Env* env) {
  const std::string& path = model.reference_path;
  PREWARM_ASSIGN_OR_RETURN(const auto file, env->Map(path, kMaxReferenceFile));
  const std::string digest =
      Sha256Hex({reinterpret_cast<const char*>(file->data()), file->size()});
  if (digest != model.manifest.reference_sha256) {
    return Corrupt(path, "sha256 is " + digest + ", the manifest says " +
                             model.manifest.reference_sha256);
  }
  auto reference = ParseReference(file->data(), file->size(), path);
  if (!file->intact()) return Corrupt(path, "was cut short while it was read");
  return reference;
}

Result<Reference> ParseReference(const std::uint8_t* bytes, std::size_t size,
                                 const std::string& path) {
  const auto parsed = SafetensorsFile::Parse(bytes, size);
  if (!parsed.ok()) return Corrupt(path, parsed.error().message);
  const auto& file = *parsed;
  const auto& metadata = file->metadata();
  const auto version = metadata.find("canary_version");
  const auto engine = metadata.find("engine");
  if (version == metadata.end() || engine == metadata.end() ||
      version->second != std::to_string(kCanaryVersion)) {
    return Corrupt(path, "made for another version of the canary picture");
  }
  const auto it = file->tensors().find(kTensor);
  if (it == file->tensors().end() || it->second.dtype != DType::kF32 ||
      it->second.shape.size() != 2 || it->second.shape[0] < 1 ||
      it->second.shape[0] > kMaxSide || it->second.shape[1] < 1 ||
      it->second.shape[1] > kMaxSide) {
    return Corrupt(path, "has no matte");
  }
  const TensorView& view = it->second;
  Reference reference;
  reference.engine = engine->second;
  reference.matte = MakePlane(static_cast<int>(view.shape[1]),
                              static_cast<int>(view.shape[0]));
  std::memcpy(reference.matte.data.data(), view.data, view.bytes);
  const auto& values = reference.matte.data;
  if (!std::all_of(values.begin(), values.end(), [](float value) {
        return std::isfinite(value) && value >= 0 && value <= 1;
      })) {
    return Corrupt(path, "holds values that are no matte's");
  }
  return reference;
}

}  // namespace prewarm
