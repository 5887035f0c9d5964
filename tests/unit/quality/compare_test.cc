// The whole comparison, with engines that say what a test wants.
#include "inference-server/quality/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "inference-server/imaging/encode.h"
#include "inference-server/quality/compare_command.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_model.h"
#include "tests/unit/quality/mattes.h"

namespace prewarm::quality {
namespace {

using testing::HasSubstr;

// A gives the luminance of a picture, B what `change` makes of it.
class CompareTest : public testing::Test {
 protected:
  CompareTest() {
    PublishTestModel(dir_.path(), 64, "a");
    PublishTestModel(dir_.path(), 64, "b");
    arguments_.a = "a";
    arguments_.b = "b@fp32";
    arguments_.images = dir_.File("images");
    arguments_.store = dir_.path();
    arguments_.open_engine = [this]() -> Result<EngineFactory*> {
      return &factory_;
    };
    // The engine that was created second is B's.
    factory_.on_create = [this](const EngineOptions& options) -> Status {
      if (options.model == "b") factory_.on_infer = change_;
      return Ok{};
    };
  }

  // A picture whose matte is a white box on black.
  void Picture(const std::string& name, int right) {
    const Bitmap box = Box(64, 64, 16, 16, right, 48);
    Bitmap rgb = MakeBitmap(64, 64, 3);
    for (std::size_t i = 0; i < rgb.data.size(); ++i) {
      rgb.data[i] = box.data[i / 3];
    }
    dir_.Write("images/" + name, *Encode(rgb, {}));
  }

  int Run() {
    out_.str("");
    err_.str("");
    return RunCompare(arguments_, out_, err_);
  }

  static Result<Plane> Nothing(const Bitmap& rgb) {
    return MakePlane(rgb.width, rgb.height);
  }

  TempDir dir_;
  FakeEngineFactory factory_;
  std::function<Result<Plane>(const Bitmap&)> change_;
  CompareArguments arguments_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(CompareTest, OfEqualModelsIsPerfect) {
  Picture("one.png", 48);
  EXPECT_EQ(Run(), 0) << err_.str();
  EXPECT_THAT(out_.str(), HasSubstr("A  a@fp32, the reference\nB  b@fp32\n"));
  EXPECT_THAT(out_.str(), HasSubstr("MAE         0.00000  0.00000  -\n"));
  EXPECT_THAT(out_.str(), HasSubstr("S-measure   1.00000  1.00000  -\n"));
  EXPECT_EQ(err_.str(), "");
}

TEST_F(CompareTest, FindsThePictureInWhichTheyDifferMost) {
  Picture("large.png", 48);
  Picture("small.png", 20);
  change_ = Nothing;
  EXPECT_EQ(Run(), 0) << err_.str();
  // 32 x 32 and 4 x 32 of 64 x 64 pixels.
  EXPECT_THAT(out_.str(), HasSubstr("MAE         0.14062  0.25000  large.png"));
  // B is judged by A: the other way round the truth would be empty, and this 0.
  EXPECT_THAT(out_.str(), HasSubstr("max F       0.17129  0.04025  small.png"));
}

TEST_F(CompareTest, JudgesBothByTheTruth) {
  Picture("one.png", 48);
  dir_.Write("truth/one.png", *Encode(Box(64, 64, 16, 16, 48, 48), {}));
  arguments_.truth = dir_.File("truth");
  change_ = Nothing;
  EXPECT_EQ(Run(), 0) << err_.str();
  EXPECT_THAT(out_.str(),
              HasSubstr("IoU         1.00000  1.00000  0.00000  0.00000  one"));
}

TEST_F(CompareTest, NamesAndCountsWhatItSkips) {
  Picture("good.png", 48);
  dir_.Write("images/bad\x1b.jpg", "no picture");
  EXPECT_EQ(Run(), 0);
  EXPECT_THAT(err_.str(), HasSubstr("skipped bad?.jpg: The file looks like"));
  EXPECT_THAT(out_.str(), HasSubstr("1 picture, 1 skipped"));
}

TEST_F(CompareTest, WithoutAnyReadablePictureFails) {
  dir_.Write("images/bad.jpg", "no picture");
  arguments_.out = dir_.File("report.html");
  EXPECT_EQ(Run(), 1);
  EXPECT_THAT(err_.str(), HasSubstr("none of 1 pictures"));
  EXPECT_EQ(out_.str(), "");
  EXPECT_FALSE(std::filesystem::exists(dir_.File("report.html")));
  EXPECT_FALSE(std::filesystem::exists(dir_.File("report.html.part")));
}

TEST_F(CompareTest, EndsWhereAnEngineFailsAndNamesThePicture) {
  Picture("one.png", 48);
  change_ = [](const Bitmap&) -> Result<Plane> {
    return MakeError(ErrorCode::kInternal, "broken");
  };
  EXPECT_EQ(Run(), 1);
  EXPECT_THAT(err_.str(), HasSubstr("b@fp32 failed at one.png: broken"));
}

TEST_F(CompareTest, WritesThePageOnlyWhenItIsDone) {
  Picture("one.png", 48);
  arguments_.out = dir_.Write("report.html", "earlier");
  change_ = [this](const Bitmap& rgb) {
    EXPECT_EQ(TempDir::Read(arguments_.out), "earlier");
    return Nothing(rgb);
  };
  EXPECT_EQ(Run(), 0) << err_.str();
  const std::string page = TempDir::Read(arguments_.out);
  EXPECT_THAT(page, HasSubstr("<h3><bdi>one.png</bdi>, MAE 0.25000</h3>"));
  EXPECT_EQ(page.substr(page.size() - 8), "</html>\n");
  EXPECT_FALSE(std::filesystem::exists(arguments_.out + ".part"));
}

TEST_F(CompareTest, SaysBeforeTheWorkThatThePageCanNotBeWritten) {
  Picture("one.png", 48);
  factory_.on_create = [](const EngineOptions&) -> Status {
    ADD_FAILURE() << "worked";
    return Ok{};
  };
  arguments_.out = dir_.File("gone/report.html");
  EXPECT_EQ(Run(), 1);
  EXPECT_THAT(err_.str(), HasSubstr("--out"));
}

TEST_F(CompareTest, EndsWith2ForAWrongArgument) {
  Picture("one.png", 48);
  arguments_.b = "b@int4";
  EXPECT_EQ(Run(), 2);
  EXPECT_THAT(err_.str(), HasSubstr("the precision is auto, fp32"));
}

TEST_F(CompareTest, NamesTheFolderThatIsMissing) {
  EXPECT_EQ(Run(), 1);
  EXPECT_THAT(err_.str(), HasSubstr("--images DIR"));
  Picture("one.png", 48);
  arguments_.truth = dir_.File("gone");
  EXPECT_EQ(Run(), 1);
  EXPECT_THAT(err_.str(), HasSubstr("--truth"));
}

TEST_F(CompareTest, ShowsProgressOnlyWhereAsked) {
  Picture("one.png", 48);
  arguments_.show_progress = true;
  EXPECT_EQ(Run(), 0);
  EXPECT_THAT(err_.str(), HasSubstr("1/1"));
}

}  // namespace
}  // namespace prewarm::quality
