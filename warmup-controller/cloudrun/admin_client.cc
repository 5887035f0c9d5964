#include "warmup-controller/cloudrun/admin_client.h"

#include <utility>

#include "warmup-controller/cloudrun/api_error.h"
#include "warmup-controller/http_client/percent.h"

namespace prewarm::cloudrun {
namespace {

constexpr std::chrono::seconds kTimeout{30};
// A service with every option is some 100 KB.
constexpr std::size_t kMostBytes = 4 << 20;

}  // namespace

AdminClient::AdminClient(std::string endpoint, google::TokenSource* tokens,
                         HttpClient* client, Answered answered)
    : endpoint_(std::move(endpoint)),
      tokens_(tokens),
      client_(client),
      answered_(std::move(answered)) {}

void AdminClient::Send(Call call) {
  call.http.timeout = kTimeout;
  call.http.most_bytes = kMostBytes;
  call.http.headers["Accept"] = "application/json";
  tokens_->Get("", [this, call = std::move(call)](
                       const Result<std::string>& token) mutable {
    if (!token.ok()) {
      call.done(token.error());
      return;
    }
    HttpCall http = call.http;
    http.headers["Authorization"] = "Bearer " + *token;
    client_->Send(
        std::move(http),
        [this, call = std::move(call), token = *token](
            const Result<HttpAnswer>& answer) { Answer(call, token, answer); });
  });
}

void AdminClient::Answer(Call call, const std::string& token,
                         const Result<HttpAnswer>& answer) {
  if (answered_) answered_(call.verb, answer.ok() ? answer->status : 0);
  if (!answer.ok()) {
    call.done(MakeError(answer.error().code,
                        call.service + ": " + answer.error().message));
    return;
  }
  if (answer->status == 401 && !call.again) {
    tokens_->Refused("", token);
    call.again = true;
    Send(std::move(call));
    return;
  }
  if (answer->status != 200) {
    call.done(ErrorOfAnswer(*answer, call.service));
    return;
  }
  call.done(*answer);
}

void AdminClient::Get(const std::string& service, ServiceDone done) {
  Call call;
  call.verb = "get";
  call.service = service;
  call.http.url = endpoint_ + "/v2/" + service;
  call.done = [service,
               done = std::move(done)](const Result<HttpAnswer>& answer) {
    if (answer.ok()) {
      done(ReadService(answer->body, service));
    } else {
      done(answer.error());
    }
  };
  Send(std::move(call));
}

void AdminClient::Patch(const ServicePatch& patch, OperationDone done) {
  Call call;
  call.verb = "patch";
  call.service = patch.name;
  call.http.method = "PATCH";
  call.http.url = endpoint_ + "/v2/" + patch.name +
                  "?updateMask=" + PercentEncoded(MaskOf(patch));
  if (patch.validate_only) call.http.url += "&validateOnly=true";
  call.http.headers["Content-Type"] = "application/json";
  call.http.body = BodyOf(patch);
  call.done = [validate_only = patch.validate_only,
               done = std::move(done)](const Result<HttpAnswer>& answer) {
    if (!answer.ok()) {
      done(answer.error());
    } else if (validate_only) {
      // Nothing goes on that could be asked for.
      done(OperationSeen{"", true, std::nullopt});
    } else {
      done(ReadOperation(answer->body));
    }
  };
  Send(std::move(call));
}

void AdminClient::Poll(const std::string& operation, const std::string& service,
                       OperationDone done) {
  Call call;
  call.verb = "poll";
  call.service = service;
  call.http.url = endpoint_ + "/v2/" + operation;
  call.done = [done = std::move(done)](const Result<HttpAnswer>& answer) {
    if (answer.ok()) {
      done(ReadOperation(answer->body));
    } else {
      done(answer.error());
    }
  };
  Send(std::move(call));
}

}  // namespace prewarm::cloudrun
