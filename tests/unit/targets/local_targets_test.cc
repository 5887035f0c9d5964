#include "warmup-controller/targets/local_targets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/targets/fake_machine.h"
#include "warmup-controller/targets/fixed_url_target.h"

namespace prewarm {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Policy PolicyFor(const std::string& kind, const std::string& name,
                 int most = 1) {
  Policy policy;
  policy.name = "for-" + name;
  policy.source = "dir/shop.yaml";
  policy.target = {"", kind, name};
  policy.max_replicas = most;
  return policy;
}

LocalProcess ProcessNamed(const std::string& name) {
  LocalProcess process;
  process.name = name;
  process.source = "dir/shop.yaml";
  process.command = {"serve", "{port}"};
  process.first_port = 9000;
  process.last_port = 9001;
  process.log_directory = "logs";
  return process;
}

FixedUrls UrlsNamed(const std::string& name) {
  FixedUrls fixed;
  fixed.name = name;
  fixed.urls = {"http://a:1", "http://b:2/base"};
  return fixed;
}

std::string Wrong(const Declarations& declarations) {
  const Status checked = CheckTargets(declarations);
  return checked.ok() ? "" : checked.error().message;
}

TEST(UrlOfTest, PortIsANameOrANumberOrTheOnlyOne) {
  InstanceSeen one;
  one.urls = {{"", "http://[::1]:80/base"}, {"admin", "http://x:81"}};
  EXPECT_EQ(UrlOf(one, "admin"), "http://x:81");
  EXPECT_EQ(UrlOf(one, "http"), "http://[::1]:80/base");
  EXPECT_EQ(UrlOf(one, "9000"), "http://[::1]:9000/base");
  one.urls = {{"", "http://host"}};
  EXPECT_EQ(UrlOf(one, "9000"), "http://host:9000");
  one.urls = {{"", "http://[fe80::1]"}};
  EXPECT_EQ(UrlOf(one, "9000"), "http://[fe80::1]:9000");
  EXPECT_EQ(UrlOf({}, "9000"), "");
}

TEST(FixedUrlTargetTest, OnlySoManyAreLookedAtAsAreAskedFor) {
  FixedUrlTarget target(UrlsNamed("cloud"));
  EXPECT_THAT(target.Observe().instances, IsEmpty());
  EXPECT_TRUE(target.Idle());
  EXPECT_TRUE(target.Scale(1, {}).ok());
  ASSERT_THAT(target.Observe().instances, SizeIs(1));
  EXPECT_EQ(target.Observe().instances[0].id, "cloud-0.0");
  EXPECT_FALSE(target.Idle());
  EXPECT_TRUE(target.Scale(0, {}).ok());
  EXPECT_THAT(target.Observe().instances, IsEmpty());
  EXPECT_TRUE(target.Idle());
}

TEST(FixedUrlTargetTest, MoreThanTheUrlsIsTrouble) {
  FixedUrlTarget target(UrlsNamed("cloud"));
  EXPECT_TRUE(target.Scale(3, {}).ok());
  EXPECT_THAT(target.Observe().instances, SizeIs(2));
  EXPECT_EQ(target.Observe().trouble,
            "3 instances are asked for; spec.urls has 2");
  EXPECT_TRUE(target.Scale(2, {}).ok());
  EXPECT_EQ(target.Observe().trouble, "");
}

TEST(FixedUrlTargetTest, EachHasItsAdminUrlWhereTheyAreDeclared) {
  FixedUrls declared = UrlsNamed("cloud");
  declared.admin_urls = {"http://a:9", "http://b:9"};
  FixedUrlTarget target(declared);
  EXPECT_TRUE(target.Scale(2, {}).ok());
  const TargetView view = target.Observe();
  ASSERT_THAT(view.instances, SizeIs(2));
  EXPECT_EQ(UrlOf(view.instances[1], "admin"), "http://b:9");
  EXPECT_EQ(UrlOf(view.instances[1], ""), "http://b:2/base");
}

TEST(FixedUrlTargetTest, NobodyHereCanReplaceOne) {
  FixedUrlTarget target(UrlsNamed("cloud"));
  EXPECT_TRUE(target.Scale(1, {}).ok());
  const Status replaced = target.Replace("cloud-0.0");
  ASSERT_FALSE(replaced.ok());
  EXPECT_EQ(replaced.error().code, ErrorCode::kUnavailable);
}

TEST(CheckTargetsTest, MissingAmbiguousAndTooSmallOnesAreAllTold) {
  Declarations all;
  all.local_processes = {ProcessNamed("a"), ProcessNamed("both")};
  all.fixed_urls = {UrlsNamed("u"), UrlsNamed("both")};
  all.policies = {PolicyFor("LocalProcess", "a", 2),
                  PolicyFor("FixedUrls", "u", 2), PolicyFor("Deployment", "a"),
                  PolicyFor("FixedUrls", "both"),
                  PolicyFor("LocalProcess", "both")};
  EXPECT_EQ(Wrong(all), "");
  all.policies = {
      PolicyFor("LocalProcess", "a", 3), PolicyFor("FixedUrls", "u", 3),
      PolicyFor("Deployment", "none"), PolicyFor("LocalProcess", "u"),
      PolicyFor("Deployment", "both")};
  const std::string wrong = Wrong(all);
  EXPECT_THAT(wrong, HasSubstr("dir/shop.yaml: policy default/for-a: "
                               "spec.replicas.max is 3, but default/a has "
                               "ports for 2"));
  EXPECT_THAT(wrong, HasSubstr("default/u has URLs for 2"));
  EXPECT_THAT(wrong, HasSubstr("no LocalProcess or FixedUrls default/none"));
  EXPECT_THAT(wrong, HasSubstr("no LocalProcess default/u"));
  EXPECT_THAT(wrong, HasSubstr("refer to one by its kind"));
}

TEST(LocalTargetsTest, OnePolicyServesLaptopAndCluster) {
  Declarations all;
  all.local_processes = {ProcessNamed("a")};
  all.policies = {PolicyFor("Deployment", "a"), PolicyFor("LocalProcess", "a")};
  ResolveTargets(&all);
  EXPECT_EQ(all.policies[0].target.kind, "LocalProcess");
  FakeMachine machine;
  HandClock clock;
  LocalTargets targets(&machine, &clock);
  EXPECT_THAT(targets.Make(all), SizeIs(1));
}

TEST(LocalTargetsTest, WhatIsDeclaredTheSameStaysTheSameObject) {
  FakeMachine machine;
  HandClock clock;
  LocalTargets targets(&machine, &clock);
  Declarations all;
  all.local_processes = {ProcessNamed("a"), ProcessNamed("b")};
  all.policies = {PolicyFor("LocalProcess", "a"),
                  PolicyFor("LocalProcess", "b")};
  const auto first = targets.Make(all);
  all.local_processes[1].command.emplace_back("--more");
  const auto second = targets.Make(all);
  EXPECT_EQ(first.at("default/LocalProcess/a"),
            second.at("default/LocalProcess/a"));
  EXPECT_NE(first.at("default/LocalProcess/b"),
            second.at("default/LocalProcess/b"));
}

TEST(LocalTargetsTest, ArgumentIsNotTakenForAVariable) {
  FakeMachine machine;
  HandClock clock;
  LocalTargets targets(&machine, &clock);
  Declarations all;
  all.local_processes = {ProcessNamed("a")};
  all.policies = {PolicyFor("LocalProcess", "a")};
  all.local_processes[0].command = {"serve", "A", "b"};
  const auto first = targets.Make(all);
  all.local_processes[0].command = {"serve"};
  all.local_processes[0].environment = {{"A", "b"}};
  EXPECT_NE(first.at("default/LocalProcess/a"),
            targets.Make(all).at("default/LocalProcess/a"));
}

TEST(LocalTargetsTest, IdsDoNotComeAgainAfterAnotherDeclaration) {
  FakeMachine machine;
  HandClock clock;
  LocalTargets targets(&machine, &clock);
  Declarations all;
  all.local_processes = {ProcessNamed("a")};
  all.policies = {PolicyFor("LocalProcess", "a")};
  const auto id = [&] {
    const auto made = targets.Make(all);
    Target& target = *made.at("default/LocalProcess/a");
    EXPECT_TRUE(target.Scale(1, {}).ok());
    const TargetView view = target.Observe();
    return view.instances.empty() ? "" : view.instances.front().id;
  };
  EXPECT_EQ(id(), "a-0.0");
  all.local_processes[0].command.emplace_back("--more");
  EXPECT_EQ(id(), "a-0.1");
}

TEST(LocalTargetsTest, PathsAreThoseOfTheFilesFolder) {
  FakeMachine machine;
  HandClock clock;
  LocalTargets targets(&machine, &clock);
  Declarations all;
  all.local_processes = {ProcessNamed("a")};
  all.policies = {PolicyFor("LocalProcess", "a")};
  const auto made = targets.Make(all);
  Target& target = *made.at("default/LocalProcess/a");
  ASSERT_TRUE(target.Scale(1, {}).ok());
  (void)target.Observe();
  ASSERT_THAT(machine.starts, SizeIs(1));
  EXPECT_EQ(machine.starts[0].log_file, "dir/logs/a-0.log");
}

}  // namespace
}  // namespace prewarm
