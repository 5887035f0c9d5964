#include "common/base/strict_yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace prewarm {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using Kind = YamlNode::Kind;

std::vector<YamlNode> Good(const std::string& text) {
  PlacedErrors errors("f.yaml");
  auto documents = ReadYamlDocuments(text, {}, &errors);
  EXPECT_TRUE(errors.empty()) << errors.ToString();
  return documents;
}

std::string ErrorsOf(const std::string& text, const YamlLimits& limits = {}) {
  PlacedErrors errors("f.yaml");
  ReadYamlDocuments(text, limits, &errors);
  EXPECT_FALSE(errors.empty()) << "was read: " << text.substr(0, 80);
  return errors.ToString();
}

TEST(StrictYaml, TreeKeepsOrderPlacesAndQuotes) {
  const auto documents = Good("b: \"1\"\na:\n- 010\n- {c: ~}\n");
  ASSERT_THAT(documents, SizeIs(1));
  const YamlNode& root = documents[0];
  ASSERT_EQ(root.kind, Kind::kMapping);
  ASSERT_THAT(root.entries, SizeIs(2));
  EXPECT_EQ(root.entries[0].key, "b");
  EXPECT_EQ(root.entries[0].value.text, "1");
  EXPECT_TRUE(root.entries[0].value.quoted);
  const YamlEntry& a = root.entries[1];
  EXPECT_EQ(a.place.line, 2);
  EXPECT_EQ(a.place.column, 1);
  ASSERT_EQ(a.value.kind, Kind::kList);
  ASSERT_THAT(a.value.items, SizeIs(2));
  EXPECT_EQ(a.value.items[0].text, "010");
  EXPECT_FALSE(a.value.items[0].quoted);
  EXPECT_EQ(a.value.items[0].place.line, 3);
  EXPECT_EQ(a.value.items[0].place.column, 3);
  EXPECT_EQ(a.value.items[1].entries[0].value.kind, Kind::kNull);
}

TEST(StrictYaml, DocumentsAreSeparatedByThreeDashes) {
  const auto documents = Good("a: 1\n---\n---\nb: 2\n...\n---\nc: 3\n");
  ASSERT_THAT(documents, SizeIs(4));
  EXPECT_EQ(documents[1].kind, Kind::kNull);
  EXPECT_EQ(documents[3].entries[0].place.line, 7);
}

TEST(StrictYaml, EmptyTextHasNoDocument) {
  EXPECT_THAT(Good(""), SizeIs(0));
  EXPECT_THAT(Good("# only this\n"), SizeIs(0));
}

TEST(StrictYaml, JsonIsRead) {
  const auto documents =
      Good("{\n\t\"a\": [1, true, null],\n\t\"b\": {\"c\": \"\\u00e4\\/\"}\n}");
  ASSERT_THAT(documents, SizeIs(1));
  EXPECT_THAT(documents[0].entries[0].value.items, SizeIs(3));
  EXPECT_EQ(documents[0].entries[1].value.entries[0].value.text, "\u00e4/");
}

TEST(StrictYaml, TabThatIndentsIsSaidToBeOne) {
  EXPECT_THAT(ErrorsOf("a:\n  b: 1\n\tc: 2\n"),
              HasSubstr("f.yaml:3:1 a tab indents this line"));
  EXPECT_THAT(ErrorsOf("{\n\t\"a\" 1,\n\t:]"), Not(HasSubstr("tab")));
}

TEST(StrictYaml, DuplicateKeyIsNamedWithItsPath) {
  EXPECT_EQ(ErrorsOf("a:\n- {x: 1}\n- {x: 1, x: 2}\n"),
            "f.yaml:3:10 a[1].x: appears twice");
}

TEST(StrictYaml, QuotedAndPlainSpellingOfAKeyAreTheSameKey) {
  EXPECT_THAT(ErrorsOf("a: 1\n\"a\": 2\n"), HasSubstr("a: appears twice"));
}

TEST(StrictYaml, ErrorsAreToldAllAtOnceInTheOrderOfPlaces) {
  EXPECT_EQ(ErrorsOf("a: !!str 1\nb: &x 1\n<<: {}\nb: 1\n[1]: 2\n"),
            "f.yaml:1:4 a: tags are not read; leave it out\n"
            "f.yaml:2:4 b: anchors and aliases are not read; quote a value "
            "that begins with & or *\n"
            "f.yaml:3:1 merge keys are not read\n"
            "f.yaml:4:1 b: appears twice\n"
            "f.yaml:5:1 a key is not plain text");
}

TEST(StrictYaml, AliasIsRefused) {
  EXPECT_THAT(ErrorsOf("a: &x 1\nb: *x\n"), HasSubstr("f.yaml:2:4 b: anchors"));
}

TEST(StrictYaml, CronWithoutQuotesIsToldToQuote) {
  for (const char* cron : {"*/5 * * * *", "* * * * *", "*"}) {
    EXPECT_THAT(ErrorsOf("cron: " + std::string(cron) + "\n"),
                HasSubstr("quote a value that begins with & or *"));
  }
  EXPECT_EQ(Good("cron: \"*/5 * * * *\"\n")[0].entries[0].value.text,
            "*/5 * * * *");
}

TEST(StrictYaml, AmpersandInsideQuotesIsText) {
  EXPECT_EQ(Good("a: 'b &c *d'\n")[0].entries[0].value.text, "b &c *d");
}

TEST(StrictYaml, WhatFollowsADocumentIsRefused) {
  for (const char* text : {",#", ", port: 80\n", "a: 1\n...\nb: 2\n",
                           "{a: 1}\n{b: 2}\n", "---\n,\n---\n"}) {
    EXPECT_THAT(ErrorsOf(text), HasSubstr("f.yaml:")) << text;
  }
}

TEST(StrictYaml, LimitOfNodesCountsAllDocuments) {
  EXPECT_THAT(ErrorsOf("[1, 2]\n---\n[3, 4]\n", {1 << 20, 16, 5}),
              HasSubstr("f.yaml:3:5 [1]: more than 5 values"));
}

TEST(StrictYaml, LimitOfDepthIsExactAndNamesThePlace) {
  EXPECT_THAT(ErrorsOf("a: [[1]]\n", {1 << 20, 2, 100}),
              HasSubstr("f.yaml:1:5 a[0]: nested too deeply; at most 2"));
  PlacedErrors errors("f.yaml");
  ReadYamlDocuments("a: [1]\n", {1 << 20, 2, 100}, &errors);
  EXPECT_TRUE(errors.empty()) << errors.ToString();
}

TEST(StrictYaml, BracketsInCommentsDoNotNest) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "# [0, 24) is half open\n";
  EXPECT_THAT(Good(text + "a: 1\n"), SizeIs(1));
}

TEST(StrictYaml, ManyEmptyDocumentsAreRefusedInTime) {
  std::string text;
  for (int i = 0; i < 200000; ++i) text += "---\n";
  EXPECT_THAT(ErrorsOf(text), HasSubstr("more than 50000 values"));
}

TEST(StrictYaml, KeyOfAnyLengthMakesAShortMessage) {
  const std::string key(1000, 'k');
  EXPECT_LT(ErrorsOf(key + ": 1\n" + key + ": 2\n").size(), 120U);
}

TEST(StrictYaml, PathNamesListsAndMappings) {
  EXPECT_EQ(YamlPath("", "a"), "a");
  EXPECT_EQ(YamlPath(YamlPath("a", 2), "b"), "a[2].b");
}

}  // namespace
}  // namespace prewarm
