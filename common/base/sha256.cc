#include "common/base/sha256.h"

#include <openssl/evp.h>

#include <array>
#include <cstdio>
#include <memory>
#include <vector>

#include "common/base/hex.h"

namespace prewarm {
namespace {

struct ContextDeleter {
  void operator()(EVP_MD_CTX* c) const { EVP_MD_CTX_free(c); }
};
using Context = std::unique_ptr<EVP_MD_CTX, ContextDeleter>;

Context Start(const EVP_MD* digest = EVP_sha256()) {
  Context context(EVP_MD_CTX_new());
  EVP_DigestInit_ex(context.get(), digest, nullptr);
  return context;
}

std::string Finish(EVP_MD_CTX* context) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_DigestFinal_ex(context, digest.data(), &size);
  return ToHex(digest.data(), size);
}

}  // namespace

std::string Sha256Hex(std::string_view bytes) {
  Context context = Start();
  EVP_DigestUpdate(context.get(), bytes.data(), bytes.size());
  return Finish(context.get());
}

std::string Md5Hex(std::string_view bytes) {
  Context context = Start(EVP_md5());
  EVP_DigestUpdate(context.get(), bytes.data(), bytes.size());
  return Finish(context.get());
}

Result<std::string> Sha256File(const std::string& path) {
  // "e": not open in a child process.
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
      std::fopen(path.c_str(), "rbe"), std::fclose);
  if (file == nullptr) {
    return MakeError(ErrorCode::kNotFound, "can't open " + path, "path");
  }
  Context context = Start();
  std::vector<char> piece(1 << 20);
  while (const std::size_t n =
             std::fread(piece.data(), 1, piece.size(), file.get())) {
    EVP_DigestUpdate(context.get(), piece.data(), n);
  }
  if (std::ferror(file.get()) != 0) {
    return MakeError(ErrorCode::kInternal, "can't read " + path, "path");
  }
  return Finish(context.get());
}

}  // namespace prewarm
