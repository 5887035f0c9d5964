// The Admin API by HTTP.
#pragma once

#include <string>

#include "warmup-controller/cloudrun/admin_api.h"
#include "warmup-controller/google/token_source.h"
#include "warmup-controller/http_client/http_client.h"

namespace prewarm::cloudrun {

// A token that is not taken is replaced, once; nothing else is tried twice
// here. Thread-safe.
class AdminClient : public AdminApi {
 public:
  // Told of each answer; 0: there was none. From any thread.
  using Answered = std::function<void(const std::string& verb, int status)>;

  // `endpoint`: "https://run.googleapis.com". All outlive it and its calls.
  AdminClient(std::string endpoint, google::TokenSource* tokens,
              HttpClient* client, Answered answered);

  void Get(const std::string& service, ServiceDone done) override;
  void Patch(const ServicePatch& patch, OperationDone done) override;
  void Poll(const std::string& operation, const std::string& service,
            OperationDone done) override;

 private:
  struct Call {
    std::string verb;  // "get", "patch", "poll"
    HttpCall http;
    std::string service;
    std::function<void(Result<HttpAnswer>)> done;  // only 200
    bool again = false;
  };
  void Send(Call call);
  void Answer(Call call, const std::string& token,
              const Result<HttpAnswer>& answer);

  const std::string endpoint_;
  google::TokenSource* const tokens_;
  HttpClient* const client_;
  const Answered answered_;
};

}  // namespace prewarm::cloudrun
