#include "inference-server/quality/contestant.h"

#include <utility>

#include "common/store/mapped_file.h"
#include "inference-server/imaging/alpha.h"
#include "inference-server/imaging/resample.h"

namespace prewarm::quality {
Result<ModelSpec> ParseModelSpec(const std::string& text) {
  const std::size_t at = text.find('@');
  ModelSpec spec;
  spec.model = text.substr(0, at);
  const std::string precision =
      at == std::string::npos ? "auto" : text.substr(at + 1);
  const auto known = ParsePrecision(precision);
  if (!known) {
    return MakeError(
        ErrorCode::kInvalidArgument,
        "\"" + text + "\": the precision is auto, " + kPrecisionNames);
  }
  spec.precision = *known;
  if (spec.model.empty()) {
    return MakeError(ErrorCode::kInvalidArgument,
                     "\"" + text +
                         "\" names no model: give MODEL or MODEL@PRECISION, "
                         "such as isnet@bf16");
  }
  return spec;
}

Result<Contestant> Contestant::Open(const ModelStore& store,
                                    const ModelSpec& spec,
                                    EngineFactory* factory, int threads) {
  PREWARM_ASSIGN_OR_RETURN(const StoredModel model, store.Find(spec.model));
  EngineOptions options;
  PREWARM_ASSIGN_OR_RETURN(options.weights,
                           MappedFile::Open(model.weights_path));
  options.model = model.manifest.name;
  options.architecture = model.manifest.architecture;
  options.digest = model.manifest.digest;
  options.precision = spec.precision;
  options.threads = threads;
  PREWARM_ASSIGN_OR_RETURN(auto engine, factory->Create(options));
  const std::string& got = engine->info().precision;
  if (spec.precision != Precision::kAuto &&
      got != PrecisionName(spec.precision)) {
    return MakeError(ErrorCode::kUnavailable,
                     spec.model + "@" + PrecisionName(spec.precision) +
                         ": the engine has only " + got +
                         " here; compare on a machine that has " +
                         PrecisionName(spec.precision),
                     "precision");
  }
  return Contestant(options.weights, std::move(engine));
}

Result<Bitmap> Contestant::Matte(const DecodedImage& image) {
  const EngineInfo& info = engine_->info();
  PREWARM_ASSIGN_OR_RETURN(
      const Plane matte, engine_->Infer(ResizeAntialiased(
                             image.rgb, info.input_width, info.input_height)));
  ComposeOptions options;
  options.align_corners = info.align_corners;
  return MakeAlpha(image.rgb.width, image.rgb.height, image.alpha, matte,
                   options)
      .alpha;
}

std::string Contestant::Label() const {
  return engine_->info().model + "@" + engine_->info().precision;
}

}  // namespace prewarm::quality
