#include "common/base/placed_errors.h"

#include <gtest/gtest.h>

namespace prewarm {
namespace {

TEST(PlacedErrors, AreToldInTheOrderOfPlaces) {
  PlacedErrors errors("f.yaml");
  EXPECT_TRUE(errors.empty());
  errors.Add({10, 1}, "b", "second");
  errors.Add({2, 11}, "a.b", "first");
  errors.Add({10, 1}, "", "third");
  EXPECT_EQ(errors.ToString(),
            "f.yaml:2:11 a.b: first\nf.yaml:10:1 b: second\nf.yaml:10:1 third");
}

TEST(PlacedErrors, WholeTextHasNoLine) {
  PlacedErrors errors("f.yaml");
  errors.Add({}, "", "too large");
  EXPECT_EQ(errors.ToString(), "f.yaml: too large");
}

}  // namespace
}  // namespace prewarm
