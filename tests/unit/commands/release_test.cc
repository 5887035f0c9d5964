// `warmup-controller release`, as a person runs it, as far as it needs no
// cluster.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/commands/command.h"

namespace prewarm {
namespace {

using testing::HasSubstr;

using ReleaseCommandTest = CommandTest;

TEST_F(ReleaseCommandTest, WhatIsToBeReleasedHasToBeSaid) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"release"},
        {"release", "--all", "--policy", "shop/a"}}) {
    const Outcome outcome = Run(arguments);
    EXPECT_EQ(outcome.status, 2);
    EXPECT_THAT(outcome.err,
                HasSubstr("either --all or --policy NAMESPACE/NAME"));
  }
}

TEST_F(ReleaseCommandTest, PolicyHasANamespaceAndAName) {
  for (const char* name : {"a", "/a", "shop/", "shop/a/b"}) {
    const Outcome outcome = Run({"release", "--policy", name});
    EXPECT_EQ(outcome.status, 2) << name;
    EXPECT_THAT(outcome.err, HasSubstr("expected NAMESPACE/NAME")) << name;
  }
}

TEST_F(ReleaseCommandTest, KubeconfigThatIsNotThereIsNamed) {
  const Outcome outcome =
      Run({"release", "--all", "--kubeconfig", Path("none")});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.err, HasSubstr("none"));
}

}  // namespace
}  // namespace prewarm
