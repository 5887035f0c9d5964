// What the store asks of a file system: the seam at which tests inject faults
// (leveldb's Env is the model). Paths are absolute or relative to the working
// directory; names are never interpreted. Thread-safe; nothing throws.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/store/file_streams.h"
#include "common/store/mapped_file.h"

namespace prewarm {

// Bytes that stay valid during the call.
struct Piece {
  const void* data = nullptr;
  std::size_t bytes = 0;
};

struct FolderEntry {
  std::string name;
  bool is_folder = false;  // a symbolic link is not one
  std::chrono::system_clock::time_point modified;
  std::uint64_t bytes = 0;  // of a file
};

// Of a file or folder: another one of the same name has another, as has a
// folder whose entries changed.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t modified_ns = 0;

  bool operator==(const FileIdentity& other) const {
    return device == other.device && inode == other.inode &&
           modified_ns == other.modified_ns;
  }
};

// Held until destroyed, or until the process dies. Advisory.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

// Errors: kNotFound (no such file), kForbidden (read-only volume or no
// permission), kResourceExhausted (volume full, quota, descriptors),
// kInternal (the rest, such as EIO); each message names the path and the
// system's reason.
class Env {
 public:
  virtual ~Env() = default;
  // The machine's file system; never destroyed.
  static Env* System();

  // kTooLarge for a file of more than `max_bytes`; regular files only.
  virtual Result<std::string> Read(const std::string& path,
                                   std::size_t max_bytes) = 0;
  // Creates `path`, which must not exist, and syncs it. What failed half-way
  // may be left behind: write into a temporary folder.
  virtual Status WriteNew(const std::string& path,
                          const std::vector<Piece>& pieces) = 0;
  // Adds at the end with a single write, creating the file; not synced.
  virtual Status Append(const std::string& path, const std::string& text) = 0;
  // Where a file system syncs no folders (EINVAL) that is no error.
  virtual Status SyncFolder(const std::string& path) = 0;
  virtual Status MakeFolders(const std::string& path) = 0;
  // A fresh folder of a unique name, mode 0700.
  virtual Result<std::string> MakeTempFolder(const std::string& parent,
                                             const std::string& prefix) = 0;
  virtual Status MakeReadable(const std::string& folder) = 0;  // mode 0755
  // False where `to` exists already, which then stays as it is.
  virtual Result<bool> RenameNew(const std::string& from,
                                 const std::string& to) = 0;
  // Replaces `to`, a file, in one step.
  virtual Status RenameOver(const std::string& from, const std::string& to) = 0;
  // Modified: now.
  virtual Status Touch(const std::string& path) = 0;
  // With all that is in it; what is not there is no error. Follows no links.
  virtual Status Remove(const std::string& path) = 0;
  // Sorted by name.
  virtual Result<std::vector<FolderEntry>> List(const std::string& path) = 0;
  // Whether Map copies what lies there first (memory_copy.h); false, too, where
  // nothing does.
  virtual bool MapCopies(const std::string& path) = 0;
  // Of the thing itself, not of what a symbolic link leads to.
  virtual Result<FileIdentity> Identify(const std::string& path) = 0;
  // Read-only; regular, not empty. See mapped_file.h.
  virtual Result<std::shared_ptr<const MappedFile>> Map(
      const std::string& path, std::uint64_t max_bytes) = 0;
  // See file_streams.h.
  virtual Result<std::unique_ptr<FileReader>> OpenToRead(
      const std::string& path) = 0;
  virtual Result<std::unique_ptr<FileWriter>> CreateToWrite(
      const std::string& path, std::uint64_t bytes) = 0;
  // Whether this lies on a file system in user space (FUSE), such as a mounted
  // bucket, where a folder is renamed file by file, or not at all.
  virtual bool RenamesByCopy(const std::string& path) = 0;
  // Null where another process (or FileLock) holds it. Creates the file.
  virtual Result<std::unique_ptr<FileLock>> TryLock(
      const std::string& path) = 0;
};

// Env::List; empty where the folder is not there.
Result<std::vector<FolderEntry>> ListIfThere(Env* env, const std::string& path);

}  // namespace prewarm
