// Tokens by which we say to Google, and to services behind it, who we are.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "common/base/result.h"

namespace prewarm::google {

struct Token {
  std::string text;
  std::chrono::seconds lifetime{0};
};

// "" stands for an access token for Google's own APIs; else an ID token for
// this audience, as a service's URL.
using Audience = std::string;

// Asks whoever gives them out, each time. Thread-safe.
class TokenFetcher {
 public:
  using Done = std::function<void(Result<Token>)>;

  virtual ~TokenFetcher() = default;
  // `done` is called once, from any thread, and must not block. The error says
  // who was asked and what to do.
  virtual void Fetch(const Audience& audience, Done done) = 0;
};

// Thread-safe.
class TokenSource {
 public:
  using Done = std::function<void(Result<std::string>)>;

  virtual ~TokenSource() = default;
  // As Fetch, or at once where there is one.
  virtual void Get(const Audience& audience, Done done) = 0;
  // Somebody did not take it: the next Get brings another one.
  virtual void Refused(const Audience& audience, const std::string& token) = 0;
};

// Of an ID token: until its `exp`, by the clock of `now_unix`. kUnprocessable:
// it is none, or over.
Result<Token> ReadIdToken(const std::string& text, std::int64_t now_unix);
// {"access_token", "expires_in"}, as RFC 6749 has it. kUnprocessable.
Result<Token> ReadAccessToken(const std::string& json);

}  // namespace prewarm::google
