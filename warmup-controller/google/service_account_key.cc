#include "warmup-controller/google/service_account_key.h"

#include "common/base/base64.h"
#include "common/base/json_text.h"
#include "common/base/rs256.h"
#include "common/base/utf8.h"
#include "warmup-controller/google/json_web_token.h"

namespace prewarm::google {
namespace {

constexpr char kScope[] = "https://www.googleapis.com/auth/cloud-platform";
constexpr std::int64_t kLifetime = 3600;

Error Wrong(const std::string& what) {
  return MakeError(ErrorCode::kInvalidArgument,
                   "no key of a service account: " + what +
                       "; `gcloud iam service-accounts keys create` makes one",
                   "--credentials");
}

}  // namespace

Result<ServiceAccountKey> ReadServiceAccountKey(std::string_view text) {
  const auto json = ReadJson(text);
  // Its error would repeat the beginning of a secret.
  if (!json.ok()) return Wrong("it is no JSON");
  const std::string type = TextAt(*json, {"type"});
  if (type != "service_account") {
    return Wrong("type is " + Quoted(type) +
                 ", expected \"service_account\" (others, as of `gcloud auth "
                 "application-default login`, are not supported)");
  }
  ServiceAccountKey key;
  key.project = TextAt(*json, {"project_id"});
  key.email = TextAt(*json, {"client_email"});
  key.key_id = TextAt(*json, {"private_key_id"});
  key.private_key = TextAt(*json, {"private_key"});
  key.token_url = TextAt(*json, {"token_uri"});
  if (key.email.empty()) return Wrong("client_email is missing");
  if (key.key_id.empty()) return Wrong("private_key_id is missing");
  if (key.token_url.empty()) return Wrong("token_uri is missing");
  if (!SignRs256(key.private_key, "").ok()) {
    return Wrong("private_key is no unencrypted RSA key in PEM");
  }
  return key;
}

Result<std::string> AssertionOf(const ServiceAccountKey& key,
                                const Audience& audience,
                                std::int64_t now_unix) {
  const Json header = {{"alg", "RS256"}, {"typ", "JWT"}, {"kid", key.key_id}};
  Json claims = {{"iss", key.email},
                 {"sub", key.email},
                 {"aud", key.token_url},
                 {"iat", now_unix},
                 {"exp", now_unix + kLifetime}};
  if (audience.empty()) {
    claims["scope"] = kScope;
  } else {
    claims["target_audience"] = audience;
  }
  const std::string text = TextToSign(header, claims);
  PREWARM_ASSIGN_OR_RETURN(const std::string signature,
                           SignRs256(key.private_key, text));
  return text + "." + Base64Url(signature);
}

}  // namespace prewarm::google
