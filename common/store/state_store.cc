#include "common/store/state_store.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "common/base/sha256.h"
#include "common/store/state_paths.h"

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

Status CheckFields(const StateKey& key, const PreparedState& state) {
  const auto& metadata = state.metadata();
  for (const auto& [field, value] : Fields(key)) {
    const auto it = metadata.find(field);
    if (it == metadata.end() || it->second != value) {
      return MakeError(
          ErrorCode::kCorrupt,
          "the prepared state " + key.Hex() + " is of another " + field,
          "store");
    }
  }
  return Ok{};
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
    const std::string& key, std::optional<FileIdentity>* seen) const {
  const std::string folder = StatePaths(root_).State(key);
  const std::string path = folder + "/" + kStateFile;
  // A folder without its files, or with others, is damage: only a folder that
  // is not there makes room for a new one.
  const auto damage = [](Error error) {
    if (error.code == ErrorCode::kNotFound ||
        error.code == ErrorCode::kTooLarge) {
      error.code = ErrorCode::kCorrupt;
    }
    return error;
  };
  auto state = std::shared_ptr<PreparedState>(new PreparedState);
  PREWARM_ASSIGN_OR_RETURN(state->identity_, env_->Identify(folder));
  *seen = state->identity_;
  const auto text = env_->Read(folder + "/" + kBlocksFile, kMaxBlocksFile);
  if (!text.ok()) return damage(text.error());
  PREWARM_ASSIGN_OR_RETURN(state->checksums_, ParseChecksums(text.value()));
  auto mapped = env_->Map(path, state->checksums_.bytes);
  if (!mapped.ok()) return damage(mapped.error());
  state->file_ = std::move(mapped).value();
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
  std::optional<FileIdentity> seen;
  if (loaded.key != name) {
    state = Load(name, &seen);
  } else {
    seen = (*state)->identity();
  }
  if (state.ok()) {
    const Status fits = CheckFields(key, **state);
    if (!fits.ok()) state = fits.error();
  }
  if (state.ok()) {
    // For Prune; a read-only volume has nobody who prunes.
    static_cast<void>(
        env_->Touch(StatePaths(root_).State(name) + "/" + kBlocksFile));
  } else if (state.error().code == ErrorCode::kCorrupt) {
    static_cast<void>(Quarantine(name, state.error().message, seen));
  }
  return state;
}

Status StateStore::TakePlace(const StateKey& key,
                             const std::string& temp) const {
  const std::string name = key.Hex();
  const std::string final = StatePaths(root_).State(name);
  PREWARM_ASSIGN_OR_RETURN(const bool first, env_->RenameNew(temp, final));
  if (first) return Ok{};
  std::optional<FileIdentity> seen;
  const auto check = [&]() -> Status {
    PREWARM_ASSIGN_OR_RETURN(const auto there, Load(name, &seen));
    PREWARM_RETURN_IF_ERROR(CheckFields(key, *there));
    return there->Verify();
  };
  Status whole = check();
  if (whole.ok()) return Ok{};  // another was first: the same
  if (whole.error().code == ErrorCode::kCorrupt) {
    PREWARM_RETURN_IF_ERROR(Quarantine(name, whole.error().message, seen));
  } else if (whole.error().code != ErrorCode::kNotFound) {
    return whole;
  }
  // False: yet another came between.
  PREWARM_RETURN_IF_ERROR(env_->RenameNew(temp, final));
  return Ok{};
}

Status StateStore::Publish(
    const StateKey& key, const std::map<std::string, TensorView>& tensors,
    const std::map<std::string, std::string>& metadata) const {
  const StatePaths paths(root_);
  RemoveAbandoned();
  PREWARM_RETURN_IF_ERROR(env_->MakeFolders(paths.States()));
  PREWARM_RETURN_IF_ERROR(env_->MakeFolders(paths.Temporary()));
  PREWARM_ASSIGN_OR_RETURN(
      const std::string temp,
      env_->MakeTempFolder(paths.Temporary(), kStatePrefix));
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
    PREWARM_RETURN_IF_ERROR(TakePlace(key, temp));
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
  std::optional<FileIdentity> seen;
  PREWARM_ASSIGN_OR_RETURN(const auto state, Load(key, &seen));
  PREWARM_RETURN_IF_ERROR(state->Verify());
  if (!state->intact()) {
    return Damaged(StatePaths(root_).State(key), "was cut short");
  }
  return Ok{};
}

}  // namespace prewarm
