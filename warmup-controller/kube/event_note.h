// What an Event tells about which object.
#pragma once

#include <string>

namespace prewarm::kube {

struct EventObject {
  std::string api_version;  // "prewarm.dev/v1alpha1"
  std::string kind;
  std::string namespace_name;  // "": of the cluster
  std::string name;
  std::string uid;  // "": unknown
};

struct EventNote {
  EventObject object;
  bool warning = false;
  std::string reason;   // "FloorCapped": for machines, 128 bytes at most
  std::string message;  // for people, 1024 bytes at most; longer is cut
};

}  // namespace prewarm::kube
