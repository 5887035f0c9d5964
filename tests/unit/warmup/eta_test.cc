#include "inference-server/warmup/eta.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <random>
#include <string>

#include "inference-server/warmup/history.h"

namespace prewarm {
namespace {

WarmUpRecord Took(double total, CachedState cached = CachedState::kHit) {
  return {cached,
          total,
          {{"library_load", 0, 5},
           {"bind", 5, 0.1 * total},
           {"first_inference", 5 + 0.1 * total, 0.8 * total}}};
}

std::vector<WarmUpRecord> Recorded(const std::string& name) {
  std::ifstream file(PREWARM_TESTDATA "/warmups/" + name + ".jsonl");
  std::vector<WarmUpRecord> records;
  for (std::string line; std::getline(file, line);) {
    const auto record = ParseRecord(line);
    EXPECT_TRUE(record.has_value()) << line;
    if (record) records.push_back(*record);
  }
  EXPECT_GE(records.size(), 20U) << name;
  return records;
}

TEST(Eta, NothingIsKnownWithoutRecords) {
  const Eta eta = EtaModel().Remaining({});
  EXPECT_FALSE(eta.p50_ms.has_value());
  EXPECT_FALSE(eta.p90_ms.has_value());
}

TEST(Eta, OfOneRecordIsWide) {
  const Eta eta = EtaModel({Took(1000)}).Remaining({});
  EXPECT_EQ(eta.p50_ms, 1000);
  EXPECT_GE(*eta.p90_ms, 1900);
}

TEST(Eta, GetsNarrowerWithEveryRecord) {
  double before = 1e9;
  for (std::size_t n = 1; n <= 5; ++n) {
    const Eta eta =
        EtaModel(std::vector<WarmUpRecord>(n, Took(1000))).Remaining({});
    EXPECT_LT(*eta.p90_ms, before);
    before = *eta.p90_ms;
  }
  EXPECT_EQ(before, 1000);
}

TEST(Eta, FallsAsTimePasses) {
  const EtaModel model({Took(1000), Took(1000)});
  EXPECT_EQ(model.Remaining({400, {}, {}}).p50_ms, 600);
}

TEST(Eta, PhaseThatEndsLateDelaysTheRest) {
  const EtaModel model(std::vector<WarmUpRecord>(5, Took(1000)));
  const WarmUpPosition late{305, {{"bind", 5, 300}}, CachedState::kHit};
  EXPECT_NEAR(*model.Remaining(late).p50_ms, 1000 - 105, 1);
}

TEST(Eta, ColdAndPreparedStartsAreToldApart) {
  std::vector<WarmUpRecord> records;
  for (int i = 0; i < 5; ++i) {
    records.push_back(Took(3000, CachedState::kMiss));
    records.push_back(Took(500));
  }
  const EtaModel model(records);
  EXPECT_EQ(model.Remaining({}).p50_ms, 500);  // it was left prepared
  EXPECT_EQ(model.Remaining({0, {}, CachedState::kMiss}).p50_ms, 3000);
  EXPECT_EQ(model.Remaining({0, {}, CachedState::kRebuilt}).p50_ms, 3000);
}

TEST(Eta, FirstPreparedStartIsExpectedLikeTheColdOneBefore) {
  const EtaModel model({Took(3000, CachedState::kMiss)});
  EXPECT_EQ(model.Remaining({}).p50_ms, 3000);
}

TEST(Eta, OverdueStartIsExpectedToTakeLongerStill) {
  const EtaModel model({Took(1000), Took(1100)});
  double before = 0;
  for (const double elapsed : {2000.0, 4000.0, 60000.0}) {
    const Eta eta = model.Remaining({elapsed, {}, {}});
    EXPECT_GT(*eta.p50_ms, before);
    EXPECT_GT(*eta.p90_ms, *eta.p50_ms);
    before = *eta.p50_ms;
  }
}

TEST(Eta, IsNeverNothingJustBeforeTheSlowestRecord) {
  const EtaModel model(std::vector<WarmUpRecord>(5, Took(1000)));
  const Eta eta = model.Remaining({999.999, {}, {}});
  EXPECT_GT(*eta.p50_ms, 10);
  EXPECT_GT(*eta.p90_ms, *eta.p50_ms);
}

TEST(Eta, ChangedMachineShowsWithinFiveStarts) {
  std::vector<WarmUpRecord> records(60, Took(1000));
  records.insert(records.end(), 5, Took(4000));
  EXPECT_EQ(EtaModel(records).Remaining({}).p50_ms, 4000);
}

TEST(Eta, HostileHistoriesGiveFiniteNumbers) {
  std::mt19937 random(7);
  const double values[] = {0,   -1,       1e-300, 1.7e308,
                           NAN, INFINITY, 500,    86400000};
  const auto any = [&] { return values[random() % 8]; };
  for (int round = 0; round < 2000; ++round) {
    std::vector<WarmUpRecord> records;
    for (unsigned i = 0; i < random() % 8; ++i) {
      records.push_back({static_cast<CachedState>(random() % 3),
                         any(),
                         {{"bind", any(), any()}, {"", any(), any()}}});
    }
    const EtaModel model(records);
    const WarmUpPosition position{static_cast<double>(random() % 100000),
                                  {{"bind", 1, 2}},
                                  static_cast<CachedState>(random() % 3)};
    const Eta eta = model.Remaining(position);
    if (eta.p50_ms) {
      EXPECT_TRUE(std::isfinite(*eta.p50_ms) && *eta.p50_ms >= 0);
      EXPECT_TRUE(std::isfinite(*eta.p90_ms) && *eta.p90_ms >= *eta.p50_ms);
    }
    const double progress = model.Progress(position);
    EXPECT_TRUE(progress >= 0 && progress <= 0.99);
  }
}

TEST(Progress, IsTheShareOfTheExpectedTime) {
  const EtaModel model(std::vector<WarmUpRecord>(5, Took(1000)));
  EXPECT_NEAR(model.Progress({250, {}, {}}), 0.25, 1e-9);
  EXPECT_LE(model.Progress({1e9, {}, {}}), 0.99);
}

TEST(Progress, CountsPhasesWithoutRecords) {
  EXPECT_EQ(EtaModel().Progress({100, {}, {}}), 0);
  EXPECT_NEAR(EtaModel().Progress({100, {{"a", 0, 1}, {"b", 1, 1}}, {}}),
              2.0 / 6, 1e-9);
}

TEST(Progress, OfMorePhasesThanUsualIsStillBelowOne) {
  // As when a damaged state is dropped and all is bound again.
  const WarmUpPosition again{100, std::vector<PhaseTiming>(9), {}};
  EXPECT_LT(EtaModel().Progress(again), 1);
}

// The newest of the past when a start begins.
std::vector<WarmUpRecord> Before(const std::vector<WarmUpRecord>& records,
                                 std::size_t start) {
  return {records.begin(),
          records.begin() + static_cast<std::ptrdiff_t>(start)};
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// The load beside it was gone from the 15th start on: see README.md there.
TEST(Eta, RecordedFallOfLoadIsLearnedWithinFiveStarts) {
  const auto records = Recorded("one_core_changing_load");
  std::vector<double> errors;
  for (std::size_t i = 14 + 5; i < records.size(); ++i) {
    const Eta eta = EtaModel(Before(records, i)).Remaining({});
    errors.push_back(std::abs(*eta.p50_ms / records[i].total_ms - 1));
  }
  EXPECT_LE(Median(errors), 0.15);
}

// Load that rises all the time is what no quantile of the past foresees.
TEST(Eta, RecordedRiseOfLoadIsFollowed) {
  const auto records = Recorded("one_thread_rising_load");
  std::vector<double> errors;
  for (std::size_t i = 5; i < records.size(); ++i) {
    const Eta eta = EtaModel(Before(records, i)).Remaining({});
    errors.push_back(std::abs(*eta.p50_ms / records[i].total_ms - 1));
  }
  EXPECT_LE(Median(errors), 0.25);
}

class RecordedHistory : public testing::TestWithParam<const char*> {
 protected:
  // What was expected at the beginning of each start after the fifth.
  struct Guess {
    double actual;
    Eta eta;
  };
  static std::vector<Guess> Guesses() {
    const auto records = Recorded(GetParam());
    std::vector<Guess> guesses;
    for (std::size_t i = 5; i < records.size(); ++i) {
      const EtaModel model(Before(records, i));
      guesses.push_back({records[i].total_ms, model.Remaining({})});
    }
    return guesses;
  }
};

TEST_P(RecordedHistory, MedianErrorAfterFiveStartsIsAtMostFifteenPercent) {
  std::vector<double> errors;
  for (const Guess& guess : Guesses()) {
    errors.push_back(std::abs(*guess.eta.p50_ms - guess.actual) / guess.actual);
  }
  EXPECT_LE(Median(errors), 0.15);
}

TEST_P(RecordedHistory, FourOfFiveTakeNoLongerThanP90) {
  const auto guesses = Guesses();
  const auto kept =
      std::count_if(guesses.begin(), guesses.end(),
                    [](const Guess& g) { return g.actual <= *g.eta.p90_ms; });
  EXPECT_GE(static_cast<double>(kept),
            0.8 * static_cast<double>(guesses.size()));
}

// What a caller sees who asks at random moments, also when the clock stalls or
// leaps and the phases end in another order: WarmUp shows the highest so far.
TEST_P(RecordedHistory, ProgressStaysBelowOneInAnyOrderAndEndsHigh) {
  std::mt19937 random(11);
  const auto records = Recorded(GetParam());
  const EtaModel model(Before(records, 10));
  for (int round = 0; round < 200; ++round) {
    WarmUpRecord start = records[10 + random() % (records.size() - 10)];
    std::shuffle(start.phases.begin(), start.phases.end(), random);
    WarmUpPosition at;
    double shown = 0;
    for (const PhaseTiming& phase : start.phases) {
      // Half of the times the clock stalls, 1 of 8 it leaps by a minute.
      if (random() % 2 == 0) at.elapsed_ms += phase.duration_ms;
      if (random() % 8 == 0) at.elapsed_ms += 60000;
      at.finished.push_back(phase);
      const double now = model.Progress(at);
      ASSERT_TRUE(now >= 0 && now <= 0.99) << now;
      shown = std::max(shown, now);
    }
    at.elapsed_ms += start.total_ms;
    EXPECT_GE(std::max(shown, model.Progress(at)), 0.4);
  }
}

TEST_P(RecordedHistory, HalfWayProgressIsAboutHalf) {
  const auto records = Recorded(GetParam());
  std::vector<double> shown;
  for (std::size_t i = 5; i < records.size(); ++i) {
    const EtaModel model(Before(records, i));
    WarmUpPosition at{records[i].total_ms / 2, {}, CachedState::kHit};
    for (const PhaseTiming& phase : records[i].phases) {
      if (phase.start_ms + phase.duration_ms <= at.elapsed_ms) {
        at.finished.push_back(phase);
      }
    }
    shown.push_back(model.Progress(at));
  }
  EXPECT_NEAR(Median(shown), 0.5, 0.1);
}

INSTANTIATE_TEST_SUITE_P(Machines, RecordedHistory,
                         testing::Values("two_threads", "one_core",
                                         "one_thread", "beside_load"),
                         [](const auto& info) {
                           return std::string(info.param);
                         });

}  // namespace
}  // namespace prewarm
