// POST /warmup (starts or joins, answers when settled) and GET /warmup (status,
// or a stream of events).
#include <charconv>
#include <memory>
#include <optional>
#include <utility>

#include "inference-server/api/context.h"
#include "inference-server/api/status_json.h"

namespace prewarm {
namespace {

constexpr double kMaxTimeoutSeconds = 3600;

bool Settled(const WarmStatus& status) {
  return status.state == WarmState::kReady ||
         status.state == WarmState::kFailed ||
         status.state == WarmState::kDraining;
}

// "90" or "90s", seconds.
Result<std::optional<double>> ParseTimeout(const http::Request& request) {
  const auto it = request.query.find("timeout");
  for (const auto& [name, value] : request.query) {
    if (name != "timeout") {
      return MakeError(
          ErrorCode::kInvalidArgument,
          "option \"" + name.substr(0, 64) + "\" is unknown; known is: timeout",
          name.substr(0, 64));
    }
  }
  if (it == request.query.end()) return std::optional<double>();
  std::string text = it->second;
  if (!text.empty() && text.back() == 's') text.pop_back();
  double seconds = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() ||
      !(seconds > 0 && seconds <= kMaxTimeoutSeconds)) {
    return MakeError(ErrorCode::kInvalidArgument,
                     "timeout=\"" + it->second.substr(0, 64) +
                         "\": expected seconds, more than 0 and up to 3600",
                     "timeout");
  }
  return std::optional<double>(seconds);
}

// Waits for the warm-up without a thread: the observer or the timer answers,
// whoever comes first.
class Waiter : public std::enable_shared_from_this<Waiter> {
 public:
  Waiter(ApiContext* context, http::ResponderPtr responder,
         std::string request_id)
      : context_(context),
        responder_(std::move(responder)),
        request_id_(std::move(request_id)) {}

  void Wait(std::optional<double> timeout) {
    const bool was_ready =
        context_->warm_up->status().state == WarmState::kReady;
    context_->warm_up->Start();
    auto self = shared_from_this();
    if (timeout) {
      context_->timer->At(Clock::System().Now() +
                              std::chrono::milliseconds(
                                  static_cast<std::int64_t>(*timeout * 1000)),
                          [self] { self->TimeOut(); });
    }
    const WarmUp::ObserverId id =
        context_->warm_up->Observe([self, was_ready](const WarmStatus& status) {
          if (Settled(status)) self->Settle(status, was_ready);
        });
    responder_->OnClientGone([self] { self->ForgetLater(); });
    {
      const std::lock_guard lock(mutex_);
      observer_ = id;
      if (!answered_) return;
    }
    context_->warm_up->Forget(id);
  }

 private:
  bool First() {
    const std::lock_guard lock(mutex_);
    return !std::exchange(answered_, true);
  }

  // Runs under the warm-up's lock: Forget must wait for another thread.
  void Settle(const WarmStatus& status, bool was_ready) {
    if (!First()) return;
    if (status.state == WarmState::kReady) {
      http::Response response;
      response.headers = {{"Cache-Control", "no-store"}};
      response.body = WarmUpReportJson(*context_, status, was_ready);
      responder_->Send(std::move(response));
    } else {
      responder_->Send(http::Problem(WhyNotWarm(status), request_id_));
    }
    ForgetLater();
  }

  void TimeOut() {
    if (!First()) return;
    responder_->Send(http::Problem(
        MakeError(ErrorCode::kDeadlineExceeded,
                  "the warm-up takes longer than timeout; it goes on, ask "
                  "GET /warmup",
                  "timeout"),
        request_id_));
    ForgetLater();
  }

  void ForgetLater() {
    First();
    context_->timer->At(Clock::System().Now(), [self = shared_from_this()] {
      WarmUp::ObserverId id = 0;
      {
        const std::lock_guard lock(self->mutex_);
        id = std::exchange(self->observer_, 0);
      }
      if (id != 0) self->context_->warm_up->Forget(id);
    });
  }

  ApiContext* const context_;
  const http::ResponderPtr responder_;
  const std::string request_id_;
  std::mutex mutex_;
  bool answered_ = false;
  WarmUp::ObserverId observer_ = 0;
};

void Post(ApiContext* context, const http::Request& request,
          const http::ResponderPtr& responder) {
  const Status allowed = AuthorizeAdminRequest(*context, request);
  const auto timeout = ParseTimeout(request);
  if (!allowed.ok() || !timeout.ok()) {
    responder->Send(http::Problem(
        allowed.ok() ? timeout.error() : allowed.error(), request.request_id));
    return;
  }
  std::make_shared<Waiter>(context, responder, request.request_id)
      ->Wait(*timeout);
}

std::string Frame(const ApiContext& context, const WarmStatus& status) {
  const char* event = status.state == WarmState::kReady    ? "ready"
                      : status.state == WarmState::kFailed ? "failed"
                                                           : "progress";
  return "id: " + context.instance_id + "-" + std::to_string(status.version) +
         "\nevent: " + event +
         "\nretry: 2000\ndata: " + WarmStatusJson(context, status) + "\n\n";
}

// A comment now and then keeps proxies from closing a quiet stream, and finds
// out that a watcher has left.
class Watcher : public std::enable_shared_from_this<Watcher> {
 public:
  Watcher(ApiContext* context, std::shared_ptr<http::EventStream> stream)
      : context_(context), stream_(std::move(stream)) {}

  void Watch() {
    auto self = shared_from_this();
    observer_ = context_->warm_up->Observe([self](const WarmStatus& status) {
      self->stream_->Write(Frame(*self->context_, status));
    });
    Beat();
  }

 private:
  void Beat() {
    context_->timer->At(Clock::System().Now() + std::chrono::seconds(5),
                        [self = shared_from_this()] {
                          if (self->stream_->Write(": alive\n\n")) {
                            self->Beat();
                          } else {
                            self->context_->warm_up->Forget(self->observer_);
                          }
                        });
  }

  ApiContext* const context_;
  const std::shared_ptr<http::EventStream> stream_;
  WarmUp::ObserverId observer_ = 0;
};

void Get(ApiContext* context, const http::Request& request,
         const http::ResponderPtr& responder) {
  if (request.header("accept").find("text/event-stream") !=
          std::string_view::npos &&
      request.method == "GET") {
    std::make_shared<Watcher>(context, responder->StartEvents())->Watch();
    return;
  }
  http::Response response;
  response.headers = {{"Cache-Control", "no-store"}};
  response.body = WarmStatusJson(*context, context->warm_up->status()) + "\n";
  responder->Send(std::move(response));
}

}  // namespace

void AddWarmup(ApiContext* context, http::Router* router) {
  router->Add("POST", "/warmup",
              [context](const http::Request& request,
                        const http::ResponderPtr& responder) {
                Post(context, request, responder);
              });
  router->Add("GET", "/warmup",
              [context](const http::Request& request,
                        const http::ResponderPtr& responder) {
                Get(context, request, responder);
              });
}

}  // namespace prewarm
