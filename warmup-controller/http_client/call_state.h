// One call on its way: it ends once, by its answer, its deadline or CancelAll.
#pragma once

#include <pplx/pplxcancellation_token.h>

#include <atomic>
#include <string>
#include <utility>

#include "common/base/timer.h"
#include "warmup-controller/http_client/http_client.h"

namespace prewarm {

class CallState {
 public:
  CallState(HttpCall call, HttpClient::Done done)
      : call_(std::move(call)), done_(std::move(done)) {}

  const HttpCall& call() const { return call_; }
  pplx::cancellation_token token() const { return cancel_.get_token(); }
  // Only the first one counts. What still goes on beneath is cancelled where
  // `result` is an error.
  void End(Result<HttpAnswer> result) {
    if (ended_.exchange(true)) return;
    const bool failed = !result.ok();
    done_(std::move(result));
    done_ = nullptr;
    if (failed) cancel_.cancel();
  }
  bool ended() const { return ended_; }

  Timer::Id deadline = 0;

 private:
  const HttpCall call_;
  HttpClient::Done done_;
  pplx::cancellation_token_source cancel_;
  std::atomic<bool> ended_{false};
};

}  // namespace prewarm
