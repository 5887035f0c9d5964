#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "inference-server/imaging/child_process.h"
#include "tests/unit/imaging_decode/expect.h"
#include "tests/unit/imaging_decode/samples.h"

namespace prewarm {
namespace {

using testing::HasSubstr;

class HeifTest : public testing::TestWithParam<bool> {
 protected:
  samples::HeifOptions options_ = [] {
    samples::HeifOptions options;
    options.avif = GetParam();
    return options;
  }();
  const Bitmap bitmap_ = samples::Gradient(80, 64);
};

TEST_P(HeifTest, PictureIsDecodedInTheChild) {
  const DecodedImage image = MustDecode(samples::Heif(bitmap_, options_));
  EXPECT_EQ(image.format, GetParam() ? ImageFormat::kAvif : ImageFormat::kHeic);
  EXPECT_LE(MaxDifference(image.rgb, bitmap_), 12);
  EXPECT_FALSE(image.alpha.has_value());
}

TEST_P(HeifTest, TenBitsBecomeEight) {
  options_.depth = 10;
  Bitmap grey = bitmap_;
  for (std::size_t i = 0; i < grey.data.size(); ++i) {
    grey.data[i] = bitmap_.data[i / 3 * 3];
  }
  EXPECT_LE(
      MaxDifference(MustDecode(samples::Heif(bitmap_, options_)).rgb, grey), 6);
}

TEST_P(HeifTest, AlphaIsKept) {
  const Bitmap rgba = samples::Gradient(80, 64, 4);
  const DecodedImage image = MustDecode(samples::Heif(rgba, options_));
  ASSERT_TRUE(image.alpha.has_value());
  EXPECT_LE(MaxDifference(*image.alpha, AlphaOf(rgba)), 12);
}

TEST_P(HeifTest, PremultipliedColoursAreDividedByTheirAlpha) {
  options_.premultiplied = true;
  const DecodedImage image = MustDecode(
      samples::Heif(samples::Flat(64, 64, {50, 25, 100, 128}), options_));
  ASSERT_FALSE(image.rgb.data.empty());
  EXPECT_NEAR(image.rgb.data[0], 100, 12);
  EXPECT_NEAR(image.rgb.data[1], 50, 12);
  EXPECT_NEAR(image.rgb.data[2], 199, 12);
}

TEST_P(HeifTest, RotationOfTheContainerIsAppliedOnce) {
  options_.orientation = 6;  // shown a quarter turn clockwise
  const Bitmap shown = MustDecode(samples::Heif(bitmap_, options_)).rgb;
  ASSERT_EQ(shown.width, 64);
  ASSERT_EQ(shown.height, 80);
  for (int c = 0; c < 3; ++c) {  // stored top left is shown top right
    EXPECT_NEAR(shown.row(0)[63 * 3 + c], bitmap_.row(0)[c], 12);
  }
}

TEST_P(HeifTest, DisplayP3BecomesSrgbByProfileAndByNclx) {
  // Display P3 (200, 100, 50) is sRGB (215, 93, 31): by the standards' matrix.
  const Bitmap flat = samples::Flat(64, 64, {200, 100, 50});
  samples::HeifOptions by_profile = options_;
  by_profile.icc = samples::P3Profile();
  samples::HeifOptions by_nclx = options_;
  by_nclx.nclx_primaries = 12;
  for (const auto& options : {by_profile, by_nclx}) {
    const Bitmap rgb = MustDecode(samples::Heif(flat, options)).rgb;
    ASSERT_FALSE(rgb.data.empty());
    EXPECT_NEAR(rgb.data[0], 215, 5);
    EXPECT_NEAR(rgb.data[1], 93, 5);
    EXPECT_NEAR(rgb.data[2], 31, 5);
  }
}

TEST_P(HeifTest, TruncationIsRefusedAsDamage) {
  const std::string file = samples::Heif(bitmap_, options_);
  for (const std::size_t size :
       {file.size() / 4, file.size() / 2, file.size() - file.size() / 8}) {
    EXPECT_EQ(MustRefuse(file.substr(0, size)).code, ErrorCode::kUnprocessable)
        << size;
  }
}

TEST_P(HeifTest, FlippedBytesNeverHarmTheServer) {
  const std::string file = samples::Heif(bitmap_, options_);
  for (std::size_t at = 12; at < file.size(); at += file.size() / 25) {
    std::string damaged = file;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    const auto result = Decode(damaged, DecodeLimits{});
    if (!result.ok()) {
      EXPECT_NE(result.error().code, ErrorCode::kInternal)
          << at << result.error().message;
    }
  }
}

TEST_P(HeifTest, SizeLieIsCaughtByTheChild) {
  std::string file = samples::Heif(bitmap_, options_);
  // Every ispe of 80 x 64 now says 8 x 8.
  const std::string honest("ispe\0\0\0\0\0\0\0\x50\0\0\0\x40", 16);
  const std::string lie("ispe\0\0\0\0\0\0\0\x08\0\0\0\x08", 16);
  std::size_t at = file.find(honest);
  ASSERT_NE(at, std::string::npos);
  for (; at != std::string::npos; at = file.find(honest)) {
    file.replace(at, honest.size(), lie);
  }
  DecodeLimits limits;
  limits.pixels = 100;
  EXPECT_FALSE(Decode(file, limits).ok());
}

INSTANTIATE_TEST_SUITE_P(Codecs, HeifTest, testing::Bool(),
                         [](const auto& info) {
                           return info.param ? "Avif" : "Heic";
                         });

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(HeifChildTest, AddressSpaceLimitRefusesOneRequest) {
  DecodeLimits limits;
  limits.child_bytes = 24 << 20;  // less than the libraries map
  const std::string file = samples::Heif(samples::Gradient(256, 256));
  EXPECT_EQ(MustRefuse(file, limits).code, ErrorCode::kTooLarge);
}
#endif

TEST(ChildProcessTest, ChildOverItsDeadlineIsKilled) {
  auto child = ChildProcess::Start(
      "/bin/sleep", {"600"}, "",
      std::chrono::steady_clock::now() + std::chrono::milliseconds(20));
  ASSERT_TRUE(child.ok()) << child.error().message;
  char byte = 0;
  EXPECT_EQ(child->Read(&byte, 1), ChildProcess::ReadOutcome::kDeadline);
  const int status = child->Stop();
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
}

TEST(ChildProcessTest, ChildReadsItsInputAndItsEndIsSeen) {
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::minutes(5);
  auto child = ChildProcess::Start("/bin/cat", {}, "hello", deadline);
  ASSERT_TRUE(child.ok()) << child.error().message;
  std::string answer(5, '\0');
  EXPECT_EQ(child->Read(answer.data(), 5), ChildProcess::ReadOutcome::kDone);
  EXPECT_EQ(answer, "hello");
  EXPECT_EQ(child->Read(answer.data(), 1), ChildProcess::ReadOutcome::kEnded);
}

TEST(ChildProcessTest, ChildInheritsNoDescriptorAndNoEnvironment) {
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::minutes(5);
  const int leak = open("/dev/null", O_RDONLY);  // not close-on-exec
  ASSERT_GE(leak, 0);
  // The shell itself counts: those of a pipe would come and go.
  auto child = ChildProcess::Start(
      "/bin/sh", {"-c", "env | grep -c PATH; set -- /proc/self/fd/*; echo $#"},
      "", deadline);
  ASSERT_TRUE(child.ok()) << child.error().message;
  std::string answer(4, '\0');
  EXPECT_EQ(child->Read(answer.data(), 4), ChildProcess::ReadOutcome::kDone);
  EXPECT_EQ(answer, "0\n4\n");  // three, and the folder that it lists
  close(leak);
}

TEST(ChildProcessTest, ProgramThatIsNotThereIsAnError) {
  const auto child = ChildProcess::Start("/nowhere/prewarm-none", {}, "", {});
  ASSERT_FALSE(child.ok());
  EXPECT_EQ(child.error().code, ErrorCode::kInternal);
  EXPECT_THAT(child.error().message, HasSubstr("/nowhere/prewarm-none"));
}

}  // namespace
}  // namespace prewarm
