// An RSA key of a moment, made by OpenSSL.
#pragma once

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>
#include <string>

#include "common/base/base64.h"
#include "common/base/rs256.h"

namespace prewarm {

class RsaTestKey {
 public:
  explicit RsaTestKey(unsigned bits = 2048)
      : key_(EVP_RSA_gen(bits), EVP_PKEY_free) {
    const std::unique_ptr<BIO, int (*)(BIO*)> out(BIO_new(BIO_s_mem()),
                                                  BIO_free);
    PEM_write_bio_PrivateKey(out.get(), key_.get(), nullptr, nullptr, 0,
                             nullptr, nullptr);
    char* data = nullptr;
    const auto size = BIO_get_mem_data(out.get(), &data);
    pem_.assign(data, static_cast<std::size_t>(size));
    public_.modulus = Number(OSSL_PKEY_PARAM_RSA_N);
    public_.exponent = Number(OSSL_PKEY_PARAM_RSA_E);
  }

  const std::string& pem() const { return pem_; }
  const RsaPublicKey& public_key() const { return public_; }
  std::string Jwk(const std::string& id) const {
    return R"({"kty":"RSA","alg":"RS256","use":"sig","kid":")" + id +
           R"(","n":")" + Base64Url(public_.modulus) + R"(","e":")" +
           Base64Url(public_.exponent) + R"("})";
  }
  // HEADER and CLAIMS are JSON.
  std::string Token(const std::string& header,
                    const std::string& claims) const {
    const std::string text = Base64Url(header) + "." + Base64Url(claims);
    return text + "." + Base64Url(SignRs256(pem_, text).value());
  }

 private:
  std::string Number(const char* name) const {
    BIGNUM* number = nullptr;
    EVP_PKEY_get_bn_param(key_.get(), name, &number);
    std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
    BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
    BN_free(number);
    return bytes;
  }

  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
  std::string pem_;
  RsaPublicKey public_;
};

}  // namespace prewarm
