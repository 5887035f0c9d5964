#include "warmup-controller/policy/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "warmup-controller/policy/nearest.h"

namespace prewarm {
namespace {

using testing::HasSubstr;

TEST(Names, LabelIsOfSixtyThreeLowerCaseCharacters) {
  EXPECT_TRUE(CheckLabelName("a").ok());
  EXPECT_TRUE(CheckLabelName("0-a-9").ok());
  EXPECT_TRUE(CheckLabelName(std::string(63, 'a')).ok());
  for (const std::string& name :
       {std::string(), std::string("A"), std::string("-a"), std::string("a-"),
        std::string("a.b"), std::string("a_b"), std::string("\u00e4"),
        std::string("a b"), std::string(64, 'a')}) {
    EXPECT_FALSE(CheckLabelName(name).ok()) << name;
  }
}

TEST(Names, SubdomainIsLabelsWithDots) {
  EXPECT_TRUE(CheckSubdomainName("a.b-c.d").ok());
  for (const char* name : {"", ".", "a.", ".a", "a..b", "a.-b"}) {
    EXPECT_FALSE(CheckSubdomainName(name).ok()) << name;
  }
  std::string longest = std::string(63, 'a');
  for (int i = 0; i < 3; ++i) longest += "." + std::string(63, 'a');
  EXPECT_FALSE(CheckSubdomainName(longest).ok());
  EXPECT_TRUE(CheckSubdomainName(longest.substr(0, 253)).ok());
}

TEST(Names, PortHasALetterAndAtMostFifteen) {
  EXPECT_TRUE(CheckPortName("admin").ok());
  EXPECT_TRUE(CheckPortName("http-2").ok());
  EXPECT_FALSE(CheckPortName("8080").ok());
  EXPECT_FALSE(CheckPortName("sixteen-letters-").ok());
  EXPECT_FALSE(CheckPortName("sixteen-letters1").ok());
}

TEST(Names, ConfigMapKeyMayBeAFileName) {
  EXPECT_TRUE(CheckConfigMapKey("de_DE.ics").ok());
  for (const char* key : {"", ".", "..", "a/b", "a b"}) {
    EXPECT_FALSE(CheckConfigMapKey(key).ok()) << key;
  }
}

TEST(Names, ErrorSaysWhatWasGot) {
  EXPECT_THAT(CheckLabelName("Shop").error().message,
              HasSubstr("got \"Shop\", expected 1 to 63 lower-case"));
}

TEST(Suggestion, IsTheNearestKnownWord) {
  EXPECT_EQ(Suggestion("timezone", {"windows", "timeZone"}),
            "did you mean timeZone?");
  EXPECT_EQ(Suggestion("untill", {"from", "until"}), "did you mean until?");
  EXPECT_EQ(Suggestion("tow", {"from", "to"}), "did you mean to?");
}

TEST(Suggestion, ListsAllWhereNoneIsNear) {
  EXPECT_EQ(Suggestion("colour", {"from", "to"}), "expected one of from, to");
  EXPECT_EQ(Suggestion("", {"from", "to"}), "expected one of from, to");
  EXPECT_EQ(Suggestion(std::string(5000, 'x'), {"to"}), "expected to");
}

}  // namespace
}  // namespace prewarm
