// One side of a comparison: a model of the store at a precision, which makes
// mattes as the server does.
#pragma once

#include <memory>
#include <string>

#include "common/base/result.h"
#include "common/store/model_store.h"
#include "inference-server/engine/engine.h"
#include "inference-server/imaging/decode.h"

namespace prewarm::quality {

struct ModelSpec {
  std::string model;
  Precision precision = Precision::kAuto;
};

// `MODEL[@precision]`: isnet, isnet@auto, isnet@fp32, isnet@bf16.
// kInvalidArgument says how it is written.
Result<ModelSpec> ParseModelSpec(const std::string& text);

// Used by one thread, the one that opened it (engine.h).
class Contestant {
 public:
  // `factory` outlives it. kNotFound: no such model; kUnavailable: the engine
  // took another precision than the one asked for, which would compare a thing
  // with itself.
  static Result<Contestant> Open(const ModelStore& store, const ModelSpec& spec,
                                 EngineFactory* factory, int threads);

  // The alpha that a customer would get for it, of the picture's size.
  Result<Bitmap> Matte(const DecodedImage& image);

  // "isnet@bf16", with the precision in use.
  std::string Label() const;

 private:
  Contestant(std::shared_ptr<const MappedFile> weights,
             std::unique_ptr<Engine> engine)
      : weights_(std::move(weights)), engine_(std::move(engine)) {}

  std::shared_ptr<const MappedFile> weights_;  // outlives the engine
  std::unique_ptr<Engine> engine_;
};

}  // namespace prewarm::quality
