// How states leave the store: by damage, or unused.
#include <algorithm>
#include <set>

#include "common/store/quarantine.h"
#include "common/store/state_paths.h"
#include "common/store/state_store.h"

namespace prewarm {
namespace {

constexpr std::size_t kTried = 3;  // states whose weights are looked up
constexpr std::chrono::hours kAbandoned{24};

void SortByUse(std::vector<StateInfo>* states) {
  std::sort(
      states->begin(), states->end(),
      [](const StateInfo& a, const StateInfo& b) { return a.used > b.used; });
}

}  // namespace

Status StateStore::Quarantine(const std::string& key, const std::string& reason,
                              const std::optional<FileIdentity>& only) const {
  return MoveToQuarantine(env_, root_, StatePaths(root_).State(key), key,
                          reason, only);
}

Result<std::vector<StateInfo>> StateStore::ListKeys() const {
  const StatePaths paths(root_);
  PREWARM_ASSIGN_OR_RETURN(const auto folders,
                           ListIfThere(env_, paths.States()));
  std::vector<StateInfo> states;
  for (const FolderEntry& folder : folders) {
    if (!folder.is_folder || !IsStateKey(folder.name)) continue;
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
    std::optional<FileIdentity> seen;
    const auto state = Load(info.key, &seen);
    if (!state.ok()) continue;
    info.bytes = state.value()->bytes();
    info.metadata = state.value()->metadata();
  }
  return states;
}

Result<StateStore::Loaded> StateStore::LoadLatest(
    const std::string& weights_digest) const {
  PREWARM_ASSIGN_OR_RETURN(auto states, ListKeys());
  SortByUse(&states);
  if (states.size() > kTried) states.resize(kTried);
  for (const StateInfo& info : states) {
    std::optional<FileIdentity> seen;
    auto state = Load(info.key, &seen);
    if (!state.ok()) continue;  // Open says why
    const auto& metadata = state.value()->metadata();
    const auto digest = metadata.find("weights_digest");
    if (digest != metadata.end() && digest->second == weights_digest) {
      return Loaded{info.key, std::move(state).value()};
    }
  }
  return MakeError(ErrorCode::kNotFound, "no state of these weights", "store");
}

// In one step out of sight of readers, then in as many as it takes.
Status StateStore::RemoveState(const std::string& key) const {
  const StatePaths paths(root_);
  PREWARM_RETURN_IF_ERROR(env_->MakeFolders(paths.Temporary()));
  PREWARM_ASSIGN_OR_RETURN(
      const std::string temp,
      env_->MakeTempFolder(paths.Temporary(), kStatePrefix));
  const auto moved = env_->RenameNew(paths.State(key), temp + "/" + key);
  Status removed = env_->Remove(temp);
  if (!moved.ok() && moved.error().code != ErrorCode::kNotFound) {
    return moved.error();
  }
  return removed;
}

// What processes left that were killed while they published.
void StateStore::RemoveAbandoned() const {
  const std::string folder = StatePaths(root_).Temporary();
  const auto entries = ListIfThere(env_, folder);
  if (!entries.ok()) return;
  const auto now = std::chrono::system_clock::now();
  for (const FolderEntry& entry : *entries) {
    if (entry.name.rfind(kStatePrefix, 0) == 0 &&
        now - entry.modified > kAbandoned) {
      static_cast<void>(env_->Remove(folder + "/" + entry.name));
    }
  }
}

Result<StateStore::Pruned> StateStore::Prune(
    const std::vector<std::string>& digests,
    std::chrono::system_clock::duration grace,
    std::chrono::system_clock::time_point now) const {
  const StatePaths paths(root_);
  Pruned pruned;
  PREWARM_ASSIGN_OR_RETURN(auto states, List());
  SortByUse(&states);
  std::set<std::string> kept;  // weights whose last used state was seen
  for (const StateInfo& state : states) {
    const auto digest = state.metadata.find("weights_digest");
    const bool wanted = digest != state.metadata.end() &&
                        std::find(digests.begin(), digests.end(),
                                  digest->second) != digests.end();
    // One just published may be of weights that are just being imported.
    const bool fresh = now - state.used < grace;
    if (fresh && (wanted || state.metadata.empty())) {
      if (wanted) kept.insert(digest->second);
      continue;
    }
    if (wanted && kept.insert(digest->second).second) continue;
    PREWARM_RETURN_IF_ERROR(RemoveState(state.key));
    ++pruned.removed;
    pruned.bytes += state.bytes;
  }
  const std::string anything;
  for (const auto& [folder, prefix] :
       {std::pair(paths.Temporary(), anything),
        std::pair(paths.Quarantine(), anything),
        std::pair(paths.History(), std::string(kHistoryPrefix))}) {
    PREWARM_ASSIGN_OR_RETURN(const auto entries, ListIfThere(env_, folder));
    for (const FolderEntry& entry : entries) {
      if (entry.name.rfind(prefix, 0) != 0) continue;
      if (now - entry.modified < grace) continue;
      PREWARM_RETURN_IF_ERROR(env_->Remove(folder + "/" + entry.name));
      ++pruned.removed;
    }
  }
  return pruned;
}

}  // namespace prewarm
