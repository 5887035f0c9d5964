// A caller's token and a signer's keys: whatever comes, nobody is let in
// without a signature of one of the keys.
#include <cstddef>
#include <cstdint>
#include <string>

#include "tests/fuzz/require.h"
#include "warmup-controller/google/caller_rules.h"

using prewarm::Require;
namespace google = prewarm::google;

// The token, a line feed, the keys.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = text.find('\n');
  const auto keys =
      google::ReadKeySet(end == std::string::npos ? "" : text.substr(end + 1));
  if (keys.ok()) {
    Require(!keys->empty() && keys->size() <= 100);
    for (const auto& [id, key] : *keys) {
      Require(!id.empty() && prewarm::CheckRsaKey(key).ok());
    }
  }
  const auto token = google::ParseJsonWebToken(text.substr(0, end));
  if (!token.ok()) return 0;
  // It is what was signed.
  Require(text.compare(0, token->signed_text.size(), token->signed_text) == 0);
  Require(!token->signature.empty() && token->claims.is_object());
  const google::CallerRules rules{"https://a.example", {"a@b"}};
  const auto caller = google::CheckClaims(token->claims, rules, 1767225600);
  if (caller.ok()) Require(*caller == "a@b");
  if (keys.ok() && keys->count(token->key_id) > 0) {
    const auto checked =
        google::CheckSignature(*token, keys->at(token->key_id));
    // The corpus has no private key, and nobody guesses one.
    Require(!checked.ok());
  }
  return 0;
}
