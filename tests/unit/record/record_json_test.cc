#include "warmup-controller/record/record_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/record/memories.h"
#include "warmup-controller/record/record_size.h"

namespace prewarm {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;
using testing::HasSubstr;

json Written(const RecordMemory& memory) {
  return json::parse(RecordJson(memory).dump());
}

// What is wrong with the example when the value at `path` is another one.
std::string WrongWith(const std::string& path, const json& value) {
  json changed = Written(AMemory());
  changed.at(json::json_pointer(path)) = value;
  JsonReader reader;
  (void)RecordIn(changed, &reader);
  return reader.wrong();
}

std::string OfTarget(const std::string& path) {
  return "/targets/shop~1Deployment~1server" + path;
}

TEST(RecordJson, WhatIsWrittenIsRead) {
  JsonReader reader;
  const RecordMemory read = RecordIn(Written(AMemory()), &reader);
  EXPECT_EQ(reader.wrong(), "");
  EXPECT_EQ(Written(read), Written(AMemory()));
  EXPECT_EQ(read.until, kThen + hours(2));
  const TargetRecord& target = read.targets.at(kServer);
  EXPECT_FALSE(target.steps.at(1).known);
  EXPECT_EQ(target.steps.at(2).warm, 1);
  EXPECT_EQ(target.warmups.at(0).error, "");
  EXPECT_EQ(target.warmups.at(1).error, "refused");
  EXPECT_DOUBLE_EQ(target.account.instance_hours, 3.25);
  const auto& openings = read.policies.at("shop/hours").openings;
  EXPECT_EQ(openings.at(0).warm_before, std::chrono::seconds(-5));
  EXPECT_FALSE(openings.at(1).warm_at.has_value());
}

TEST(RecordJson, OneOfNothingIsRead) {
  JsonReader reader;
  EXPECT_TRUE(RecordIn(json::object(), &reader).targets.empty());
  EXPECT_EQ(reader.wrong(), "");
}

TEST(RecordJson, WhatCannotBeTrueIsRefusedByName) {
  EXPECT_THAT(WrongWith("/until", "now"), HasSubstr("until is \"now\""));
  EXPECT_THAT(WrongWith(OfTarget("/hours"), -1), HasSubstr("hours is -1"));
  EXPECT_THAT(WrongWith(OfTarget("/steps/0"), json::array({1, 2})),
              HasSubstr("step is [1,2]"));
  EXPECT_THAT(WrongWith(OfTarget("/steps/0/3"), 1e30), HasSubstr("step is"));
  EXPECT_THAT(WrongWith(OfTarget("/warmups/0/instance"), 7),
              HasSubstr("instance is 7"));
  EXPECT_THAT(WrongWith("/openings/shop~1hours/0/asked", 0),
              HasSubstr("asked is 0"));
  EXPECT_THAT(WrongWith("/openings/shop~1hours", "none"),
              HasSubstr("openings is \"none\""));
}

TEST(RecordJson, WhatIsOutOfOrderIsPutInOrder) {
  RecordMemory memory = AMemory();
  std::swap(memory.targets.at(kServer).warmups[0],
            memory.targets.at(kServer).warmups[1]);
  JsonReader reader;
  EXPECT_EQ(Written(RecordIn(Written(memory), &reader)), Written(AMemory()));
  EXPECT_EQ(reader.wrong(), "");
}

TEST(RecordJson, MoreThanABookKeepsIsRefused) {
  json step = json::array({1774746000, 0, 0, 0});
  EXPECT_THAT(WrongWith(OfTarget("/steps"), json(kMostSteps + 1, step)),
              HasSubstr("steps is"));
  EXPECT_EQ(WrongWith(OfTarget("/steps"), json(kMostSteps, step)), "");
}

TEST(RecordSize, NewestStayAndTheRestIsSaidToBeUnknown) {
  RecordMemory memory = AMemory();
  KeepNewest(1, &memory);
  const TargetRecord& target = memory.targets.at(kServer);
  ASSERT_EQ(target.steps.size(), 1U);
  EXPECT_EQ(target.steps[0].at, kThen + hours(2));
  EXPECT_EQ(target.steps_since, kThen + hours(2));
  EXPECT_EQ(target.warmups_since, kThen + minutes(90));
  EXPECT_EQ(memory.policies.at("shop/hours").openings.size(), 1U);
}

TEST(RecordSize, AccountsOutliveEverythingElse) {
  RecordMemory memory = AMemory();
  KeepNewest(0, &memory);
  EXPECT_TRUE(memory.policies.empty());
  const TargetRecord& target = memory.targets.at(kServer);
  EXPECT_TRUE(target.steps.empty());
  EXPECT_EQ(target.steps_since, memory.until);
  EXPECT_DOUBLE_EQ(target.account.hours, 2);
}

}  // namespace
}  // namespace prewarm
