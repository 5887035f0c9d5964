#include "warmup-controller/staging/store_listing.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "common/store/safetensors.h"
#include "common/store/state_paths.h"

namespace prewarm {
namespace {

constexpr std::size_t kMostHistoryFiles = 100;

Result<std::uint64_t> SizeOf(const std::string& path, Env* env) {
  PREWARM_ASSIGN_OR_RETURN(const auto file, env->OpenToRead(path));
  return file->size();
}

Result<std::map<std::string, std::string>> ReadMetadata(const std::string& path,
                                                        std::uint64_t bytes,
                                                        Env* env) {
  PREWARM_ASSIGN_OR_RETURN(const auto file, env->OpenToRead(path));
  if (file->size() != bytes) {
    return MakeError(ErrorCode::kCorrupt,
                     path + " has " + std::to_string(file->size()) +
                         " bytes, not " + std::to_string(bytes));
  }
  std::array<std::uint8_t, kSafetensorsPrefix> prefix{};
  if (bytes >= prefix.size()) {
    PREWARM_RETURN_IF_ERROR(file->Read(0, prefix.data(), prefix.size()));
  }
  PREWARM_ASSIGN_OR_RETURN(const std::uint64_t length,
                           SafetensorsHeaderLength(prefix.data(), bytes));
  std::string header(length, '\0');
  PREWARM_RETURN_IF_ERROR(
      file->Read(prefix.size(), header.data(), header.size()));
  return SafetensorsMetadata(header);
}

Result<ListedState> ListState(const std::string& root, const std::string& key,
                              Env* env) {
  const std::string folder = StatePaths(root).State(key);
  ListedState state;
  state.key = key;
  PREWARM_ASSIGN_OR_RETURN(
      const std::string text,
      env->Read(folder + "/" + kBlocksFile, kMaxBlocksFile));
  PREWARM_ASSIGN_OR_RETURN(state.checksums, ParseChecksums(text));
  PREWARM_ASSIGN_OR_RETURN(
      const auto metadata,
      ReadMetadata(folder + "/" + kStateFile, state.checksums.bytes, env));
  const auto digest = metadata.find("weights_digest");
  if (digest == metadata.end()) {
    return MakeError(ErrorCode::kCorrupt, "it does not say of which weights");
  }
  state.weights_digest = digest->second;
  PREWARM_ASSIGN_OR_RETURN(const auto files, env->List(folder));
  for (const FolderEntry& file : files) {
    if (file.name == kBlocksFile) state.used = file.modified;
  }
  return state;
}

void ListModels(const std::string& root, Env* env, StoreListing* listing) {
  const ModelStore store(root, env);
  ModelStore::Listing found = store.List();
  std::set<std::string> newest;
  for (StoredModel& model : found.models) {
    if (newest.count(model.manifest.name) == 0) {
      const auto first = store.Find(model.manifest.name);
      newest.insert(model.manifest.name);
      if (first.ok()) newest.insert(first->directory);
    }
    const auto size = SizeOf(model.weights_path, env);
    const bool whole = size.ok() && *size == model.manifest.bytes;
    const bool is_newest = newest.count(model.directory) != 0;
    listing->models.push_back({std::move(model), is_newest, whole});
  }
  for (const Error& damaged : found.damaged) {
    listing->damaged_models.push_back(damaged.message);
  }
}

}  // namespace

Result<StoreListing> ListStore(const std::string& root, Env* env) {
  const StatePaths paths(root);
  StoreListing listing;
  ListModels(root, env, &listing);
  PREWARM_ASSIGN_OR_RETURN(const auto states, ListIfThere(env, paths.States()));
  for (const FolderEntry& entry : states) {
    if (!entry.is_folder || !IsStateKey(entry.name)) continue;
    auto state = ListState(root, entry.name, env);
    if (state.ok()) {
      listing.states.push_back(std::move(state).value());
    } else {
      listing.damaged_states[entry.name] = state.error().message;
    }
  }
  PREWARM_ASSIGN_OR_RETURN(const auto records,
                           ListIfThere(env, paths.History()));
  for (const FolderEntry& entry : records) {
    if (entry.is_folder || entry.name.rfind(kHistoryPrefix, 0) == 0 ||
        listing.history.size() >= kMostHistoryFiles) {
      continue;
    }
    const auto size = SizeOf(paths.History() + "/" + entry.name, env);
    if (size.ok() && *size <= kMaxHistoryFile) {
      listing.history[entry.name] = *size;
    }
  }
  return listing;
}

}  // namespace prewarm
