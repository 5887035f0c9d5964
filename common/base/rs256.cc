#include "common/base/rs256.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <memory>

namespace prewarm {
namespace {

constexpr int kLeastBits = 2048;
constexpr int kMostBits = 8192;
constexpr std::size_t kMostExponentBytes = 8;
constexpr std::size_t kMostPemBytes = 16 << 10;

template <auto Free>
struct Freeing {
  template <typename T>
  void operator()(T* one) const {
    Free(one);
  }
};
using Number = std::unique_ptr<BIGNUM, Freeing<BN_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freeing<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freeing<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freeing<EVP_MD_CTX_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Freeing<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Freeing<OSSL_PARAM_free>>;
using Input = std::unique_ptr<BIO, Freeing<BIO_free>>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Number NumberOf(std::string_view bytes) {
  return Number(
      BN_bin2bn(Bytes(bytes), static_cast<int>(bytes.size()), nullptr));
}

Key KeyOf(const RsaPublicKey& key) {
  if (key.modulus.size() > kMostBits / 8 + 1 ||
      key.exponent.size() > kMostExponentBytes) {
    return nullptr;
  }
  const Number n = NumberOf(key.modulus);
  const Number e = NumberOf(key.exponent);
  if (!n || !e || BN_num_bits(n.get()) < kLeastBits ||
      BN_num_bits(n.get()) > kMostBits || BN_is_odd(n.get()) == 0 ||
      BN_is_odd(e.get()) == 0 || BN_is_one(e.get()) == 1) {
    return nullptr;
  }
  const Builder builder(OSSL_PARAM_BLD_new());
  if (!builder ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) !=
          1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) !=
          1) {
    return nullptr;
  }
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* made = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY,
                        parameters.get()) != 1) {
    ERR_clear_error();
    return nullptr;
  }
  return Key(made);
}

// Nobody is there to be asked for the password of an encrypted key.
int NoPassword(char* /*buffer*/, int /*size*/, int /*write*/, void* /*data*/) {
  return -1;
}

}  // namespace

Status CheckRsaKey(const RsaPublicKey& key) {
  if (KeyOf(key)) return Ok{};
  return MakeError(ErrorCode::kInvalidArgument,
                   "no RSA key of 2048 to 8192 bits");
}

bool VerifyRs256(const RsaPublicKey& key, std::string_view text,
                 std::string_view signature) {
  const Key made = KeyOf(key);
  const DigestContext context(EVP_MD_CTX_new());
  const bool verified =
      made && context &&
      EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr,
                           made.get()) == 1 &&
      EVP_DigestVerify(context.get(), Bytes(signature), signature.size(),
                       Bytes(text), text.size()) == 1;
  ERR_clear_error();
  return verified;
}

Result<std::string> SignRs256(const std::string& pem, std::string_view text) {
  const Error wrong =
      MakeError(ErrorCode::kInvalidArgument,
                "the private key is no PEM of an unencrypted RSA key of 2048 "
                "to 8192 bits");
  if (pem.size() > kMostPemBytes) return wrong;
  const Input input(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const Key key(
      PEM_read_bio_PrivateKey(input.get(), nullptr, NoPassword, nullptr));
  const DigestContext context(EVP_MD_CTX_new());
  std::size_t size = 0;
  std::string signature;
  const bool fits = key && EVP_PKEY_is_a(key.get(), "RSA") == 1 &&
                    EVP_PKEY_get_bits(key.get()) >= kLeastBits &&
                    EVP_PKEY_get_bits(key.get()) <= kMostBits;
  bool done = fits && context &&
              EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr,
                                 key.get()) == 1 &&
              EVP_DigestSign(context.get(), nullptr, &size, Bytes(text),
                             text.size()) == 1;
  if (done) {
    signature.resize(size);
    done = EVP_DigestSign(context.get(),
                          reinterpret_cast<unsigned char*>(signature.data()),
                          &size, Bytes(text), text.size()) == 1;
    signature.resize(size);
  }
  ERR_clear_error();
  if (!done) return wrong;
  return signature;
}

}  // namespace prewarm
