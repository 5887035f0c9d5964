#include "warmup-controller/policy/policy_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/policy/policies.h"

namespace prewarm {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

// The example of the design.
constexpr char kShopHours[] = R"(
apiVersion: prewarm.dev/v1alpha1
kind: PrewarmPolicy
metadata: {name: shop-hours, namespace: shop}
spec:
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: inference-server}
  timeZone: Europe/Berlin
  replicas: {min: 0, max: 20}
  windows:
  - {name: weekdays, days: [Mon-Fri], from: "09:00", to: "18:00", replicas: 3}
  - {name: drop, cron: "0 20 * * THU", duration: 90m, replicas: 8}
  except: {dates: ["2026-12-25"], calendars: [{configMap: holidays, key: de.ics}]}
  leadTime: {mode: auto, min: 30s, max: 15m, quantile: 0.99}
  warmup: {path: /warmup, port: admin, timeout: 3m, parallelism: 2, retries: 3, jitter: 2s}
  scaleDown: {delay: 2m, keepIfNextWindowWithin: auto}
  suspend: false
  dst: {gap: shift, overlap: once}
status:
  conditions: [{type: Accepted, status: "True"}]
)";

std::string Named(const std::string& space, const std::string& name) {
  return "apiVersion: prewarm.dev/v1alpha1\nkind: PrewarmPolicy\n"
         "metadata: {name: " +
         name + (space.empty() ? "" : ", namespace: " + space) +
         "}\nspec:\n  targetRef: {kind: Deployment, name: a}\n"
         "  intent: {enabled: true}\n";
}

std::string ErrorsOfFiles(const std::vector<PolicyFile>& files) {
  const auto policies = ReadPolicies(files);
  EXPECT_FALSE(policies.ok());
  return policies.ok() ? "" : policies.error().message;
}

TEST(PolicyReader, ExampleOfTheDesignIsRead) {
  const Policy policy = Good(kShopHours);
  EXPECT_EQ(policy.namespace_name, "shop");
  EXPECT_EQ(policy.name, "shop-hours");
  EXPECT_EQ(policy.target.kind, "Deployment");
  EXPECT_EQ(policy.target.name, "inference-server");
  EXPECT_EQ(policy.zone.name(), "Europe/Berlin");
  EXPECT_EQ(policy.max_replicas, 20);
  ASSERT_THAT(policy.windows, SizeIs(2));
  EXPECT_EQ(policy.windows[1].name, "drop");
  EXPECT_EQ(policy.windows[1].replicas, 8);
  EXPECT_THAT(policy.except.days, SizeIs(1));
}

TEST(PolicyReader, JsonIsReadWithItsPlaces) {
  const std::string head =
      "{\"apiVersion\": \"prewarm.dev/v1alpha1\", \"kind\": \"PrewarmPolicy\","
      "\n \"metadata\": {\"name\": \"a\"},\n \"spec\": {\n  \"targetRef\": "
      "{\"kind\": \"Deployment\", \"name\": \"s\"},\n  \"windows\": [{\"name\":"
      " \"d\", \"from\": \"09:00\", \"to\": \"18:00\", \"replicas\": ";
  EXPECT_THAT(Good(head + "1}]}}\n").windows, SizeIs(1));
  EXPECT_THAT(ErrorsOf(head + "\"1\"}]}}\n"),
              HasSubstr("p.yaml:5:73 spec.windows[0].replicas: got \"1\" in "
                        "quotes, expected a whole number"));
}

TEST(PolicyReader, WhatTheApiServerAddsIsTolerated) {
  const Policy policy = Good(
      "apiVersion: prewarm.dev/v1alpha1\nkind: PrewarmPolicy\nmetadata:\n"
      "  name: a\n  uid: 1-2\n  resourceVersion: \"7\"\n  generation: 2\n"
      "  creationTimestamp: null\n  labels: {app: x}\n"
      "  annotations: {a/b: c}\n"
      "  managedFields: [{fieldsV1: {\"f:spec\": {\"f:windows\": "
      "{\"k:{\\\"name\\\":\\\"a\\\"}\": {\".\": {}}}}}}]\n"
      "spec:\n  targetRef: {kind: Deployment, name: a}\n"
      "  intent: {enabled: true}\nstatus: {anything: [1]}\n");
  EXPECT_EQ(policy.name, "a");
  EXPECT_EQ(policy.namespace_name, "default");
}

TEST(PolicyReader, DocumentsAndFilesKeepTheirOrder) {
  const auto policies = ReadPolicies(
      {{"1.yaml", "---\n" + Named("x", "c") + "---\n" + Named("x", "a")},
       {"2.yaml", Named("x", "b") + "---\n# nothing more\n"}});
  ASSERT_TRUE(policies.ok()) << policies.error().message;
  ASSERT_THAT(*policies, SizeIs(3));
  EXPECT_EQ((*policies)[0].name, "c");
  EXPECT_EQ((*policies)[1].name, "a");
  EXPECT_EQ((*policies)[2].name, "b");
}

TEST(PolicyReader, UnknownKeyIsNamedWithItsPlace) {
  EXPECT_EQ(ErrorsOf(PolicyAlso("  timezone: Europe/Berlin\n")),
            "p.yaml:7:3 spec.timezone: unknown; did you mean timeZone?");
  EXPECT_THAT(ErrorsOf(Named("x", "a") + "stauts: {}\n"),
              HasSubstr("p.yaml:7:1 stauts: unknown; "));
}

TEST(PolicyReader, KeyThatIsThereAlreadyIsNotWhatAnUnknownOneMeans) {
  EXPECT_THAT(ErrorsOf(PolicyWith("  windows: [{name: a, date: 2026-11-27, "
                                  "from: \"09:00\", to: \"18:00\"}]\n")),
              Not(HasSubstr("did you mean name?")));
}

TEST(PolicyReader, DuplicateKeyIsNamedWithItsPlace) {
  EXPECT_EQ(ErrorsOf(PolicyAlso("  suspend: true\n  suspend: false\n")),
            "p.yaml:8:3 spec.suspend: appears twice");
}

TEST(PolicyReader, AllErrorsAreToldAtOnceInTheOrderOfPlaces) {
  EXPECT_EQ(
      ErrorsOf(PolicyWith(
          "  replicas: {min: 4, max: 3}\n"
          "  windows:\n"
          "  - {name: A, from: \"9:00\", to: \"18:00\", replicas: 5}\n"
          "  - {name: b, cron: \"0 9 * * *\", duration: 90}\n"
          "  suspend: maybe\n"
          "  suspend: false\n"
          "  sleep: 1\n"
          "  timeZone: Mars/Olympus\n")),
      "p.yaml:6:19 spec.replicas.min: got 4, expected at most max, which is 3\n"
      "p.yaml:8:12 spec.windows[0].name: got \"A\", expected 1 to 63 "
      "lower-case letters, digits and, within, -\n"
      "p.yaml:8:21 spec.windows[0].from: got \"9:00\", expected a time as "
      "\"09:00\", from "
      "\"00:00\" to \"24:00\"\n"
      "p.yaml:8:52 spec.windows[0].replicas: got 5, expected at most "
      "spec.replicas.max, which is 3\n"
      "p.yaml:9:44 spec.windows[1].duration: got \"90\", expected a duration "
      "such as 90s, 15m, 1h30m or 500ms; the number needs a unit\n"
      "p.yaml:10:12 spec.suspend: got maybe, expected true or false\n"
      "p.yaml:11:3 spec.suspend: appears twice\n"
      "p.yaml:12:3 spec.sleep: unknown; expected one of except, leadTime, "
      "warmup, scaleDown, dst, dryRun, override, budget, intent\n"
      "p.yaml:13:13 spec.timeZone: time zone \"Mars/Olympus\" is not in the "
      "IANA database of this machine: expected a name such as Europe/Berlin");
}

TEST(PolicyReader, ErrorsOfSeveralFilesAreToldInTheirOrder) {
  EXPECT_EQ(ErrorsOfFiles({{"b.yaml", "a: [\n"},
                           {"a.yaml", Named("x", "a")},
                           {"0.yaml", Named("x", "B")}})
                .substr(0, 7),
            "b.yaml:");
  EXPECT_THAT(ErrorsOfFiles({{"b.yaml", "- 1\n"}, {"a.yaml", "- 2\n"}}),
              HasSubstr("b.yaml:1:1 got a list, expected a mapping with kind: "
                        "PrewarmPolicy\na.yaml:1:1 got a list"));
}

TEST(PolicyReader, SameNameIsRefusedOverAllFiles) {
  EXPECT_EQ(
      ErrorsOfFiles({{"a.yaml", Named("x", "p")},
                     {"b.yaml", Named("z", "p") + "---\n" + Named("x", "p")}}),
      "b.yaml:10:18 metadata.name: got \"x/p\", which a.yaml:3 declares "
      "already; give one of them another name");
}

TEST(PolicyReader, AbsentNamespaceIsTheOneNamedDefault) {
  EXPECT_THAT(ErrorsOf(Named("", "p") + "---\n" + Named("default", "p")),
              HasSubstr("got \"default/p\", which p.yaml:3 declares already"));
}

TEST(PolicyReader, OtherVersionsAndKindsAreNotReadOn) {
  EXPECT_EQ(ErrorsOf("apiVersion: v1\nkind: ConfigMap\ndata: {}\n"),
            "p.yaml:1:13 apiVersion: got \"v1\", expected "
            "prewarm.dev/v1alpha1\n"
            "p.yaml:2:7 kind: got \"ConfigMap\", expected one of "
            "PrewarmPolicy, LocalProcess, FixedUrls");
  EXPECT_EQ(ErrorsOf("spec: {}\n"),
            "p.yaml:1:1 apiVersion: is missing\np.yaml:1:1 kind: is missing");
  EXPECT_THAT(
      ErrorsOf("apiVersion: prewarm.dev/v1\nkind: PrewarmPolicy\n"),
      HasSubstr("got \"prewarm.dev/v1\", expected prewarm.dev/v1alpha1"));
}

TEST(PolicyReader, NamesFollowKubernetes) {
  EXPECT_THAT(ErrorsOf(Named("x", "Shop_1")),
              HasSubstr("metadata.name: got \"Shop_1\", expected at most 253"));
  EXPECT_THAT(ErrorsOf(Named("a.b", "p")),
              HasSubstr("metadata.namespace: got \"a.b\", expected 1 to 63"));
}

TEST(PolicyReader, NameThatYamlTakesForANumberMustBeQuoted) {
  for (const char* name : {"2026", "on", "No", "true", "1.5", "1e3"}) {
    EXPECT_THAT(ErrorsOf(Named("x", name)),
                HasSubstr(std::string("metadata.name: got ") + name +
                          ", expected text; put it in quotes"));
  }
  EXPECT_EQ(Good(Named("x", "\"2026\"")).name, "2026");
}

TEST(PolicyReader, MissingPartsAreNamed) {
  EXPECT_EQ(ErrorsOf("apiVersion: prewarm.dev/v1alpha1\nkind: PrewarmPolicy\n"),
            "p.yaml:1:1 metadata: is missing\np.yaml:1:1 spec: is missing");
  EXPECT_EQ(ErrorsOf("apiVersion: prewarm.dev/v1alpha1\nkind: PrewarmPolicy\n"
                     "metadata: {}\nspec: {}\n"),
            "p.yaml:3:1 metadata.name: is missing\n"
            "p.yaml:4:1 spec.targetRef: is missing\n"
            "p.yaml:4:1 spec: has neither windows nor intent.enabled: true; "
            "nothing would ever be warmed");
}

TEST(PolicyReader, PolicyThatWarmsNothingIsRefused) {
  EXPECT_THAT(ErrorsOf(PolicyWith("  windows: []\n")),
              HasSubstr("nothing would ever be warmed"));
  Good(PolicyWith("  intent: {enabled: true}\n"));
}

TEST(PolicyReader, WindowsThatAreNoListAreToldThatAlone) {
  EXPECT_EQ(ErrorsOf(PolicyWith("  windows:\n")),
            "p.yaml:6:3 spec.windows: got nothing, expected a list");
}

TEST(PolicyReader, FileWithoutPolicyIsRefused) {
  for (const char* text : {"", "# nothing\n", "---\n---\n"}) {
    EXPECT_EQ(ErrorsOf(text), "p.yaml: holds no policy");
  }
}

TEST(PolicyReader, SyntaxErrorHasItsPlace) {
  EXPECT_THAT(ErrorsOf("a: [1, 2\nb: 3\n"), HasSubstr("p.yaml:2:"));
  EXPECT_THAT(ErrorsOf(std::string(2 << 20, 'a')),
              HasSubstr("p.yaml: larger than 1024 KiB"));
}

}  // namespace
}  // namespace prewarm
