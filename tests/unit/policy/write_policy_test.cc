#include "warmup-controller/policy/write_policy.h"

#include <gtest/gtest.h>

#include "tests/unit/policy/policies.h"

namespace prewarm {
namespace {

// What is written is read as the same: written again it is the same text.
std::string Rewritten(const std::string& text) {
  std::string written = WritePolicy(Good(text));
  EXPECT_EQ(WritePolicy(Good(written)), written);
  return written;
}

TEST(WritePolicy, DefaultsAreLeftOut) {
  EXPECT_EQ(Rewritten(PolicyWith("  windows: [{name: day, from: \"09:00\", to: "
                                 "\"18:00\"}]\n")),
            "apiVersion: prewarm.dev/v1alpha1\n"
            "kind: PrewarmPolicy\n"
            "metadata: {name: \"hours\", namespace: \"shop\"}\n"
            "spec:\n"
            "  targetRef: {apiVersion: apps/v1, kind: Deployment, name: "
            "\"server\"}\n"
            "  windows:\n"
            "  - {name: day, from: \"09:00\", to: \"18:00\"}\n");
}

TEST(WritePolicy, EveryFieldIsReadAgainAsItWas) {
  const std::string spec =
      "  timeZone: Europe/Berlin\n"
      "  replicas: {min: 1, max: 20}\n"
      "  windows:\n"
      "  - {name: a, days: [Mon-Wed,Fri,Sat-Sun], from: \"22:30\", to: "
      "\"02:00\","
      " replicas: 3, timeZone: Asia/Tokyo}\n"
      "  except:\n"
      "    dates: [\"2026-12-25\", \"2026-12-30/2027-01-02\"]\n"
      "    calendars: [{configMap: holidays, key: de.ics}, {file: own.ics}]\n"
      "  leadTime: {min: 10s, max: 20m, quantile: 0.95}\n"
      "  warmup: {path: /warm, port: 8081, timeout: 90s, parallelism: 4, "
      "retries: 5, jitter: 500ms, reverify: 1h}\n"
      "  scaleDown: {delay: 5m, keepIfNextWindowWithin: 30m}\n"
      "  dst: {gap: skip, overlap: twice}\n"
      "  suspend: true\n"
      "  dryRun: true\n"
      "  override: {replicas: 4, until: \"2026-11-27T23:00:00+01:00\"}\n"
      "  budget: {instanceHoursPerDay: 6.5}\n"
      "  intent: {enabled: true, ttl: 90s, replicas: 2, maxReplicas: 3, "
      "ratePerMinute: 30, dailyInstanceHours: 2.5}\n";
  const std::string written = Rewritten(PolicyWith(spec));
  for (const char* part :
       {"timeZone: Europe/Berlin", "{min: 1, max: 20}",
        "days: [Mon-Wed,Fri-Sun]", "from: \"22:30\", to: \"02:00\"",
        "replicas: 3, timeZone: Asia/Tokyo", "2026-12-30/2027-01-02",
        "{configMap: \"holidays\", key: \"de.ics\"}", "{file: \"own.ics\"}",
        "leadTime: {min: 10s, max: 20m, quantile: 0.95}",
        "warmup: {path: \"/warm\", port: 8081, timeout: 1m30s, parallelism: 4",
        "retries: 5, jitter: 500ms, reverify: 1h}",
        "scaleDown: {delay: 5m, keepIfNextWindowWithin: 30m}",
        "dst: {gap: skip, overlap: twice}", "suspend: true", "dryRun: true",
        "override: {replicas: 4, until: \"2026-11-27T22:00:00Z\"}",
        "instanceHoursPerDay: 6.5",
        "intent: {enabled: true, ttl: 1m30s, replicas: 2, maxReplicas: 3",
        "ratePerMinute: 30, dailyInstanceHours: 2.5}"}) {
    EXPECT_NE(written.find(part), std::string::npos) << part << "\n" << written;
  }
}

TEST(WritePolicy, FixedLeadHasNoBounds) {
  const std::string written =
      Rewritten(PolicyAlso("  leadTime: {mode: fixed, fixed: 2m}\n"));
  EXPECT_NE(written.find("  leadTime: {mode: fixed, fixed: 2m}\n"),
            std::string::npos);
}

TEST(FormatDays, SaysRunsFromMondayOn) {
  EXPECT_EQ(FormatDays(std::bitset<7>("0111110")), "Mon-Fri");
  EXPECT_EQ(FormatDays(std::bitset<7>("1000001")), "Sat,Sun");
  EXPECT_EQ(FormatDays(std::bitset<7>("1111111")), "Mon-Sun");
  EXPECT_EQ(FormatDays(std::bitset<7>("0000001")), "Sun");
  EXPECT_EQ(FormatDays(std::bitset<7>("1101010")), "Mon,Wed,Fri,Sat");
}

}  // namespace
}  // namespace prewarm
