// The public keys that somebody signs tokens with (RFC 7517). Pure.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/base/rs256.h"
#include "warmup-controller/http_client/http_client.h"

namespace prewarm::google {

using KeySet = std::map<std::string, RsaPublicKey>;  // by their id

// Keys for signatures by RS256; others are passed over. kUnprocessable: no set
// of keys, or none that is for this, or more than 100.
Result<KeySet> ReadKeySet(std::string_view text);

// How long an answer may be kept by its Cache-Control: a minute to a day, five
// minutes where it does not say.
std::chrono::seconds MaxAgeOf(const HttpAnswer& answer);

}  // namespace prewarm::google
