#include "inference-server/importer/import_model.h"

#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "common/base/sha256.h"
#include "inference-server/engine/reference.h"
#include "inference-server/importer/isnet_importer.h"
#include "inference-server/importer/onnx.h"

namespace prewarm {
namespace {

constexpr std::uintmax_t kMaxFile = std::uintmax_t{1} << 30;

Result<std::string> ReadModelFile(const ImportRequest& request) {
  if (!request.npm_package.empty()) {
    return ReadNpmModel(request.npm_package, request.npm_model);
  }
  std::error_code error;
  const auto size = std::filesystem::file_size(request.file, error);
  if (error) {
    return MakeError(ErrorCode::kNotFound,
                     "can't read " + request.file + ": " + error.message(),
                     "file");
  }
  if (size > kMaxFile) {
    return MakeError(ErrorCode::kTooLarge,
                     request.file + " is larger than 1 GiB", "file");
  }
  std::ifstream file(request.file, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

std::string SourceOf(const ImportRequest& request) {
  if (!request.source.empty()) return request.source;
  if (request.npm_package.empty()) return request.file;
  return request.npm_package + ", model " + request.npm_model;
}

std::string UtcNow() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

Result<StoredModel> WriteAndPublish(
    const ModelStore& store, const ImportRequest& request,
    const std::string& source, const std::map<std::string, TensorView>& tensors,
    const std::string& folder) {
  const std::string path = folder + "/" + kWeightsFile;
  PREWARM_RETURN_IF_ERROR(WriteSafetensors(path, tensors, {{"format", "pt"}}));
  Manifest manifest;
  manifest.name = request.name.empty() ? request.architecture : request.name;
  manifest.architecture = request.architecture;
  std::error_code error;
  manifest.bytes = std::filesystem::file_size(path, error);
  manifest.source = SourceOf(request);
  manifest.source_sha256 = Sha256Hex(source);
  manifest.license = request.license;
  manifest.notice = request.notice;
  manifest.imported_at = UtcNow();
  manifest.importer = "prewarm-model " PREWARM_VERSION;
  PREWARM_ASSIGN_OR_RETURN(manifest.digest, Sha256File(path));

  EngineOptions options;
  options.model = manifest.name;
  options.architecture = manifest.architecture;
  options.digest = manifest.digest;
  PREWARM_ASSIGN_OR_RETURN(options.weights, MappedFile::Open(path));
  PREWARM_ASSIGN_OR_RETURN(EngineFactory * factory, request.open_engine());
  PREWARM_ASSIGN_OR_RETURN(const Reference reference,
                           ComputeReference(factory, options));
  const std::string reference_path = folder + "/" + kReferenceFile;
  PREWARM_RETURN_IF_ERROR(WriteReference(reference_path, reference));
  manifest.reference_engine = reference.engine;
  PREWARM_ASSIGN_OR_RETURN(manifest.reference_sha256,
                           Sha256File(reference_path));
  return store.Publish(manifest, folder);
}

}  // namespace

Result<StoredModel> ImportModel(const ModelStore& store,
                                const ImportRequest& request) {
  if (request.architecture != "isnet") {
    return MakeError(ErrorCode::kUnsupported,
                     "architecture \"" + request.architecture +
                         "\" can't be imported; known: isnet",
                     "architecture");
  }
  PREWARM_ASSIGN_OR_RETURN(const std::string bytes, ReadModelFile(request));
  auto graph = ReadOnnx(bytes);
  if (!graph.ok()) {
    Error error = graph.error();
    error.message =
        SourceOf(request) + " is no ONNX model we can read: " + error.message;
    return error;
  }
  PREWARM_ASSIGN_OR_RETURN(const auto weights, CollectConvolutions(*graph));
  PREWARM_RETURN_IF_ERROR(CheckIsNet(weights.tensors));

  PREWARM_ASSIGN_OR_RETURN(const std::string temp, store.MakeTempDir());
  auto published =
      WriteAndPublish(store, request, bytes, weights.tensors, temp);
  std::error_code ignored;
  std::filesystem::remove_all(temp, ignored);
  return published;
}

}  // namespace prewarm
