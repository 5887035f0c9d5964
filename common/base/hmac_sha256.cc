#include "common/base/hmac_sha256.h"

#include <openssl/evp.h>

#include <array>

#include "common/base/hex.h"

namespace prewarm {

// A signature by a key that is a MAC's: OpenSSL's way that is in 1.1.1 and 3.
struct HmacSha256::State {
  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key;
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context;
};

HmacSha256::HmacSha256(std::string_view key)
    : state_(new State{
          {EVP_PKEY_new_raw_private_key(
               EVP_PKEY_HMAC, nullptr,
               reinterpret_cast<const unsigned char*>(key.data()), key.size()),
           EVP_PKEY_free},
          {EVP_MD_CTX_new(), EVP_MD_CTX_free}}) {
  EVP_DigestSignInit(state_->context.get(), nullptr, EVP_sha256(), nullptr,
                     state_->key.get());
}

HmacSha256::~HmacSha256() = default;

HmacSha256& HmacSha256::Update(std::string_view bytes) {
  EVP_DigestSignUpdate(state_->context.get(), bytes.data(), bytes.size());
  return *this;
}

std::string HmacSha256::Hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  std::size_t size = mac.size();
  EVP_DigestSignFinal(state_->context.get(), mac.data(), &size);
  return ToHex(mac.data(), size);
}

std::string HmacSha256Hex(std::string_view key, std::string_view text) {
  return HmacSha256(key).Update(text).Hex();
}

}  // namespace prewarm
