#include "inference-server/store/model_store.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "common/base/sha256.h"
#include "inference-server/store/manifest.h"

namespace prewarm {
namespace {

namespace fs = std::filesystem;

constexpr char kManifest[] = "manifest.yaml";
constexpr char kWeights[] = "weights.safetensors";

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

Result<StoredModel> ReadModel(const fs::path& folder) {
  std::ifstream file(folder / kManifest, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) {
    return MakeError(ErrorCode::kCorrupt,
                     folder.string() + " has no readable manifest.yaml");
  }
  StoredModel model;
  PREWARM_ASSIGN_OR_RETURN(
      model.manifest, ParseManifest(text.str(), (folder / kManifest).string()));
  if (model.manifest.name != folder.parent_path().filename()) {
    return MakeError(
        ErrorCode::kCorrupt,
        (folder / kManifest).string() + ": name does not match its folder",
        "name");
  }
  if (model.manifest.digest != folder.filename()) {
    return MakeError(ErrorCode::kCorrupt,
                     (folder / kManifest).string() +
                         ": digest does not match the folder's name",
                     "digest");
  }
  model.directory = folder.string();
  model.weights_path = (folder / kWeights).string();
  return model;
}

}  // namespace

Result<std::vector<StoredModel>> ModelStore::List() const {
  std::vector<StoredModel> models;
  for (const fs::path& name : Folders(fs::path(root_) / "models")) {
    for (const fs::path& folder : Folders(name)) {
      PREWARM_ASSIGN_OR_RETURN(auto model, ReadModel(folder));
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
    auto model = ReadModel(folder);
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

Status ModelStore::Verify(const StoredModel& model) const {
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

}  // namespace prewarm
