#include "inference-server/store/state_store.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "common/base/sha256.h"
#include "inference-server/store/state_paths.h"

namespace prewarm {
namespace {

std::map<std::string, std::string> Fields(const StateKey& key) {
  return {{"model", key.model},
          {"weights_digest", key.weights_digest},
          {"engine_build", key.engine_build},
          {"precision", key.precision},
          {"layout", key.layout},
          {"device_class", key.device_class}};
}

Error Damaged(const std::string& path, const std::string& what) {
  return MakeError(ErrorCode::kCorrupt, path + ": " + what, "store");
}

}  // namespace

std::string StateKey::Hex() const {
  return Sha256Hex(
      nlohmann::json(Fields(*this))
          .dump(-1, ' ', true, nlohmann::json::error_handler_t::replace));
}

const std::map<std::string, TensorView>& PreparedState::tensors() const {
  return tensors_->tensors();
}

const std::map<std::string, std::string>& PreparedState::metadata() const {
  return tensors_->metadata();
}

std::size_t PreparedState::bytes() const { return file_->size(); }

bool PreparedState::intact() const { return file_->intact(); }

void PreparedState::Prefetch() const { file_->Prefetch(); }

Status PreparedState::Verify(int part, int parts) const {
  const std::size_t blocks = checksums_.sums.size();
  const auto bound = [&](int n) {
    return blocks * static_cast<std::size_t>(n) /
           static_cast<std::size_t>(parts);
  };
  return CompareBlocks(file_->data(), file_->size(), checksums_, bound(part),
                       bound(part + 1));
}

StateStore::StateStore(std::string root, Env* env)
    : root_(std::move(root)), env_(env) {}

Result<std::shared_ptr<const PreparedState>> StateStore::Load(
    const std::string& key) const {
  const std::string folder = StatePaths(root_).State(key);
  const std::string path = folder + "/" + kStateFile;
  auto state = std::shared_ptr<PreparedState>(new PreparedState);
  PREWARM_ASSIGN_OR_RETURN(state->file_, env_->Map(path));
  auto text = env_->Read(folder + "/" + kBlocksFile, kMaxBlocksFile);
  if (!text.ok() && text.error().code == ErrorCode::kNotFound) {
    return Damaged(folder, "has no checksums");
  }
  PREWARM_RETURN_IF_ERROR(text);
  PREWARM_ASSIGN_OR_RETURN(state->checksums_, ParseChecksums(text.value()));
  // The first block alone: it holds the header, which is parsed next.
  const MappedFile& file = *state->file_;
  PREWARM_RETURN_IF_ERROR(
      CompareBlocks(file.data(), file.size(), state->checksums_, 0, 1));
  PREWARM_ASSIGN_OR_RETURN(state->tensors_,
                           SafetensorsFile::Parse(file.data(), file.size()));
  if (!file.intact()) return Damaged(path, "was cut short while it was read");
  return std::shared_ptr<const PreparedState>(std::move(state));
}

Result<std::shared_ptr<const PreparedState>> StateStore::Open(
    const StateKey& key, Loaded loaded) const {
  const std::string name = key.Hex();
  Result<std::shared_ptr<const PreparedState>> state = std::move(loaded.state);
  if (loaded.key != name) state = Load(name);
  if (state.ok()) {
    for (const auto& [field, value] : Fields(key)) {
      const auto& metadata = state.value()->metadata();
      const auto it = metadata.find(field);
      if (it == metadata.end() || it->second != value) {
        state =
            Damaged(StatePaths(root_).State(name), "is of another " + field);
        break;
      }
    }
  }
  if (state.ok()) {
    // For Prune; a read-only volume has nobody who prunes.
    static_cast<void>(
        env_->Touch(StatePaths(root_).State(name) + "/" + kBlocksFile));
  } else if (state.error().code == ErrorCode::kCorrupt) {
    static_cast<void>(Quarantine(name, state.error().message));
  }
  return state;
}

Status StateStore::Publish(
    const StateKey& key, const std::map<std::string, TensorView>& tensors,
    const std::map<std::string, std::string>& metadata) const {
  const StatePaths paths(root_);
  const std::string final = paths.State(key.Hex());
  PREWARM_RETURN_IF_ERROR(env_->MakeFolders(paths.States()));
  PREWARM_RETURN_IF_ERROR(env_->MakeFolders(paths.Temporary()));
  PREWARM_ASSIGN_OR_RETURN(const std::string temp,
                           env_->MakeTempFolder(paths.Temporary(), "state-"));
  std::map<std::string, std::string> all = Fields(key);
  all.insert(metadata.begin(), metadata.end());
  const auto write = [&]() -> Status {
    const SafetensorsImage image = MakeSafetensors(tensors, all);
    PREWARM_RETURN_IF_ERROR(
        env_->WriteNew(temp + "/" + kStateFile, image.pieces));
    const std::string sums = FormatChecksums(ChecksumBlocks(image.pieces));
    PREWARM_RETURN_IF_ERROR(
        env_->WriteNew(temp + "/" + kBlocksFile, {{sums.data(), sums.size()}}));
    PREWARM_RETURN_IF_ERROR(env_->SyncFolder(temp));
    PREWARM_RETURN_IF_ERROR(env_->MakeReadable(temp));
    // False: another was first, and what it has is the same.
    PREWARM_RETURN_IF_ERROR(env_->RenameNew(temp, final));
    return env_->SyncFolder(paths.States());
  };
  Status written = write();
  static_cast<void>(env_->Remove(temp));  // unless it was renamed
  return written;
}

Result<std::unique_ptr<FileLock>> StateStore::TryBuild(
    const StateKey& key) const {
  const StatePaths paths(root_);
  PREWARM_RETURN_IF_ERROR(env_->MakeFolders(paths.Locks()));
  return env_->TryLock(paths.Locks() + "/" + key.Hex());
}

Status StateStore::Verify(const std::string& key) const {
  PREWARM_ASSIGN_OR_RETURN(const auto state, Load(key));
  PREWARM_RETURN_IF_ERROR(state->Verify());
  if (!state->intact()) {
    return Damaged(StatePaths(root_).State(key), "was cut short");
  }
  return Ok{};
}

}  // namespace prewarm
