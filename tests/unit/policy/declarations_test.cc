// Documents of several kinds side by side.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/policy/policies.h"

namespace prewarm {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

std::string Head(const std::string& kind, const std::string& name) {
  return "---\napiVersion: prewarm.dev/v1alpha1\nkind: " + kind +
         "\nmetadata: {name: " + name + ", namespace: shop}\nspec:\n";
}
std::string PolicyNamed(const std::string& name) {
  return Head("PrewarmPolicy", name) +
         "  targetRef: {kind: Deployment, name: a}\n"
         "  intent: {enabled: true}\n";
}
std::string ProcessNamed(const std::string& name) {
  return Head("LocalProcess", name) +
         "  command: [serve, \"{port}\"]\n"
         "  ports: {from: 9000, to: 9009}\n";
}
std::string UrlsNamed(const std::string& name) {
  return Head("FixedUrls", name) + "  urls: [\"http://" + name + "\"]\n";
}

TEST(Declarations, EachKindKeepsItsOrder) {
  const auto all =
      ReadDeclarations({{"1.yaml", ProcessNamed("b") + PolicyNamed("p") +
                                       UrlsNamed("u") + ProcessNamed("a")},
                        {"2.yaml", UrlsNamed("t")}});
  ASSERT_TRUE(all.ok()) << all.error().message;
  ASSERT_THAT(all->policies, SizeIs(1));
  ASSERT_THAT(all->local_processes, SizeIs(2));
  EXPECT_EQ(all->local_processes[0].name, "b");
  EXPECT_EQ(all->local_processes[1].name, "a");
  ASSERT_THAT(all->fixed_urls, SizeIs(2));
  EXPECT_EQ(all->fixed_urls[1].source, "2.yaml");
}

TEST(Declarations, PoliciesAreReadBesideOtherKinds) {
  const auto policies =
      ReadPolicies({{"1.yaml", ProcessNamed("a") + PolicyNamed("p")},
                    {"2.yaml", UrlsNamed("a")}});
  ASSERT_TRUE(policies.ok()) << policies.error().message;
  ASSERT_THAT(*policies, SizeIs(1));
  EXPECT_EQ(policies->front().name, "p");
}

TEST(Declarations, NamesAreUniquePerKindAndNamespace) {
  const std::string one_each =
      PolicyNamed("a") + ProcessNamed("a") + UrlsNamed("a");
  EXPECT_TRUE(ReadDeclarations({{"1.yaml", one_each}}).ok());
  const auto twice = ReadDeclarations(
      {{"1.yaml", one_each}, {"2.yaml", UrlsNamed("a") + ProcessNamed("a")}});
  ASSERT_FALSE(twice.ok());
  EXPECT_EQ(twice.error().message,
            "2.yaml:4:18 metadata.name: got \"shop/a\", which 1.yaml:18 "
            "declares already; give one of them another name\n"
            "2.yaml:10:18 metadata.name: got \"shop/a\", which 1.yaml:11 "
            "declares already; give one of them another name");
}

TEST(Declarations, MissingTargetIsNotTheReadersBusiness) {
  EXPECT_TRUE(ReadDeclarations({{"1.yaml", PolicyNamed("a")}}).ok());
}

TEST(Declarations, KindThatIsNearlyOneIsCorrected) {
  EXPECT_THAT(ErrorsOf(Head("FixedUrl", "a") + "  urls: []\n"),
              HasSubstr("kind: got \"FixedUrl\", did you mean FixedUrls?"));
}

}  // namespace
}  // namespace prewarm
