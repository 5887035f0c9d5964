#include "inference-server/api/accept.h"

#include <gtest/gtest.h>

#include <string>

namespace prewarm {
namespace {

constexpr char kPng[] = "image/png";

TEST(Accept, EverythingIsWelcomeWithoutAHeader) {
  EXPECT_EQ(AcceptWeight("", kPng), 1);
}

TEST(Accept, WhatIsNotListedIsNotWelcome) {
  EXPECT_EQ(AcceptWeight("text/html", kPng), 0);
  EXPECT_EQ(AcceptWeight("image/pn, image/pngx, imag/*, image*, */", kPng), 0);
  EXPECT_EQ(AcceptWeight(",, ;q=1, ", kPng), 0);
}

// The example of RFC 9110, in our types.
TEST(Accept, MostSpecificRangeCountsWhateverTheOrder) {
  for (const char* accept : {"image/png;q=0.7, image/*;q=0.3, */*;q=0.5",
                             "*/*;q=0.5, image/*;q=0.3, image/png;q=0.7"}) {
    EXPECT_EQ(AcceptWeight(accept, kPng), 0.7);
    EXPECT_EQ(AcceptWeight(accept, "image/webp"), 0.3);
    EXPECT_EQ(AcceptWeight(accept, "application/json"), 0.5);
  }
}

TEST(Accept, CaseAndBlanksDoNotMatter) {
  EXPECT_EQ(AcceptWeight(" Image/PNG ; charset=x ; Q=0.5 ,a/b", kPng), 0.5);
}

TEST(Accept, WhatIsNoWeightCountsAsOne) {
  for (const char* q : {"q=2", "q=-1", "q=", "q=x", "q=0.5x", "q=nan"}) {
    EXPECT_EQ(AcceptWeight(std::string("image/png;") + q, kPng), 1) << q;
  }
  EXPECT_EQ(AcceptWeight("image/png;q=0", kPng), 0);
}

TEST(Accept, JsonMustBePreferredToThePicture) {
  EXPECT_TRUE(PrefersJson("application/json", kPng));
  EXPECT_TRUE(PrefersJson("application/*", kPng));
  EXPECT_TRUE(PrefersJson("application/json, */*;q=0.1", kPng));
  EXPECT_TRUE(PrefersJson("application/json, image/webp", kPng));
  EXPECT_FALSE(PrefersJson("", kPng));
  EXPECT_FALSE(PrefersJson("*/*", kPng));
  EXPECT_FALSE(PrefersJson("text/html", kPng));
  // What axios sends with every request.
  EXPECT_FALSE(PrefersJson("application/json, text/plain, */*", kPng));
  EXPECT_FALSE(PrefersJson("application/json, image/*", kPng));
  EXPECT_FALSE(PrefersJson("application/json;q=0, */*;q=0", kPng));
}

}  // namespace
}  // namespace prewarm
