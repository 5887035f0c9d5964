#include "warmup-controller/sidecar/own_server.h"

#include <utility>

namespace prewarm {

OwnServer::OwnServer(std::string url, std::string admin_url)
    : server_{"server-0.0",
              {{"", std::move(url)}, {"admin", std::move(admin_url)}},
              false} {}

TargetView OwnServer::Observe() {
  TargetView view;
  view.instances.push_back(server_);
  return view;
}

Status OwnServer::Scale(int /*replicas*/,
                        const std::vector<std::string>& /*dispensable*/) {
  return Ok{};
}

Status OwnServer::Replace(const std::string& id) {
  return MakeError(ErrorCode::kUnavailable,
                   id + " is not the sidecar's to replace: its pod or service "
                        "restarts it");
}

}  // namespace prewarm
