// The server that a sidecar stands beside, as a target of the loop.
#pragma once

#include <string>
#include <vector>

#include "warmup-controller/targets/target.h"

namespace prewarm {

// One instance, always: whoever runs the pod starts and replaces it. A restart
// shows in the server's own instance id.
class OwnServer : public Target {
 public:
  static constexpr char kNamespace[] = "sidecar";
  static constexpr char kName[] = "server";

  // Base URLs: of /health, and of POST /warmup.
  OwnServer(std::string url, std::string admin_url);

  TargetView Observe() override;
  Status Scale(int replicas,
               const std::vector<std::string>& dispensable) override;
  Status Replace(const std::string& id) override;  // kUnavailable
  void Leave() override {}
  bool Idle() const override { return true; }

 private:
  const InstanceSeen server_;
};

}  // namespace prewarm
