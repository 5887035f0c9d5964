// Prepared state on the volume: state/<key>/state.safetensors, what an engine
// made of a model's weights (layout and precision final), mapped read-only by
// every process of the host. A cache: what is missing, stale or damaged is
// built again, and nothing here is needed for correctness. Thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/store/block_checksums.h"
#include "common/store/env.h"
#include "common/store/safetensors.h"

namespace prewarm {

// Everything that the prepared bytes depend on.
struct StateKey {
  std::string model;           // name, for people
  std::string weights_digest;  // sha256, hex
  std::string engine_build;    // library, its version, version of our graph
  std::string precision;       // "fp32" | "bf16"
  std::string layout;          // instruction set and blocking
  std::string device_class;    // "cpu"

  // sha256 over all of the above, hex: the folder's name.
  std::string Hex() const;
};

// A mapped state whose header was checked. Immutable, thread-safe.
class PreparedState {
 public:
  const std::map<std::string, TensorView>& tensors() const;
  const std::map<std::string, std::string>& metadata() const;
  std::size_t bytes() const;
  // Reads all of it once and compares each block's checksum (XXH3, a block is
  // 1 MiB): kCorrupt names the first that differs. Fills the page cache on the
  // way; several threads may call it, `part` of `parts` each.
  Status Verify(int part = 0, int parts = 1) const;
  // See MappedFile::intact, Prefetch.
  bool intact() const;
  // Of its folder, from before it was read.
  const FileIdentity& identity() const { return identity_; }
  void Prefetch() const;

 private:
  friend class StateStore;
  PreparedState() = default;
  FileIdentity identity_;
  std::shared_ptr<const MappedFile> file_;
  std::shared_ptr<SafetensorsFile> tensors_;
  BlockChecksums checksums_;
};

struct StateInfo {
  std::string key;  // the folder's name
  std::uint64_t bytes = 0;
  std::map<std::string, std::string> metadata;  // the key's fields and more
  std::chrono::system_clock::time_point used;   // last published or opened
};

class StateStore {
 public:
  // Creates nothing.
  StateStore(std::string root, Env* env);

  struct Loaded {
    std::string key;  // the folder's name
    std::shared_ptr<const PreparedState> state;
  };
  // The state of these weights that was used last, whatever engine made it:
  // most likely the one that Open will be asked for. kNotFound if it is not
  // among the three that were used last.
  Result<Loaded> LoadLatest(const std::string& weights_digest) const;

  // `loaded` is used if it is of that key, and not read once more.
  //
  // kNotFound where there is none. kCorrupt where it is damaged or of another
  // key; it is then quarantined (moved to quarantine/, if the volume lets us).
  Result<std::shared_ptr<const PreparedState>> Open(const StateKey& key,
                                                    Loaded loaded = {}) const;

  // Writes header, block checksums and tensors into a temporary folder, syncs,
  // renames to the key's name, syncs the parent. What is there already stays,
  // Ok, if it is whole; else it is quarantined. kForbidden on a read-only
  // volume, kResourceExhausted on a full one; nothing half-written is ever
  // visible. Also removes what was left half-written a day ago.
  Status Publish(const StateKey& key,
                 const std::map<std::string, TensorView>& tensors,
                 const std::map<std::string, std::string>& metadata) const;

  // Out of the way of Open, see quarantine.h. Only that very state, if given:
  // one that another process has put in its place stays.
  Status Quarantine(const std::string& key, const std::string& reason,
                    const std::optional<FileIdentity>& only) const;

  // The right to build `key`: null while another process builds it. Only
  // saves double work: who waited long enough builds without it.
  Result<std::unique_ptr<FileLock>> TryBuild(const StateKey& key) const;

  Result<std::vector<StateInfo>> List() const;
  // Checks one state's blocks; kNotFound, kCorrupt.
  Status Verify(const std::string& key) const;

  struct Pruned {
    int removed = 0;
    std::uint64_t bytes = 0;
  };
  // Removes states whose weights are not among `digests`, and of the others
  // those not used for `grace`, but never the one of each weights that was used
  // last (on a read-only volume use leaves no trace); temporary folders and
  // quarantine older than `grace`. A process that has one mapped keeps its
  // pages, and no reader sees a state half removed.
  Result<Pruned> Prune(const std::vector<std::string>& digests,
                       std::chrono::system_clock::duration grace,
                       std::chrono::system_clock::time_point now) const;

 private:
  Result<std::vector<StateInfo>> ListKeys() const;  // without what is in them
  // `seen`: the folder that was looked at, where there is one.
  Result<std::shared_ptr<const PreparedState>> Load(
      const std::string& key, std::optional<FileIdentity>* seen) const;
  // The place of `key` for what lies in `temp`.
  Status TakePlace(const StateKey& key, const std::string& temp) const;
  Status RemoveState(const std::string& key) const;
  void RemoveAbandoned() const;

  std::string root_;
  Env* env_;
};

}  // namespace prewarm
