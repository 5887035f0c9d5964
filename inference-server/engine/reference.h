// The canary's matte in fp32, computed once at the import by the plain engine
// and kept beside the weights: what every later start is compared with.
#pragma once

#include <string>

#include "common/base/result.h"
#include "common/store/model_store.h"
#include "inference-server/engine/engine.h"

namespace prewarm {

struct Reference {
  Plane matte;
  std::string engine;  // its build
};

// With an engine of `factory` in fp32. kCorrupt where its matte is not finite
// or has no range: the weights cut nothing out.
Result<Reference> ComputeReference(EngineFactory* factory,
                                   const EngineOptions& options);

// A new file.
Status WriteReference(const std::string& path, const Reference& reference);
// kCorrupt for what the model's manifest does not name or WriteReference did
// not write, or for another canary: import the model again.
Result<Reference> ReadReference(const StoredModel& model, Env* env);
// `path`: for the error.
Result<Reference> ParseReference(const std::uint8_t* bytes, std::size_t size,
                                 const std::string& path);

}  // namespace prewarm
