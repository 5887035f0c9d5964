// The clients of the hosts that are called, each with its idle connections.
#pragma once

#include <cpprest/http_client.h>

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "warmup-controller/http_client/connection_options.h"

namespace prewarm {

// The least recently used are forgotten beyond `most`; calls on their way keep
// theirs. Thread-safe.
class Connections {
 public:
  using Client = std::shared_ptr<web::http::client::http_client>;

  // `options` have been checked.
  Connections(std::size_t most, ConnectionOptions options)
      : most_(most),
        options_(std::make_shared<ConnectionOptions>(std::move(options))) {}
  // May throw what the library throws.
  Client To(const std::string& base);

 private:
  using Recent = std::list<std::pair<std::string, Client>>;

  const std::size_t most_;
  const std::shared_ptr<const ConnectionOptions> options_;
  std::mutex mutex_;
  Recent recent_;  // most recently used first
  std::unordered_map<std::string, Recent::iterator> index_;
};

}  // namespace prewarm
