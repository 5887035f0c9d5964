// A file mapped read-only, whose pages processes of a host share. A map fails
// late: reading what was cut off the file is SIGBUS, writing to it SIGSEGV.
// GuardMappings() turns both into a flag: the thread goes on with zeros (or a
// private copy of the page), and whoever used the bytes throws the result away
// when intact() has become false.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include "common/base/result.h"

namespace prewarm {

// Installs the process's handlers of SIGBUS and SIGSEGV, once; faults outside
// of a MappedFile, and signals that somebody sent, go to the handler that was
// there before. Call it in main
// before threads exist. Up to 64 maps are guarded at once.
void GuardMappings();

// Immutable, thread-safe, unmapped by the destructor.
class MappedFile {
 public:
  // A regular file that is not empty; errors as those of Env (env.h), kTooLarge
  // for one of more than `max_bytes`. One of a network volume is copied first,
  // see memory_copy.h.
  static Result<std::shared_ptr<const MappedFile>> Open(
      const std::string& path,
      std::uint64_t max_bytes = std::numeric_limits<std::uint64_t>::max());
  // Takes over a map of `size` > 0 bytes.
  MappedFile(void* data, std::size_t size);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  const std::uint8_t* data() const { return data_; }
  std::size_t size() const { return size_; }
  // False once a read or write hit a page that could not be had: everything
  // computed from the map since is worthless.
  bool intact() const;
  // Asks the kernel to read all of it soon; returns at once.
  void Prefetch() const;

 private:
  const std::uint8_t* const data_;
  const std::size_t size_;
  int slot_ = -1;  // in the guard's table; -1: table full, unguarded
};

}  // namespace prewarm
