#include "inference-server/api/json_object.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

namespace prewarm {
namespace {

TEST(JsonObject, EveryKindOfValueReadsBackAsItWas) {
  JsonObject inner;
  inner.Bool("yes", true);
  JsonObject object;
  object.Text("text", "plain").TextOrNull("none", "").Number("half", 0.5);
  object.Number("big", std::int64_t{1} << 53).Number("nan", std::nan(""));
  object.Raw("inner", std::move(inner).Finish());
  const auto json = nlohmann::json::parse(std::move(object).Finish());
  EXPECT_EQ(json["text"], "plain");
  EXPECT_TRUE(json["none"].is_null());
  EXPECT_EQ(json["half"], 0.5);
  EXPECT_EQ(json["big"], std::int64_t{1} << 53);
  EXPECT_TRUE(json["nan"].is_null());
  EXPECT_EQ(json["inner"]["yes"], true);
}

TEST(JsonObject, HostileTextStaysText) {
  for (const std::string& text :
       {std::string("\",\"admin\":\"1"), std::string("a\nb\\"),
        std::string("\0x", 2), std::string("\xe2\x82\xac")}) {
    JsonObject object;
    object.Text("t", text);
    EXPECT_EQ(nlohmann::json::parse(std::move(object).Finish())["t"], text);
  }
  JsonObject object;
  object.Text("t", "\xff");
  EXPECT_EQ(nlohmann::json::parse(std::move(object).Finish())["t"],
            "\xef\xbf\xbd");
}

TEST(JsonObject, EmptyObjectIsOne) { EXPECT_EQ(JsonObject().Finish(), "{}"); }

}  // namespace
}  // namespace prewarm
