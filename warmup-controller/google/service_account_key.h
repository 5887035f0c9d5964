// The key file of a service account, and what is signed with it (RFC 7523).
// Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "warmup-controller/google/token_source.h"

namespace prewarm::google {

struct ServiceAccountKey {
  std::string project;  // "": the file does not say
  std::string email;
  std::string key_id;
  std::string private_key;  // PEM
  std::string token_url;
};

// Of the JSON that Google's console and gcloud write. kInvalidArgument: it is
// none; names the field, repeats nothing of the key.
Result<ServiceAccountKey> ReadServiceAccountKey(std::string_view text);

// What is exchanged for a token. Good for an hour. kInvalidArgument: the key
// can't sign.
Result<std::string> AssertionOf(const ServiceAccountKey& key,
                                const Audience& audience,
                                std::int64_t now_unix);

}  // namespace prewarm::google
