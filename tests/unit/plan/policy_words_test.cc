#include "warmup-controller/plan/policy_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/schedule/plan.h"
#include "warmup-controller/plan/window_words.h"

namespace prewarm {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string DaysOf(const char* sunday_first) {
  std::bitset<7> days;
  for (std::size_t i = 0; i < 7; ++i) days[i] = sunday_first[i] == '1';
  return DaysInWords(days);
}

Policy Berlin() {
  Policy policy = PolicyOf("Europe/Berlin", {Daily("0111110", 540, 1080, 3)});
  policy.name = "hours";
  policy.target = {"apps/v1", "Deployment", "server"};
  policy.windows[0].name = "weekdays";
  policy.max_replicas = 20;
  return policy;
}

TEST(DaysInWords, RunsAreRangesAndOthersAreListed) {
  EXPECT_EQ(DaysOf("1111111"), "every day");
  EXPECT_EQ(DaysOf("0111110"), "on Monday to Friday");
  EXPECT_EQ(DaysOf("1000001"), "on Saturday and Sunday");
  EXPECT_EQ(DaysOf("1100011"), "on Friday to Monday");
  EXPECT_EQ(DaysOf("0101010"), "on Monday, Wednesday and Friday");
  EXPECT_EQ(DaysOf("0000100"), "on Thursday");
}

TEST(CronInWords, SimpleOnesAreSaidAndOthersQuoted) {
  EXPECT_EQ(CronInWords(CronOf("0 20 * * THU")), "on Thursday at 20:00");
  EXPECT_EQ(CronInWords(CronOf("5 7 * * *")), "every day at 07:05");
  EXPECT_EQ(CronInWords(CronOf("30 8 * * 1-5")),
            "on Monday to Friday at 08:30");
  EXPECT_EQ(CronInWords(CronOf("0 6 ? * 7")), "on Sunday at 06:00");
  for (const char* text : {"*/5 * * * *", "0 9 1 * *", "0 9 * 12 *",
                           "0 9 * * 5#2", "0,30 9 * * *", "@daily"}) {
    EXPECT_EQ(
        CronInWords(CronOf(text)),
        std::string("at each time of the cron expression \"") + text + "\"");
  }
}

TEST(TimesInWords, EachKindOfWindowHasItsOwn) {
  EXPECT_EQ(TimesInWords(Daily("0111110", 540, 1080)),
            "on Monday to Friday from 09:00 to 18:00");
  EXPECT_EQ(TimesInWords(Daily("1111111", 0, 1440)), "every day, all day");
  EXPECT_EQ(TimesInWords(Daily("0000010", 1320, 120)),
            "on Friday from 22:00 to 02:00 of the next day");
  EXPECT_EQ(TimesInWords(Elapsing("0 20 * * THU", 90)),
            "on Thursday at 20:00 for 1h30m");
  EXPECT_EQ(TimesInWords(Pair("0 8 * * MON", "0 18 * * FRI")),
            "from each start to the next end: it starts on Monday at 08:00 and "
            "ends on Friday at 18:00");
}

TEST(PolicyInWords, SaysWhatIsWarmWhenAndHowItIsAchieved) {
  EXPECT_THAT(
      PolicyInWords(Berlin()),
      ElementsAre(
          "It keeps instances of Deployment server warm.",
          "Window weekdays: on Monday to Friday from 09:00 to 18:00 "
          "(Europe/Berlin time) 3 instances are warm.",
          "At all other times it asks for nothing; never does it ask for more "
          "than 20 instances.",
          "Instances begin to start so long before they are needed that 99 of "
          "100 starts are warm in time, as measured: at least 30s and at most "
          "15m before.",
          "Afterwards they stay for 2m, and until the next window where that "
          "costs less than to start anew.",
          "An instance counts as warm once POST /warmup has proved an "
          "inference, 2 at once; after 3 retries without a proof it is "
          "replaced, and a warm one is proven again every 10m."));
}

TEST(PolicyInWords, WhatStopsItIsSaidBeforeItsWindows) {
  Policy policy = Berlin();
  policy.suspend = true;
  policy.dry_run = true;
  policy.override_floor = Override{5, Utc(2026, 12, 24, 18)};
  const auto words = PolicyInWords(policy);
  ASSERT_GT(words.size(), 4U);
  EXPECT_THAT(words[1], HasSubstr("suspended"));
  EXPECT_THAT(words[2], HasSubstr("dry run"));
  EXPECT_EQ(words[3],
            "Until 2026-12-24 18:00:00 UTC an override asks for 5 instances, "
            "whatever its windows say.");
}

TEST(PolicyInWords, WithoutWindowsItSpeaksOfAllTimes) {
  Policy policy = Berlin();
  policy.windows.clear();
  policy.min_replicas = 1;
  EXPECT_THAT(PolicyInWords(policy),
              Contains("At all times at least 1 instance stays; never does it "
                       "ask for more than 20 instances."));
  policy.min_replicas = 0;
  EXPECT_THAT(PolicyInWords(policy),
              Contains(HasSubstr("By itself it asks for nothing;")));
}

TEST(PolicyInWords, ExceptionsVisitorsAndBudgetsAreSaid) {
  Policy policy = Berlin();
  policy.except.days = {{CivilDay(2026, 12, 25), CivilDay(2026, 12, 26)}};
  policy.except.calendars = {{"holidays", "de.ics", ""}, {"", "", "off.ics"}};
  policy.intent.enabled = true;
  policy.intent.max_replicas = 3;
  policy.instance_hours_per_day = 6.5;
  policy.dst = {DstGap::kSkip, DstOverlap::kTwice};
  const auto words = PolicyInWords(policy);
  EXPECT_THAT(words,
              Contains("No window starts on 2026-12-25, the days of the "
                       "calendar holidays/de.ics and the days of the calendar "
                       "off.ics."));
  EXPECT_THAT(words,
              Contains("While visitors are about to upload, 1 instance is "
                       "warm, or up to 3 for many; at most 4 instance-hours a "
                       "day are spent so."));
  EXPECT_THAT(words, Contains("After 6.5 instance-hours of a day nothing runs "
                              "until the next one."));
  EXPECT_THAT(words, Contains(HasSubstr("in spring is left out")));
  EXPECT_THAT(words, Contains(HasSubstr("in autumn counts twice")));
}

TEST(PolicyInWords, LeadsAndStaysThatAreDeclaredAreSaidSo) {
  Policy policy = Berlin();
  policy.lead_time.mode = LeadTime::Mode::kFixed;
  policy.lead_time.fixed = std::chrono::minutes(4);
  policy.scale_down.keep_if_next_window_within = std::chrono::minutes(30);
  policy.warmup.reverify = std::chrono::seconds(0);
  policy.warmup.retries = 1;
  const auto words = PolicyInWords(policy);
  EXPECT_THAT(words,
              Contains("Instances begin to start 4m before they are needed."));
  EXPECT_THAT(words, Contains("Afterwards they stay for 2m, and until the next "
                              "window where that opens within 30m."));
  EXPECT_THAT(words.back(), AllOf(HasSubstr("after 1 retry without a proof"),
                                  Not(HasSubstr("again"))));
}

TEST(PolicyInWords, ManyWindowsAndDatesAreCounted) {
  Policy policy = Berlin();
  policy.windows.assign(25, policy.windows[0]);
  policy.except.days.assign(9, {CivilDay(2026, 5, 1), CivilDay(2026, 5, 2)});
  const auto words = PolicyInWords(policy);
  EXPECT_THAT(words, Contains("It has 5 windows more."));
  EXPECT_THAT(words, Contains(HasSubstr("overlap")));
  EXPECT_THAT(words, Contains(HasSubstr("2026-05-01 and 3 dates more.")));
}

}  // namespace
}  // namespace prewarm
