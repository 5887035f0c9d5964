#include "warmup-controller/operate/calendar_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "tests/support/eventually.h"
#include "tests/unit/kube/fake_api.h"
#include "tests/unit/kube/hand_clock.h"

namespace prewarm {
namespace {

using kube::Json;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const CivilDay kToday(2026, 3, 2);

Policy For(const std::string& name, const std::string& key = "de.ics") {
  Policy policy;
  policy.namespace_name = "shop";
  policy.name = "hours";
  policy.except.calendars = {{name, key, ""}};
  return policy;
}

std::string HolidayOn(const std::string& day) {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\n"
         "UID:1\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:" +
         day + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
}

Json ConfigMap(int version, const std::string& text) {
  return {{"metadata",
           {{"uid", "u"}, {"resourceVersion", std::to_string(version)}}},
          {"data", {{"de.ics", text}}}};
}

class CalendarBookTest : public testing::Test {
 protected:
  void Answer(Result<Json> answer) {
    const std::lock_guard<std::mutex> lock(mutex_);
    answer_ = std::move(answer);
  }
  // Reads what is due, until the end of all of it.
  void Read() {
    const int before = news_;
    const std::size_t calls = api_.calls().size();
    book_.ReadDue();
    ASSERT_TRUE(Eventually([&] {
      return api_.calls().size() > calls && (quiet_ || news_ > before);
    }));
  }
  CalendarBook::Holidays Of(const Policy& policy) {
    return book_.Of(policy, kToday);
  }
  CivilDay Day(const Policy& policy) {
    const auto holidays = Of(policy);
    return holidays.days && holidays.days->size() == 1
               ? holidays.days->front().first
               : CivilDay();
  }
  void Pass(seconds time) { clock_.Pass(time); }

  std::mutex mutex_;
  Result<Json> answer_ = ConfigMap(1, HolidayOn("20261225"));
  std::atomic<int> news_{0};
  bool quiet_ = false;  // no news is expected
  kube::FakeApi api_{[this](const kube::ApiRequest&) {
    const std::lock_guard<std::mutex> lock(mutex_);
    return answer_;
  }};
  kube::HandClock clock_;
  CalendarBook book_{&api_, [this] { ++news_; }, &clock_};
};

TEST_F(CalendarBookTest, NobodyWaitsForTheFirstAnswer) {
  const auto holidays = Of(For("holidays"));
  EXPECT_FALSE(holidays.days);
  EXPECT_EQ(holidays.error, "");
  EXPECT_THAT(api_.calls(), IsEmpty());
  Read();
  EXPECT_THAT(book_.TakeNews(), ElementsAre("shop/holidays"));
  EXPECT_THAT(book_.TakeNews(), IsEmpty());
  EXPECT_EQ(Day(For("holidays")), CivilDay(2026, 12, 25));
}

TEST_F(CalendarBookTest, PolicyWithoutCalendarsWaitsForNothing) {
  const auto holidays = Of(Policy());
  ASSERT_TRUE(holidays.days);
  EXPECT_THAT(*holidays.days, IsEmpty());
}

TEST_F(CalendarBookTest, OneReadIsForAllThatNameIt) {
  for (int i = 0; i < 1000; ++i) (void)Of(For("holidays"));
  Read();
  for (int i = 0; i < 1000; ++i) (void)Of(For("holidays"));
  book_.ReadDue();
  EXPECT_THAT(api_.calls(), testing::SizeIs(1));
}

TEST_F(CalendarBookTest, EditIsSeenWithinMinutesAndNothingElseIsNews) {
  (void)Of(For("holidays"));
  Read();
  (void)book_.TakeNews();
  quiet_ = true;
  Pass(CalendarBook::kAnew + CalendarBook::kSpread);
  Read();
  EXPECT_THAT(book_.TakeNews(), IsEmpty());
  quiet_ = false;
  // The read before may not have ended yet.
  ASSERT_TRUE(Eventually([&] {
    Answer(ConfigMap(2, HolidayOn("20261226")));
    Pass(CalendarBook::kAnew + CalendarBook::kSpread);
    book_.ReadDue();
    return news_ == 2;
  }));
  EXPECT_THAT(book_.TakeNews(), ElementsAre("shop/holidays"));
  EXPECT_EQ(Day(For("holidays")), CivilDay(2026, 12, 26));
}

TEST_F(CalendarBookTest, ServerThatIsAwayIsAskedAgainInSeconds) {
  Answer(MakeError(ErrorCode::kUnavailable, "503"));
  (void)Of(For("holidays"));
  Read();
  EXPECT_FALSE(Of(For("holidays")).days);
  EXPECT_EQ(Of(For("holidays")).error, "");
  book_.ReadDue();
  EXPECT_THAT(api_.calls(), testing::SizeIs(1));
  Answer(ConfigMap(1, HolidayOn("20261225")));
  Pass(seconds(1));
  Read();
  EXPECT_EQ(Day(For("holidays")), CivilDay(2026, 12, 25));
}

TEST_F(CalendarBookTest, ServerThatStaysAwayIsTold) {
  Answer(MakeError(ErrorCode::kUnavailable, "503"));
  (void)Of(For("holidays"));
  Read();
  Pass(CalendarBook::kPatience);
  EXPECT_EQ(Of(For("holidays")).error, "spec.except.calendars[0]: 503");
}

TEST_F(CalendarBookTest, WhatIsMissingIsToldAtOnce) {
  Answer(MakeError(ErrorCode::kNotFound, "404"));
  (void)Of(For("holidays"));
  Read();
  EXPECT_EQ(Of(For("holidays")).error, "spec.except.calendars[0]: 404");
  EXPECT_FALSE(Of(For("holidays")).days);
}

TEST_F(CalendarBookTest, WhatWasKnownCountsUntilSomethingElseIsRead) {
  (void)Of(For("holidays"));
  Read();
  Answer(MakeError(ErrorCode::kNotFound, "404"));
  Pass(CalendarBook::kAnew + CalendarBook::kSpread);
  Read();
  const auto holidays = Of(For("holidays"));
  EXPECT_THAT(holidays.error, HasSubstr("what was read of it before counts"));
  EXPECT_EQ(Day(For("holidays")), CivilDay(2026, 12, 25));
}

TEST_F(CalendarBookTest, WhatIsNoCalendarIsNamedByItsFieldAndReadAgainSoon) {
  Answer(ConfigMap(1, "odd"));
  (void)Of(For("holidays"));
  Read();
  EXPECT_THAT(Of(For("holidays")).error,
              HasSubstr("spec.except.calendars[0]: "));
  EXPECT_THAT(Of(For("holidays", "fr.ics")).error,
              HasSubstr("has no key fr.ics"));
  EXPECT_THAT(Of(For("", "")).error, HasSubstr("[0].file: there are no files"));
  Answer(ConfigMap(2, HolidayOn("20261225")));
  Pass(CalendarBook::kLongestRetry);
  Read();
  EXPECT_EQ(Day(For("holidays")), CivilDay(2026, 12, 25));
}

TEST_F(CalendarBookTest, WhomNobodyNamesAnyMoreIsForgotten) {
  (void)Of(For("holidays"));
  Read();
  book_.KeepOnly({});
  Pass(CalendarBook::kAnew + CalendarBook::kSpread);
  book_.ReadDue();
  EXPECT_THAT(api_.calls(), testing::SizeIs(1));
  EXPECT_FALSE(Of(For("holidays")).days);
}

}  // namespace
}  // namespace prewarm
