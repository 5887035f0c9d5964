#include "inference-server/engine/pages.h"

#include <sys/mman.h>

#include <algorithm>
#include <new>
#include <utility>

namespace prewarm {
namespace {

constexpr std::size_t kChunk = std::size_t{32} << 20;
constexpr std::size_t kAlignment = 64;

}  // namespace

Pages::Pages(std::size_t bytes) : bytes_(bytes) {
  void* at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) throw std::bad_alloc();
  data_ = static_cast<char*>(at);
  madvise(at, bytes, MADV_HUGEPAGE);  // a wish: small pages work as well
}

Pages::~Pages() {
  if (data_ != nullptr) munmap(data_, bytes_);
}

Pages::Pages(Pages&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      bytes_(std::exchange(other.bytes_, 0)) {}

Pages& Pages::operator=(Pages&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

void* PiecePages::Take(std::size_t bytes) {
  const std::size_t room = (std::max<std::size_t>(bytes, 1) + kAlignment - 1) /
                           kAlignment * kAlignment;
  if (chunks_.empty() || chunks_.back().bytes() - used_ < room) {
    chunks_.emplace_back(std::max(room, kChunk));
    used_ = 0;
  }
  void* piece = chunks_.back().data() + used_;
  used_ += room;
  taken_ += room;
  return piece;
}

}  // namespace prewarm
