#include "warmup-controller/commands/release.h"

#include <memory>
#include <thread>

#include "common/base/stop_signal.h"
#include "common/base/stop_signals.h"
#include "warmup-controller/commands/wrap.h"
#include "warmup-controller/http_client/http_client.h"
#include "warmup-controller/kube/api_client.h"
#include "warmup-controller/kube/discovery.h"
#include "warmup-controller/kube/lease_claim.h"
#include "warmup-controller/operate/release.h"

namespace prewarm {
namespace {

constexpr int kUsage = 2;
constexpr int kReleaseThreads = 2;
constexpr std::chrono::seconds kClaimAnew{30};

class ReleaseRun {
 public:
  ReleaseRun(const ReleaseOptions& options, kube::Access access,
             std::ostream* out)
      : options_(options),
        access_(std::move(access)),
        gate_({options.cluster.qps, options.cluster.burst}, &stop_),
        out_(*out) {}

  // Whether nothing is left.
  Result<bool> Run() {
    PREWARM_ASSIGN_OR_RETURN(
        network_, MakeHttpClient(kReleaseThreads, access_.connection));
    api_ = std::make_unique<kube::ApiClient>(
        access_, network_.get(), network_.get(), &gate_, Clock::System());
    std::thread watcher([this] {
      if (StopSignals::Await() == 0) return;
      stop_.Stop();
      network_->CancelAll();
    });
    auto done = Release();
    StopSignals::Wake();
    watcher.join();
    return done;
  }

 private:
  Result<bool> Release() {
    ReleaseScope scope;
    scope.namespace_name = options_.cluster.namespace_name;
    scope.policy = options_.policy;
    if (!options_.all) {
      scope.namespace_name =
          options_.policy.substr(0, options_.policy.find('/'));
    }
    auto keda = kube::FindResource(api_.get(), "keda.sh", "scaledobjects",
                                   {"v1alpha1"});
    PREWARM_RETURN_IF_ERROR(keda);
    if (*keda) scope.scaled_objects = (*keda)->type;
    PREWARM_RETURN_IF_ERROR(options_.all ? StopLeader() : ExpectNoLeader());
    PREWARM_ASSIGN_OR_RETURN(
        const ReleaseReport report,
        GiveAllBack(api_.get(), scope,
                    [this](const std::string& line) { Tell(line); }));
    for (const std::string& one : report.remarks) {
      out_ << "note: " << one << '\n';
    }
    for (const std::string& one : report.failed) {
      out_ << "failed: " << one << '\n';
    }
    out_ << "given back: " << report.done << ", left: " << report.failed.size()
         << '\n';
    return report.failed.empty();
  }

  void Tell(const std::string& line) {
    out_ << line << std::endl;
    const SteadyTime now = Clock::System().Now();
    if (!claimed_ || now - *claimed_ < kClaimAnew) return;
    claimed_ = now;
    (void)kube::ClaimLease(api_.get(), claim_, Clock::System());
  }

  kube::ClaimOptions Claim() {
    kube::ClaimOptions claim;
    const RunOptions& cluster = options_.cluster;
    claim.namespace_name = cluster.lease_namespace.empty()
                               ? access_.namespace_name
                               : cluster.lease_namespace;
    claim.name = cluster.lease;
    claim.id_prefix = kReleaseHolder;
    claim.id = HolderId("release", "");
    claim.wait = [this](std::chrono::milliseconds time) {
      return !stop_.WaitFor(time);
    };
    return claim;
  }

  // Who leads would raise everything again.
  Status StopLeader() {
    claim_ = Claim();
    out_ << "takes the Lease " << claim_.namespace_name << '/' << claim_.name
         << "; who leads has 10 s to stop" << std::endl;
    PREWARM_ASSIGN_OR_RETURN(
        const std::string holder,
        kube::ClaimLease(api_.get(), claim_, Clock::System()));
    claimed_ = Clock::System().Now();
    if (!holder.empty()) out_ << "led until now: " << holder << std::endl;
    return Ok{};
  }

  Status ExpectNoLeader() {
    const kube::ClaimOptions claim = Claim();
    PREWARM_ASSIGN_OR_RETURN(const std::string holder,
                             kube::LivingHolder(api_.get(), claim));
    if (holder.empty()) return Ok{};
    return MakeError(
        ErrorCode::kConflict,
        "a controller leads (" + holder +
            ") and would raise it again; delete the policy instead, and it "
            "gives back what it has raised",
        "--policy");
  }

  const ReleaseOptions& options_;
  const kube::Access access_;
  StopSignal stop_;
  kube::RateGate gate_;
  std::ostream& out_;
  kube::ClaimOptions claim_;
  std::optional<SteadyTime> claimed_;
  std::unique_ptr<NetworkClient> network_;
  std::unique_ptr<kube::ApiClient> api_;
};

Status Check(const ReleaseOptions& options) {
  const auto wrong = [](const std::string& what) {
    return MakeError(ErrorCode::kInvalidArgument, what, "--policy");
  };
  if (options.all != options.policy.empty()) {
    return wrong("release: expected either --all or --policy NAMESPACE/NAME");
  }
  if (options.all) return Ok{};
  const std::size_t slash = options.policy.find('/');
  if (slash == 0 || slash == std::string::npos ||
      slash + 1 == options.policy.size() ||
      options.policy.find('/', slash + 1) != std::string::npos) {
    return wrong("--policy=" + options.policy + ": expected NAMESPACE/NAME");
  }
  return Ok{};
}

}  // namespace

int Release(const ReleaseOptions& options, std::ostream& out,
            std::ostream& err) {
  const Status checked = Check(options);
  if (!checked.ok()) {
    err << Wrapped(checked.error().message);
    return kUsage;
  }
  const StopSignals signals;
  auto access = AccessOf(options.cluster);
  if (!access.ok()) {
    err << Wrapped(access.error().message);
    return kUsage;
  }
  const auto done = ReleaseRun(options, std::move(access).value(), &out).Run();
  if (!done.ok()) {
    err << Wrapped(done.error().message);
    return 1;
  }
  return *done ? 0 : 1;
}

}  // namespace prewarm
