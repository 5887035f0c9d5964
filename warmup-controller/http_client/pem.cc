#include "warmup-controller/http_client/pem.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <climits>

namespace prewarm {
namespace {

struct FreeBio {
  void operator()(BIO* one) const { BIO_free(one); }
};
using BioPtr = std::unique_ptr<BIO, FreeBio>;

BioPtr Reader(const std::string& text) {
  if (text.size() > INT_MAX) return nullptr;
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

int NoPassword(char*, int, int, void*) { return -1; }

}  // namespace

std::vector<CertificatePtr> ReadCertificates(const std::string& pem) {
  std::vector<CertificatePtr> all;
  const BioPtr reader = Reader(pem);
  if (reader == nullptr) return all;
  while (CertificatePtr one{
      PEM_read_bio_X509(reader.get(), nullptr, NoPassword, nullptr)}) {
    all.push_back(std::move(one));
  }
  // The end of the text is an error too, of this reason alone.
  const unsigned long last = ERR_peek_last_error();  // NOLINT
  ERR_clear_error();
  if (ERR_GET_REASON(last) != PEM_R_NO_START_LINE) all.clear();
  return all;
}

KeyPtr ReadKey(const std::string& pem) {
  const BioPtr reader = Reader(pem);
  if (reader == nullptr) return nullptr;
  KeyPtr key(
      PEM_read_bio_PrivateKey(reader.get(), nullptr, NoPassword, nullptr));
  ERR_clear_error();
  return key;
}

}  // namespace prewarm
