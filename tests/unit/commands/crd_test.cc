// `warmup-controller crd`, as far as it needs no cluster.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/commands/command.h"
#include "warmup-controller/kube/definition.h"
#include "warmup-controller/kube/yaml_object.h"

namespace prewarm {
namespace {

using testing::HasSubstr;

using CrdCommandTest = CommandTest;

TEST_F(CrdCommandTest, PrintsTheDefinition) {
  const Outcome outcome = Run({"crd"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "");
  const auto object = kube::ObjectOfYaml(outcome.out);
  ASSERT_TRUE(object.ok()) << object.error().message;
  EXPECT_EQ(kube::TextAt(*object, {"metadata", "name"}),
            "prewarmpolicies.prewarm.dev");
  EXPECT_THAT(outcome.out, HasSubstr("x-kubernetes-validations"));
  EXPECT_THAT(kube::WriteJson(kube::WithoutRules(*object)),
              testing::Not(HasSubstr("x-kubernetes-validations")));
}

TEST_F(CrdCommandTest, KubeconfigThatIsNotThereIsNamed) {
  const Outcome outcome = Run({"crd", "--apply", "--kubeconfig", Path("none")});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.err, HasSubstr("none"));
}

}  // namespace
}  // namespace prewarm
