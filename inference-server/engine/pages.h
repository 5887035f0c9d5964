// Zeroed memory straight from the kernel, in huge pages where it grants them:
// a tenth of the page faults of the first inference.
#pragma once

#include <cstddef>
#include <vector>

namespace prewarm {

class Pages {
 public:
  Pages() = default;
  // Throws std::bad_alloc. Memory is counted only once it is touched.
  explicit Pages(std::size_t bytes);
  ~Pages();
  Pages(Pages&& other) noexcept;
  Pages& operator=(Pages&& other) noexcept;

  char* data() const { return data_; }
  std::size_t bytes() const { return bytes_; }

 private:
  char* data_ = nullptr;
  std::size_t bytes_ = 0;
};

// Hands out pieces that live as long as itself, one after the other: hundreds
// of weights without a header, a hole or a page of their own.
class PiecePages {
 public:
  // Aligned to 64 bytes. Throws std::bad_alloc.
  void* Take(std::size_t bytes);
  std::size_t taken() const { return taken_; }

 private:
  std::vector<Pages> chunks_;
  std::size_t used_ = 0;  // of the last chunk
  std::size_t taken_ = 0;
};

}  // namespace prewarm
