// Certificates for tests, made as they run.
#pragma once

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <string>

namespace prewarm {

struct Identity {
  std::string cert_pem;
  std::string key_pem;
};

// Signs for whoever asks.
class TestAuthority {
 public:
  explicit TestAuthority(const std::string& name) : key_(EVP_EC_gen("P-256")) {
    certificate_ = Make(name, key_, "basicConstraints", "CA:TRUE");
  }
  ~TestAuthority() {
    X509_free(certificate_);
    EVP_PKEY_free(key_);
  }
  TestAuthority(const TestAuthority&) = delete;
  TestAuthority& operator=(const TestAuthority&) = delete;

  std::string pem() const { return Pem(certificate_); }
  // `names` as in "IP:127.0.0.1" or "DNS:localhost".
  Identity Issue(const std::string& common_name, const std::string& names) {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = Make(common_name, key, "subjectAltName", names);
    Identity identity{Pem(certificate), Pem(key)};
    X509_free(certificate);
    EVP_PKEY_free(key);
    return identity;
  }

 private:
  X509* Make(const std::string& common_name, EVP_PKEY* key,
             const std::string& extension, const std::string& value) {
    X509* one = X509_new();
    X509_set_version(one, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(one), ++serial_);
    X509_gmtime_adj(X509_getm_notBefore(one), -3600);
    X509_gmtime_adj(X509_getm_notAfter(one), 3600);
    X509_set_pubkey(one, key);
    X509_NAME_add_entry_by_txt(
        X509_get_subject_name(one), "CN", MBSTRING_ASC,
        reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1, 0);
    X509* issuer = certificate_ == nullptr ? one : certificate_;
    X509_set_issuer_name(one, X509_get_subject_name(issuer));
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, one, nullptr, nullptr, 0);
    X509_EXTENSION* more =
        X509V3_EXT_conf(nullptr, &context, extension.c_str(), value.c_str());
    X509_add_ext(one, more, -1);
    X509_EXTENSION_free(more);
    X509_sign(one, key_, EVP_sha256());
    return one;
  }
  static std::string Text(BIO* bio) {
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(bio, &bytes);  // NOLINT
    std::string text(bytes, static_cast<std::size_t>(size));
    BIO_free(bio);
    return text;
  }
  static std::string Pem(X509* one) {
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(bio, one);
    return Text(bio);
  }
  static std::string Pem(EVP_PKEY* key) {
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
    return Text(bio);
  }

  EVP_PKEY* key_;
  X509* certificate_ = nullptr;
  long serial_ = 0;  // NOLINT
};

}  // namespace prewarm
