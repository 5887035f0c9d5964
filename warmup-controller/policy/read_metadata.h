// A document's `metadata`.
#pragma once

#include <string>

#include "warmup-controller/policy/field.h"

namespace prewarm {

struct Metadata {
  std::string namespace_name = "default";
  std::string name;  // "" where it is wrong
  Place name_place;
};

// Complains of everything that is wrong.
Metadata ReadMetadata(const Field& field);

}  // namespace prewarm
