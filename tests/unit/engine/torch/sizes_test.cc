// The real engine, opened as the programs do, on pictures of all sizes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "common/store/mapped_file.h"
#include "inference-server/engine/input_size.h"
#include "inference-server/engine/loader.h"
#include "inference-server/parity/infer_command.h"
#include "inference-server/tensor_file/npy.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/engine/torch/formula.h"
#include "tests/unit/engine/torch/formula_store.h"

namespace prewarm::inspyrenet {
namespace {

using ::testing::HasSubstr;
using Shape = std::vector<std::int64_t>;

// Other BLAS libraries than the original's: see network_test.cc.
constexpr float kNear = 5e-3F;

class EngineSizes : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TempDir>();
    model_ = PublishFormulaModel(folder_->path());
    engine_ = Create();
  }
  static void TearDownTestSuite() {
    engine_ = nullptr;
    folder_ = nullptr;
  }

  static std::unique_ptr<Engine> Create(int blend_threshold = 0) {
    EngineOptions options;
    options.weights = MappedFile::Open(model_.weights_path).value();
    options.architecture = "inspyrenet-base";
    options.base_height = options.base_width = 128;
    options.blend_threshold = blend_threshold;
    return LoadEngineFactory("torch").value()->Create(options).value();
  }
  static Bitmap Photo(int width, int height) {
    Bitmap rgb = MakeBitmap(width, height, 3);
    for (std::size_t i = 0; i < rgb.data.size(); ++i) {
      rgb.data[i] = static_cast<std::uint8_t>(i * i / 97);
    }
    return rgb;
  }

  // `prewarm-model infer inspyrenet-base IN OUT --base-size 128x128 [--blend]`.
  static int Infer(const Array& input, int blend_threshold = 0) {
    parity::InferArguments arguments;
    arguments.store = folder_->path();
    arguments.model = "inspyrenet-base";
    arguments.in = folder_->Write("in.npy", FormatNpy(input));
    arguments.out = folder_->File("out.npy");
    arguments.base_size = "128x128";
    arguments.blend_threshold = blend_threshold;
    arguments.open_engine = [] { return LoadEngineFactory("torch"); };
    std::ostringstream out;
    std::ostringstream err;
    const int status = parity::RunInfer(arguments, out, err);
    said_ = out.str() + err.str();
    return status;
  }
  static Array Matte() {
    return ParseNpy(TempDir::Read(folder_->File("out.npy"))).value();
  }
  static Array Input(const Size& size) {
    const at::Tensor x = FormulaInput(size);
    const auto* first = x.data_ptr<float>();
    return {x.sizes().vec(), {first, first + x.numel()}};
  }

  static std::unique_ptr<TempDir> folder_;
  static StoredModel model_;
  static std::unique_ptr<Engine> engine_;
  static std::string said_;
};

std::unique_ptr<TempDir> EngineSizes::folder_;
StoredModel EngineSizes::model_;
std::unique_ptr<Engine> EngineSizes::engine_;
std::string EngineSizes::said_;

float Mean(const Array& array) {
  return std::accumulate(array.values.begin(), array.values.end(), 0.F) /
         static_cast<float>(array.values.size());
}

TEST_F(EngineSizes, InferGivesAnOddPictureTheSizeOfItsPyramid) {
  ASSERT_EQ(Infer(Input({100, 140})), 0) << said_;
  EXPECT_THAT(said_, HasSubstr("1x1x104x144"));
  const Array matte = Matte();
  EXPECT_EQ(matte.shape, (Shape{1, 1, 104, 144}));
  EXPECT_NEAR(Mean(matte), 0.245746F, kNear);
  EXPECT_NEAR(matte.values[0], 0.211829F, kNear);
  EXPECT_NEAR(matte.values[50 * 144 + 70], 0.125294F, kNear);
}

TEST_F(EngineSizes, InferRefusesWhatNoMatteCanBeOfAndNamesTheRule) {
  EXPECT_EQ(Infer(Input({30, 64})), 1);
  EXPECT_THAT(said_, HasSubstr("64 x 30"));
  EXPECT_THAT(said_, HasSubstr("multiples of 4, 32 at least"));
}

TEST_F(EngineSizes, InferBlendsWhereItIsTold) {
  const Array input = Input({192, 256});
  ASSERT_EQ(Infer(input, 128), 0) << said_;
  const Array matte = Matte();
  EXPECT_EQ(matte.shape, (Shape{1, 1, 192, 256}));
  EXPECT_NEAR(Mean(matte), 0.217290F, kNear);
  EXPECT_NEAR(matte.values[0], 0.997191F, kNear);
  ASSERT_EQ(Infer(input, 192), 0) << said_;
  EXPECT_EQ(Matte().shape, (Shape{1, 1, 128, 128}));
}

TEST_F(EngineSizes, TraceTakesTallWideTinyAndLongPictures) {
  const std::pair<Size, Size> cases[] = {{{32, 32}, {32, 32}},
                                         {{32, 512}, {32, 512}},
                                         {{512, 32}, {512, 32}},
                                         {{36, 52}, {40, 56}},
                                         {{160, 64}, {160, 64}}};
  for (const auto& [size, expected] : cases) {
    const auto tensors = engine_->Trace(Input(size), {});
    ASSERT_TRUE(tensors.ok()) << tensors.error().message;
    const Array& matte = tensors->at(kMatteTensor);
    EXPECT_EQ(matte.shape, (Shape{1, 1, expected.height, expected.width}));
    EXPECT_TRUE(std::all_of(matte.values.begin(), matte.values.end(),
                            [](float v) { return v >= 0 && v <= 1; }));
  }
}

TEST_F(EngineSizes, TraceRefusesTheOthersAndNamesThem) {
  for (const Size size :
       {Size{28, 64}, Size{64, 28}, Size{64, 66}, Size{1, 1}}) {
    const auto tensors = engine_->Trace(Input(size), {});
    ASSERT_FALSE(tensors.ok()) << size.height << " x " << size.width;
    EXPECT_EQ(tensors.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(tensors.error().message,
                HasSubstr(std::to_string(size.width) + " x " +
                          std::to_string(size.height)));
  }
  Array flat = Input({32, 32});
  flat.shape = {3, 32, 32};
  EXPECT_THAT(engine_->Trace(flat, {}).error().message,
              HasSubstr("[B, 3, H, W]"));
}

TEST_F(EngineSizes, EveryPhotoHasAMatteOfItsInputsSize) {
  const std::pair<int, int> photos[] = {{1, 16},   {15, 300}, {100, 140},
                                        {513, 33}, {40, 640}, {640, 40}};
  for (const auto& [width, height] : photos) {
    const InputSize size =
        ChooseInputSize(engine_->info(), Resize::kDynamic, width, height)
            .value();
    const auto matte = engine_->Infer(Photo(size.width, size.height));
    ASSERT_TRUE(matte.ok()) << matte.error().message;
    EXPECT_EQ(matte->width, size.width);
    EXPECT_EQ(matte->height, size.height);
  }
  const auto odd = engine_->Infer(MakeBitmap(100, 140, 3));
  ASSERT_FALSE(odd.ok());
  EXPECT_THAT(odd.error().message, HasSubstr("multiples of 32"));
}

TEST_F(EngineSizes, EngineBlendsLargePhotosAndNoOthers) {
  const auto blends = Create(96);
  EXPECT_EQ(engine_->info().blend_threshold, 0);
  EXPECT_EQ(blends->info().blend_threshold, 96);
  const auto same = [&](int width, int height) {
    const Bitmap rgb = Photo(width, height);
    return engine_->Infer(rgb).value().data == blends->Infer(rgb).value().data;
  };
  EXPECT_FALSE(same(128, 160));
  EXPECT_TRUE(same(96, 160));
  EXPECT_TRUE(same(160, 96));
  EXPECT_TRUE(same(128, 128));
}

}  // namespace
}  // namespace prewarm::inspyrenet
