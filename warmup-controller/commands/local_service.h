// The two listeners of a controller, and what they answer from.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/base/result.h"
#include "common/http/http.h"
#include "warmup-controller/api/context.h"
#include "warmup-controller/commands/local_options.h"
#include "warmup-controller/dashboard/endpoints.h"

namespace prewarm {

// All outlive the service.
struct LocalParts {
  const StatusBoard* board = nullptr;
  const ControllerMetrics* metrics = nullptr;
  IntentTable* intents = nullptr;
  HttpClient* client = nullptr;
  // Of a controller that shares its work with others; see ApiContext::leader.
  std::function<std::string()> leader;
  std::function<std::string()> more_metrics;  // see ApiContext
  decltype(ApiContext::reconcile) reconcile = nullptr;
  decltype(ApiContext::check_caller) check_caller = nullptr;
  const DashboardData* dashboard = nullptr;
  std::function<bool()> stands_by = nullptr;  // see DashboardParts
};

class LocalService {
 public:
  // Both ports are open when it returns.
  static Result<std::unique_ptr<LocalService>> Start(
      const LocalOptions& options, const LocalSettings& settings,
      const LocalParts& parts);

  // Answers what has arrived, and no more.
  void Drain();

 private:
  LocalService() = default;
  Status Open(const std::string& option, const ListenAddress& address,
              Listener listener, const LocalOptions& options,
              const std::shared_ptr<http::Router>& router,
              std::unique_ptr<http::Server>* server);

  ApiContext context_;
  std::unique_ptr<http::Server> inner_;
  std::unique_ptr<http::Server> outer_;
};

}  // namespace prewarm
