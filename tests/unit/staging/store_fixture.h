// Two stores, a shared and a local one, and what is put into them. No engine:
// the sidecar shares nothing with the server but common/.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "common/base/sha256.h"
#include "common/store/manifest.h"
#include "common/store/state_paths.h"
#include "common/store/state_store.h"
#include "tests/support/fault_env.h"
#include "tests/support/temp_dir.h"
#include "warmup-controller/staging/place_folders.h"
#include "warmup-controller/staging/publish_back.h"
#include "warmup-controller/staging/stage_plan.h"

namespace prewarm {

class TwoStores : public testing::Test {
 protected:
  TwoStores() { GuardMappings(); }

  // Returns the digest of the weights.
  static std::string PutModel(
      const TempDir& store, const std::string& name,
      const std::string& weights = "weights",
      const std::string& imported_at = "2026-01-01T00:00:00Z") {
    Manifest manifest;
    manifest.name = name;
    manifest.architecture = "isnet";
    manifest.digest = manifest.source_sha256 = Sha256Hex(weights);
    manifest.bytes = weights.size();
    manifest.source = manifest.license = manifest.notice = "test";
    manifest.importer = manifest.reference_engine = "test";
    manifest.imported_at = imported_at;
    manifest.reference_sha256 = Sha256Hex("reference");
    std::string folder = "models/";
    folder.append(name).append("/").append(manifest.digest).append("/");
    store.Write(folder + kWeightsFile, weights);
    store.Write(folder + kReferenceFile, "reference");
    store.Write(folder + kManifestFile, FormatManifest(manifest));
    return manifest.digest;
  }

  static StateKey KeyFor(const std::string& digest,
                         const std::string& precision) {
    return {"isnet", digest, "engine 1", precision, "avx512", "cpu"};
  }

  // Some MiB, so that it has several blocks. Returns its key.
  static std::string PutState(const TempDir& store, const std::string& digest,
                              const std::string& precision = "fp32",
                              std::size_t bytes = std::size_t{3} << 20) {
    std::string data(bytes, '\0');
    for (std::size_t i = 0; i < bytes; ++i) {
      data[i] = static_cast<char>(i * 31 + i / 4096);
    }
    TensorView view;
    view.dtype = DType::kU8;
    view.shape = {static_cast<std::int64_t>(bytes)};
    view.data = reinterpret_cast<const std::uint8_t*>(data.data());
    view.bytes = bytes;
    const StateKey key = KeyFor(digest, precision);
    const Status published = StateStore(store.path(), Env::System())
                                 .Publish(key, {{"tensor", view}}, {});
    EXPECT_TRUE(published.ok()) << published.error().message;
    return key.Hex();
  }

  static std::string StateFile(const TempDir& store, const std::string& key) {
    return StatePaths(store.path()).State(key) + "/" + kStateFile;
  }
  static std::string BlocksFile(const TempDir& store, const std::string& key) {
    return StatePaths(store.path()).State(key) + "/" + kBlocksFile;
  }
  static void FlipByte(const std::string& path, std::size_t at) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    const int byte = file.get();
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(byte ^ 1));
  }
  static StoreListing List(const TempDir& store) {
    auto listing = ListStore(store.path(), Env::System());
    EXPECT_TRUE(listing.ok()) << listing.error().message;
    return listing.ok() ? std::move(listing).value() : StoreListing();
  }
  static bool IsWhole(const TempDir& store, const std::string& key) {
    return StateStore(store.path(), Env::System()).Verify(key).ok();
  }
  static std::size_t CountIn(const std::string& folder) {
    std::error_code none;
    const std::filesystem::directory_iterator it(folder, none);
    return none ? 0
                : static_cast<std::size_t>(std::distance(begin(it), end(it)));
  }

  TempDir shared_;
  TempDir local_;
  CopyProgress progress_;
};

}  // namespace prewarm
