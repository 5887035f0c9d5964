// Which objects a list or a watch is about.
#pragma once

#include <string>

#include "warmup-controller/kube/resource.h"

namespace prewarm::kube {

struct Selection {
  ResourceType type;
  std::string namespace_name;  // "": all of them
  std::string label_selector;  // "": any
  std::string field_selector;
};

// "GET" of it begins with this.
inline std::string PathOf(const Selection& selection) {
  return PathOf(ObjectRef{selection.type, selection.namespace_name, "", ""});
}

}  // namespace prewarm::kube
