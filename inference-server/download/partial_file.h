// The part of a download that is there already, and of what it is a part. It
// outlives the process: a later one goes on from there.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/store/env.h"

namespace prewarm::download {

// One at a time for a folder, across processes; one thread.
class PartialFile {
 public:
  // With what an earlier one left in `folder`, which is made. kUnavailable
  // while another process has it open.
  static Result<PartialFile> Open(Env* env, const std::string& folder);

  // Bytes that were given to Append, those of earlier processes included.
  std::uint64_t size() const { return size_; }
  // What Restart was given: the version of the file on the server.
  const std::string& version() const { return version_; }
  const std::string& path() const { return path_; }

  // Empty again.
  Status Restart(const std::string& version);
  // Some are kept in memory until Flush.
  Status Append(std::string_view bytes);
  Status Flush();

 private:
  PartialFile(Env* env, const std::string& folder)
      : env_(env),
        path_(folder + "/data"),
        version_path_(folder + "/version") {}

  Env* env_;
  std::string path_;
  std::string version_path_;
  std::unique_ptr<FileLock> lock_;
  std::string version_;
  std::uint64_t size_ = 0;
  std::string pending_;
};

}  // namespace prewarm::download
