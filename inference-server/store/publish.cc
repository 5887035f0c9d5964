// How a model gets into the store: everything is written and synced in a
// folder of its own, then that folder is renamed to a name that never existed.
#include <unistd.h>

#include <ctime>

#include "inference-server/store/manifest.h"
#include "inference-server/store/model_store.h"

namespace prewarm {

Result<std::string> ModelStore::MakeTempDir() const {
  const std::string parent = root_ + "/tmp";
  PREWARM_RETURN_IF_ERROR(env_->MakeFolders(parent));
  return env_->MakeTempFolder(parent, "import-");
}

Status ModelStore::Move(const std::string& folder, const std::string& digest,
                        const std::string& family) const {
  const std::string final = family + "/" + digest;
  PREWARM_ASSIGN_OR_RETURN(bool moved, env_->RenameNew(folder, final));
  if (!moved) {
    const auto there = Read(final);
    if (there.ok()) return Ok{};  // another was first: the same
    if (there.error().code != ErrorCode::kCorrupt) return there.error();
    const std::string quarantine = root_ + "/quarantine";
    PREWARM_RETURN_IF_ERROR(env_->MakeFolders(quarantine));
    PREWARM_RETURN_IF_ERROR(
        env_->RenameNew(final, quarantine + "/" + digest + "-" +
                                   std::to_string(std::time(nullptr)) + "-" +
                                   std::to_string(getpid())));
    PREWARM_RETURN_IF_ERROR(env_->RenameNew(folder, final));
  }
  return env_->SyncFolder(family);
}

Result<StoredModel> ModelStore::Publish(const Manifest& manifest,
                                        const std::string& folder) const {
  if (!IsModelName(manifest.name)) {
    return MakeError(ErrorCode::kInvalidArgument,
                     "\"" + manifest.name + "\" is not a model's name", "name");
  }
  const std::string family = root_ + "/models/" + manifest.name;
  const std::string text = FormatManifest(manifest);
  const auto publish = [&]() -> Status {
    PREWARM_RETURN_IF_ERROR(env_->MakeFolders(family));
    PREWARM_RETURN_IF_ERROR(env_->WriteNew(folder + "/" + kManifestFile,
                                           {{text.data(), text.size()}}));
    PREWARM_RETURN_IF_ERROR(env_->SyncFolder(folder));
    PREWARM_RETURN_IF_ERROR(env_->MakeReadable(folder));
    return Move(folder, manifest.digest, family);
  };
  const Status published = publish();
  static_cast<void>(env_->Remove(folder));  // unless it was renamed
  PREWARM_RETURN_IF_ERROR(published);
  return Read(family + "/" + manifest.digest);
}

}  // namespace prewarm
