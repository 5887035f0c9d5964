// One question to a server of this machine, by HTTP: is it well? What an image
// asks of its container (HEALTHCHECK). No TLS, no redirects, no proxies.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace prewarm {

struct HealthUrl {
  std::string host;  // a name or an address, IPv6 without its brackets
  std::string port = "80";
  std::string path = "/";
};

// "http://127.0.0.1:8080/livez", "http://[::1]:8080". kInvalidArgument says
// what it expects.
Result<HealthUrl> ParseHealthUrl(std::string_view text);

// Whether a reply that begins so is one of 2xx; else an error that repeats its
// status: kUnavailable, kUnprocessable for what is no HTTP.
Status JudgeReply(std::string_view reply);

// Ok: it answered with 2xx within `timeout`. kUnavailable, kDeadlineExceeded,
// kUnprocessable: it did not, and why. Resolving a name may take longer.
Status AskHealth(const HealthUrl& url, std::chrono::milliseconds timeout);

}  // namespace prewarm
