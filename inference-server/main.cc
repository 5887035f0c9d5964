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
#include <thread>

#include "common/base/log.h"
#include "inference-server/api/wiring.h"
#include "inference-server/config/config.h"
#include "inference-server/engine/loader.h"
#include "inference-server/store/mapped_file.h"

namespace {

using prewarm::ApiContext;
using prewarm::LogLevel;
namespace http = prewarm::http;

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

prewarm::VolumeOptions VolumeOptions(const prewarm::ServerConfig& config) {
  prewarm::VolumeOptions options;
  options.root = config.store;
  options.patience = Millis(config.store_timeout_seconds);
  return options;
}

int Run(const prewarm::ServerConfig& config) {
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  // Never destroyed: threads may still hold parts of it when the process
  // leaves through _exit, LibTorch's included.
  auto* context = new ApiContext;
  context->config = config;
  context->instance_id = NewInstanceId();
  context->started = prewarm::Clock::System().Now();
  context->decode_limits.bytes = config.max_body_mib << 20;
  context->timer = new prewarm::Timer;
  context->pool = new prewarm::WorkerPool(static_cast<int>(cores));
  context->inference = new prewarm::WorkerPool(1);
  context->metrics = new prewarm::Metrics;
  context->rates = new prewarm::TokenBuckets(config.rate);
  context->idempotency = new prewarm::IdempotencyCache(
      std::size_t{64} << 20, std::chrono::minutes(10));
  context->queue =
      new prewarm::JobQueue({config.queue, config.memory_budget_mib << 20},
                            static_cast<int>(cores) + 1, context->timer);
  auto* volume =
      new prewarm::Volume(VolumeOptions(config), prewarm::Env::System(),
                          new prewarm::WorkerPool(1));
  context->warm_up = new prewarm::WarmUp(
      {config.model, config.precision, config.threads}, volume,
      [path = config.engine] { return prewarm::LoadEngineFactory(path); },
      context->inference, prewarm::Clock::System());
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

  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  int signal = 0;
  sigwait(&signals, &signal);
  prewarm::Log(LogLevel::kInfo, "draining", {{"signal", signal}});
  context->warm_up->MarkDraining();
  const bool clean = (*listener)->Drain(Millis(config.drain_seconds));
  // Open until the end, so that who watches the drain can; then short.
  if (admin) admin->Drain(Millis(1));
  prewarm::Log(clean ? LogLevel::kInfo : LogLevel::kWarning, "stopped",
               {{"clean", clean}});
  std::fflush(nullptr);
  _exit(clean ? 0 : 1);  // LibTorch's destructors are not worth waiting for
}

}  // namespace

int main(int argc, char** argv) {
  auto parsed = prewarm::ParseConfig(argc, argv);
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
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  setenv("OMP_WAIT_POLICY", "PASSIVE", 0);  // NOLINT(concurrency-mt-unsafe)
  prewarm::InitLog(parsed->config.log_format, parsed->config.log_level);
  return Run(parsed->config);
}
