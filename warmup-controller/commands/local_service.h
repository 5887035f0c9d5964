// The two listeners of a controller, and what they answer from.
#pragma once

#include <memory>
#include <string>

#include "common/base/result.h"
#include "common/http/http.h"
#include "warmup-controller/api/context.h"
#include "warmup-controller/commands/local_options.h"

namespace prewarm {

class LocalService {
 public:
  // Both ports are open when it returns. The others outlive it.
  static Result<std::unique_ptr<LocalService>> Start(
      const LocalOptions& options, const StatusBoard* board,
      const ControllerMetrics* metrics, IntentTable* intents,
      HttpClient* client);

  // Answers what has arrived, and no more.
  void Drain();

 private:
  LocalService() = default;
  Status Open(const std::string& option, const std::string& address,
              Listener listener, const LocalOptions& options,
              const std::shared_ptr<http::Router>& router,
              std::unique_ptr<http::Server>* server);

  ApiContext context_;
  std::unique_ptr<http::Server> inner_;
  std::unique_ptr<http::Server> outer_;
};

}  // namespace prewarm
