// What answers of many kinds have in common, as texts of errors need it. Pure.
#pragma once

#include <optional>
#include <string>

#include "warmup-controller/http_client/http_client.h"

namespace prewarm {

// Of a Retry-After of seconds (a date is none here), an hour at most; unset:
// none, or 0.
std::optional<int> RetryAfterOf(const HttpAnswer& answer);
std::optional<int> RetryAfterOf(int seconds);

// One line of 600 bytes at most, for logs and conditions; what is no UTF-8 is
// not repeated.
std::string OneLine(std::string text);

}  // namespace prewarm
