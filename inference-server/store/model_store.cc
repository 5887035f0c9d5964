#include "inference-server/store/model_store.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "common/base/sha256.h"
#include "inference-server/store/manifest.h"

namespace prewarm {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxManifest = std::size_t{64} << 10;

std::vector<fs::path> Folders(const fs::path& parent) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator it(parent, error), end; !error && it != end;
       it.increment(error)) {
    if (it->is_directory(error)) found.push_back(it->path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

Result<StoredModel> ReadModel(Env* env, const fs::path& folder) {
  const std::string path = (folder / kManifestFile).string();
  const auto text = env->Read(path, kMaxManifest);
  if (!text.ok()) {
    return MakeError(ErrorCode::kCorrupt,
                     folder.string() + " has no readable manifest.yaml: " +
                         text.error().message);
  }
  StoredModel model;
  PREWARM_ASSIGN_OR_RETURN(model.manifest, ParseManifest(*text, path));
  if (model.manifest.name != folder.parent_path().filename()) {
    return MakeError(ErrorCode::kCorrupt,
                     path + ": name does not match its folder", "name");
  }
  if (model.manifest.digest != folder.filename()) {
    return MakeError(ErrorCode::kCorrupt,
                     path + ": digest does not match the folder's name",
                     "digest");
  }
  model.directory = folder.string();
  model.weights_path = (folder / kWeightsFile).string();
  model.reference_path = (folder / kReferenceFile).string();
  return model;
}

}  // namespace

Result<StoredModel> ModelStore::Read(const std::string& folder) const {
  return ReadModel(env_, folder);
}

Result<std::vector<StoredModel>> ModelStore::List() const {
  std::vector<StoredModel> models;
  for (const fs::path& name : Folders(fs::path(root_) / "models")) {
    for (const fs::path& folder : Folders(name)) {
      PREWARM_ASSIGN_OR_RETURN(auto model, ReadModel(env_, folder));
      models.push_back(std::move(model));
    }
  }
  return models;
}

Result<StoredModel> ModelStore::Find(const std::string& name) const {
  if (!IsModelName(name)) {
    return MakeError(ErrorCode::kInvalidArgument,
                     "\"" + name + "\" is not a model's name", "model");
  }
  const fs::path models = fs::path(root_) / "models";
  std::optional<StoredModel> newest;
  std::optional<Error> damaged;
  for (const fs::path& folder : Folders(models / name)) {
    auto model = ReadModel(env_, folder);
    if (!model.ok()) {
      damaged = model.error();
    } else if (!newest ||
               newest->manifest.imported_at < model->manifest.imported_at) {
      newest = std::move(model).value();
    }
  }
  if (newest) return *newest;
  if (damaged) return *damaged;
  std::string others;
  for (const fs::path& other : Folders(models)) {
    others.append(others.empty() ? "" : ", ").append(other.filename());
  }
  return MakeError(ErrorCode::kNotFound,
                   "the store " + root_ + " has no model \"" + name +
                       "\"; it has: " + (others.empty() ? "none" : others) +
                       ". Import one with: prewarm-model import",
                   "model");
}

Status ModelStore::VerifyWeights(const StoredModel& model) const {
  std::error_code error;
  const auto size = fs::file_size(model.weights_path, error);
  if (error || size != model.manifest.bytes) {
    return MakeError(ErrorCode::kCorrupt,
                     model.weights_path + ": size is not the manifest's " +
                         std::to_string(model.manifest.bytes) + " bytes");
  }
  PREWARM_ASSIGN_OR_RETURN(const std::string digest,
                           Sha256File(model.weights_path));
  if (digest != model.manifest.digest) {
    return MakeError(ErrorCode::kCorrupt, model.weights_path + ": sha256 is " +
                                              digest + ", the manifest says " +
                                              model.manifest.digest);
  }
  return Ok{};
}

Status ModelStore::Verify(const StoredModel& model) const {
  PREWARM_RETURN_IF_ERROR(VerifyWeights(model));
  PREWARM_ASSIGN_OR_RETURN(const std::string digest,
                           Sha256File(model.reference_path));
  if (digest != model.manifest.reference_sha256) {
    return MakeError(ErrorCode::kCorrupt, model.reference_path +
                                              ": sha256 is " + digest +
                                              ", the manifest says " +
                                              model.manifest.reference_sha256);
  }
  return Ok{};
}

}  // namespace prewarm
