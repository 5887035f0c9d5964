#include "common/http/session.h"

#include <algorithm>
#include <utility>

#include "common/http/cors.h"
#include "common/http/status.h"
#include "common/http/trace_ids.h"

namespace prewarm::http {
namespace {

void Refuse(const std::shared_ptr<ServerShared>& shared,
            const std::shared_ptr<Connection>& connection,
            Connection::SlotNumber slot, int status, std::string_view message,
            std::string_view field) {
  Exchange exchange;
  exchange.method = "-";
  exchange.path = "-";
  exchange.request_id = RequestId("");
  exchange.received = Clock::System().Now();
  exchange.close = true;
  const std::string id = exchange.request_id;
  MakeResponder(connection, slot, std::move(exchange), shared)
      ->Send(ProblemResponse(status, message, field, id));
}

bool IsRoutine(const std::vector<std::string>& routine,
               const std::string& path) {
  return std::any_of(routine.begin(), routine.end(), [&](const auto& one) {
    return path == one ||
           (one.back() == '/' && path.compare(0, one.size(), one) == 0);
  });
}

}  // namespace

std::shared_ptr<Core> MakeCore(const ServerOptions& options,
                               std::shared_ptr<Router> router) {
  auto core = std::make_shared<Core>();
  core->options = options;
  core->router = std::move(router);
  core->shared->cors_origins = options.cors_origins;
  core->loop = std::make_shared<WriterLoop>(
      options.limits,
      [shared = core->shared](const std::shared_ptr<Connection>& connection,
                              Connection::SlotNumber slot) {
        Refuse(shared, connection, slot, 408,
               "the request did not arrive in time", "");
      });
  return core;
}

Session::Session(std::shared_ptr<Core> core, int fd, std::string peer_address)
    : core_(std::move(core)),
      guard_(core_->options.limits),
      connection_(std::make_shared<Connection>(fd, std::move(peer_address),
                                               core_->loop)) {
  ++core_->sessions;
  core_->loop->Register(connection_);
}

Session::~Session() {
  connection_->MarkGone();
  --core_->sessions;
}

void Session::Gone() { connection_->MarkGone(); }

void Session::Input(std::string_view input) {
  bool begun = false;
  while (!input.empty() && !dead_) {
    switch (guard_.Consume(&input)) {
      case RequestGuard::Event::kNeedMore:
        break;
      case RequestGuard::Event::kHeadAccepted:
        begun = true;
        if (guard_.expects_continue()) {
          connection_->SendNow("HTTP/1.1 100 Continue\r\n\r\n");
        }
        break;
      case RequestGuard::Event::kRequest:
        begun = true;
        OnRequest();
        break;
      case RequestGuard::Event::kRefused: {
        const auto& refusal = guard_.refusal();
        RefuseRest(refusal.status, refusal.message, refusal.field);
        break;
      }
    }
  }
  UpdatePhase(begun);
  if (!dead_) return;
  // A client that does not stop sending after the last reply.
  discarded_ += input.size();
  if (discarded_ > core_->options.limits.body_bytes) connection_->Shutdown();
}

void Session::UpdatePhase(bool begun) {
  using Phase = Connection::Phase;
  const Phase phase = dead_              ? Phase::kIdle
                      : guard_.in_body() ? Phase::kBody
                      : guard_.in_head() ? Phase::kHead
                                         : Phase::kIdle;
  // Idle after idle needs no clock: the reply's end is what counts.
  if (phase == phase_ && (!begun || phase == Phase::kIdle)) return;
  phase_ = phase;
  connection_->StartPhase(phase, Clock::System().Now());
}

void Session::RefuseRest(int status, const std::string& message,
                         const std::string& field) {
  dead_ = true;
  const auto slot = connection_->OpenSlot(/*last=*/true);
  if (slot) Refuse(core_->shared, connection_, *slot, status, message, field);
}

void Session::OnRequest() {
  Request request = guard_.Take();
  const ServerOptions& options = core_->options;
  if (connection_->open_slots() >= options.limits.pipeline_depth) {
    RefuseRest(429, "too many pipelined requests on one connection", "");
    return;
  }
  dead_ = guard_.close_after();
  const auto slot = connection_->OpenSlot(/*last=*/dead_);
  if (!slot) {  // it came after its own 408
    dead_ = true;
    return;
  }
  request.peer_address = connection_->peer_address();
  request.request_id = RequestId(request.header("x-request-id"));
  request.trace_id = TraceId(request.header("traceparent"));
  request.admin_port = options.admin;
  request.received = Clock::System().Now();
  Exchange exchange{request.method,
                    request.path,
                    std::string(request.header("origin")),
                    request.request_id,
                    request.trace_id,
                    request.received,
                    dead_,
                    IsRoutine(options.routine_paths, request.path)};
  const auto responder =
      MakeResponder(connection_, *slot, std::move(exchange), core_->shared);
  if (request.method == "OPTIONS" &&
      !request.header("access-control-request-method").empty()) {
    responder->Send(Preflight(options.cors_origins, request.header("origin"),
                              core_->router->Methods(request.path)));
    return;
  }
  core_->router->Dispatch(std::move(request), responder);
}

}  // namespace prewarm::http
