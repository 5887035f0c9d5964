#include "common/store/model_store.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "common/base/sha256.h"
#include "common/store/manifest.h"

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

// `size`: empty where it changes under the reader.
Error WrongSize(const StoredModel& model, std::optional<std::size_t> size) {
  return MakeError(
      ErrorCode::kCorrupt,
      model.weights_path + ": " +
          (size ? "has " + std::to_string(*size) + " bytes" : "was cut short") +
          ", the manifest says " + std::to_string(model.manifest.bytes) +
          "; import the model again",
      "weights");
}

Error WrongDigest(const std::string& path, const std::string& digest,
                  const std::string& wanted) {
  return MakeError(ErrorCode::kCorrupt,
                   path + ": sha256 is " + digest + ", the manifest says " +
                       wanted + "; import the model again",
                   "weights");
}

}  // namespace

Result<StoredModel> ModelStore::Read(const std::string& folder) const {
  return ReadModel(env_, folder);
}

ModelStore::Listing ModelStore::List() const {
  Listing listing;
  for (const fs::path& name : Folders(fs::path(root_) / "models")) {
    for (const fs::path& folder : Folders(name)) {
      listing.digests.push_back(folder.filename());
      auto model = ReadModel(env_, folder);
      if (model.ok()) {
        listing.models.push_back(std::move(model).value());
      } else {
        listing.damaged.push_back(model.error());
      }
    }
  }
  return listing;
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
  std::error_code unreadable;
  if (!fs::exists(root_, unreadable)) {
    return MakeError(ErrorCode::kNotFound,
                     "there is no store " +
                         fs::absolute(root_, unreadable).string() +
                         "; name it by --store, or import a model into it",
                     "model");
  }
  std::string others;
  for (const fs::path& other : Folders(models)) {
    others.append(others.empty() ? "" : ", ").append(other.filename());
  }
  return MakeError(ErrorCode::kNotFound,
                   "the store " + root_ + " has no model \"" + name +
                       "\"; it has: " + (others.empty() ? "none" : others) +
                       ". Give one of these, or import it: prewarm-model "
                       "import ARCHITECTURE --name " +
                       name + " --store " + root_,
                   "model");
}

Status CheckWeights(const StoredModel& model, const MappedFile& weights) {
  const Manifest& manifest = model.manifest;
  if (weights.size() != manifest.bytes) {
    return WrongSize(model, weights.size());
  }
  const std::string digest = Sha256Hex(
      {reinterpret_cast<const char*>(weights.data()), weights.size()});
  if (!weights.intact()) return WrongSize(model, std::nullopt);
  if (digest == manifest.digest) return Ok{};
  return WrongDigest(model.weights_path, digest, manifest.digest);
}

Result<std::shared_ptr<const MappedFile>> ModelStore::MapWeights(
    const StoredModel& model) const {
  auto mapped = env_->Map(model.weights_path, model.manifest.bytes);
  if (mapped.ok() && (*mapped)->size() != model.manifest.bytes) {
    return WrongSize(model, (*mapped)->size());
  }
  if (!mapped.ok() && mapped.error().code == ErrorCode::kTooLarge) {
    std::error_code error;
    return WrongSize(model, fs::file_size(model.weights_path, error));
  }
  return mapped;
}

Status ModelStore::Verify(const StoredModel& model) const {
  PREWARM_ASSIGN_OR_RETURN(const auto weights, MapWeights(model));
  PREWARM_RETURN_IF_ERROR(CheckWeights(model, *weights));
  PREWARM_ASSIGN_OR_RETURN(const std::string reference,
                           env_->Read(model.reference_path, kMaxReferenceFile));
  const std::string digest = Sha256Hex(reference);
  if (digest == model.manifest.reference_sha256) return Ok{};
  return WrongDigest(model.reference_path, digest,
                     model.manifest.reference_sha256);
}

}  // namespace prewarm
