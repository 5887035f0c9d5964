#include "warmup-controller/google/metadata_server.h"

#include <utility>

#include "warmup-controller/http_client/answer_text.h"
#include "warmup-controller/http_client/percent.h"

namespace prewarm::google {
namespace {

constexpr std::chrono::seconds kTimeout{10};
constexpr std::size_t kMostBytes = 64 << 10;
constexpr char kFlavor[] = "Google";

Error Failed(const std::string& base, const std::string& what) {
  return MakeError(ErrorCode::kUnavailable,
                   "no token from the metadata server at " + base + ": " +
                       what +
                       "; outside of Google Cloud --credentials names a key "
                       "file of a service account");
}

}  // namespace

MetadataServer::MetadataServer(const std::string& host, HttpClient* client,
                               const Clock* clock)
    : base_("http://" + host), client_(client), clock_(clock) {}

void MetadataServer::Fetch(const Audience& audience, Done done) {
  HttpCall call;
  call.url =
      base_ + "/computeMetadata/v1/instance/service-accounts/default/" +
      (audience.empty()
           ? "token"
           : "identity?audience=" + PercentEncoded(audience) + "&format=full");
  call.headers["Metadata-Flavor"] = kFlavor;
  call.timeout = kTimeout;
  call.most_bytes = kMostBytes;
  client_->Send(std::move(call), [base = base_, clock = clock_, audience,
                                  done = std::move(done)](
                                     const Result<HttpAnswer>& answer) {
    if (!answer.ok()) {
      done(Failed(base, answer.error().message));
      return;
    }
    // Somebody else may listen there.
    const auto flavor = answer->headers.find("metadata-flavor");
    if (flavor == answer->headers.end() || flavor->second != kFlavor) {
      done(Failed(base, "who answers is none (no Metadata-Flavor: Google)"));
      return;
    }
    if (answer->status != 200) {
      done(Failed(base, "HTTP " + std::to_string(answer->status) + " " +
                            OneLine(answer->body)));
      return;
    }
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(
                         clock->WallNow().time_since_epoch())
                         .count();
    auto token = audience.empty() ? ReadAccessToken(answer->body)
                                  : ReadIdToken(answer->body, now);
    if (token.ok()) {
      done(std::move(token));
    } else {
      done(Failed(base, token.error().message));
    }
  });
}

}  // namespace prewarm::google
