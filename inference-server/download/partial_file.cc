#include "inference-server/download/partial_file.h"

#include <filesystem>

namespace prewarm::download {
namespace {

constexpr std::size_t kPiece = std::size_t{256} << 10;
constexpr std::size_t kMaxVersion = 4096;

}  // namespace

Result<PartialFile> PartialFile::Open(Env* env, const std::string& folder) {
  PartialFile file(env, folder);
  PREWARM_RETURN_IF_ERROR(env->MakeFolders(folder));
  PREWARM_ASSIGN_OR_RETURN(file.lock_, env->TryLock(folder + "/lock"));
  if (file.lock_ == nullptr) {
    return MakeError(ErrorCode::kUnavailable,
                     "another process is downloading the same file into " +
                         folder + "; wait for it",
                     "url");
  }
  auto version = env->Read(file.version_path_, kMaxVersion);
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(file.path_, error);
  // One without the other is of no use.
  if (version.ok() && !error) {
    file.version_ = std::move(*version);
    file.size_ = size;
  }
  return file;
}

// In this order: bytes never lie beside the version of others.
Status PartialFile::Restart(const std::string& version) {
  pending_.clear();
  size_ = 0;
  version_ = version.size() > kMaxVersion ? "" : version;
  PREWARM_RETURN_IF_ERROR(env_->Remove(path_));
  PREWARM_RETURN_IF_ERROR(env_->Remove(version_path_));
  PREWARM_RETURN_IF_ERROR(
      env_->WriteNew(version_path_, {{version_.data(), version_.size()}}));
  return env_->WriteNew(path_, {});
}

Status PartialFile::Append(std::string_view bytes) {
  pending_.append(bytes);
  size_ += bytes.size();
  return pending_.size() < kPiece ? Status(Ok{}) : Flush();
}

Status PartialFile::Flush() {
  if (pending_.empty()) return Ok{};
  const std::string piece = std::move(pending_);
  pending_.clear();
  Status written = env_->Append(path_, piece);
  if (!written.ok()) {
    // A full volume may have taken a part of it.
    std::error_code error;
    const std::uint64_t size = std::filesystem::file_size(path_, error);
    size_ = error ? 0 : size;
  }
  return written;
}

}  // namespace prewarm::download
