// An API server that says what a test wrote down.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "warmup-controller/kube/api.h"

namespace prewarm::kube {

struct ScriptedWatch {
  std::vector<std::string> lines;
  Status end = Ok{};
  std::string of{};  // a part of the path that it is for; "": of any
};

// Thread-safe. A watch that no script is left for goes on until it is stopped,
// or until another script comes.
class FakeApi : public Api {
 public:
  using OnCall = std::function<Result<Json>(const ApiRequest&)>;

  explicit FakeApi(OnCall on_call = {}) : on_call_(std::move(on_call)) {}

  void Answer(Result<Json> answer) {
    const std::lock_guard<std::mutex> lock(mutex_);
    answers_.push_back(std::move(answer));
  }
  void WatchWith(ScriptedWatch watch) {
    const std::lock_guard<std::mutex> lock(mutex_);
    watches_.push_back(std::move(watch));
    changed_.notify_all();
  }

  Result<Json> Call(const ApiRequest& request) override {
    std::unique_lock<std::mutex> lock(mutex_);
    calls_.push_back(request);
    changed_.notify_all();
    if (on_call_) {
      lock.unlock();
      return on_call_(request);
    }
    if (answers_.empty()) return MakeError(ErrorCode::kUnavailable, "nobody");
    auto answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }
  Status Watch(const WatchRequest& request, const OnLine& on_line,
               StopSignal* stop) override {
    const StopSignal::Id listener = stop->OnStop([this] {
      const std::lock_guard<std::mutex> lock(mutex_);
      changed_.notify_all();
    });
    ScriptedWatch watch;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      watched_.push_back(request.path);
      changed_.notify_all();
      auto found = ScriptOf(request);
      while (found == watches_.end()) {
        lock.unlock();
        const bool stopped = stop->stopped();
        lock.lock();
        if (stopped) {
          // Not the end found before: another watch may have changed the queue.
          found = watches_.end();
          break;
        }
        changed_.wait_for(lock, std::chrono::milliseconds(5));
        found = ScriptOf(request);
      }
      if (found != watches_.end()) {
        watch = std::move(*found);
        watches_.erase(found);
      } else {
        watch.end = MakeError(ErrorCode::kCancelled, "stopped");
      }
    }
    stop->Forget(listener);
    for (const std::string& line : watch.lines) {
      if (!on_line(line)) return Ok{};
    }
    return watch.end;
  }

  std::vector<ApiRequest> calls() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return calls_;
  }
  std::vector<std::string> watched() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return watched_;
  }

 private:
  std::deque<ScriptedWatch>::iterator ScriptOf(const WatchRequest& request) {
    return std::find_if(
        watches_.begin(), watches_.end(), [&](const ScriptedWatch& watch) {
          return request.path.find(watch.of) != std::string::npos;
        });
  }

  const OnCall on_call_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Result<Json>> answers_;
  std::deque<ScriptedWatch> watches_;
  std::vector<ApiRequest> calls_;
  std::vector<std::string> watched_;
};

}  // namespace prewarm::kube
