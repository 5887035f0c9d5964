#include "warmup-controller/decide/write_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace prewarm {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;

const Instant kDue = Instant(hours(500'000));

PendingWrite Write(const std::string& space, const std::string& name,
                   Instant due = kDue, bool raises = true) {
  return {space, name, raises, due, 0};
}

TEST(WriteOrder, RaisesComeFirstThenWhatIsDueFirst) {
  EXPECT_THAT(WriteOrder({Write("a", "falls", kDue - hours(1), false),
                          Write("a", "later", kDue + seconds(1)),
                          Write("a", "first", kDue)}),
              ElementsAre(2U, 1U, 0U));
}

TEST(WriteOrder, EveryNamespaceHasItsTurnInEveryRound) {
  std::vector<PendingWrite> pending;
  pending.reserve(100);
  for (int i = 0; i < 90; ++i) {
    pending.push_back(Write("big", std::to_string(i)));
  }
  for (int i = 0; i < 10; ++i) {
    pending.push_back(Write("small", std::to_string(i)));
  }
  const auto order = WriteOrder(pending);
  int small = 0;
  for (int i = 0; i < 20; ++i) {
    small += pending[order[i]].namespace_name == "small" ? 1 : 0;
  }
  EXPECT_EQ(small, 10);
}

TEST(WriteOrder, TurnsThatWereHadCountWhenSomeAreWrittenAndOthersWait) {
  std::map<std::string, int> turns_had;
  std::vector<PendingWrite> pending;
  pending.reserve(40);
  for (int i = 0; i < 40; ++i) {
    pending.push_back(Write(std::to_string(i % 8), std::to_string(i)));
  }
  std::vector<std::string> written;
  while (!pending.empty()) {
    for (PendingWrite& one : pending) {
      one.turns_had = turns_had[one.namespace_name];
    }
    // Three at a time, fewer than there are namespaces.
    auto order = WriteOrder(pending);
    order.resize(std::min<std::size_t>(3, order.size()));
    std::sort(order.rbegin(), order.rend());
    for (const std::size_t i : order) {
      written.push_back(pending[i].namespace_name);
      ++turns_had[pending[i].namespace_name];
      pending.erase(pending.begin() + static_cast<std::ptrdiff_t>(i));
    }
    int least = 100;
    int most = 0;
    for (int space = 0; space < 8; ++space) {
      least = std::min(least, turns_had[std::to_string(space)]);
      most = std::max(most, turns_had[std::to_string(space)]);
    }
    EXPECT_LE(most - least, 1);
  }
  EXPECT_EQ(written.size(), 40U);
}

TEST(WriteOrder, IsAPermutationWhateverComes) {
  std::vector<PendingWrite> pending;
  pending.reserve(500);
  for (int i = 0; i < 500; ++i) {
    pending.push_back(Write(std::to_string(i % 7), std::to_string(i % 250),
                            kDue + seconds(i % 3), i % 2 == 0));
  }
  auto order = WriteOrder(pending);
  EXPECT_EQ(WriteOrder(pending), order);
  std::sort(order.begin(), order.end());
  for (std::size_t i = 0; i < order.size(); ++i) EXPECT_EQ(order[i], i);
  EXPECT_TRUE(WriteOrder({}).empty());
}

TEST(WriteOrder, NobodyIsAlwaysLast) {
  std::vector<double> places(40, 0);
  constexpr int kDays = 200;
  for (int day = 0; day < kDays; ++day) {
    std::vector<PendingWrite> pending;
    pending.reserve(40);
    for (int i = 0; i < 40; ++i) {
      pending.push_back(Write(std::to_string(i % 4), std::to_string(i / 4),
                              kDue + hours(24 * day)));
    }
    const auto order = WriteOrder(pending);
    for (std::size_t place = 0; place < order.size(); ++place) {
      places[order[place]] += static_cast<double>(place) / kDays;
    }
  }
  // On average everybody is in the middle.
  for (const double place : places) EXPECT_NEAR(place, 19.5, 4.5);
}

TEST(QueueTime, IsThatOfTheLastWrite) {
  EXPECT_EQ(QueueTime(10'000, 50, 100), seconds(220));
  EXPECT_EQ(QueueTime(100, 50, 100), seconds(0));
  EXPECT_EQ(QueueTime(101, 50, 100), seconds(1));
}

}  // namespace
}  // namespace prewarm
