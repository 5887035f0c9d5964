// What OpenSSL makes of PEM texts.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

namespace prewarm {

struct FreeX509 {
  void operator()(X509* one) const { X509_free(one); }
};
struct FreeKey {
  void operator()(EVP_PKEY* one) const { EVP_PKEY_free(one); }
};
using CertificatePtr = std::unique_ptr<X509, FreeX509>;
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeKey>;

// All certificates of `pem` in order; none if one of them is damaged.
std::vector<CertificatePtr> ReadCertificates(const std::string& pem);
// Null for an encrypted key: nobody is there to be asked for its password.
KeyPtr ReadKey(const std::string& pem);

}  // namespace prewarm
