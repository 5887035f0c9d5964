#include "inference-server/engine/torch/inspyrenet_engine.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "common/store/safetensors.h"
#include "inference-server/engine/canary.h"
#include "inference-server/engine/torch/prepared.h"
#include "tests/unit/engine/torch/formula.h"

namespace prewarm::torch_engine {
namespace {

constexpr int kSide = 64;

// The weights as a file, once for all tests.
class InspyrenetEngine : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new std::string(testing::TempDir() + "inspyrenet_XXXXXX");
    ASSERT_NE(mkdtemp(folder_->data()), nullptr);
    const std::string path = *folder_ + "/weights.safetensors";
    const Status written = WriteSafetensors(
        path, ViewsOf(inspyrenet::FormulaWeights()), {{"format", "pt"}});
    ASSERT_TRUE(written.ok()) << written.error().message;
    auto file = MappedFile::Open(path);
    ASSERT_TRUE(file.ok()) << file.error().message;
    weights_ = new std::shared_ptr<const MappedFile>(*file);
  }
  static void TearDownTestSuite() {
    delete weights_;
    std::filesystem::remove_all(*folder_);
    delete folder_;
  }

  static EngineOptions Options(Precision precision = Precision::kFp32) {
    EngineOptions options;
    options.weights = *weights_;
    options.model = "fast";
    options.architecture = "inspyrenet-fast";
    options.digest = "digest";
    options.precision = precision;
    return options;
  }
  static std::unique_ptr<Engine> Make(const EngineOptions& options) {
    auto engine = CreateInspyrenetEngine(options);
    EXPECT_TRUE(engine.ok()) << engine.error().message;
    return engine.ok() ? std::move(engine).value() : nullptr;
  }
  static std::vector<float> Matte(Engine* engine) {
    const auto matte = engine->Infer(MakeCanary(kSide, kSide));
    EXPECT_TRUE(matte.ok()) << matte.error().message;
    return matte.ok() ? matte->data : std::vector<float>();
  }

  static std::string* folder_;
  static std::shared_ptr<const MappedFile>* weights_;
};

std::string* InspyrenetEngine::folder_ = nullptr;
std::shared_ptr<const MappedFile>* InspyrenetEngine::weights_ = nullptr;

TEST_F(InspyrenetEngine, PreparedStateGivesTheVeryMatteOfTheWeights) {
  for (const Precision precision :
       {Precision::kFp32, Precision::kBf16, Precision::kInt8}) {
    const auto first = Make(Options(precision));
    ASSERT_NE(first, nullptr);
    EXPECT_EQ(first->info().precision, PrecisionName(precision));
    EXPECT_FALSE(first->info().layout.empty());
    const PreparedTensors prepared = first->PreparedState();
    EXPECT_FALSE(prepared.empty());
    EngineOptions options = Options(precision);
    options.weights = nullptr;
    options.prepared = &prepared;
    const auto second = Make(options);
    ASSERT_NE(second, nullptr);
    EXPECT_EQ(Matte(second.get()), Matte(first.get()));
    EXPECT_TRUE(second->PreparedState().empty());
  }
}

TEST_F(InspyrenetEngine, PreparedTensorsAreUsedWhereTheyLie) {
  const auto first = Make(Options());
  PreparedTensors prepared = first->PreparedState();
  EngineOptions options = Options();
  options.prepared = &prepared;
  const auto second = Make(options);
  const auto before = Matte(second.get());
  const TensorView& view = prepared.at("decoder.conv5.conv.weight");
  auto* values = reinterpret_cast<float*>(const_cast<std::uint8_t*>(view.data));
  const float kept = values[0];
  values[0] = kept + 1;
  EXPECT_NE(Matte(second.get()), before);
  values[0] = kept;
}

TEST_F(InspyrenetEngine, StateOfAnotherPrecisionOrWithAHoleIsCorrupt) {
  const auto first = Make(Options());
  PreparedTensors prepared = first->PreparedState();
  EngineOptions options = Options(Precision::kBf16);
  options.prepared = &prepared;
  auto other = CreateInspyrenetEngine(options);
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().code, ErrorCode::kCorrupt);
  prepared.erase("decoder.conv5.conv.weight");
  options.precision = Precision::kFp32;
  auto hole = CreateInspyrenetEngine(options);
  ASSERT_FALSE(hole.ok());
  EXPECT_EQ(hole.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(hole.error().field, "decoder.conv5.conv.weight");
}

TEST_F(InspyrenetEngine, HalfPrecisionOfAGpuIsFp32OnTheCpu) {
  const auto info = PlanInspyrenetEngine(Options(Precision::kFp16));
  ASSERT_TRUE(info.ok());
  EXPECT_EQ(info->precision, "fp32");
  EXPECT_EQ(info->device, "cpu");
}

TEST_F(InspyrenetEngine, StatesOfTwoPrecisionsAreTwo) {
  EXPECT_NE(PlanInspyrenetEngine(Options())->precision,
            PlanInspyrenetEngine(Options(Precision::kBf16))->precision);
  EngineOptions original = Options();
  original.original_steps = true;
  EXPECT_EQ(PlanInspyrenetEngine(original)->layout, "");
}

TEST_F(InspyrenetEngine, Int8KeepsAQuarterOfTheBytes) {
  const auto bytes = [](const PreparedTensors& tensors) {
    std::size_t sum = 0;
    for (const auto& [name, view] : tensors) sum += view.bytes;
    return static_cast<double>(sum);
  };
  const auto fp32 = Make(Options());
  const auto int8 = Make(Options(Precision::kInt8));
  EXPECT_LT(bytes(int8->PreparedState()), 0.3 * bytes(fp32->PreparedState()));
  EXPECT_EQ(int8->info().precision, "int8");
}

TEST_F(InspyrenetEngine, Bf16StaysWithinTheBoundsOfTheProof) {
  const auto exact = Make(Options());
  const auto half = Make(Options(Precision::kBf16));
  const auto a = Matte(exact.get());
  const auto b = Matte(half.get());
  ASSERT_EQ(a.size(), b.size());
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::abs(a[i] - b[i]);
  EXPECT_LT(sum / static_cast<double>(a.size()),
            half->info().proof_bounds.mean);
}

}  // namespace
}  // namespace prewarm::torch_engine
