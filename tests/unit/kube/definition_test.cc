#include "warmup-controller/kube/definition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/kube/fake_api.h"
#include "warmup-controller/kube/yaml_object.h"

namespace prewarm::kube {
namespace {

constexpr char kText[] = R"(
metadata: {name: things.example.dev}
spec:
  versions:
  - name: v1
    schema:
      openAPIV3Schema:
        type: object
        x-kubernetes-validations: [{rule: "true"}]
        properties:
          x-kubernetes-validations: {type: string}
          list:
            items:
              x-kubernetes-validations: [{rule: "true"}]
              default: {x-kubernetes-validations: kept}
)";

Json Definition() { return ObjectOfYaml(kText).value(); }

Json Server(const std::string& minor) {
  return {{"major", "1"}, {"minor", minor}};
}

Json There(const std::string& resource_version, const std::string& mark = "") {
  Json object = Definition();
  object["metadata"]["resourceVersion"] = resource_version;
  if (!mark.empty()) object["metadata"]["annotations"][kVersionMark] = mark;
  return object;
}

TEST(Definition, ServersBefore125KnowNoRules) {
  EXPECT_FALSE(KnowsRules(VersionOf(Server("20+"))));
  EXPECT_FALSE(KnowsRules(VersionOf(Server("24"))));
  EXPECT_TRUE(KnowsRules(VersionOf(Server("25"))));
  EXPECT_TRUE(KnowsRules({2, 0}));
  EXPECT_FALSE(KnowsRules(VersionOf(Json::object())));
}

TEST(Definition, RulesAreTakenOutAndFieldsOfThatNameStay) {
  const Json schema = At(WithoutRules(Definition()),
                         {"spec", "versions"})[0]["schema"]["openAPIV3Schema"];
  EXPECT_FALSE(schema.contains("x-kubernetes-validations"));
  EXPECT_TRUE(schema["properties"].contains("x-kubernetes-validations"));
  const Json& items = schema["properties"]["list"]["items"];
  EXPECT_FALSE(items.contains("x-kubernetes-validations"));
  EXPECT_TRUE(items["default"].contains("x-kubernetes-validations"));
}

TEST(Definition, VersionsAreComparedByNumber) {
  EXPECT_TRUE(IsEarlier("0.9.3", "0.10.0"));
  EXPECT_FALSE(IsEarlier("0.10.0", "0.9.3"));
  EXPECT_FALSE(IsEarlier("1.2.3", "1.2.3"));
  EXPECT_TRUE(IsEarlier("", "0.0.1"));
  EXPECT_FALSE(IsEarlier("0.0.1", "latest"));
}

TEST(Definition, IsAppliedByForceAndMarked) {
  FakeApi api;
  api.Answer(Server("31"));
  api.Answer(There("7"));
  api.Answer(There("8", "0.2.0"));
  const auto outcome = UpdateDefinition(&api, Definition(), "0.2.0");
  ASSERT_TRUE(outcome.ok());
  EXPECT_TRUE(outcome->changed);
  EXPECT_EQ(outcome->name, "things.example.dev");
  const ApiRequest apply = api.calls()[2];
  EXPECT_EQ(apply.method, "PATCH");
  EXPECT_EQ(apply.path,
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/"
            "things.example.dev?fieldManager=prewarm&force=true");
  Json expected = Definition();
  expected["metadata"]["annotations"][kVersionMark] = "0.2.0";
  EXPECT_EQ(ReadJson(apply.body).value(), expected);
}

TEST(Definition, OldServerGetsItWithoutRules) {
  FakeApi api;
  api.Answer(Server("20"));
  api.Answer(There("7", "0.1.0"));
  api.Answer(There("7", "0.1.0"));
  const auto outcome = UpdateDefinition(&api, Definition(), "0.1.0");
  ASSERT_TRUE(outcome.ok());
  EXPECT_FALSE(outcome->changed);
  const Json body = ReadJson(api.calls()[2].body).value();
  EXPECT_EQ(body["spec"], WithoutRules(Definition())["spec"]);
}

TEST(Definition, LaterOneIsLeftAlone) {
  FakeApi api;
  api.Answer(Server("31"));
  api.Answer(There("7", "0.10.0"));
  const auto outcome = UpdateDefinition(&api, Definition(), "0.9.0");
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->later, "0.10.0");
  EXPECT_EQ(api.calls().size(), 2U);
}

TEST(Definition, IsNeverCreated) {
  FakeApi api;
  api.Answer(Server("31"));
  api.Answer(MakeError(ErrorCode::kNotFound, "404"));
  const auto outcome = UpdateDefinition(&api, Definition(), "0.9.0");
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(api.calls().size(), 2U);
}

TEST(ObjectOfYaml, PlainScalarsAreWhatTheySay) {
  const auto object = ObjectOfYaml(
      "{a: 1, b: 1.5, c: true, d: null, e: text, f: \"1\", g: [], h: -3}");
  ASSERT_TRUE(object.ok());
  EXPECT_EQ(*object, Json::parse(R"({"a": 1, "b": 1.5, "c": true, "d": null,
      "e": "text", "f": "1", "g": [], "h": -3})"));
}

TEST(ObjectOfYaml, ErrorsNameTheirPlace) {
  const auto twice = ObjectOfYaml("a: 1\na: 2\n");
  ASSERT_FALSE(twice.ok());
  EXPECT_THAT(twice.error().message, testing::HasSubstr("object:2:1"));
  EXPECT_FALSE(ObjectOfYaml("a: 1\n---\nb: 2\n").ok());
}

}  // namespace
}  // namespace prewarm::kube
