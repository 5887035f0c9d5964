// Streams and replies that the test sees, a clock that it moves, and the whole
// of the endpoints around them.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/unit/report/statuses.h"
#include "warmup-controller/api/endpoints.h"

namespace prewarm {

// For what other threads do; false after half a minute.
inline bool Comes(const std::function<bool()>& condition) {
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

class FakeClock : public Clock {
 public:
  SteadyTime Now() const override { return now; }
  WallTime WallNow() const override { return wall; }

  SteadyTime now{std::chrono::seconds(1000)};
  WallTime wall{std::chrono::seconds(1774746000)};
};

class FakeStream : public http::EventStream {
 public:
  bool Write(std::string_view frame) override {
    const std::lock_guard lock(mutex_);
    if (!reads || closed) return false;
    frames_.emplace_back(frame);
    return true;
  }
  void Close() override { closed = true; }
  std::vector<std::string> frames() const {
    const std::lock_guard lock(mutex_);
    return frames_;
  }
  bool Saw(const std::string& text) const {
    std::string all;
    for (const std::string& frame : frames()) all += frame;
    return all.find(text) != std::string::npos;
  }

  std::atomic<bool> reads{true};
  std::atomic<bool> closed{false};

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> frames_;
};

class FakeResponder : public http::Responder {
 public:
  void Send(http::Response sent) override { response = std::move(sent); }
  std::shared_ptr<http::EventStream> StartEvents() override {
    return std::exchange(stream, nullptr);
  }
  bool ClientGone() const override { return false; }
  void OnClientGone(std::function<void()> callback) override {
    on_gone = std::move(callback);
  }
  nlohmann::json json() const { return nlohmann::json::parse(response.body); }
  std::string header(const std::string& name) const {
    for (const auto& [key, value] : response.headers) {
      if (key == name) return value;
    }
    return "";
  }

  http::Response response{0, "", {}, ""};
  std::shared_ptr<FakeStream> stream = std::make_shared<FakeStream>();
  std::function<void()> on_gone;
};

inline const char kWarmupPath[] = "/api/v1/targets/shop/server/warmup";
inline const char kIntentPath[] = "/api/v1/targets/shop/server/intent";

// Of a controller with one policy and one target.
class WholeApi {
 public:
  WholeApi() {
    context.board = &board;
    context.metrics = &metrics;
    context.clock = &clock;
  }

  // Once what is wired is decided.
  void Begin() {
    inner = std::make_shared<http::Router>();
    outer = std::make_shared<http::Router>();
    AddEndpoints(&context, inner.get(), outer.get());
  }
  void Publish() {
    ControllerStatus status;
    status.at = kThen;
    AddPolicy(APolicy("shop", "hours"), &status);
    AddTarget(target, &status);
    board.Publish(std::make_shared<const ControllerStatus>(std::move(status)),
                  clock.now);
  }

  static http::Request Request(const std::string& method,
                               const std::string& path) {
    http::Request request;
    request.method = method;
    request.path = path;
    request.peer_address = "203.0.113.7";
    return request;
  }
  static std::shared_ptr<FakeResponder> Ask(const http::Router& router,
                                            http::Request request) {
    auto responder = std::make_shared<FakeResponder>();
    router.Dispatch(std::move(request), responder);
    return responder;
  }
  std::shared_ptr<FakeResponder> Get(const std::string& path) const {
    return Ask(*inner, Request("GET", path));
  }

  StatusBoard board;
  ControllerMetrics metrics;
  FakeClock clock;
  ApiContext context;
  TargetStatus target = ATarget("shop", "server");
  std::shared_ptr<http::Router> inner;
  std::shared_ptr<http::Router> outer;
};

}  // namespace prewarm
