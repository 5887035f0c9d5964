#include "warmup-controller/kube/leader_election.h"

#include <algorithm>
#include <utility>

#include "warmup-controller/kube/chance.h"
#include "warmup-controller/kube/requests.h"

namespace prewarm::kube {
namespace {

using std::chrono::milliseconds;

// Of retry: those who wait for a lease do not all ask at once.
constexpr double kSpread = 1.2;

ObjectRef RefOf(const ElectionOptions& options) {
  return {{"coordination.k8s.io", "v1", "leases"},
          options.namespace_name,
          options.name,
          ""};
}

ElectionOptions WithRandom(ElectionOptions options) {
  if (!options.random) options.random = ByChance();
  return options;
}

int Seconds(milliseconds time) {
  return static_cast<int>(
      std::max<std::int64_t>(1, (time.count() + 999) / 1000));
}

milliseconds Spread(milliseconds retry, double share) {
  return milliseconds(static_cast<std::int64_t>(
      static_cast<double>(retry.count()) * (1 + kSpread * share)));
}

}  // namespace

milliseconds LongestTakeover(const LeaderTimes& times) {
  return times.lease + 2 * Spread(times.retry, 1);
}

LeaderElection::LeaderElection(Api* api, ElectionOptions options,
                               const Clock& clock)
    : api_(api),
      options_(WithRandom(std::move(options))),
      clock_(clock),
      machine_(options_.id, options_.times) {}

void LeaderElection::Start() {
  thread_ = std::thread([this] { Run(); });
}

void LeaderElection::Stop() {
  stop_.Stop();
  if (thread_.joinable()) thread_.join();
}

bool LeaderElection::leads() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return machine_.Leads(clock_.Now());
}

std::string LeaderElection::holder() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return machine_.holder();
}

std::optional<Error> LeaderElection::trouble() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return trouble_;
}

void LeaderElection::Run() {
  do {
    // Its time may have run out while it waited.
    if (!leads()) Tell(false);
    const Status tried = Try();
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      trouble_.reset();
      if (!tried.ok()) trouble_ = tried.error();
    }
    Tell(leads());
  } while (!stop_.WaitFor(Pause()));
  // First the work ends, then another may begin.
  const bool led = leads();
  Tell(false);
  if (led) Release();
}

Status LeaderElection::Try() {
  const SteadyTime asked = clock_.Now();
  // Most renewals need no look: a conflict says that another one wrote.
  if (ours_ && leads()) {
    Json lease = std::move(*ours_);
    ours_.reset();
    Status renewed = Write(std::move(lease), false, asked);
    if (renewed.ok() || (renewed.error().code != ErrorCode::kConflict &&
                         renewed.error().code != ErrorCode::kNotFound)) {
      return renewed;
    }
  }
  ApiRequest get = GetRequest(RefOf(options_));
  get.priority = std::nullopt;
  get.timeout = Patience();
  auto lease = api_->Call(get);
  if (!lease.ok()) {
    if (lease.error().code != ErrorCode::kNotFound) return lease.error();
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      machine_.SawNone();
    }
    if (!MayHold()) return Ok{};
    return Write(NewLease(options_.namespace_name, options_.name), true,
                 clock_.Now());
  }
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (machine_.Saw(ViewOf(*lease), clock_.Now()) == LeaderAction::kWait) {
      return Ok{};
    }
  }
  if (!MayHold()) return Ok{};
  return Write(std::move(*lease), false, clock_.Now());
}

// What has run out meanwhile is lost, told or not.
bool LeaderElection::MayHold() const { return !lost_ && (!told_ || leads()); }

Status LeaderElection::Write(Json lease, bool is_new, SteadyTime asked) {
  const Json body = HeldLease(std::move(lease), options_.id,
                              Seconds(options_.times.lease), clock_.WallNow());
  ApiRequest request = is_new ? CreateRequest(RefOf(options_), body)
                              : ReplaceRequest(RefOf(options_), body);
  request.priority = std::nullopt;
  request.timeout = Patience();
  auto written = api_->Call(request);
  if (!written.ok()) return written.error();
  const std::lock_guard<std::mutex> lock(mutex_);
  machine_.Wrote(ViewOf(*written), asked);
  ours_ = std::move(*written);
  return Ok{};
}

void LeaderElection::Release() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    machine_.Released();
  }
  if (!ours_) return;
  ApiRequest request = ReplaceRequest(
      RefOf(options_), ReleasedLease(std::move(*ours_), clock_.WallNow()));
  request.priority = std::nullopt;
  request.timeout = options_.times.retry;
  const auto released = api_->Call(request);
  // Or else the others wait until it expires.
  if (!released.ok()) {
    const std::lock_guard<std::mutex> lock(mutex_);
    trouble_ = released.error();
  }
}

void LeaderElection::Tell(bool leads) {
  if (leads == told_) return;
  told_ = leads;
  lost_ = !leads;
  const auto& listener = leads ? options_.on_elected : options_.on_lost;
  if (listener) listener();
}

// A leader's: no longer than it leads.
std::chrono::milliseconds LeaderElection::Pause() {
  const std::lock_guard<std::mutex> lock(mutex_);
  const SteadyTime now = clock_.Now();
  const milliseconds retry = options_.times.retry;
  if (machine_.Leads(now)) {
    const auto left = std::chrono::duration_cast<milliseconds>(
        *machine_.LeadsUntil() - now + milliseconds(1));
    return std::min(retry, left);
  }
  return Spread(retry, options_.random());
}

// Of a call: a leader must be able to tell its loss in time.
std::chrono::milliseconds LeaderElection::Patience() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const SteadyTime now = clock_.Now();
  if (!machine_.Leads(now)) return options_.times.renew_deadline;
  return std::max(milliseconds(1), std::chrono::duration_cast<milliseconds>(
                                       *machine_.LeadsUntil() - now));
}

}  // namespace prewarm::kube
