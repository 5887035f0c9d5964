// How a model gets into the store: everything is written and synced in a
// folder of its own, then that folder is renamed to a name that never existed.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "inference-server/store/manifest.h"
#include "inference-server/store/model_store.h"

namespace prewarm {
namespace {

namespace fs = std::filesystem;

Error Failed(const std::string& what, const std::string& path) {
  return MakeError(
      ErrorCode::kInternal,
      "store: can't " + what + " " + path + ": " + std::strerror(errno),
      "store");
}

Status SyncDirectory(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return Failed("open", path);
  // Some network file systems sync no directories and say EINVAL.
  const bool ok = fsync(fd) == 0 || errno == EINVAL;
  close(fd);
  if (!ok) return Failed("sync", path);
  return Ok{};
}

Status WriteSynced(const std::string& path, const std::string& text) {
  const int fd =
      open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (fd < 0) return Failed("create", path);
  const bool ok = write(fd, text.data(), text.size()) ==
                      static_cast<ssize_t>(text.size()) &&
                  fsync(fd) == 0;
  close(fd);
  if (!ok) return Failed("write", path);
  return Ok{};
}

Status MakeDirectories(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) {
    errno = error.value();
    return Failed("create folder", path.string());
  }
  return Ok{};
}

}  // namespace

Result<std::string> ModelStore::MakeTempDir() const {
  const fs::path parent = fs::path(root_) / "tmp";
  PREWARM_RETURN_IF_ERROR(MakeDirectories(parent));
  std::string path = (parent / "import-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) return Failed("create", path);
  return path;
}

Result<StoredModel> ModelStore::Publish(const Manifest& manifest,
                                        const std::string& weights) const {
  if (!IsModelName(manifest.name)) {
    return MakeError(ErrorCode::kInvalidArgument,
                     "\"" + manifest.name + "\" is not a model's name", "name");
  }
  const fs::path family = fs::path(root_) / "models" / manifest.name;
  const fs::path final = family / manifest.digest;
  PREWARM_RETURN_IF_ERROR(MakeDirectories(family));
  PREWARM_ASSIGN_OR_RETURN(const std::string temp, MakeTempDir());

  Status status = Ok{};
  if (rename(weights.c_str(), (temp + "/weights.safetensors").c_str()) != 0) {
    status = Failed("move", weights);
  }
  if (status.ok()) {
    status = WriteSynced(temp + "/manifest.yaml", FormatManifest(manifest));
  }
  if (status.ok()) status = SyncDirectory(temp);
  if (status.ok() && chmod(temp.c_str(), 0755) != 0) {
    status = Failed("open for readers", temp);
  }
  if (status.ok() && rename(temp.c_str(), final.c_str()) != 0 &&
      errno != ENOTEMPTY && errno != EEXIST) {  // another was first: the same
    status = Failed("publish", final.string());
  }
  if (status.ok()) status = SyncDirectory(family.string());
  std::error_code ignored;
  fs::remove_all(temp, ignored);
  PREWARM_RETURN_IF_ERROR(status);
  return StoredModel{manifest, final.string(),
                     (final / "weights.safetensors").string()};
}

}  // namespace prewarm
