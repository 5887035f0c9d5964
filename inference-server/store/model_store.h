// The model store on a volume: models/<name>/<digest>/{manifest.yaml,
// weights.safetensors}. Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/result.h"

namespace prewarm {

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
};

struct StoredModel {
  Manifest manifest;
  std::string directory;
  std::string weights_path;
};

class ModelStore {
 public:
  // Does not create anything.
  explicit ModelStore(std::string root) : root_(std::move(root)) {}

  // The newest readable import of a name; a damaged manifest beside it does
  // no harm, alone it is kCorrupt. kNotFound lists what there is.
  Result<StoredModel> Find(const std::string& name) const;
  // All of them; the first damaged manifest is the error.
  Result<std::vector<StoredModel>> List() const;
  // Re-reads the weights; kCorrupt when digest or size differ.
  Status Verify(const StoredModel& model) const;
  // Publishes a file made by the importer: unique temporary folder, fsync,
  // rename to the digest's name. The same digest again is not an error.
  Result<StoredModel> Publish(const Manifest& manifest,
                              const std::string& weights_file) const;
  // A fresh temporary folder inside the store, for Publish.
  Result<std::string> MakeTempDir() const;

  const std::string& root() const { return root_; }

 private:
  std::string root_;
};

}  // namespace prewarm
