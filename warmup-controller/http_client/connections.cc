#include "warmup-controller/http_client/connections.h"

#include <boost/asio/ssl.hpp>

namespace prewarm {
namespace {

// Of inactivity; every call has a deadline of its own, which is shorter. Never
// 0: that is no time at all to the library.
constexpr std::chrono::hours kInactivity{2};

web::http::client::http_client_config Config() {
  web::http::client::http_client_config config;
  config.set_timeout(kInactivity);
  // A redirect would take Authorization and tokens along to another host.
  config.set_max_redirects(0);
  config.set_ssl_context_callback([](boost::asio::ssl::context& context) {
    context.set_options(boost::asio::ssl::context::default_workarounds |
                        boost::asio::ssl::context::no_sslv2 |
                        boost::asio::ssl::context::no_sslv3 |
                        boost::asio::ssl::context::no_tlsv1 |
                        boost::asio::ssl::context::no_tlsv1_1);
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
  auto client =
      std::make_shared<web::http::client::http_client>(base, Config());
  recent_.emplace_front(base, client);
  index_[base] = recent_.begin();
  if (recent_.size() > most_) {
    index_.erase(recent_.back().first);
    recent_.pop_back();
  }
  return client;
}

}  // namespace prewarm
