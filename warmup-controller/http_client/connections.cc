#include "warmup-controller/http_client/connections.h"

#include <arpa/inet.h>
#include <openssl/ssl.h>

#include <boost/asio/ssl.hpp>

#include "warmup-controller/http_client/pem.h"

namespace prewarm {
namespace {

// Of inactivity; every call has a deadline of its own, which is shorter. Never
// 0: that is no time at all to the library.
constexpr std::chrono::hours kInactivity{2};

// Instead of the system's authorities, which the library has put there.
void TrustOnly(const std::string& ca_pem, SSL_CTX* context) {
  X509_STORE* store = X509_STORE_new();
  for (const CertificatePtr& one : ReadCertificates(ca_pem)) {
    X509_STORE_add_cert(store, one.get());
  }
  SSL_CTX_set_cert_store(context, store);
}

// RFC 6066, section 3: no addresses as names of servers.
bool IsAddress(const std::string& host) {
  in_addr unused{};
  return host.find(':') != std::string::npos ||
         inet_pton(AF_INET, host.c_str(), &unused) == 1;
}

// The library takes a common name for the server's, against RFC 9525: whoever
// may choose the one of any certificate would be believed.
void ExpectAlternativeName(const std::string& host, SSL_CTX* context) {
  X509_VERIFY_PARAM* rules = SSL_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  if (!IsAddress(host)) {
    X509_VERIFY_PARAM_set1_host(rules, host.data(), host.size());
    return;
  }
  std::string bare = host;
  if (bare.front() == '[') bare = bare.substr(1, bare.size() - 2);
  X509_VERIFY_PARAM_set1_ip_asc(rules, bare.c_str());
}

void SetUpTls(const TlsOptions& tls, const std::string& host,
              boost::asio::ssl::context* context) {
  context->set_options(boost::asio::ssl::context::default_workarounds |
                       boost::asio::ssl::context::no_sslv2 |
                       boost::asio::ssl::context::no_sslv3 |
                       boost::asio::ssl::context::no_tlsv1 |
                       boost::asio::ssl::context::no_tlsv1_1);
  if (tls.verify) ExpectAlternativeName(host, context->native_handle());
  if (!tls.ca_pem.empty()) TrustOnly(tls.ca_pem, context->native_handle());
  if (tls.cert_pem.empty()) return;
  context->use_certificate_chain(boost::asio::buffer(tls.cert_pem));
  context->use_private_key(boost::asio::buffer(tls.key_pem),
                           boost::asio::ssl::context::pem);
}

web::http::client::http_client_config Config(
    const std::shared_ptr<const ConnectionOptions>& options,
    const std::string& host) {
  web::http::client::http_client_config config;
  config.set_timeout(kInactivity);
  // A redirect would take Authorization and tokens along to another host.
  config.set_max_redirects(0);
  config.set_validate_certificates(options->tls.verify);
  config.set_tlsext_sni_enabled(!IsAddress(host));
  if (!options->proxy_url.empty()) {
    config.set_proxy(web::web_proxy(web::uri(options->proxy_url)));
  }
  config.set_ssl_context_callback(
      [options, host](boost::asio::ssl::context& context) {
        SetUpTls(options->tls, host, &context);
      });
  return config;
}

}  // namespace

Connections::Client Connections::To(const std::string& base) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = index_.find(base);
  if (found != index_.end()) {
    recent_.splice(recent_.begin(), recent_, found->second);
    return recent_.front().second;
  }
  const web::uri uri(base);
  auto client = std::make_shared<web::http::client::http_client>(
      uri, Config(options_, uri.host()));
  recent_.emplace_front(base, client);
  index_[base] = recent_.begin();
  if (recent_.size() > most_) {
    index_.erase(recent_.back().first);
    recent_.pop_back();
  }
  return client;
}

}  // namespace prewarm
