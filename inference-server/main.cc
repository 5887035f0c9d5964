// Wiring only: opens the port first, then warms up behind it.
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>
#include <utility>

#include "common/base/cgroup.h"
#include "common/base/log.h"
#include "common/store/mapped_file.h"
#include "inference-server/api/wiring.h"
#include "inference-server/config/config.h"
#include "inference-server/engine/device.h"
#include "inference-server/make_warm_up.h"
#include "inference-server/prepare.h"
#include "inference-server/process/lifetime.h"

namespace {

using prewarm::ApiContext;
using prewarm::LogLevel;
namespace http = prewarm::http;

// Enough for the answers that are ready; nothing else will become so.
constexpr std::chrono::milliseconds kRestartDrain{1000};
// For what is being written to the store, such as a state just prepared.
constexpr std::chrono::milliseconds kVolumeDrain{10000};

std::string NewInstanceId() {
  std::random_device random;
  char text[20];
  std::snprintf(text, sizeof text, "%08x%08x", random(), random());
  return text;
}

std::chrono::milliseconds Millis(double seconds) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

http::ServerOptions ListenOptions(const prewarm::ServerConfig& config,
                                  bool admin) {
  http::ServerOptions options;
  options.host = config.host;
  options.port = admin ? config.admin_port : config.port;
  options.admin = admin;
  options.threads = admin ? 1 : 2;
  options.limits.body_bytes = config.max_body_mib << 20;
  if (!admin) options.cors_origins = config.cors_origins;
  return options;
}

prewarm::SharedResultsOptions ResultsOptionsOf(
    const prewarm::ServerConfig& config) {
  prewarm::SharedResultsOptions options;
  options.folder = config.results.folder.empty() ? config.store + "/results"
                                                 : config.results.folder;
  options.limits.ttl = std::chrono::seconds(config.results.ttl_seconds);
  options.limits.bytes = std::uint64_t{config.results.max_mib} << 20;
  options.secrets = config.results.secrets;
  return options;
}

// Until this process has to end: 0, or the device that a new one is to do
// without. A loss that leaves no device to try is no reason to end.
prewarm::Lifetime::End AwaitEnd(prewarm::ServerConfig* config,
                                prewarm::Lifetime* lifetime) {
  while (true) {
    auto end = lifetime->Await();
    if (!end.lost) return end;
    prewarm::Log(LogLevel::kError, "device_lost",
                 {{"device", end.lost->device}, {"reason", end.lost->reason}});
    config->losses.push_back(prewarm::Attribute(
        *end.lost, prewarm::DevicesToTry(config->device, config->losses)));
    if (!prewarm::DevicesToTry(config->device, config->losses).empty()) {
      return end;
    }
  }
}

int Run(prewarm::ServerConfig config, prewarm::PageFiles page,
        prewarm::Lifetime* lifetime, char** argv) {
  const int cores = prewarm::UsableThreads();
  // Never destroyed: threads may still hold parts of it when the process
  // leaves through _exit, LibTorch's included.
  auto* context = new ApiContext;
  context->config = config;
  context->page = std::move(page);
  context->instance_id = NewInstanceId();
  context->started = prewarm::Clock::System().Now();
  context->decode_limits.bytes = config.max_body_mib << 20;
  context->timer = new prewarm::Timer;
  context->pool = new prewarm::WorkerPool(cores);
  context->inference = new prewarm::WorkerPool(1);
  context->metrics = new prewarm::Metrics;
  context->rates = new prewarm::TokenBuckets(config.rate);
  context->idempotency = new prewarm::IdempotencyCache(
      std::size_t{64} << 20, std::chrono::minutes(10));
  context->queue =
      new prewarm::JobQueue({config.queue, config.memory_budget_mib << 20},
                            cores + 1, context->timer);
  auto* volume =
      new prewarm::Volume(prewarm::VolumeOptionsOf(config),
                          prewarm::Env::System(), new prewarm::WorkerPool(1));
  context->warm_up =
      prewarm::MakeWarmUp(
          config, volume, context->inference,
          [lifetime](const prewarm::DeviceLoss& loss) { lifetime->Lose(loss); })
          .release();
  if (config.results.mode != prewarm::ResultsMode::kPrivate) {
    context->results = new prewarm::SharedResults(
        ResultsOptionsOf(config), prewarm::Env::System(), context->timer,
        prewarm::Clock::System(), context->metrics->WatchResults());
  }
  FollowWarmUp(context);
  prewarm::CareOptions care;
  care.retry = config.warm_on_start;
  care.reprove = Millis(config.reprove_seconds);
  context->caretaker = new prewarm::Caretaker(
      care, context->warm_up, context->timer, prewarm::Clock::System());

  auto listener =
      http::Server::Start(ListenOptions(config, false), PublicRouter(context));
  if (!listener.ok()) {
    std::cerr << "inference-server: " << listener.error().message << "\n";
    return 1;
  }
  std::unique_ptr<http::Server> admin;
  if (config.admin_port >= 0) {
    auto started =
        http::Server::Start(ListenOptions(config, true), AdminRouter(context));
    if (!started.ok()) {
      std::cerr << "inference-server: " << started.error().message << "\n";
      return 1;
    }
    admin = std::move(*started);
  }
  prewarm::Log(LogLevel::kInfo, "listening",
               {{"host", config.host},
                {"port", (*listener)->port()},
                {"instance_id", context->instance_id}});
  if (admin) {
    prewarm::Log(LogLevel::kInfo, "admin_listening",
                 {{"host", config.host}, {"port", admin->port()}});
  }
  if (config.warm_on_start) context->warm_up->Start();

  const auto end = AwaitEnd(&config, lifetime);
  prewarm::Log(LogLevel::kInfo, "draining", {{"signal", end.signal}});
  context->warm_up->MarkDraining();
  const bool clean = (*listener)->Drain(
      end.lost ? kRestartDrain : Millis(config.drain_seconds));
  // Open until the end, so that who watches the drain can; then short.
  if (admin) admin->Drain(Millis(1));
  volume->Finish(kVolumeDrain);
  prewarm::Log(clean ? LogLevel::kInfo : LogLevel::kWarning, "stopped",
               {{"clean", clean}});
  if (end.lost) {
    const prewarm::Error failed = prewarm::StartAnew(argv, config.losses);
    prewarm::Log(LogLevel::kError, "stopped", {{"reason", failed.message}});
    _exit(1);
  }
  std::fflush(nullptr);
  _exit(clean ? 0 : 1);  // LibTorch's destructors are not worth waiting for
}

}  // namespace

int main(int argc, char** argv) {
  auto parsed = prewarm::ParseConfig(argc, argv,
                                     prewarm::ReadCgroupLimits().memory_bytes);
  if (!parsed.ok()) {
    std::cerr << "inference-server: " << parsed.error().message << "\n";
    return 2;
  }
  if (parsed->print) {
    std::cout << *parsed->print;
    return 0;
  }
  prewarm::GuardMappings();
  // Before threads exist: they inherit the mask, and OpenMP reads the rest.
  signal(SIGPIPE, SIG_IGN);
  setenv("OMP_WAIT_POLICY", "PASSIVE", 0);  // NOLINT(concurrency-mt-unsafe)
  prewarm::InitLog(parsed->config.log_format, parsed->config.log_level);
  if (parsed->config.prepare) {
    // A signal ends it as any program; the store never shows what is half done.
    const int status = prewarm::Prepare(parsed->config);
    std::cout.flush();
    _exit(status);  // as below
  }
  auto page = prewarm::ReadPage(parsed->config.page_dir);
  if (!page.ok()) {
    std::cerr << "inference-server: " << page.error().message << "\n";
    return 2;
  }
  static prewarm::Lifetime lifetime;
  return Run(parsed->config, std::move(page).value(), &lifetime, argv);
}
