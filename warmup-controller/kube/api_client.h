// The API server by HTTP.
#pragma once

#include <functional>
#include <string>

#include "warmup-controller/http_client/http_client.h"
#include "warmup-controller/kube/access.h"
#include "warmup-controller/kube/api.h"
#include "warmup-controller/kube/call_name.h"
#include "warmup-controller/kube/rate_gate.h"
#include "warmup-controller/kube/token_source.h"

namespace prewarm::kube {

// Thread-safe. Calls block their thread: never make one on the network's.
class ApiClient : public Api {
 public:
  // All outlive it. The network was made with the connection of `access`;
  // without a `gate` there is no budget.
  // `watcher` is told of every answer, 0 for none, from the caller's thread.
  using Watcher = std::function<void(const CallName& call, int status)>;
  ApiClient(const Access& access, HttpClient* calls, LineStreams* streams,
            RateGate* gate, const Clock& clock, Watcher watcher = nullptr);

  Result<Json> Call(const ApiRequest& request) override;
  Status Watch(const WatchRequest& request, const OnLine& on_line,
               StopSignal* stop) override;

 private:
  using Exchange = std::function<Result<HttpAnswer>(const HttpCall&)>;

  // Once, or once more with the token that has replaced a refused one.
  Result<HttpAnswer> WithToken(HttpCall call, const Exchange& exchange);
  Result<HttpAnswer> Watched(const CallName& name, Result<HttpAnswer> answer);
  Result<HttpAnswer> Send(const HttpCall& call);

  const std::string server_;
  HttpClient* const calls_;
  LineStreams* const streams_;
  RateGate* const gate_;
  const Clock& clock_;
  const Watcher watcher_;
  TokenSource tokens_;
};

}  // namespace prewarm::kube
