#include "inference-server/importer/releases.h"

#include <gtest/gtest.h>

namespace prewarm {
namespace {

TEST(Releases, AreKnownByTheirMd5) {
  const auto base = ReleaseByMd5("d692e3dd5fa1b9658949d452bebf1cda");
  ASSERT_TRUE(base.has_value());
  EXPECT_EQ(base->Title(), "transparent-background 1.2.12, ckpt_base.pth");
  EXPECT_EQ(base->architecture, "inspyrenet-base");
  EXPECT_FALSE(ReleaseByMd5(std::string(32, '0')).has_value());
}

TEST(Releases, OneWithoutAnMd5IsNotFoundByNone) {
  ASSERT_TRUE(ReleaseFor("inspyrenet-base-nightly").has_value());
  EXPECT_EQ(ReleaseFor("inspyrenet-base-nightly")->md5, "");
  EXPECT_FALSE(ReleaseByMd5("").has_value());
}

TEST(Releases, HaveOneFileForEachArchitecture) {
  for (const char* kind : {"base", "fast", "base-nightly"}) {
    const auto release = ReleaseFor(std::string("inspyrenet-") + kind);
    ASSERT_TRUE(release.has_value()) << kind;
    EXPECT_EQ(ReleaseByFile(release->file)->architecture,
              release->architecture);
    EXPECT_EQ(release->url.substr(0, 19), "https://github.com/");
    EXPECT_EQ(release->url.substr(release->url.size() - release->file.size()),
              release->file);
  }
  EXPECT_FALSE(ReleaseFor("isnet").has_value());
}

constexpr char kBase[] = "d692e3dd5fa1b9658949d452bebf1cda";
constexpr char kOther[] = "00000000000000000000000000000000";

TEST(Releases, OutputNamesTheReleaseOrTheMd5) {
  EXPECT_EQ(DescribeRelease(kBase),
            "transparent-background 1.2.12, ckpt_base.pth");
  EXPECT_NE(DescribeRelease(kOther).find(kOther), std::string::npos);
}

TEST(Releases, NameOfOneWithOtherBytesIsWarnedOf) {
  for (const char* file : {"ckpt_base.pth", "ckpt_fast.pth"}) {
    const std::string warning = ReleaseWarning("inspyrenet-base", file, kOther);
    EXPECT_NE(warning.find(file), std::string::npos) << warning;
    EXPECT_NE(warning.find(kOther), std::string::npos) << warning;
  }
  EXPECT_EQ(ReleaseWarning("inspyrenet-base", "ckpt_base.pth", kBase), "");
  // Of these no md5 is known.
  for (const char* file : {"", "mine.pth", "ckpt_base_nightly.pth"}) {
    EXPECT_EQ(ReleaseWarning("inspyrenet-base-nightly", file, kOther), "");
  }
}

TEST(Releases, WeightsOfAnotherArchitectureAreWarnedOf) {
  EXPECT_NE(ReleaseWarning("inspyrenet-fast", "", kBase), "");
  EXPECT_NE(ReleaseWarning("inspyrenet-fast", "ckpt_base.pth", kBase), "");
}

}  // namespace
}  // namespace prewarm
