// A model store with InSPyReNet's weights by formula, as an import leaves it.
#pragma once

#include <string>

#include "common/store/model_store.h"

namespace prewarm::inspyrenet {

// Publishes "inspyrenet-base" (363 MB) in the store of that folder. Its
// reference matte is none: nothing can be warmed up with it.
StoredModel PublishFormulaModel(const std::string& root);

}  // namespace prewarm::inspyrenet
