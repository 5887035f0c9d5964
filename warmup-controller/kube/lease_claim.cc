#include "warmup-controller/kube/lease_claim.h"

#include "warmup-controller/kube/lease.h"
#include "warmup-controller/kube/requests.h"

namespace prewarm::kube {
namespace {

// Of writes that came between: a leader renews every few seconds.
constexpr int kTries = 10;

ObjectRef RefOf(const ClaimOptions& options) {
  return {{"coordination.k8s.io", "v1", "leases"},
          options.namespace_name,
          options.name,
          ""};
}

Error Stopped() { return MakeError(ErrorCode::kCancelled, "stopped"); }

bool IsOfUs(const std::string& holder, const ClaimOptions& options) {
  return holder.rfind(options.id_prefix, 0) == 0;
}

// Null: there is none.
Result<Json> Read(Api* api, const ClaimOptions& options) {
  ApiRequest get = GetRequest(RefOf(options));
  get.priority = std::nullopt;
  auto lease = api->Call(get);
  if (lease.ok()) return lease;
  if (lease.error().code == ErrorCode::kNotFound) return Json();
  return lease.error();
}

}  // namespace

Result<std::string> ClaimLease(Api* api, const ClaimOptions& options,
                               const Clock& clock) {
  for (int i = 0; i < kTries; ++i) {
    PREWARM_ASSIGN_OR_RETURN(Json lease, Read(api, options));
    const bool is_new = lease.is_null();
    const std::string holder = ViewOf(lease).holder;
    if (is_new) lease = NewLease(options.namespace_name, options.name);
    const Json body =
        HeldLease(std::move(lease), options.id,
                  static_cast<int>(options.hold.count()), clock.WallNow());
    ApiRequest write = is_new ? CreateRequest(RefOf(options), body)
                              : ReplaceRequest(RefOf(options), body);
    write.priority = std::nullopt;
    const auto written = api->Call(write);
    if (written.ok()) {
      if (holder.empty() || IsOfUs(holder, options)) return std::string();
      if (!options.wait(options.times.renew_deadline)) return Stopped();
      return holder;
    }
    const ErrorCode code = written.error().code;
    if (code != ErrorCode::kConflict && code != ErrorCode::kAlreadyExists &&
        code != ErrorCode::kNotFound) {
      return written.error();
    }
  }
  return MakeError(ErrorCode::kConflict, "the Lease " + options.namespace_name +
                                             "/" + options.name +
                                             " changes all the time");
}

Result<std::string> LivingHolder(Api* api, const ClaimOptions& options) {
  constexpr int kLooks = 3;  // of retry each: a leader renews in between
  PREWARM_ASSIGN_OR_RETURN(const Json first, Read(api, options));
  const LeaseView before = ViewOf(first);
  if (before.holder.empty() || IsOfUs(before.holder, options)) {
    return std::string();
  }
  for (int i = 0; i < kLooks; ++i) {
    if (!options.wait(options.times.retry)) return Stopped();
    PREWARM_ASSIGN_OR_RETURN(const Json now, Read(api, options));
    const LeaseView seen = ViewOf(now);
    if (seen.holder.empty()) return std::string();
    if (!(seen == before)) return seen.holder;
  }
  return std::string();
}

}  // namespace prewarm::kube
