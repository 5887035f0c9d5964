#include "warmup-controller/warmer/http_warmer.h"

#include <utility>

#include "warmup-controller/warmer/read_report.h"

namespace prewarm {
namespace {

// The server ends the wait itself, with a status that says how far it is;
// this is for one that does not.
constexpr std::chrono::seconds kGrace{5};
constexpr std::chrono::seconds kLookTimeout{5};
constexpr std::size_t kMaxBody = 256 << 10;

bool IsRefused(const Error& error) {
  return error.code == ErrorCode::kUnauthorized ||
         error.code == ErrorCode::kForbidden;
}

class HttpWarmer : public Warmer {
 public:
  HttpWarmer(HttpClient* client, HttpWarmerOptions options)
      : client_(client), options_(std::move(options)) {}

  void WarmUp(const WarmupRequest& request, Warmed done) override {
    HttpCall call;
    call.method = "POST";
    const bool has_query = request.url.find('?') != std::string::npos;
    call.url = request.url + (has_query ? "&" : "?") +
               "timeout=" + std::to_string(request.timeout.count());
    call.timeout = request.timeout + kGrace;
    call.most_bytes = kMaxBody;
    call.headers = request.headers;
    call.headers["Accept"] = "application/json";
    const std::string token =
        options_.admin_token ? options_.admin_token() : "";
    const bool gets = !options_.gets_token || options_.gets_token(request);
    if (!token.empty() && gets) call.headers["X-Prewarm-Admin-Token"] = token;
    client_->Send(
        std::move(call),
        [id = request.instance_id,
         fix = token.empty() || gets ? "" : options_.withheld,
         done = std::move(done)](const Result<HttpAnswer>& answer) {
          if (!answer.ok()) {
            done(answer.error());
            return;
          }
          auto proof = ReadReport(*answer, id);
          if (!proof.ok() && !fix.empty() && IsRefused(proof.error())) {
            Error error = proof.error();
            error.message += "; " + fix;
            proof = error;
          }
          done(std::move(proof));
        });
  }

  void Look(const LookRequest& request, Seen done) override {
    HttpCall call;
    call.url = request.url;
    call.timeout = kLookTimeout;
    call.most_bytes = kMaxBody;
    call.headers["Accept"] = "application/json";
    client_->Send(std::move(call),
                  [done = std::move(done)](const Result<HttpAnswer>& answer) {
                    if (answer.ok()) {
                      done(ReadHealth(*answer));
                      return;
                    }
                    // Somebody is there, who has more to say than is worth
                    // reading.
                    if (answer.error().code == ErrorCode::kTooLarge) {
                      done(InstanceHealth{});
                      return;
                    }
                    done(answer.error());
                  });
  }

 private:
  HttpClient* const client_;
  const HttpWarmerOptions options_;
};

}  // namespace

std::unique_ptr<Warmer> MakeHttpWarmer(HttpClient* client,
                                       HttpWarmerOptions options) {
  return std::make_unique<HttpWarmer>(client, std::move(options));
}

}  // namespace prewarm
