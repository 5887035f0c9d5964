// What is scaled: its instances as they are seen, and the means to change
// their number.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/base/result.h"

namespace prewarm {

// One start of one instance: after a restart it has another id.
struct InstanceSeen {
  std::string id;  // unique in its target for ever: "shop-0.3"
  // Base URLs by the name of a port, without a path. "" is the one for all
  // that has no name of its own.
  std::map<std::string, std::string> urls;
  bool stopping = false;
};

struct TargetView {
  std::vector<InstanceSeen> instances;  // in a stable order
  std::string trouble;  // why it can't do what it was told; "" if it can
  std::vector<std::string> news;  // what is worth a line of a log, told once
};

// All calls from one thread; none blocks for long.
class Target {
 public:
  virtual ~Target() = default;
  // Does what is due by now (restarts, signals), then says what there is.
  virtual TargetView Observe() = 0;
  // At least so many instances. `dispensable`: ids of instances in the order
  // in which to let go of them where there are more.
  virtual Status Scale(int replicas,
                       const std::vector<std::string>& dispensable) = 0;
  // Lets go of this instance for a new one. Of one that is gone: nothing.
  virtual Status Replace(const std::string& id) = 0;
  // False while something of it still has to end after Scale(0).
  virtual bool Idle() const = 0;
};

// The base URL of a port by name or number: an URL of that name; else, for a
// number, the "" URL with that port; else the "" URL.
std::string UrlOf(const InstanceSeen& instance, const std::string& port);

}  // namespace prewarm
