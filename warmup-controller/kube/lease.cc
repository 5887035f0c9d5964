#include "warmup-controller/kube/lease.h"

#include "warmup-controller/kube/micro_time.h"

namespace prewarm::kube {

LeaseView ViewOf(const Json& lease) {
  LeaseView view;
  view.holder = TextAt(lease, {"spec", "holderIdentity"});
  view.acquire_time = TextAt(lease, {"spec", "acquireTime"});
  view.renew_time = TextAt(lease, {"spec", "renewTime"});
  view.duration_seconds = IntAt(lease, {"spec", "leaseDurationSeconds"}, 0);
  view.transitions = IntAt(lease, {"spec", "leaseTransitions"}, 0);
  return view;
}

Json HeldLease(Json lease, const std::string& holder, int duration_seconds,
               WallTime now) {
  const LeaseView before = ViewOf(lease);
  Json& spec = lease["spec"];
  if (!spec.is_object()) spec = Json::object();
  if (before.holder != holder || before.acquire_time.empty()) {
    spec["acquireTime"] = MicroTimeText(now);
  }
  if (before.holder != holder) {
    // The first holder of all is no transition.
    const bool first = before.renew_time.empty();
    spec["leaseTransitions"] = before.transitions + (first ? 0 : 1);
  }
  spec["holderIdentity"] = holder;
  spec["leaseDurationSeconds"] = duration_seconds;
  spec["renewTime"] = MicroTimeText(now);
  return lease;
}

Json ReleasedLease(Json lease, WallTime now) {
  Json& spec = lease["spec"];
  if (!spec.is_object()) spec = Json::object();
  spec.erase("holderIdentity");
  spec["leaseDurationSeconds"] = 1;
  spec["renewTime"] = MicroTimeText(now);
  return lease;
}

Json NewLease(const std::string& namespace_name, const std::string& name) {
  return {{"apiVersion", "coordination.k8s.io/v1"},
          {"kind", "Lease"},
          {"metadata", {{"namespace", namespace_name}, {"name", name}}},
          {"spec", Json::object()}};
}

}  // namespace prewarm::kube
