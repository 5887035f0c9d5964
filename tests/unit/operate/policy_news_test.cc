#include "warmup-controller/operate/policy_news.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace prewarm {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

json ToldCondition(const std::string& type, const char* status,
                   const std::string& reason, const std::string& message) {
  return {{"type", type},
          {"status", status},
          {"reason", reason},
          {"message", message},
          {"lastTransitionTime", "2026-03-02T09:00:00Z"}};
}

json Open() {
  return {{"cause", "window"},
          {"desired", 2},
          {"reason", "day is open"},
          {"activeWindows",
           {{{"name", "day"},
             {"opens", "2026-03-02T09:00:00Z"},
             {"closes", "2026-03-02T18:00:00Z"}}}},
          {"conditions",
           {ToldCondition("Accepted", "True", "Valid", "Valid"),
            ToldCondition("Degraded", "False", "AsExpected", "AsExpected")}}};
}

// As "W Reason: message".
std::vector<std::string> News(const json& before, const json& status,
                              bool settled = true) {
  std::vector<std::string> lines;
  for (const PolicyNews& one :
       NewsOf(before, TellingPart(before, status, settled))) {
    lines.push_back((one.warning ? "W " : "N ") + one.reason + ": " +
                    one.message);
  }
  return lines;
}

TEST(PolicyNews, WhatHasNotChangedIsNone) {
  EXPECT_THAT(News(Open(), Open()), IsEmpty());
  json later = Open();
  later["conditions"][1]["message"] = "as expected";
  later["warm"] = 1;
  EXPECT_THAT(News(Open(), later), IsEmpty());
}

TEST(PolicyNews, WindowsOpenAndClose) {
  EXPECT_THAT(News(json(), Open()),
              ElementsAre("N WindowOpened: day is open until "
                          "2026-03-02T18:00:00Z"));
  json tomorrow = Open();
  tomorrow["activeWindows"][0]["opens"] = "2026-03-03T09:00:00Z";
  tomorrow["activeWindows"][0]["closes"] = nullptr;
  EXPECT_THAT(News(Open(), tomorrow),
              ElementsAre("N WindowOpened: day is open",
                          "N WindowClosed: day has closed"));
}

TEST(PolicyNews, WarmStartIsToldWhenItBegins) {
  json start = Open();
  start["activeWindows"] = json::array();
  start["cause"] = "warm_start";
  start["reason"] = "day opens at 2026-03-02 09:00:00";
  EXPECT_THAT(News(json::object(), start),
              ElementsAre("N WarmStart: day opens at 2026-03-02 09:00:00; 2 "
                          "instances get warm"));
  EXPECT_THAT(News(start, start), IsEmpty());
}

TEST(PolicyNews, ConditionIsToldWhenItBeginsAndNotAgain) {
  json capped = Open();
  capped["conditions"].push_back(
      ToldCondition("FloorCapped", "True", "MaxReplicas", "allows 1 of them"));
  EXPECT_THAT(News(Open(), capped),
              ElementsAre("W FloorCapped: allows 1 of them"));
  EXPECT_THAT(News(capped, capped), IsEmpty());
  EXPECT_THAT(News(capped, Open()), IsEmpty());
}

TEST(PolicyNews, AnotherKindOfDegradationIsNewsAndSoIsItsEnd) {
  json failed = Open();
  failed["conditions"][1] =
      ToldCondition("Degraded", "True", "WarmupFailed", "a-1: HTTP 500");
  EXPECT_THAT(News(Open(), failed),
              ElementsAre("W WarmupFailed: a-1: HTTP 500"));
  json other = failed;
  other["conditions"][1]["message"] = "a-2: HTTP 500";
  EXPECT_THAT(News(failed, other), IsEmpty());
  other["conditions"][1]["reason"] = "NoAnswer";
  EXPECT_THAT(News(failed, other), ElementsAre("W NoAnswer: a-2: HTTP 500"));
  EXPECT_THAT(
      News(failed, Open()),
      ElementsAre("N Recovered: no longer WarmupFailed: a-1: HTTP 500"));
}

TEST(PolicyNews, RefusalIsToldOnceForEachMistake) {
  const json refused = {
      {"conditions",
       {ToldCondition("Accepted", "False", "Invalid", "spec.a")}}};
  const json part = TellingPart(Open(), refused, true);
  EXPECT_THAT(News(Open(), refused), ElementsAre("W Invalid: spec.a"));
  EXPECT_THAT(News(part, refused), IsEmpty());
  json other = refused;
  other["conditions"][0]["message"] = "spec.b";
  EXPECT_THAT(News(part, other), ElementsAre("W Invalid: spec.b"));
}

TEST(PolicyNews, NothingIsOverByTheWordOfOneWhoHasJustBegun) {
  json troubled = Open();
  troubled["conditions"][1] =
      ToldCondition("Degraded", "True", "WarmupFailed", "a-1: HTTP 500");
  troubled["conditions"].push_back(
      ToldCondition("Conflict", "True", "LoweredBySomebody", "kept at 1"));
  const json held = TellingPart(troubled, Open(), false);
  EXPECT_THAT(NewsOf(troubled, held), IsEmpty());
  // Found again meanwhile: still nothing new.
  EXPECT_THAT(News(held, troubled, false), IsEmpty());
  EXPECT_THAT(
      News(held, Open()),
      ElementsAre("N Recovered: no longer WarmupFailed: a-1: HTTP 500"));
}

TEST(PolicyNews, StatusesOfOtherShapesAreNoCrash) {
  for (const char* text : {"null", "[]", "3", R"({"conditions":3})",
                           R"({"conditions":[null],"activeWindows":[1]})"}) {
    const json odd = json::parse(text);
    (void)NewsOf(odd, TellingPart(odd, odd, false));
    (void)News(odd, Open(), false);
  }
}

}  // namespace
}  // namespace prewarm
