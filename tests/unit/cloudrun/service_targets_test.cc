#include "warmup-controller/cloudrun/service_targets.h"

#include <gtest/gtest.h>

#include "tests/unit/cloudrun/fakes.h"
#include "tests/unit/kube/hand_clock.h"

namespace prewarm::cloudrun {
namespace {

using std::chrono::seconds;

const UsualPlace kUsual = {"p", "l"};
constexpr char kFull[] = "projects/p/locations/l/services/server";

Policy PolicyOf(const std::string& name, const std::string& service,
                const std::string& namespace_name = "shop") {
  Policy policy;
  policy.namespace_name = namespace_name;
  policy.name = name;
  policy.source = name + ".yaml";
  policy.target = {"run.googleapis.com/v2", "CloudRunService", service};
  return policy;
}

Declarations Of(std::vector<Policy> policies) {
  Declarations all;
  all.policies = std::move(policies);
  return all;
}

TEST(ResolveServices, FullAndShortNamesAreOne) {
  Declarations all = Of({PolicyOf("a", "server"), PolicyOf("b", kFull),
                         PolicyOf("c", "projects/q/locations/m/services/x")});
  ASSERT_TRUE(ResolveServices(kUsual, &all).ok());
  EXPECT_EQ(all.policies[0].target.name, "server");
  EXPECT_EQ(all.policies[1].target.name, "server");
  EXPECT_EQ(all.policies[2].target.name, "x.m.q");
}

TEST(ResolveServices, AllThatIsWrongIsToldOnceEach) {
  Policy deployment = PolicyOf("a", "server");
  deployment.target.kind = "Deployment";
  Policy port = PolicyOf("b", "server");
  port.warmup.port = "8081";
  Declarations all = Of({deployment, port, PolicyOf("c", "server"),
                         PolicyOf("d", kFull, "other")});
  const Status done = ResolveServices(kUsual, &all);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().message,
            "a.yaml: policy shop/a: spec.targetRef.kind is Deployment; "
            "`cloudrun` scales CloudRunService alone\n"
            "b.yaml: policy shop/b: spec.warmup.port is 8081; a service of "
            "Cloud Run has one port, leave it out\n"
            "d.yaml: policy other/d: " +
                std::string(kFull) +
                " is scaled by policies of namespace shop already; put them "
                "into the same one");
}

class ServiceTargetsTest : public testing::Test {
 protected:
  ServiceTargetsTest() {
    api_.service.value().name = kFull;
    api_.service.value().uri = "https://s";
    ServiceTargetsParts parts;
    parts.usual = kUsual;
    parts.service = {&api_, &clock_, [] { return 0.0; }};
    parts.samples = {&calls_, &tokens_, &timer_, &clock_, nullptr};
    parts.warmer = &warmer_;
    targets_ = std::make_unique<ServiceTargets>(parts);
  }
  std::shared_ptr<Target> Make(std::vector<Policy> policies) {
    Declarations all = Of(std::move(policies));
    EXPECT_TRUE(ResolveServices(kUsual, &all).ok());
    const auto made = targets_->Make(all);
    const auto found = made.find("shop/CloudRunService/server");
    return found == made.end() ? nullptr : found->second;
  }
  TargetView See(Target* target) {
    for (int i = 0; i < 5; ++i) (void)target->Observe();
    return target->Observe();
  }

  kube::HandClock clock_;
  FakeCalls calls_;
  FakeTokens tokens_;
  Timer timer_;
  FakeAdminApi api_;
  SamplingWarmer warmer_;
  std::unique_ptr<ServiceTargets> targets_;
};

TEST_F(ServiceTargetsTest, TargetHasAPlaceForEachInstance) {
  const auto target = Make({PolicyOf("a", "server")});
  EXPECT_TRUE(See(target.get()).instances.empty());
  ASSERT_TRUE(target->Scale(2, {}).ok());
  const TargetView view = See(target.get());
  ASSERT_EQ(view.instances.size(), 2U);
  EXPECT_EQ(view.instances[0].id, "server-0.0");
  EXPECT_EQ(UrlOf(view.instances[1], "admin"), "https://s");
  ASSERT_EQ(api_.patches.size(), 1U);
  EXPECT_EQ(api_.patches[0].min, 2);
  EXPECT_FALSE(view.hurried);
}

TEST_F(ServiceTargetsTest, PlacesThatComeBackHaveOtherIds) {
  const auto target = Make({PolicyOf("a", "server")});
  ASSERT_TRUE(target->Scale(2, {}).ok());
  (void)See(target.get());
  ASSERT_TRUE(target->Scale(1, {}).ok());
  EXPECT_EQ(See(target.get()).instances.size(), 1U);
  ASSERT_TRUE(target->Scale(2, {}).ok());
  const TargetView view = See(target.get());
  EXPECT_EQ(view.instances[0].id, "server-0.0");
  EXPECT_EQ(view.instances[1].id, "server-1.1");
  EXPECT_FALSE(target->Replace("server-0.0").ok());
  EXPECT_EQ(See(target.get()).instances[0].id, "server-0.2");
}

TEST_F(ServiceTargetsTest, WarmerAnswersForPlacesOfItsTargets) {
  const auto target = Make({PolicyOf("a", "server")});
  ASSERT_TRUE(target->Scale(1, {}).ok());
  (void)See(target.get());
  WarmupRequest request;
  request.url = "https://s/warmup";
  request.target = "shop/CloudRunService/server";
  request.instance = "server-0.0";
  std::optional<Result<WarmupProof>> proof;
  warmer_.WarmUp(request,
                 [&proof](Result<WarmupProof> got) { proof = std::move(got); });
  calls_.AnswerBy("x");
  EXPECT_EQ(proof->value().instance_id, "x");
  std::optional<Result<InstanceHealth>> health;
  warmer_.Look({"", request.target, request.instance},
               [&health](const Result<InstanceHealth>& got) { health = got; });
  EXPECT_TRUE((*health)->ready);
  EXPECT_EQ(See(target.get()).notes.back().condition, "Sampled");
  request.target = "shop/CloudRunService/none";
  warmer_.WarmUp(request,
                 [&proof](Result<WarmupProof> got) { proof = std::move(got); });
  EXPECT_EQ(proof->error().code, ErrorCode::kNotFound);
}

TEST_F(ServiceTargetsTest, SameServiceStaysTheSameTarget) {
  const auto first = Make({PolicyOf("a", "server")});
  EXPECT_EQ(Make({PolicyOf("b", kFull)}), first);
  EXPECT_EQ(Make({}), nullptr);
}

TEST_F(ServiceTargetsTest, LeavingGivesBackWhatWasRaisedForFormerPolicies) {
  const auto target = Make({PolicyOf("old", "server")});
  ASSERT_TRUE(target->Scale(2, {}).ok());
  (void)See(target.get());
  ASSERT_NE(Make({PolicyOf("new", "server")}), nullptr);
  target->Leave();
  const TargetView view = See(target.get());
  EXPECT_TRUE(view.instances.empty());
  EXPECT_EQ(api_.service->min, 0);
  EXPECT_TRUE(target->Idle());
}

TEST_F(ServiceTargetsTest, AbandonedAreThoseThatNobodyWantsNow) {
  const std::set<std::string> policies = {"shop/gone"};
  (void)Make({PolicyOf("a", "server")});
  const auto abandoned = targets_->Abandoned(
      {"shop/CloudRunService/server", "shop/CloudRunService/other",
       "shop/CloudRunService/x.m.q", "shop/Deployment/y", "nonsense"},
      policies);
  ASSERT_EQ(abandoned.size(), 2U);
  EXPECT_EQ(abandoned[0]->full_name(), "projects/p/locations/l/services/other");
  EXPECT_EQ(abandoned[1]->full_name(), "projects/q/locations/m/services/x");
  EXPECT_FALSE(abandoned[0]->Idle());
}

}  // namespace
}  // namespace prewarm::cloudrun
