// Files that are read and written piece by piece, at several places at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "common/base/result.h"

namespace prewarm {

// A regular file with a descriptor of its own: on network volumes each reads
// ahead for itself, so that several streams are faster than one. One thread.
class FileReader {
 public:
  virtual ~FileReader() = default;
  virtual std::uint64_t size() const = 0;  // when it was opened
  // All of them, or an error; kCorrupt where the file ends before.
  virtual Status Read(std::uint64_t offset, void* to, std::size_t bytes) = 0;
};

// Thread-safe for ranges that do not overlap.
class FileWriter {
 public:
  virtual ~FileWriter() = default;
  virtual Status Write(std::uint64_t offset, const void* from,
                       std::size_t bytes) = 0;
  virtual Status Sync() = 0;
};

// Errors as those of Env.
Result<std::unique_ptr<FileReader>> OpenToRead(const std::string& path);
// `path` must not exist. Room for `bytes` is taken where the file system can.
Result<std::unique_ptr<FileWriter>> CreateToWrite(const std::string& path,
                                                  std::uint64_t bytes);

}  // namespace prewarm
