#include "warmup-controller/staging/stage_plan.h"

#include <algorithm>
#include <set>

#include "common/store/state_paths.h"

namespace prewarm {
namespace {

std::string FolderOf(const Manifest& manifest) {
  return "models/" + manifest.name + "/" + manifest.digest;
}

FileCopy WeightsOf(const Manifest& manifest) {
  return {kWeightsFile, manifest.bytes, std::nullopt, manifest.digest};
}

// Its state file first: who finds the checksums finds all of it.
FolderCopy CopyOf(const ListedState& state) {
  return {"state/" + state.key,
          true,
          {{kStateFile, state.checksums.bytes, state.checksums, ""},
           {kBlocksFile, 0, std::nullopt, ""}}};
}

const ListedModel* NewestOf(const StoreListing& listing,
                            const std::string& name) {
  for (const ListedModel& model : listing.models) {
    if (model.newest && model.stored.manifest.name == name) return &model;
  }
  return nullptr;
}

const ListedModel* WithDigest(const StoreListing& listing,
                              const Manifest& manifest) {
  for (const ListedModel& model : listing.models) {
    if (model.stored.manifest.name == manifest.name &&
        model.stored.manifest.digest == manifest.digest) {
      return &model;
    }
  }
  return nullptr;
}

// The newest first.
std::vector<const ListedState*> StatesOf(const StoreListing& listing,
                                         const std::string& digest, int most) {
  std::vector<const ListedState*> states;
  for (const ListedState& state : listing.states) {
    if (state.weights_digest == digest) states.push_back(&state);
  }
  std::sort(states.begin(), states.end(),
            [](const ListedState* a, const ListedState* b) {
              return a->used != b->used ? a->used > b->used : a->key < b->key;
            });
  if (states.size() > static_cast<std::size_t>(most)) {
    states.resize(static_cast<std::size_t>(most));
  }
  return states;
}

std::set<std::string> Keys(const StoreListing& listing) {
  std::set<std::string> keys;
  for (const ListedState& state : listing.states) keys.insert(state.key);
  return keys;
}

std::vector<std::string> Names(const StoreListing& listing) {
  std::set<std::string> names;
  for (const ListedModel& model : listing.models) {
    names.insert(model.stored.manifest.name);
  }
  return {names.begin(), names.end()};
}

Error NoModel(const StoreListing& source, const std::string& name) {
  std::string there;
  for (const std::string& one : Names(source)) {
    there.append(there.empty() ? "" : ", ").append(one);
  }
  if (there.empty()) {
    there = "none (it is the folder with models/ in it)";
  }
  std::string what = name.empty() ? "no models" : "no model \"" + name + "\"";
  std::string damage;
  for (const std::string& one : source.damaged_models) {
    damage.append("; ").append(one);
  }
  return MakeError(ErrorCode::kNotFound,
                   "the shared store has " + what + "; it has: " + there +
                       ". Import it there: prewarm-model import" + damage,
                   "--from");
}

Status PlanModel(const ListedModel& model, const StoreListing& source,
                 const StoreListing& local, const StageWish& wish,
                 StagePlan* plan) {
  const Manifest& manifest = model.stored.manifest;
  const auto states = StatesOf(source, manifest.digest, wish.states);
  const auto there = Keys(local);
  const bool has_state =
      !states.empty() ||
      std::any_of(local.states.begin(), local.states.end(),
                  [&](const ListedState& state) {
                    return state.weights_digest == manifest.digest;
                  });
  for (const ListedState* state : states) {
    if (there.count(state->key) == 0) plan->needed.push_back(CopyOf(*state));
  }
  const ListedModel* const mine = WithDigest(local, manifest);
  FolderCopy folder{FolderOf(manifest), mine == nullptr, {}};
  if (mine == nullptr) {
    folder.files = {
        {kReferenceFile, 0, std::nullopt, manifest.reference_sha256},
        {kManifestFile, 0, std::nullopt, ""}};
  }
  const bool lacks_weights = mine == nullptr || !mine->has_weights;
  if (lacks_weights && !model.has_weights && !has_state) {
    return MakeError(ErrorCode::kCorrupt,
                     model.stored.weights_path +
                         " is missing or has another size than its manifest "
                         "says; import the model again",
                     "--from");
  }
  if (lacks_weights && model.has_weights && !has_state) {
    folder.files.insert(folder.files.begin(), WeightsOf(manifest));
  }
  if (!folder.files.empty()) plan->needed.push_back(folder);
  if (lacks_weights && model.has_weights && has_state) {
    plan->later.push_back({folder.folder, false, {WeightsOf(manifest)}});
  }
  return Ok{};
}

}  // namespace

Result<StagePlan> PlanStaging(const StoreListing& source,
                              const StoreListing& local,
                              const StageWish& wish) {
  StagePlan plan;
  const auto names = wish.models.empty() ? Names(source) : wish.models;
  if (names.empty()) return NoModel(source, "");
  for (const std::string& name : names) {
    const ListedModel* const model = NewestOf(source, name);
    if (model == nullptr) return NoModel(source, name);
    PREWARM_RETURN_IF_ERROR(PlanModel(*model, source, local, wish, &plan));
  }
  FolderCopy history{"history", false, {}};
  for (const auto& [name, bytes] : source.history) {
    if (local.history.count(name) == 0 && bytes > 0) {
      history.files.push_back({name, bytes, std::nullopt, ""});
    }
  }
  if (!history.files.empty()) plan.needed.push_back(history);
  return plan;
}

std::vector<FolderCopy> PlanPublishing(const StoreListing& local,
                                       const StoreListing& source) {
  std::set<std::string> digests;
  for (const ListedModel& model : source.models) {
    digests.insert(model.stored.manifest.digest);
  }
  const auto there = Keys(source);
  std::vector<FolderCopy> copies;
  for (const ListedState& state : local.states) {
    if (there.count(state.key) == 0 && digests.count(state.weights_digest)) {
      copies.push_back(CopyOf(state));
    }
  }
  return copies;
}

}  // namespace prewarm
