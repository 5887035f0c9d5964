#include "warmup-controller/google/caller_check.h"

#include <memory>
#include <utility>

namespace prewarm::google {

void CallerCheck::Check(std::string_view authorization,
                        const Done& done) const {
  const auto text = BearerOf(authorization);
  if (!text.ok()) {
    done(text.error());
    return;
  }
  auto parsed = ParseJsonWebToken(*text);
  if (!parsed.ok()) {
    done(parsed.error());
    return;
  }
  const auto token =
      std::make_shared<const JsonWebToken>(std::move(parsed).value());
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(
                       clock_->WallNow().time_since_epoch())
                       .count();
  // What its claims refuse anyway is not worth a look at the keys; of a forged
  // token this says no more than of none.
  auto caller = CheckClaims(token->claims, rules_, now);
  if (!caller.ok()) {
    done(caller.error());
    return;
  }
  if (IsVerifiedBefore(*token, rules_)) {
    done(caller);
    return;
  }
  keys_->Find(token->key_id, [token, caller = std::move(caller).value(),
                              done](const Result<RsaPublicKey>& key) {
    if (!key.ok()) {
      done(key.error());
      return;
    }
    const Status checked = CheckSignature(*token, *key);
    if (checked.ok()) {
      done(caller);
    } else {
      done(checked.error());
    }
  });
}

}  // namespace prewarm::google
