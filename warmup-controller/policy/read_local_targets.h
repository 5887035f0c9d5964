// Documents of kind LocalProcess and FixedUrls.
#pragma once

#include "warmup-controller/policy/field.h"
#include "warmup-controller/policy/local_targets.h"

namespace prewarm {

// A document's place in the world.
struct Metadata {
  std::string namespace_name = "default";
  std::string name;  // "" where it is wrong
  Place name_place;
};
Metadata ReadMetadata(const Field& field);

// Each reads `spec` and complains of everything that is wrong.
LocalProcess ReadLocalProcess(const Field& spec);
FixedUrls ReadFixedUrls(const Field& spec);

}  // namespace prewarm
