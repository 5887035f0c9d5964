// The sections of spec: their defaults, values, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/unit/policy/policies.h"

namespace prewarm {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

// Lines of spec, and what their error says.
using Wrong = std::vector<std::pair<std::string, std::string>>;

void ExpectErrors(const Wrong& all) {
  for (const auto& [lines, message] : all) {
    EXPECT_THAT(ErrorsOf(PolicyAlso("  " + lines + "\n")), HasSubstr(message));
  }
}

TEST(Sections, DefaultsAreThoseOfTheHeader) {
  const Policy policy = Good(PolicyAlso(""));
  const Policy defaults;
  EXPECT_EQ(policy.zone.name(), "UTC");
  EXPECT_EQ(policy.min_replicas, 0);
  EXPECT_EQ(policy.max_replicas, 1);
  EXPECT_EQ(policy.lead_time.mode, LeadTime::Mode::kAuto);
  EXPECT_EQ(policy.lead_time.max, defaults.lead_time.max);
  EXPECT_EQ(policy.warmup.path, "/warmup");
  EXPECT_EQ(policy.warmup.reverify, minutes(10));
  EXPECT_EQ(policy.scale_down.delay, minutes(2));
  EXPECT_FALSE(policy.scale_down.keep_if_next_window_within.has_value());
  EXPECT_EQ(policy.dst.gap, DstGap::kShift);
  EXPECT_EQ(policy.dst.overlap, DstOverlap::kOnce);
  EXPECT_FALSE(policy.suspend);
  EXPECT_FALSE(policy.dry_run);
  EXPECT_FALSE(policy.override_floor.has_value());
  EXPECT_FALSE(policy.instance_hours_per_day.has_value());
  EXPECT_FALSE(policy.intent.enabled);
}

TEST(Replicas, MinOverMaxIsRefused) {
  ExpectErrors({
      {"replicas: {min: 3, max: 2}",
       "p.yaml:7:19 spec.replicas.min: got 3, expected at most max, which is "
       "2"},
      {"replicas: {min: 2}", "expected at most max, which is 1"},
      {"replicas: {max: 10001}",
       "spec.replicas.max: got 10001, expected a whole number from 1 to 10000"},
      {"replicas: {max: 0}", "spec.replicas.max: got 0, expected"},
      {"replicas: {min: -1}", "spec.replicas.min: got -1, expected"},
      {"replicas: {maxi: 1}", "spec.replicas.maxi: unknown; did you mean max?"},
      {"replicas: 3", "spec.replicas: got 3, expected a mapping"},
  });
}

TEST(Replicas, WrongMaxIsComparedWithNothing) {
  for (const char* replicas : {"{min: 2, max: many}", "3"}) {
    EXPECT_EQ(
        ErrorsOf(
            PolicyWith(
                std::string("  replicas: ") + replicas +
                "\n  windows: [{name: a, from: 1:00, to: 12:00, replicas: 9}]\n"
                "  override: {replicas: 9, until: \"2026-12-24T18:00:00Z\"}\n"))
            .find("spec.replicas.max, which"),
        std::string::npos)
        << replicas;
  }
}

TEST(LeadTimes, AutoHasRangeAndQuantile) {
  const LeadTime lead =
      Good(PolicyAlso("  leadTime: {mode: auto, min: 10s, max: 5m, "
                      "quantile: 0.9}\n"))
          .lead_time;
  EXPECT_EQ(lead.mode, LeadTime::Mode::kAuto);
  EXPECT_EQ(lead.min, seconds(10));
  EXPECT_EQ(lead.max, minutes(5));
  EXPECT_DOUBLE_EQ(lead.quantile, 0.9);
}

TEST(LeadTimes, FixedIsOneDuration) {
  const LeadTime lead =
      Good(PolicyAlso("  leadTime: {mode: fixed, fixed: 2m}\n")).lead_time;
  EXPECT_EQ(lead.mode, LeadTime::Mode::kFixed);
  EXPECT_EQ(lead.fixed, minutes(2));
}

TEST(LeadTimes, WrongOnesAreRefused) {
  ExpectErrors({
      {"leadTime: {min: 5m, max: 1m}",
       "spec.leadTime.min: min 5m is over max 1m"},
      {"leadTime: {min: 20m}",
       "spec.leadTime.min: min 20m is over max 15m (a default)"},
      {"leadTime: {max: 10s}",
       "spec.leadTime.max: min 30s is over max 10s (a default)"},
      {"leadTime: {max: 25h}",
       "spec.leadTime.max: got 25h, expected a duration from 0s to 24h"},
      {"leadTime: {min: 500ms}", "got 500ms, expected whole seconds"},
      {"leadTime: {quantile: 1}",
       "spec.leadTime.quantile: got 1, expected a number from 0.5 to 0.999"},
      {"leadTime: {quantile: nan}", "got nan, expected a number"},
      {"leadTime: {quantile: \"0.9\"}",
       "got \"0.9\" in quotes, expected a number"},
      {"leadTime: {mode: fixed}",
       "spec.leadTime.mode: is fixed, but fixed: 2m or the like is missing"},
      {"leadTime: {fixed: 2m}",
       "spec.leadTime.fixed: is not for mode auto; leave it out, or change "
       "mode"},
      {"leadTime: {mode: fixed, fixed: 2m, quantile: 0.9}",
       "spec.leadTime.quantile: is not for mode fixed"},
      {"leadTime: {mode: Fixed}", "got \"Fixed\", did you mean fixed?"},
      {"leadTime: {mode: none}", "got \"none\", expected one of auto, fixed"},
      {"leadTime: [1m]", "spec.leadTime: got a list, expected a mapping"},
  });
}

TEST(Warmups, AllFieldsAreRead) {
  const WarmupCall call =
      Good(PolicyAlso("  warmup: {path: /v2/warm, port: 8080, timeout: 1m, "
                      "parallelism: 4, retries: 0, jitter: 500ms, "
                      "reverify: 1h}\n"))
          .warmup;
  EXPECT_EQ(call.path, "/v2/warm");
  EXPECT_EQ(call.port, "8080");
  EXPECT_EQ(call.timeout, minutes(1));
  EXPECT_EQ(call.parallelism, 4);
  EXPECT_EQ(call.retries, 0);
  EXPECT_EQ(call.jitter, milliseconds(500));
  EXPECT_EQ(call.reverify, minutes(60));
}

TEST(Warmups, PortHasANameToo) {
  EXPECT_EQ(Good(PolicyAlso("  warmup: {port: http}\n")).warmup.port, "http");
}

TEST(Warmups, ReverifyOfZeroIsNever) {
  EXPECT_EQ(Good(PolicyAlso("  warmup: {reverify: 0s}\n")).warmup.reverify,
            seconds(0));
}

TEST(Warmups, WrongOnesAreRefused) {
  ExpectErrors({
      {"warmup: {path: warmup}",
       "spec.warmup.path: got \"warmup\", expected a path of a URL such as "
       "/warmup, without query"},
      {"warmup: {path: \"/a?b=1\"}", "expected a path of a URL"},
      {"warmup: {path: \"/a b\"}", "expected a path of a URL"},
      {"warmup: {port: 0}",
       "spec.warmup.port: got 0, expected a whole number from 1 to 65535"},
      {"warmup: {port: 65536}", "got 65536, expected a whole number"},
      {"warmup: {port: Admin}", "got \"Admin\", expected a port's number, or"},
      {"warmup: {port: \"8080\"}", "got \"8080\", expected a port's number"},
      {"warmup: {timeout: 0s}",
       "spec.warmup.timeout: got 0s, expected a duration from 1s to 1h"},
      {"warmup: {parallelism: 0}", "spec.warmup.parallelism: got 0, expected"},
      {"warmup: {retries: 21}", "spec.warmup.retries: got 21, expected"},
      {"warmup: {jitter: 6m}",
       "spec.warmup.jitter: got 6m, expected a duration from 0s to 5m"},
      {"warmup: {reverify: 5s}",
       "spec.warmup.reverify: got 5s, expected a duration from 10s to 24h"},
      {"warmup: {retrys: 2}", "unknown; did you mean retries?"},
  });
}

TEST(ScaleDowns, KeepIsAutoOrADuration) {
  EXPECT_EQ(Good(PolicyAlso("  scaleDown: {keepIfNextWindowWithin: 20m}\n"))
                .scale_down.keep_if_next_window_within,
            minutes(20));
  EXPECT_EQ(Good(PolicyAlso("  scaleDown: {keepIfNextWindowWithin: auto}\n"))
                .scale_down.keep_if_next_window_within,
            std::nullopt);
}

TEST(ScaleDowns, WrongOnesAreRefused) {
  ExpectErrors({
      {"scaleDown: {delay: 25h}",
       "spec.scaleDown.delay: got 25h, expected a duration from 0s to 24h"},
      {"scaleDown: {keepIfNextWindowWithin: never}",
       "spec.scaleDown.keepIfNextWindowWithin: got never, expected auto or a "
       "duration in whole seconds from 0s to 24h"},
      {"scaleDown: {delays: 1m}", "did you mean delay?"},
  });
}

TEST(Dst, RulesAreRead) {
  const DstRules rules =
      Good(PolicyAlso("  dst: {gap: skip, overlap: twice}\n")).dst;
  EXPECT_EQ(rules.gap, DstGap::kSkip);
  EXPECT_EQ(rules.overlap, DstOverlap::kTwice);
}

TEST(Dst, WrongOnesAreRefused) {
  ExpectErrors({
      {"dst: {gap: drop}",
       "spec.dst.gap: got \"drop\", expected one of shift, skip"},
      {"dst: {overlap: 2}",
       "spec.dst.overlap: got \"2\", expected one of once, twice"},
      {"dst: {gaps: skip}", "spec.dst.gaps: unknown; did you mean gap?"},
  });
}

TEST(Flags, AreTrueOrFalse) {
  const Policy policy = Good(PolicyAlso("  suspend: true\n  dryRun: true\n"));
  EXPECT_TRUE(policy.suspend);
  EXPECT_TRUE(policy.dry_run);
  ExpectErrors({
      {"suspend: yes", "spec.suspend: got yes, expected true or false"},
      {"dryRun: \"true\"",
       "spec.dryRun: got \"true\" in quotes, expected true or false"},
      {"dryRun: 1", "spec.dryRun: got 1, expected true or false"},
      {"suspend:", "spec.suspend: got nothing, expected true or false"},
  });
}

TEST(Overrides, FloorAndEndAreRead) {
  const Policy policy = Good(PolicyAlso(
      "  replicas: {max: 9}\n"
      "  override: {replicas: 9, until: \"2026-12-24T18:00:00+01:00\"}\n"));
  ASSERT_TRUE(policy.override_floor.has_value());
  EXPECT_EQ(policy.override_floor->replicas, 9);
  EXPECT_EQ(policy.override_floor->until.time_since_epoch().count(),
            1798131600);
}

TEST(Overrides, WrongOnesAreRefused) {
  ExpectErrors({
      {"override: {replicas: 2, until: \"2026-12-24T18:00:00Z\"}",
       "spec.override.replicas: got 2, expected at most spec.replicas.max, "
       "which is 1"},
      {"override: {replicas: 1}", "spec.override.until: is missing"},
      {"override: {until: \"2026-12-24T18:00:00Z\"}",
       "spec.override.replicas: is missing"},
      {"override: {replicas: 1, until: 2026-12-24}",
       "spec.override.until: got \"2026-12-24\", expected a date and time with "
       "its offset"},
  });
}

TEST(Budgets, HoursAreRead) {
  EXPECT_EQ(Good(PolicyAlso("  budget: {instanceHoursPerDay: 12.5}\n"))
                .instance_hours_per_day,
            12.5);
}

TEST(Budgets, WrongOnesAreRefused) {
  ExpectErrors({
      {"budget: {}", "spec.budget.instanceHoursPerDay: is missing"},
      {"budget: {instanceHoursPerDay: 0}",
       "spec.budget.instanceHoursPerDay: got 0, expected a number from 0.01 to "
       "240000"},
      {"budget: {instanceHoursPerDay: -1}", "got -1, expected a number"},
      {"budget: {instanceHoursPerDay: 1e400}", "got 1e400, expected a number"},
      {"budget: {instanceHoursPerDay: .inf}", "got .inf, expected a number"},
      {"budget: {instanceHoursPerDay: 12h}", "got 12h, expected a number"},
  });
}

TEST(Intents, AllFieldsAreRead) {
  const Intent intent =
      Good(PolicyWith("  replicas: {max: 4}\n"
                      "  intent: {enabled: true, ttl: 90s, replicas: 2, "
                      "ratePerMinute: 30, maxReplicas: 3, "
                      "dailyInstanceHours: 2.5}\n"))
          .intent;
  EXPECT_TRUE(intent.enabled);
  EXPECT_EQ(intent.ttl, seconds(90));
  EXPECT_EQ(intent.replicas, 2);
  EXPECT_EQ(intent.rate_per_minute, 30);
  EXPECT_EQ(intent.max_replicas, 3);
  EXPECT_DOUBLE_EQ(intent.daily_instance_hours, 2.5);
}

TEST(Intents, WrongOnesAreRefused) {
  ExpectErrors({
      {"intent: {replicas: 2}",
       "spec.intent.replicas: got 2, expected at most maxReplicas, which is 1"},
      {"intent: {maxReplicas: 2}",
       "spec.intent.maxReplicas: got 2, expected at most spec.replicas.max, "
       "which is 1"},
      {"intent: {ttl: 4s}",
       "spec.intent.ttl: got 4s, expected auto or a duration in whole seconds "
       "from 5s to 1h"},
      {"intent: {ratePerMinute: 0}", "spec.intent.ratePerMinute: got 0"},
      {"intent: {dailyInstanceHours: 0}", "spec.intent.dailyInstanceHours: "},
      {"intent: {enable: true}", "unknown; did you mean enabled?"},
  });
}

TEST(Targets, EachKindHasItsVersion) {
  const auto target = [](const std::string& fields) {
    return Good(
               "apiVersion: prewarm.dev/v1alpha1\nkind: PrewarmPolicy\n"
               "metadata: {name: a}\nspec:\n  intent: {enabled: true}\n"
               "  targetRef: {" +
               fields + "}\n")
        .target;
  };
  EXPECT_EQ(target("kind: Deployment, name: a").api_version, "apps/v1");
  EXPECT_EQ(target("kind: StatefulSet, name: a").api_version, "apps/v1");
  EXPECT_EQ(target("kind: HorizontalPodAutoscaler, name: a").api_version,
            "autoscaling/v2");
  EXPECT_EQ(target("kind: HorizontalPodAutoscaler, name: a, apiVersion: "
                   "autoscaling/v1")
                .api_version,
            "autoscaling/v1");
  EXPECT_EQ(target("kind: ScaledObject, name: a").api_version,
            "keda.sh/v1alpha1");
  EXPECT_EQ(target("kind: LocalProcess, name: a").kind, "LocalProcess");
  EXPECT_EQ(target("kind: CloudRunService, name: "
                   "projects/p-1/locations/europe-west4/services/s")
                .name,
            "projects/p-1/locations/europe-west4/services/s");
}

TEST(Targets, WrongOnesAreRefused) {
  const std::string head =
      "apiVersion: prewarm.dev/v1alpha1\nkind: PrewarmPolicy\n"
      "metadata: {name: a}\nspec:\n  intent: {enabled: true}\n";
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"", "p.yaml:4:1 spec.targetRef: is missing"},
      {"  targetRef: server\n", "spec.targetRef: got server, expected a mapp"},
      {"  targetRef: {name: a}\n", "spec.targetRef.kind: is missing"},
      {"  targetRef: {kind: Deployment}\n", "spec.targetRef.name: is missing"},
      {"  targetRef: {kind: Deploymnet, name: a}\n",
       "spec.targetRef.kind: got \"Deploymnet\", did you mean Deployment?"},
      {"  targetRef: {kind: Deployment, name: a, apiVersion: apps/v2}\n",
       "spec.targetRef.apiVersion: got \"apps/v2\", did you mean apps/v1?"},
      {"  targetRef: {kind: Deployment, name: A}\n",
       "spec.targetRef.name: got \"A\", expected at most 253 lower-case"},
      {"  targetRef: {kind: CloudRunService, name: projects/p/services/s}\n",
       "expected a service's name or projects/P/locations/L/services/S"},
      {"  targetRef: {kind: Deployment, name: a, namespace: b}\n",
       "spec.targetRef.namespace: unknown; "},
  };
  for (const auto& [lines, message] : wrong) {
    EXPECT_THAT(ErrorsOf(head + lines), HasSubstr(message));
  }
}

}  // namespace
}  // namespace prewarm
