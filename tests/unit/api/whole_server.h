// The whole server in one process, as main wires it, with a fake engine.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "inference-server/api/wiring.h"
#include "inference-server/engine/fake/fake_engine.h"
#include "tests/support/fault_env.h"

namespace prewarm {

struct Reply {
  int status = 0;                              // 0: none came
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

// Beside "isnet", the model of the default, the store has one for mode=fast:
// its matte is InvertedMatte.
inline constexpr char kQuick[] = "quick";
inline constexpr int kQuickSide = 32;

class WholeServer {
 public:
  // `engine` may be changed until the first warm-up.
  explicit WholeServer(const ServerConfig& config = {});
  ~WholeServer();

  FakeEngineFactory engine;
  ApiContext context;

  int port() const { return server_->port(); }
  const std::string& store() const { return store_; }
  Volume* volume() { return volume_.get(); }
  // Where shared results are, if the configuration has any.
  std::string results_folder() const { return store_ + "/results"; }
  // What reaches that folder may be made to fail.
  FaultEnv results_env;
  // One request on a connection of its own, read to its end.
  Reply Ask(const std::string& method, const std::string& target,
            const std::string& body = "",
            const std::string& headers = "") const;
  // Sends it and hangs up without reading.
  void AskAndLeave(const std::string& target, const std::string& body) const;
  // Warm when it returns.
  Reply Warm() const { return Ask("POST", "/warmup"); }

 private:
  int Connect() const;

  const std::string store_;
  std::unique_ptr<Timer> timer_;
  std::unique_ptr<Metrics> metrics_;
  std::unique_ptr<TokenBuckets> rates_;
  std::unique_ptr<IdempotencyCache> idempotency_;
  std::unique_ptr<JobQueue> queue_;
  std::unique_ptr<Volume> volume_;
  std::unique_ptr<SharedResults> results_;
  std::unique_ptr<WarmUp> warm_up_;
  std::unique_ptr<WorkerPool> pool_, inference_, io_;
  std::unique_ptr<http::Server> server_;
};

// A PNG: white disc on black.
std::string DiscPng(int width, int height);

}  // namespace prewarm
