#include "common/http/responder.h"

#include <algorithm>
#include <ctime>
#include <string_view>
#include <utility>

#include "common/base/log.h"
#include "common/http/cors.h"
#include "common/http/status.h"

namespace prewarm::http {
namespace {

// RFC 9110, 5.6.7; made once a second. Nothing to destroy: a thread would
// register that with the loader, and wait while a library is being opened.
std::string_view HttpDate() {
  thread_local std::time_t made = 0;
  thread_local char text[40];
  const std::time_t now = std::time(nullptr);
  if (now != made) {
    std::tm utc{};
    gmtime_r(&now, &utc);
    std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc);
    made = now;
  }
  return text;
}

// Of the statuses that leave here (RFC 9110, 6.4.1).
bool HasBody(int status) {
  return status >= 200 && status != 204 && status != 304;
}

void AddHeader(std::string_view name, std::string_view value,
               std::string* head) {
  head->append(name).append(": ");
  const std::size_t old = head->size();
  head->append(value);  // a value can't start a new header
  head->erase(std::remove_if(head->begin() + static_cast<std::ptrdiff_t>(old),
                             head->end(),
                             [](char c) { return c == '\r' || c == '\n'; }),
              head->end());
  head->append("\r\n");
}

class SlotStream : public EventStream {
 public:
  SlotStream(std::shared_ptr<Connection> connection,
             Connection::SlotNumber slot, bool closed)
      : connection_(std::move(connection)), slot_(slot), closed_(closed) {}
  ~SlotStream() override { SlotStream::Close(); }

  bool Write(std::string_view frame) override {
    return !closed_ && !connection_->gone() &&
           connection_->Write(slot_, std::string(frame), false, false);
  }
  void Close() override {
    if (closed_.exchange(true)) return;
    connection_->Write(slot_, "", true, true);
  }

 private:
  std::shared_ptr<Connection> connection_;
  const Connection::SlotNumber slot_;
  std::atomic<bool> closed_;
};

class SlotResponder : public Responder {
 public:
  SlotResponder(std::shared_ptr<Connection> connection,
                Connection::SlotNumber slot, Exchange exchange,
                std::shared_ptr<ServerShared> shared)
      : connection_(std::move(connection)),
        slot_(slot),
        exchange_(std::move(exchange)),
        shared_(std::move(shared)) {
    ++shared_->in_flight;
  }

  ~SlotResponder() override {
    if (answered_) return;
    SlotResponder::Send(ProblemResponse(
        500, "the request was dropped unanswered", "", exchange_.request_id));
  }

  void Send(Response response) override {
    if (answered_.exchange(true)) return;
    // A drain ends the connection, but not under later requests' replies.
    const bool close =
        exchange_.close || (shared_->draining && connection_->IsLast(slot_));
    const std::size_t bytes = response.body.size();
    std::string reply = Head(response, close, /*stream=*/false);
    if (exchange_.method != "HEAD" && HasBody(response.status)) {
      reply += response.body;
    }
    connection_->Write(slot_, std::move(reply), true, close);
    --shared_->in_flight;
    LogRequest("request", response.status, bytes);
  }

  // A stream is no reply that a drain waits for: it has no end of its own.
  std::shared_ptr<EventStream> StartEvents() override {
    if (answered_.exchange(true)) {
      return std::make_shared<SlotStream>(connection_, slot_, /*closed=*/true);
    }
    Response response;
    response.content_type = "text/event-stream";
    response.headers = {{"Cache-Control", "no-store"},
                        {"X-Accel-Buffering", "no"}};
    const bool head_only = exchange_.method == "HEAD";
    connection_->BecomeStream();
    connection_->Write(slot_, Head(response, true, /*stream=*/true), head_only,
                       head_only);
    --shared_->in_flight;
    LogRequest("stream", response.status, 0);
    return std::make_shared<SlotStream>(connection_, slot_, head_only);
  }

  bool ClientGone() const override { return connection_->gone(); }
  void OnClientGone(std::function<void()> callback) override {
    connection_->OnGone(slot_, std::move(callback));
  }

 private:
  void LogRequest(const char* event, int status, std::size_t bytes) const {
    const LogLevel level =
        exchange_.routine ? LogLevel::kDebug : LogLevel::kInfo;
    if (!LogEnabled(level)) return;
    Log(level, event,
        {{"request_id", exchange_.request_id},
         {"trace_id", exchange_.trace_id},
         {"peer", connection_->peer_address()},
         {"method", exchange_.method},
         {"path", exchange_.path},
         {"status", status},
         {"bytes", bytes},
         {"ms", MillisBetween(exchange_.received, Clock::System().Now())}});
  }

  std::string Head(const Response& response, bool close, bool stream) const {
    std::string head;
    head.reserve(512 + (stream ? 0 : response.body.size()));
    head.append("HTTP/1.1 ")
        .append(std::to_string(response.status))
        .append(" ")
        .append(ReasonPhrase(response.status))
        .append("\r\n");
    AddHeader("Date", HttpDate(), &head);
    if (HasBody(response.status)) {
      AddHeader("Content-Type", response.content_type, &head);
      if (!stream) {
        AddHeader("Content-Length", std::to_string(response.body.size()),
                  &head);
      }
    }
    AddHeader("X-Content-Type-Options", "nosniff", &head);
    AddHeader("X-Request-Id", exchange_.request_id, &head);
    for (const auto& [name, value] : response.headers) {
      AddHeader(name, value, &head);
    }
    for (const auto& [name, value] :
         CorsHeaders(shared_->cors_origins, exchange_.origin)) {
      AddHeader(name, value, &head);
    }
    AddHeader("Connection", close ? "close" : "keep-alive", &head);
    head.append("\r\n");
    return head;
  }

  std::shared_ptr<Connection> connection_;
  const Connection::SlotNumber slot_;
  const Exchange exchange_;
  std::shared_ptr<ServerShared> shared_;
  std::atomic<bool> answered_{false};
};

}  // namespace

ResponderPtr MakeResponder(std::shared_ptr<Connection> connection,
                           Connection::SlotNumber slot, Exchange exchange,
                           std::shared_ptr<ServerShared> shared) {
  return std::make_shared<SlotResponder>(
      std::move(connection), slot, std::move(exchange), std::move(shared));
}

}  // namespace prewarm::http
