// How states leave the store: by damage, or unused.
#include <unistd.h>

#include <algorithm>
#include <ctime>

#include "inference-server/store/state_paths.h"
#include "inference-server/store/state_store.h"

namespace prewarm {
namespace {

constexpr std::size_t kQuarantined = 3;
constexpr std::size_t kTried = 3;  // states whose weights are looked up

bool IsKey(const std::string& name) {
  return name.size() == 64 &&
         name.find_first_not_of("0123456789abcdef") == std::string::npos;
}

Result<std::vector<FolderEntry>> ListIfThere(Env* env,
                                             const std::string& path) {
  auto entries = env->List(path);
  if (!entries.ok() && entries.error().code == ErrorCode::kNotFound) {
    return std::vector<FolderEntry>();
  }
  return entries;
}

}  // namespace

Status StateStore::Quarantine(const std::string& key,
                              const std::string& reason) const {
  const StatePaths paths(root_);
  PREWARM_RETURN_IF_ERROR(env_->MakeFolders(paths.Quarantine()));
  const std::string to = paths.Quarantine() + "/" + key + "-" +
                         std::to_string(std::time(nullptr)) + "-" +
                         std::to_string(getpid());
  const auto moved = env_->RenameNew(paths.State(key), to);
  if (!moved.ok() && moved.error().code == ErrorCode::kNotFound) return Ok{};
  PREWARM_RETURN_IF_ERROR(moved);
  // False: this process moved one of the same name within this second.
  if (!*moved) return env_->Remove(paths.State(key));
  static_cast<void>(
      env_->WriteNew(to + "/reason", {{reason.data(), reason.size()}}));
  static_cast<void>(env_->Touch(to));
  PREWARM_ASSIGN_OR_RETURN(auto kept, env_->List(paths.Quarantine()));
  std::sort(kept.begin(), kept.end(),
            [](const FolderEntry& a, const FolderEntry& b) {
              return a.modified > b.modified;
            });
  for (std::size_t i = kQuarantined; i < kept.size(); ++i) {
    PREWARM_RETURN_IF_ERROR(
        env_->Remove(paths.Quarantine() + "/" + kept[i].name));
  }
  return Ok{};
}

Result<std::vector<StateInfo>> StateStore::ListKeys() const {
  const StatePaths paths(root_);
  PREWARM_ASSIGN_OR_RETURN(const auto folders,
                           ListIfThere(env_, paths.States()));
  std::vector<StateInfo> states;
  for (const FolderEntry& folder : folders) {
    if (!folder.is_folder || !IsKey(folder.name)) continue;
    StateInfo info;
    info.key = folder.name;
    info.used = folder.modified;
    const auto files = env_->List(paths.State(folder.name));
    for (const FolderEntry& file :
         files.ok() ? files.value() : std::vector<FolderEntry>()) {
      if (file.name == kBlocksFile) info.used = file.modified;
    }
    states.push_back(std::move(info));
  }
  return states;
}

Result<std::vector<StateInfo>> StateStore::List() const {
  PREWARM_ASSIGN_OR_RETURN(auto states, ListKeys());
  for (StateInfo& info : states) {
    const auto state = Load(info.key);
    if (!state.ok()) continue;
    info.bytes = state.value()->bytes();
    info.metadata = state.value()->metadata();
  }
  return states;
}

Result<StateStore::Loaded> StateStore::LoadLatest(
    const std::string& weights_digest) const {
  PREWARM_ASSIGN_OR_RETURN(auto states, ListKeys());
  std::sort(
      states.begin(), states.end(),
      [](const StateInfo& a, const StateInfo& b) { return a.used > b.used; });
  if (states.size() > kTried) states.resize(kTried);
  for (const StateInfo& info : states) {
    auto state = Load(info.key);
    if (!state.ok()) continue;  // Open says why
    const auto& metadata = state.value()->metadata();
    const auto digest = metadata.find("weights_digest");
    if (digest != metadata.end() && digest->second == weights_digest) {
      return Loaded{info.key, std::move(state).value()};
    }
  }
  return MakeError(ErrorCode::kNotFound, "no state of these weights", "store");
}

Result<StateStore::Pruned> StateStore::Prune(
    const std::vector<std::string>& digests,
    std::chrono::system_clock::duration grace,
    std::chrono::system_clock::time_point now) const {
  const StatePaths paths(root_);
  Pruned pruned;
  PREWARM_ASSIGN_OR_RETURN(const auto states, List());
  for (const StateInfo& state : states) {
    const auto digest = state.metadata.find("weights_digest");
    const bool wanted = digest != state.metadata.end() &&
                        std::find(digests.begin(), digests.end(),
                                  digest->second) != digests.end();
    // One just published may be of weights that are just being imported.
    const bool fresh = now - state.used < grace;
    if (fresh && (wanted || state.metadata.empty())) continue;
    PREWARM_RETURN_IF_ERROR(env_->Remove(paths.State(state.key)));
    ++pruned.removed;
    pruned.bytes += state.bytes;
  }
  for (const std::string& folder : {paths.Temporary(), paths.Quarantine()}) {
    PREWARM_ASSIGN_OR_RETURN(const auto entries, ListIfThere(env_, folder));
    for (const FolderEntry& entry : entries) {
      if (now - entry.modified < grace) continue;
      PREWARM_RETURN_IF_ERROR(env_->Remove(folder + "/" + entry.name));
      ++pruned.removed;
    }
  }
  return pruned;
}

}  // namespace prewarm
