// A store with one model for the fake engine: the weights are a few bytes, the
// reference is right for an engine that cuts by `cut`.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <string_view>

#include "common/base/sha256.h"
#include "common/store/model_store.h"
#include "inference-server/engine/canary.h"
#include "inference-server/engine/fake/fake_engine.h"
#include "inference-server/engine/reference.h"

namespace prewarm {

// What no other model makes of a picture: for a second one.
inline Plane InvertedMatte(const Bitmap& rgb) {
  Plane matte = LuminanceMatte(rgb);
  for (float& value : matte.data) value = 1 - value;
  return matte;
}

// A fake engine's prepared weights; the bytes outlive the view.
inline TensorView ViewOf(std::string_view bytes) {
  TensorView view;
  view.dtype = DType::kU8;
  view.shape = {static_cast<std::int64_t>(bytes.size())};
  view.data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  view.bytes = bytes.size();
  return view;
}

inline StoredModel PublishTestModel(
    const std::string& root, int side = 64, const std::string& name = "isnet",
    const std::string& weights = "weights",
    const std::string& imported_at = "2026-01-01T00:00:00Z",
    const std::string& architecture = "isnet",
    Plane (*cut)(const Bitmap&) = LuminanceMatte) {
  const ModelStore store(root);
  const auto folder = store.MakeTempDir();
  EXPECT_TRUE(folder.ok()) << folder.error().message;
  std::ofstream(*folder + "/" + kWeightsFile) << weights;
  const Reference reference{cut(MakeCanary(side, side)), "fake"};
  const std::string path = *folder + "/" + kReferenceFile;
  EXPECT_TRUE(WriteReference(path, reference).ok());
  Manifest manifest;
  manifest.name = name;
  manifest.architecture = architecture;
  manifest.digest = manifest.source_sha256 = Sha256Hex(weights);
  manifest.bytes = weights.size();
  manifest.source = manifest.license = manifest.notice = "test";
  manifest.importer = manifest.reference_engine = "test";
  manifest.imported_at = imported_at;
  manifest.reference_sha256 = Sha256File(path).value();
  const auto published = store.Publish(manifest, *folder);
  EXPECT_TRUE(published.ok()) << published.error().message;
  return published.ok() ? *published : StoredModel();
}

}  // namespace prewarm
