#include "inference-server/importer/import_model.h"

#include <ctime>
#include <filesystem>
#include <string_view>

#include "common/base/sha256.h"
#include "common/store/manifest.h"
#include "inference-server/engine/inspyrenet/table.h"
#include "inference-server/engine/reference.h"
#include "inference-server/importer/inspyrenet_importer.h"
#include "inference-server/importer/isnet_importer.h"
#include "inference-server/importer/onnx.h"
#include "inference-server/importer/releases.h"

namespace prewarm {
namespace {

constexpr std::uint64_t kMaxFile = std::uint64_t{1} << 30;

bool IsInspyrenet(const ImportRequest& request) {
  return inspyrenet::BaseSide(request.architecture).has_value();
}

// The bytes to import, wherever they lie.
class Source {
 public:
  static Result<Source> Open(const ImportRequest& request) {
    Source source;
    if (!request.npm_package.empty()) {
      PREWARM_ASSIGN_OR_RETURN(
          source.text_, ReadNpmModel(request.npm_package, request.npm_model));
      return source;
    }
    PREWARM_ASSIGN_OR_RETURN(source.file_,
                             MappedFile::Open(request.file, kMaxFile));
    return source;
  }
  std::string_view bytes() const {
    if (file_ == nullptr) return text_;
    return {reinterpret_cast<const char*>(file_->data()), file_->size()};
  }
  // kCorrupt when the file was cut short under the import.
  Status Check() const {
    if (file_ == nullptr || file_->intact()) return Ok{};
    return MakeError(ErrorCode::kCorrupt,
                     "the file was cut short while it was read", "file");
  }

 private:
  std::string text_;
  std::shared_ptr<const MappedFile> file_;
};

struct Digests {
  std::string sha256;
  std::string md5;
};

// For messages.
std::string NameOf(const ImportRequest& request) {
  if (!request.url.empty()) return request.url;
  return request.file.empty() ? request.npm_package : request.file;
}

std::string SourceOf(const ImportRequest& request, const std::string& md5) {
  if (!request.source.empty()) return request.source;
  if (!request.url.empty()) return request.url;
  if (IsInspyrenet(request)) {
    if (const auto release = ReleaseByMd5(md5)) return release->Title();
  }
  if (request.npm_package.empty()) return request.file;
  return request.npm_package + ", model " + request.npm_model;
}

bool IsDigest(const std::string& text, std::size_t length) {
  return text.empty() ||
         (text.size() == length &&
          text.find_first_not_of("0123456789abcdef") == std::string::npos);
}

Status CheckDigest(const ImportRequest& request, const char* kind,
                   const std::string& expected, const std::string& got) {
  if (expected.empty() || expected == got) return Ok{};
  return MakeError(ErrorCode::kCorrupt,
                   NameOf(request) + ": its " + kind + " is " + got +
                       " and not the " + expected +
                       " that was asked for: the file is another one, or "
                       "damaged; nothing of it was read",
                   kind);
}

std::string UtcNow() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

Error NoModel(const ImportRequest& request, const char* what, Error error,
              const std::string& fix) {
  error.message = NameOf(request) + " is no " + what +
                  " we can read: " + error.message + "; " + fix;
  return error;
}

bool IsZip(std::string_view bytes) { return bytes.substr(0, 2) == "PK"; }

Result<ImportedWeights> ReadIsNetFile(const ImportRequest& request,
                                      std::string_view bytes) {
  const auto graph = ReadOnnx(bytes);
  if (!graph.ok()) {
    return NoModel(request, "ONNX model", graph.error(),
                   IsZip(bytes) ? "a .pth is imported as inspyrenet-base or "
                                  "inspyrenet-fast"
                                : "give the .onnx of an IS-Net");
  }
  PREWARM_ASSIGN_OR_RETURN(ImportedWeights weights,
                           CollectConvolutions(*graph));
  PREWARM_RETURN_IF_ERROR(CheckIsNet(weights.tensors));
  return weights;
}

Result<ImportedWeights> ReadInspyrenetFile(const ImportRequest& request,
                                           std::string_view bytes) {
  auto weights = ReadInspyrenet(bytes);
  if (!weights.ok()) {
    return NoModel(request, "checkpoint", weights.error(),
                   "give the .pth of a release, or what torch.save wrote of "
                   "such a network's state_dict");
  }
  return weights;
}

Result<StoredModel> WriteAndPublish(
    const ModelStore& store, const ImportRequest& request, const Source& source,
    const Digests& digests, const std::map<std::string, TensorView>& tensors,
    const std::string& folder) {
  const std::string path = folder + "/" + kWeightsFile;
  PREWARM_RETURN_IF_ERROR(WriteSafetensors(path, tensors, {{"format", "pt"}}));
  PREWARM_RETURN_IF_ERROR(source.Check());
  Manifest manifest;
  manifest.name = request.name.empty() ? request.architecture : request.name;
  manifest.architecture = request.architecture;
  std::error_code error;
  manifest.bytes = std::filesystem::file_size(path, error);
  manifest.source = SourceOf(request, digests.md5);
  manifest.source_sha256 = digests.sha256;
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

Status CheckImport(const ImportRequest& request) {
  if (request.architecture != "isnet" && !IsInspyrenet(request)) {
    return MakeError(ErrorCode::kUnsupported,
                     "architecture \"" + request.architecture +
                         "\" can't be imported; known: isnet, "
                         "inspyrenet-base, inspyrenet-base-nightly, "
                         "inspyrenet-fast",
                     "architecture");
  }
  if (IsInspyrenet(request) && !request.npm_package.empty()) {
    return MakeError(ErrorCode::kInvalidArgument,
                     "--npm-package: that package holds isnet and not " +
                         request.architecture + "; give its .pth instead",
                     "npm-package");
  }
  if (!request.name.empty() && !IsModelName(request.name)) {
    return MakeError(ErrorCode::kInvalidArgument,
                     "--name: \"" + request.name +
                         "\" is not a model's name; give small letters, "
                         "digits, dots, dashes and underscores",
                     "name");
  }
  if (!IsDigest(request.sha256, 64)) {
    return MakeError(ErrorCode::kInvalidArgument,
                     "--sha256: \"" + request.sha256 +
                         "\" is none; give 64 hexadecimal digits",
                     "sha256");
  }
  if (!IsDigest(request.md5, 32)) {
    return MakeError(
        ErrorCode::kInvalidArgument,
        "--md5: \"" + request.md5 + "\" is none; give 32 hexadecimal digits",
        "md5");
  }
  return Ok{};
}

Result<Imported> ImportModel(const ModelStore& store,
                             const ImportRequest& request) {
  PREWARM_RETURN_IF_ERROR(CheckImport(request));
  PREWARM_ASSIGN_OR_RETURN(const Source source, Source::Open(request));
  Imported imported;
  imported.source_md5 = Md5Hex(source.bytes());
  const std::string sha256 = Sha256Hex(source.bytes());
  PREWARM_RETURN_IF_ERROR(
      CheckDigest(request, "sha256", request.sha256, sha256));
  PREWARM_RETURN_IF_ERROR(
      CheckDigest(request, "md5", request.md5, imported.source_md5));
  PREWARM_ASSIGN_OR_RETURN(const ImportedWeights weights,
                           IsInspyrenet(request)
                               ? ReadInspyrenetFile(request, source.bytes())
                               : ReadIsNetFile(request, source.bytes()));
  PREWARM_ASSIGN_OR_RETURN(const std::string temp, store.MakeTempDir());
  auto published =
      WriteAndPublish(store, request, source, {sha256, imported.source_md5},
                      weights.tensors, temp);
  std::error_code ignored;
  std::filesystem::remove_all(temp, ignored);
  PREWARM_ASSIGN_OR_RETURN(imported.model, std::move(published));
  return imported;
}

}  // namespace prewarm
