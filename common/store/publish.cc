// How a model gets into the store: everything is written and synced in a
// folder of its own, then that folder is renamed to a name that never existed.
#include "common/store/manifest.h"
#include "common/store/model_store.h"
#include "common/store/quarantine.h"

namespace prewarm {

Result<std::string> ModelStore::MakeTempDir() const {
  const std::string parent = root_ + "/tmp";
  PREWARM_RETURN_IF_ERROR(env_->MakeFolders(parent));
  return env_->MakeTempFolder(parent, "import-");
}

Status ModelStore::VerifyThere(const std::string& folder) const {
  PREWARM_ASSIGN_OR_RETURN(const StoredModel there, Read(folder));
  return Verify(there);
}

Status ModelStore::Move(const std::string& folder, const std::string& digest,
                        const std::string& family) const {
  const std::string final = family + "/" + digest;
  PREWARM_ASSIGN_OR_RETURN(bool moved, env_->RenameNew(folder, final));
  if (!moved) {
    const auto seen = env_->Identify(final);
    Status whole = VerifyThere(final);
    if (whole.ok()) return Ok{};  // another was first: the same
    if (whole.error().code != ErrorCode::kCorrupt &&
        whole.error().code != ErrorCode::kNotFound) {
      return whole;
    }
    if (seen.ok()) {
      PREWARM_RETURN_IF_ERROR(MoveToQuarantine(
          env_, root_, final, digest, whole.error().message, seen.value()));
    }
    PREWARM_ASSIGN_OR_RETURN(moved, env_->RenameNew(folder, final));
    // By an import of the same weights that came between; else what is damaged
    // could not be moved.
    if (!moved) return VerifyThere(final);
  }
  PREWARM_RETURN_IF_ERROR(env_->SyncFolder(family));
  return env_->SyncFolder(root_ + "/models");  // the family may be new
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
