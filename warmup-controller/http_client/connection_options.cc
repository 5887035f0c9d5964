#include "warmup-controller/http_client/connection_options.h"

#include <openssl/err.h>

#include "warmup-controller/http_client/call_url.h"
#include "warmup-controller/http_client/pem.h"

namespace prewarm {
namespace {

Error WrongOption(const std::string& field, const std::string& what) {
  return MakeError(ErrorCode::kInvalidArgument, field + " " + what, field);
}

Status CheckClientCertificate(const TlsOptions& tls) {
  if (tls.cert_pem.empty() && tls.key_pem.empty()) return Ok{};
  if (tls.cert_pem.empty()) {
    return WrongOption("cert_pem", "is missing beside its key");
  }
  if (tls.key_pem.empty()) {
    return WrongOption("key_pem", "is missing beside its certificate");
  }
  const auto certificates = ReadCertificates(tls.cert_pem);
  if (certificates.empty()) {
    return WrongOption("cert_pem", "holds no certificate in PEM");
  }
  const KeyPtr key = ReadKey(tls.key_pem);
  if (key == nullptr) {
    return WrongOption("key_pem",
                       "holds no private key in PEM without a password");
  }
  const bool fits =
      X509_check_private_key(certificates.front().get(), key.get()) == 1;
  ERR_clear_error();
  if (!fits) return WrongOption("key_pem", "is not that of the certificate");
  return Ok{};
}

}  // namespace

Status CheckConnectionOptions(const ConnectionOptions& options) {
  if (!options.tls.ca_pem.empty() &&
      ReadCertificates(options.tls.ca_pem).empty()) {
    return WrongOption("ca_pem", "holds no certificate in PEM");
  }
  PREWARM_RETURN_IF_ERROR(CheckClientCertificate(options.tls));
  if (options.proxy_url.empty()) return Ok{};
  const auto url = ParseCallUrl(options.proxy_url);
  if (!url.ok()) {
    return WrongOption("proxy_url", "is none: " + url.error().message);
  }
  if (url->base.find("http://") != 0 || url->path != "/") {
    return WrongOption("proxy_url", "is none; expected http://HOST:PORT");
  }
  return Ok{};
}

}  // namespace prewarm
