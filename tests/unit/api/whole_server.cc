#include "tests/unit/api/whole_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "inference-server/imaging/encode.h"
#include "tests/support/test_model.h"

namespace prewarm {
namespace {

std::string MakeStore() {
  std::string path = testing::TempDir() + "api_store_XXXXXX";
  EXPECT_NE(mkdtemp(path.data()), nullptr);
  PublishTestModel(path);
  PublishTestModel(path, kQuickSide, kQuick, "weights of quick",
                   "2026-01-01T00:00:00Z", "inspyrenet-fast", InvertedMatte);
  return path;
}

std::string Head(const std::string& method, const std::string& target,
                 std::size_t length, const std::string& headers) {
  return method + " " + target +
         " HTTP/1.1\r\nHost: t\r\nConnection: close\r\n" + headers +
         "Content-Length: " + std::to_string(length) + "\r\n\r\n";
}

void SendAll(int fd, const std::string& bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const ssize_t sent =
        send(fd, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
    if (sent <= 0) return;
    at += static_cast<std::size_t>(sent);
  }
}

Reply Parse(const std::string& text) {
  Reply reply;
  const std::size_t end = text.find("\r\n\r\n");
  if (end == std::string::npos) return reply;
  std::istringstream lines(text.substr(0, end));
  std::string line;
  std::getline(lines, line);
  if (line.size() > 12) reply.status = std::atoi(line.c_str() + 9);
  while (std::getline(lines, line)) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos) continue;
    std::string name = line.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(), tolower);
    std::string value = line.substr(colon + 2);
    if (!value.empty() && value.back() == '\r') value.pop_back();
    reply.headers[name] = value;
  }
  reply.body = text.substr(end + 4);
  return reply;
}

}  // namespace

WholeServer::WholeServer(const ServerConfig& config)
    : store_(MakeStore()),
      timer_(std::make_unique<Timer>()),
      metrics_(std::make_unique<Metrics>()),
      rates_(std::make_unique<TokenBuckets>(config.rate)),
      idempotency_(std::make_unique<IdempotencyCache>(
          std::size_t{1} << 20, std::chrono::minutes(10))),
      queue_(std::make_unique<JobQueue>(
          AdmissionLimits{config.queue, config.memory_budget_mib << 20}, 3,
          timer_.get())) {
  pool_ = std::make_unique<WorkerPool>(2);
  inference_ = std::make_unique<WorkerPool>(1);
  io_ = std::make_unique<WorkerPool>(1);
  volume_ =
      std::make_unique<Volume>(VolumeOptions{store_}, Env::System(), io_.get());
  warm_up_ = std::make_unique<WarmUp>(
      WarmUpOptions{
          config.model, Precision::kAuto, 0, "", {}, config.fast_model},
      volume_.get(), [this]() -> Result<EngineFactory*> { return &engine; },
      inference_.get(), Clock::System());
  context.config = config;
  context.instance_id = "test";
  context.started = Clock::System().Now();
  context.timer = timer_.get();
  context.pool = pool_.get();
  context.inference = inference_.get();
  context.warm_up = warm_up_.get();
  context.queue = queue_.get();
  context.rates = rates_.get();
  context.idempotency = idempotency_.get();
  context.metrics = metrics_.get();
  if (config.results.mode != ResultsMode::kPrivate) {
    SharedResultsOptions shared;
    shared.folder = results_folder();
    shared.limits.ttl = std::chrono::seconds(config.results.ttl_seconds);
    shared.secrets = config.results.secrets;
    shared.patience = std::chrono::seconds(20);
    results_ = std::make_unique<SharedResults>(std::move(shared), &results_env,
                                               timer_.get(), Clock::System(),
                                               metrics_->WatchResults());
    context.results = results_.get();
  }
  FollowWarmUp(&context);
  http::ServerOptions options;
  options.host = "127.0.0.1";
  options.port = 0;
  auto started = http::Server::Start(options, PublicRouter(&context));
  EXPECT_TRUE(started.ok());
  server_ = std::move(*started);
}

WholeServer::~WholeServer() {
  warm_up_->MarkDraining();
  server_->Drain(std::chrono::seconds(20));
  server_.reset();
  // A job goes back and forth between the two pools: empty when it is done.
  while (queue_->load().queued > 0) std::this_thread::yield();
  results_.reset();
  inference_.reset();
  io_.reset();
  pool_.reset();
  timer_.reset();
  warm_up_.reset();
  std::filesystem::remove_all(store_);
}

int WholeServer::Connect() const {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{60, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(port()));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
  return fd;
}

Reply WholeServer::Ask(const std::string& method, const std::string& target,
                       const std::string& body,
                       const std::string& headers) const {
  const int fd = Connect();
  SendAll(fd, Head(method, target, body.size(), headers) + body);
  std::string text;
  char buffer[1 << 14];
  ssize_t got = 0;
  while ((got = recv(fd, buffer, sizeof buffer, 0)) > 0) {
    text.append(buffer, static_cast<std::size_t>(got));
  }
  close(fd);
  return Parse(text);
}

void WholeServer::AskAndLeave(const std::string& target,
                              const std::string& body) const {
  const int fd = Connect();
  SendAll(fd, Head("POST", target, body.size(), "") + body);
  close(fd);
}

std::string DiscPng(int width, int height) {
  Bitmap picture = MakeBitmap(width, height, 3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double u = (x + 0.5) / width - 0.5;
      const double v = (y + 0.5) / height - 0.5;
      const std::uint8_t value = u * u + v * v < 0.09 ? 255 : 0;
      for (int c = 0; c < 3; ++c) picture.row(y)[3 * x + c] = value;
    }
  }
  auto bytes = Encode(picture, {});
  EXPECT_TRUE(bytes.ok());
  return bytes.ok() ? *bytes : "";
}

}  // namespace prewarm
