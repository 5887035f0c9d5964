#include "inference-server/parity/infer_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "tests/support/test_model.h"

namespace prewarm::parity {
namespace {

using testing::HasSubstr;

// The matte is the first channel, the stage "s0" the whole input.
class TracingEngine : public Engine {
 public:
  explicit TracingEngine(EngineInfo info) : info_(std::move(info)) {}
  const EngineInfo& info() const override { return info_; }
  Result<Plane> Infer(const Bitmap& rgb) override {
    return LuminanceMatte(rgb);
  }
  Result<Tensors> Trace(const Array& input,
                        const std::vector<std::string>& stages) override {
    Tensors found;
    Array& matte = found[kMatteTensor];
    matte.shape = {1, 1, input.shape[2], input.shape[3]};
    matte.values.assign(
        input.values.begin(),
        std::next(input.values.begin(),
                  static_cast<std::ptrdiff_t>(input.values.size() / 3)));
    for (const std::string& stage : stages) found[stage] = input;
    return found;
  }

 private:
  const EngineInfo info_;
};

class TracingFactory : public FakeEngineFactory {
 public:
  bool traces = true;
  std::string precision = "fp32";
  EngineOptions seen;

  Result<std::unique_ptr<Engine>> Create(
      const EngineOptions& options) override {
    seen = options;
    if (!traces) return FakeEngineFactory::Create(options);
    PREWARM_ASSIGN_OR_RETURN(EngineInfo info, Plan(options));
    info.precision = precision;
    return std::unique_ptr<Engine>(
        std::make_unique<TracingEngine>(std::move(info)));
  }
};

class InferCommand : public testing::Test {
 protected:
  InferCommand() {
    folder_ = testing::TempDir() + "infer_XXXXXX";
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
    PublishTestModel(folder_ + "/store");
    Write("in.npy", FormatNpy(input_));
    arguments_.store = folder_ + "/store";
    arguments_.model = "isnet";
    arguments_.in = folder_ + "/in.npy";
    arguments_.out = folder_ + "/out.npy";
    arguments_.open_engine = [this]() -> Result<EngineFactory*> {
      return &factory_;
    };
  }
  ~InferCommand() override { std::filesystem::remove_all(folder_); }

  void Write(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << bytes;
  }
  Array Read(const std::string& name) const {
    std::ifstream file(folder_ + "/" + name, std::ios::binary);
    std::stringstream bytes;
    bytes << file.rdbuf();
    auto array = ParseNpy(bytes.str());
    EXPECT_TRUE(array.ok()) << name;
    return array.ok() ? *array : Array{};
  }
  bool Exists(const std::string& name) const {
    return std::filesystem::exists(folder_ + "/" + name);
  }
  // Its exit status; what it says is in said_.
  int Run() {
    std::ostringstream out;
    std::ostringstream err;
    const int status = RunInfer(arguments_, out, err);
    said_ = out.str() + err.str();
    return status;
  }

  const Array input_ = {{1, 3, 1, 2}, {1, 2, 3, 4, 5, 6}};
  std::string folder_;
  std::string said_;
  TracingFactory factory_;
  InferArguments arguments_;
};

TEST_F(InferCommand, WritesTheMatteAndEachStageBesideIt) {
  arguments_.stages = {"s0"};
  EXPECT_EQ(Run(), 0) << said_;
  EXPECT_EQ(Read("out.npy").values, (std::vector<float>{1, 2}));
  EXPECT_EQ(Read("out.s0.npy").values, input_.values);
  EXPECT_EQ(Read("out.s0.npy").shape, input_.shape);
  EXPECT_THAT(said_, HasSubstr("out.npy  1x1x1x2  1 to 2\n"));
}

TEST_F(InferCommand, PassesOnWhatTheNetworkIsLaidOutFor) {
  arguments_.base_size = "128x96";
  arguments_.original_steps = true;
  arguments_.blend_threshold = 512;
  EXPECT_EQ(Run(), 0) << said_;
  EXPECT_EQ(factory_.seen.base_height, 128);
  EXPECT_EQ(factory_.seen.base_width, 96);
  EXPECT_TRUE(factory_.seen.original_steps);
  EXPECT_EQ(factory_.seen.blend_threshold, 512);
}

TEST_F(InferCommand, BadArgumentsAreTheCallersFault) {
  for (const char* size : {"128", "128x", "x128", "0x128", "128x-1", "1x2x3"}) {
    arguments_.base_size = size;
    EXPECT_EQ(Run(), 2) << size;
    EXPECT_THAT(said_, HasSubstr(size));
  }
  arguments_.base_size.clear();
  arguments_.precision = "fp8";
  EXPECT_EQ(Run(), 2);
  EXPECT_THAT(said_, HasSubstr("give fp32, bf16, fp16 or int8"));
  EXPECT_FALSE(Exists("out.npy"));
}

TEST_F(InferCommand, FileThatIsNoArrayIsNamed) {
  Write("in.npy", "no array");
  EXPECT_EQ(Run(), 1);
  EXPECT_THAT(said_, HasSubstr("in.npy: "));
  arguments_.in = folder_ + "/missing.npy";
  EXPECT_EQ(Run(), 1);
  EXPECT_THAT(said_, HasSubstr("missing.npy"));
}

TEST_F(InferCommand, AnotherPrecisionThanAskedForIsNoAnswer) {
  arguments_.precision = "bf16";
  EXPECT_EQ(Run(), 1);
  EXPECT_THAT(said_, HasSubstr("only in fp32 here; give fp32"));
  EXPECT_FALSE(Exists("out.npy"));
}

TEST_F(InferCommand, EngineThatKeepsItsTensorsNamesOneThatShowsThem) {
  factory_.traces = false;
  EXPECT_EQ(Run(), 1);
  EXPECT_THAT(said_, HasSubstr("--engine torch"));
}

TEST_F(InferCommand, WhatCantBeWrittenLeavesNothingBehind) {
  arguments_.stages = {"s0"};
  std::filesystem::create_directory(folder_ + "/out.s0.npy.part");
  EXPECT_EQ(Run(), 1);
  EXPECT_THAT(said_, HasSubstr("can't write"));
  EXPECT_FALSE(Exists("out.npy"));
  EXPECT_FALSE(Exists("out.npy.part"));
}

TEST_F(InferCommand, UnknownModelIsNotFound) {
  arguments_.model = "other";
  EXPECT_EQ(Run(), 1);
  EXPECT_THAT(said_, HasSubstr("other"));
}

}  // namespace
}  // namespace prewarm::parity
