// The model store on a volume: models/<name>/<digest>/{manifest.yaml,
// weights.safetensors,reference.safetensors}. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/store/env.h"

namespace prewarm {

// Of the picture whose matte reference.safetensors holds (engine/canary.h). A
// model with another one's can't be proven: Find says to import it again.
inline constexpr unsigned kCanaryVersion = 2;

struct Manifest {
  std::string name;          // "isnet"; [a-z0-9][a-z0-9._-]{0,63}
  std::string architecture;  // "isnet"
  std::string digest;        // sha256 of weights.safetensors, hex
  std::uint64_t bytes = 0;   // of weights.safetensors
  std::string source;        // what was imported, file name and its sha256
  std::string source_sha256;
  std::string license;      // SPDX id or words
  std::string notice;       // what a user must know of the rights
  std::string imported_at;  // RFC 3339, UTC
  std::string importer;     // program and version
  // Of reference.safetensors, the canary's matte in fp32 (engine/reference.h).
  std::string reference_sha256;
  std::string reference_engine;  // build that computed it
};

struct StoredModel {
  Manifest manifest;
  std::string directory;
  std::string weights_path;
  std::string reference_path;
};

inline constexpr char kManifestFile[] = "manifest.yaml";
inline constexpr char kWeightsFile[] = "weights.safetensors";
inline constexpr char kReferenceFile[] = "reference.safetensors";
inline constexpr std::size_t kMaxReferenceFile = std::size_t{80} << 20;

class ModelStore {
 public:
  // Does not create anything.
  explicit ModelStore(std::string root, Env* env = Env::System())
      : root_(std::move(root)), env_(env) {}

  // The newest readable import of a name; a damaged manifest beside it does
  // no harm, alone it is kCorrupt. kNotFound lists what there is.
  Result<StoredModel> Find(const std::string& name) const;
  struct Listing {
    std::vector<StoredModel> models;
    std::vector<Error> damaged;        // what can't be read, and why
    std::vector<std::string> digests;  // of the weights of both
  };
  Listing List() const;
  // kCorrupt when the size differs from the manifest's.
  Result<std::shared_ptr<const MappedFile>> MapWeights(
      const StoredModel& model) const;
  // Re-reads weights and reference; kCorrupt when digest or size differ.
  Status Verify(const StoredModel& model) const;
  // Publishes what the importer wrote into a folder of MakeTempDir, weights and
  // reference, both synced: adds the manifest and renames the folder to the
  // digest's name. A good import of that name stays, after Verify; one that is
  // damaged, or of an older format, is moved to quarantine/. The folder is gone
  // afterwards.
  Result<StoredModel> Publish(const Manifest& manifest,
                              const std::string& folder) const;
  // A fresh temporary folder inside the store, for Publish.
  Result<std::string> MakeTempDir() const;

  const std::string& root() const { return root_; }

 private:
  Result<StoredModel> Read(const std::string& folder) const;
  Status VerifyThere(const std::string& folder) const;
  Status Move(const std::string& folder, const std::string& digest,
              const std::string& family) const;

  std::string root_;
  Env* env_;
};

// Whether these very bytes, not those that lie at the path by now, are the
// model's weights: kCorrupt when digest or size differ. Reads all of them.
Status CheckWeights(const StoredModel& model, const MappedFile& weights);

}  // namespace prewarm
