#include "common/base/yaml_settings.h"

#include <gtest/gtest.h>

#include <string>

namespace prewarm {
namespace {

std::string ErrorOf(const std::string& text) {
  const auto settings = ReadYamlSettings(text, "f.yaml");
  if (settings.ok()) {
    ADD_FAILURE() << "was read: " << text.substr(0, 80);
    return "";
  }
  EXPECT_EQ(settings.error().code, ErrorCode::kInvalidArgument);
  return settings.error().message;
}

void ExpectRefused(const std::string& text, const std::string& because) {
  const std::string error = ErrorOf(text);
  EXPECT_NE(error.find(because), std::string::npos) << error;
}

TEST(YamlSettings, ScalarsAndListsAreReadAsWritten) {
  const auto settings = ReadYamlSettings(
      "# a comment\nport: 010\nhost: \"::1\"\norigins: [a, \"b c\"]\n"
      "proxies:\n  - 10.0.0.0/8\n",
      "f.yaml");
  ASSERT_TRUE(settings.ok()) << settings.error().message;
  ASSERT_EQ(settings->size(), 4U);
  const YamlSetting& port = settings->at("port");
  EXPECT_EQ(port.values, std::vector<std::string>{"010"});  // not octal: text
  EXPECT_FALSE(port.is_list);
  EXPECT_EQ(port.place.line, 2);
  EXPECT_EQ(port.place.column, 1);
  EXPECT_EQ(settings->at("host").values, std::vector<std::string>{"::1"});
  EXPECT_EQ(settings->at("origins").values,
            (std::vector<std::string>{"a", "b c"}));
  EXPECT_TRUE(settings->at("proxies").is_list);
}

TEST(YamlSettings, EmptyFileIsNoSettings) {
  for (const char* text : {"", "\n", "# only this\n", "---\n"}) {
    const auto settings = ReadYamlSettings(text, "f.yaml");
    ASSERT_TRUE(settings.ok()) << settings.error().message;
    EXPECT_TRUE(settings->empty());
  }
}

TEST(YamlSettings, DuplicateKeyIsRefusedWithItsPlace) {
  ExpectRefused("port: 1\nhost: a\nport: 2\n",
                "f.yaml:3:1 port: appears twice");
}

TEST(YamlSettings, AllErrorsAreToldAtOnce) {
  const std::string error = ErrorOf("a: {x: 1}\nb: [[1]]\nc:\n");
  EXPECT_NE(error.find("f.yaml:1:4 a: expected"), std::string::npos) << error;
  EXPECT_NE(error.find("f.yaml:2:5 b: expected"), std::string::npos) << error;
  EXPECT_NE(error.find(" c: expected"), std::string::npos) << error;
}

TEST(YamlSettings, SyntaxErrorHasItsPlace) {
  ExpectRefused("a: 1\nb: [1, 2\nc: 3\n", "f.yaml:3:");
  ExpectRefused("a: ]\n", "f.yaml:1:");
}

TEST(YamlSettings, AliasesAndMergeKeysAreRefused) {
  ExpectRefused("a: &x [1]\nb: *x\n", "anchors and aliases");
  ExpectRefused("<<: 1\n", "f.yaml:1:1 merge keys");
}

TEST(YamlSettings, AsteriskAndAmpersandInsideAWordAreText) {
  const auto settings = ReadYamlSettings("origin: https://*.a.b/?x&y\n", "f");
  ASSERT_TRUE(settings.ok()) << settings.error().message;
  EXPECT_EQ(settings->at("origin").values[0], "https://*.a.b/?x&y");
}

TEST(YamlSettings, WhatFollowsTheSettingsIsRefused) {
  ExpectRefused("a: 1\n---\nb: 2\n", "one document");
  ExpectRefused("a: 1\n...\nb: 2\n", "one document");
  ExpectRefused(",#", "");  // yaml-cpp's LoadAll hangs here
  ExpectRefused(", port: 80\n", "");
}

TEST(YamlSettings, AnythingButAMappingIsRefused) {
  ExpectRefused("- a\n- b\n", "expected a mapping");
  ExpectRefused("just text\n", "expected a mapping");
  ExpectRefused("[a]: 1\n", "a key is not plain text");
}

TEST(YamlSettings, OverTheLimitOfBytesIsRefusedUnread) {
  ExpectRefused("a: " + std::string(256 << 10, 'x'), "larger than 256 KiB");
}

TEST(YamlSettings, DeepNestingIsRefused) {
  ExpectRefused(std::string(100000, '{'), "nested too deeply");
  ExpectRefused("a: [[[[[[[[[[1]]]]]]]]]]\n", "nested too deeply");
  std::string blocks;
  for (int i = 0; i < 60000; ++i) blocks += "- ";
  EXPECT_NE(ErrorOf(blocks + "x\n"), "");
}

TEST(YamlSettings, WhatIsNoUtf8TextIsRefused) {
  for (const char* bytes :
       {"\xff", "\xc3(", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80",
        "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x01"}) {
    ExpectRefused(std::string("a: ") + bytes + "\n", "not UTF-8 text");
  }
  ExpectRefused(std::string("a: \0b\n", 6), "not UTF-8 text");
  const auto euro = ReadYamlSettings("a: \xe2\x82\xac\n", "f.yaml");
  ASSERT_TRUE(euro.ok());
  EXPECT_EQ(euro->at("a").values[0], "\xe2\x82\xac");
}

}  // namespace
}  // namespace prewarm
