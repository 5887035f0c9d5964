#include "warmup-controller/simulate/trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/unit/schedule/plan.h"

namespace prewarm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kCsv[] =
    "timestamp,value\n"
    "2014-04-10 00:04:00,94.0\n"
    "2014-04-10 00:09:00,56.0\r\n"
    "2014-04-10 00:14:00,0\n";

Trace Good(const std::string& text) {
  auto trace = ReadTrace(text);
  EXPECT_TRUE(trace.ok()) << trace.error().message;
  return trace.ok() ? std::move(trace).value() : Trace{};
}

std::string Refused(const std::string& text) {
  const auto trace = ReadTrace(text);
  EXPECT_FALSE(trace.ok()) << text;
  return trace.ok() ? "" : trace.error().message;
}

TEST(CsvTrace, EachRowLastsUntilTheNextOne) {
  const Trace trace = Good(kCsv);
  ASSERT_EQ(trace.bins.size(), 3U);
  EXPECT_EQ(trace.bins[0].begin, MomentOf(Utc(2014, 4, 10, 0, 4)));
  EXPECT_EQ(trace.bins[0].end, trace.bins[1].begin);
  EXPECT_EQ(trace.bins[0].requests, 94);
  EXPECT_EQ(trace.end(), MomentOf(Utc(2014, 4, 10, 0, 19)));
}

TEST(CsvTrace, NothingIsKnownOfAGap) {
  const Trace trace = Good("0,1\n60,2\n120,1\n900,1\n960,1\n");
  EXPECT_EQ(trace.bins[2].end, 180 * kSecond);
  EXPECT_EQ(trace.bins[3].begin, 900 * kSecond);
}

TEST(CsvTrace, TimesAreUnixSecondsOrRfc3339) {
  EXPECT_EQ(Good("1397088240,1\n").bins[0].begin,
            MomentOf(Utc(2014, 4, 10, 0, 4)));
  EXPECT_EQ(Good("2014-04-10T02:04:00+02:00,1\n").bins[0].begin,
            MomentOf(Utc(2014, 4, 10, 0, 4)));
}

TEST(CsvTrace, FieldsMayBeQuotedAndHaveSpacesAround) {
  const std::string plain = "time,requests\n2014-04-10 00:04:00,94\n";
  for (const char* other :
       {"\"time\",\"requests\"\n\"2014-04-10 00:04:00\",\"94\"\n",
        "time, requests\n2014-04-10 00:04:00, 94\n",
        "\n \t\ntime,requests\r\n 2014-04-10 00:04:00 ,\t\"94\" \r\n\n",
        "\xef\xbb\xbf"
        "2014-04-10 00:04:00,94\n"}) {
    const Trace trace = Good(other);
    ASSERT_EQ(trace.bins.size(), 1U) << other;
    EXPECT_EQ(trace.bins[0].begin, Good(plain).bins[0].begin) << other;
    EXPECT_EQ(trace.bins[0].requests, 94) << other;
  }
  for (const char* wrong :
       {"0,1\n\"60,2\n", "0,1\n\"60\"0,2\n", "0,1\n60,2,3\n", "0,1\n60\n",
        "0,1\n60,\"2\"\"\"\n", "0,1\n60,\n"}) {
    EXPECT_THAT(Refused(wrong), HasSubstr("line 2: got")) << wrong;
  }
}

TEST(CsvTrace, ErrorNamesTheLine) {
  EXPECT_THAT(Refused("time,value\n0,1\n60,x\n"),
              HasSubstr("line 3: got \"60,x\""));
  EXPECT_THAT(Refused("0,1\n60,-1\n"), HasSubstr("line 2"));
  EXPECT_THAT(Refused("0,1\n60,nan\n"), HasSubstr("line 2"));
  EXPECT_THAT(Refused("0,1\n60,1e999\n"), HasSubstr("line 2"));
  EXPECT_THAT(Refused("60,1\n0,1\n"), HasSubstr("a later time"));
  EXPECT_THAT(Refused("0,1\n0,1\n"), HasSubstr("a later time"));
  EXPECT_THAT(Refused("0,1\n99999999999,1\n"), HasSubstr("line 2"));
  EXPECT_THAT(Refused("time,value\nno\n"), HasSubstr("line 2"));
}

TEST(CsvTrace, WithoutARequestIsNone) {
  EXPECT_THAT(Refused(""), HasSubstr("no request"));
  EXPECT_THAT(Refused("time,value\n"), HasSubstr("no request"));
  EXPECT_THAT(Refused("0,0\n60,0\n"), HasSubstr("no request"));
}

TEST(PrometheusTrace, RatesOfAllSeriesAreAdded) {
  const Trace trace = Good(R"({"status": "success", "data": {
      "resultType": "matrix", "result": [
      {"metric": {"pod": "a"}, "values": [[60, "0.5"], [120, "1"]]},
      {"metric": {"pod": "b"}, "values": [[120, "2"], [240.0, "NaN"]]}]}})");
  ASSERT_EQ(trace.bins.size(), 2U);
  EXPECT_EQ(trace.bins[0].begin, 60 * kSecond);
  EXPECT_EQ(trace.bins[0].end, 120 * kSecond);
  EXPECT_EQ(trace.bins[0].requests, 30);
  EXPECT_EQ(trace.bins[1].requests, 180);
}

TEST(PrometheusTrace, OtherJsonIsRefusedWithTheReason) {
  EXPECT_THAT(Refused("{"), HasSubstr("can't be read"));
  EXPECT_THAT(Refused("{\"a\": 1}"), HasSubstr("data.result is missing"));
  EXPECT_THAT(Refused(R"({"data": {"resultType": "vector", "result": []}})"),
              HasSubstr("not \"matrix\""));
  for (const char* kind : {"7", "null", "[\"matrix\"]", "{}"}) {
    EXPECT_THAT(Refused(R"({"data": {"resultType": )" + std::string(kind) +
                        R"(, "result": []}})"),
                HasSubstr("resultType is not \"matrix\""))
        << kind;
  }
  EXPECT_THAT(Refused(R"({"data": {"result": {}}})"), HasSubstr("no list"));
  EXPECT_THAT(Refused(R"({"data": {"result": [{}]}})"),
              HasSubstr("result[0].values is missing"));
  EXPECT_THAT(Refused(R"({"data": {"result": [{"values": [[1, 2]]}]}})"),
              HasSubstr("holds [1,2]"));
  EXPECT_THAT(Refused(R"({"data": {"result": [{"values": [[1, "-2"]]}]}})"),
              HasSubstr("holds"));
  EXPECT_THAT(Refused(R"({"data": {"result": []}})"), HasSubstr("no request"));
  EXPECT_THAT(Refused(R"({"data": [1]})"), HasSubstr("missing"));
}

TEST(AccessLog, EachLineIsARequestOfItsTime) {
  const Trace trace = Good(
      "192.0.2.1 - - [29/Mar/2026:03:00:05 +0200] \"POST /a HTTP/1.1\" 200 5\n"
      "\n"
      "192.0.2.1 - x [29/Mar/2026:01:00:01 +0000] \"GET /b\" 200 5 \"-\" "
      "\"c\"\n");
  EXPECT_THAT(trace.requests,
              ElementsAre(MomentOf(Utc(2026, 3, 29, 1)) + kSecond,
                          MomentOf(Utc(2026, 3, 29, 1)) + 5 * kSecond));
}

TEST(AccessLog, EmptyLinesBeforeItAreNone) {
  const Trace trace = Good(
      "\r\n  \n"
      "a - - [29/Mar/2026:01:00:05 +0000] \"GET /\" 200 5\n");
  EXPECT_EQ(trace.requests.size(), 1U);
}

TEST(AccessLog, ErrorNamesTheLine) {
  const std::string good =
      "a - - [29/Mar/2026:01:00:05 +0000] \"GET /\" 200 5\n";
  for (const char* wrong :
       {"a - - [30/Feb/2026:01:00:05 +0000] \"GET /\"",
        "a - - [29/Mrz/2026:01:00:05 +0000] \"GET /\"",
        "a - - [29/Mar/2026:25:00:05 +0000] \"GET /\"",
        "a - - [29/Mar/2026:01:00:05] \"GET /\"", "a - - [", "a"}) {
    EXPECT_THAT(Refused(good + wrong + "\n"), HasSubstr("line 2: got"))
        << wrong;
  }
}

TEST(Arrivals, AreSortedWithinTheirBinsAndAsManyAsScaled) {
  const Trace trace = Good("0,100000\n60,0\n120,50000\n");
  const auto arrivals = *ArrivalsOf(trace, 0.1, 3);
  EXPECT_TRUE(std::is_sorted(arrivals.begin(), arrivals.end()));
  const auto in_first =
      std::count_if(arrivals.begin(), arrivals.end(),
                    [](Moment at) { return 0 <= at && at < 60 * kSecond; });
  const auto in_last = std::count_if(
      arrivals.begin(), arrivals.end(),
      [](Moment at) { return 120 * kSecond <= at && at < 180 * kSecond; });
  EXPECT_NEAR(static_cast<double>(in_first), 10'000, 400);
  EXPECT_NEAR(static_cast<double>(in_last), 5'000, 300);
  EXPECT_EQ(in_first + in_last, static_cast<std::ptrdiff_t>(arrivals.size()));
}

TEST(Arrivals, AreThoseOfTheSeed) {
  const Trace trace = Good(kCsv);
  EXPECT_EQ(*ArrivalsOf(trace, 1, 3), *ArrivalsOf(trace, 1, 3));
  EXPECT_NE(*ArrivalsOf(trace, 1, 3), *ArrivalsOf(trace, 1, 4));
}

TEST(Arrivals, OfALogAreItsOwnOrAShareOfThem) {
  std::string log;
  for (int i = 0; i < 1000; ++i) {
    log += "a - - [29/Mar/2026:01:00:05 +0000] \"GET /\" 200 5\n";
  }
  const Trace trace = Good(log);
  EXPECT_EQ(ArrivalsOf(trace, 1, 1)->size(), 1000U);
  EXPECT_NEAR(static_cast<double>(ArrivalsOf(trace, 0.3, 1)->size()), 300, 60);
}

TEST(Arrivals, OfALogComeAgainNearbyWhereThereIsToBeMore) {
  std::string log;
  for (int i = 0; i < 1000; ++i) {
    log += i % 2 == 0 ? "a - - [29/Mar/2026:01:00:05 +0000] \"GET /\" 200 5\n"
                      : "a - - [29/Mar/2026:09:00:05 +0000] \"GET /\" 200 5\n";
  }
  const Trace trace = Good(log);
  EXPECT_EQ(ArrivalsOf(trace, 3, 1)->size(), 3000U);
  const auto arrivals = *ArrivalsOf(trace, 2.3, 1);
  EXPECT_NEAR(static_cast<double>(arrivals.size()), 2300, 60);
  EXPECT_TRUE(std::is_sorted(arrivals.begin(), arrivals.end()));
  EXPECT_GE(arrivals.front(), trace.begin());
  EXPECT_LT(arrivals.back(), trace.end());
  // Half of them in the morning still, and copies not all at once.
  const Moment one = MomentOf(Utc(2026, 3, 29, 1)) + 5 * kSecond;
  const auto early =
      std::upper_bound(arrivals.begin(), arrivals.end(), one + kCopiesAround) -
      arrivals.begin();
  EXPECT_NEAR(static_cast<double>(early), 1150, 60);
  EXPECT_EQ(std::count(arrivals.begin(), arrivals.end(), one), 500);
  EXPECT_EQ(arrivals, *ArrivalsOf(trace, 2.3, 1));
  EXPECT_NE(arrivals, *ArrivalsOf(trace, 2.3, 2));
}

TEST(Arrivals, TooManyAreRefused) {
  EXPECT_FALSE(ArrivalsOf(Good("0,1e12\n"), 1, 1).ok());
  EXPECT_FALSE(ArrivalsOf(Good("0,1\n"), std::nan(""), 1).ok());
}

}  // namespace
}  // namespace prewarm
