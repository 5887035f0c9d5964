#include "inference-server/scheduling/job_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace prewarm {
namespace {

const SteadyTime kNever = SteadyTime::max();
const SteadyTime kLongAgo{};

// What happened to the jobs of a test, by name.
struct Seen {
  std::vector<std::string> started;
  std::vector<std::string> abandoned;
  std::vector<JobTicket> tickets;

  Job Make(const std::string& name, std::size_t bytes = 1,
           SteadyTime deadline = kNever) {
    Job job;
    job.memory.own_bytes = bytes;
    job.deadline = deadline;
    job.start = [this, name](JobTicket ticket) {
      started.push_back(name);
      tickets.push_back(std::move(ticket));
    };
    job.abandon = [this, name](const Error&) { abandoned.push_back(name); };
    return job;
  }
};

using Names = std::vector<std::string>;

class JobQueueTest : public testing::Test {
 protected:
  Timer timer_;
  Seen seen_;
  std::optional<JobQueue> queue_{std::in_place, AdmissionLimits{3, 1000}, 1,
                                 &timer_};
};

TEST_F(JobQueueTest, ColdServerQueuesAndServesInOrderOnceWarm) {
  ASSERT_TRUE(queue_->Submit(seen_.Make("a")).ok());
  ASSERT_TRUE(queue_->Submit(seen_.Make("b")).ok());
  EXPECT_EQ(seen_.started, Names{});
  EXPECT_EQ(queue_->waiting(), 2);
  queue_->SetOpen(true);
  EXPECT_EQ(seen_.started, Names{"a"});
  seen_.tickets[0].reset();
  EXPECT_EQ(seen_.started, (Names{"a", "b"}));
  seen_.tickets[1].reset();
  EXPECT_EQ(queue_->load().queued, 0);
}

TEST_F(JobQueueTest, AtMostSoManyAreInWorkAtOnce) {
  queue_->SetOpen(true);
  ASSERT_TRUE(queue_->Submit(seen_.Make("a")).ok());
  ASSERT_TRUE(queue_->Submit(seen_.Make("b")).ok());
  EXPECT_EQ(seen_.started, Names{"a"});
  EXPECT_EQ(queue_->waiting(), 1);
}

TEST_F(JobQueueTest, BoundCountsWhatWaitsAndWhatIsInWork) {
  queue_->SetOpen(true);
  for (const char* name : {"a", "b", "c"}) {
    ASSERT_TRUE(queue_->Submit(seen_.Make(name)).ok());
  }
  const auto fourth = queue_->Submit(seen_.Make("d"));
  ASSERT_FALSE(fourth.ok());
  EXPECT_EQ(fourth.error().field, "queue");
  seen_.tickets[0].reset();  // a is done
  EXPECT_TRUE(queue_->Submit(seen_.Make("d")).ok());
}

TEST_F(JobQueueTest, PlaceIsHeldUntilTheTicketGoes) {
  queue_->SetOpen(true);
  ASSERT_TRUE(queue_->Submit(seen_.Make("a", 700)).ok());
  EXPECT_EQ(queue_->load().memory_bytes(), 700U);
  EXPECT_EQ(queue_->Submit(seen_.Make("b", 301)).error().field, "memory");
  seen_.tickets.clear();
  EXPECT_EQ(queue_->load().memory_bytes(), 0U);
  EXPECT_TRUE(queue_->Submit(seen_.Make("b", 301)).ok());
}

TEST_F(JobQueueTest, NetworksLargestShareGoesWithTheJobThatNeedsIt) {
  Job large = seen_.Make("large");
  large.memory.network_bytes = 800;
  Job small = seen_.Make("small");
  small.memory.network_bytes = 300;
  ASSERT_TRUE(queue_->Submit(std::move(small)).ok());
  const auto id = queue_->Submit(std::move(large));
  ASSERT_TRUE(id.ok());
  EXPECT_EQ(queue_->load().memory_bytes(), 802U);
  EXPECT_TRUE(queue_->Cancel(*id));
  EXPECT_EQ(queue_->load().memory_bytes(), 301U);
  queue_->SetOpen(true);
  EXPECT_EQ(queue_->load().memory_bytes(), 301U);  // in work
  seen_.tickets.clear();
  EXPECT_EQ(queue_->load().memory_bytes(), 0U);
}

TEST_F(JobQueueTest, RefusedJobIsNeitherStartedNorAbandoned) {
  EXPECT_FALSE(queue_->Submit(seen_.Make("huge", 1001)).ok());
  queue_->SetOpen(true);
  queue_.reset();
  EXPECT_EQ(seen_.started, Names{});
  EXPECT_EQ(seen_.abandoned, Names{});
}

TEST_F(JobQueueTest, RetryAfterIsMeasuredServiceTimeOfThoseAhead) {
  queue_->service_time().Add(3000);
  for (const char* name : {"a", "b", "c"}) {
    ASSERT_TRUE(queue_->Submit(seen_.Make(name)).ok());
  }
  EXPECT_EQ(queue_->Submit(seen_.Make("d")).error().retry_after_seconds, 9);
}

TEST_F(JobQueueTest, CancelFreesThePlaceAndCallsNobody) {
  const auto a = queue_->Submit(seen_.Make("a", 900));
  ASSERT_TRUE(a.ok());
  EXPECT_TRUE(queue_->Cancel(*a));
  EXPECT_FALSE(queue_->Cancel(*a));
  EXPECT_EQ(queue_->load().queued, 0);
  EXPECT_EQ(queue_->load().memory_bytes(), 0U);
  ASSERT_TRUE(queue_->Submit(seen_.Make("b", 900)).ok());
  queue_->SetOpen(true);
  EXPECT_EQ(seen_.started, Names{"b"});
  EXPECT_EQ(seen_.abandoned, Names{});
}

TEST_F(JobQueueTest, WhatIsInWorkCannotBeCancelled) {
  queue_->SetOpen(true);
  const auto a = queue_->Submit(seen_.Make("a"));
  EXPECT_FALSE(queue_->Cancel(*a));
  EXPECT_EQ(queue_->load().queued, 1);
}

TEST_F(JobQueueTest, DeadlineEndsTheWaitWithATimeToComeBack) {
  std::promise<Error> told;
  Job job = seen_.Make("late", 10, kLongAgo);
  job.abandon = [&](const Error& error) { told.set_value(error); };
  ASSERT_TRUE(queue_->Submit(std::move(job)).ok());
  const Error error = told.get_future().get();
  EXPECT_EQ(error.code, ErrorCode::kUnavailable);
  EXPECT_EQ(error.field, "max_wait");
  EXPECT_EQ(error.retry_after_seconds, 2);  // assumed: nothing was measured
  EXPECT_EQ(queue_->load().queued, 0);
  queue_->SetOpen(true);
  EXPECT_EQ(seen_.started, Names{});
}

TEST_F(JobQueueTest, FreePlaceIsTakenEvenByWhoMayNotWait) {
  queue_->SetOpen(true);
  ASSERT_TRUE(queue_->Submit(seen_.Make("now", 1, kLongAgo)).ok());
  EXPECT_EQ(seen_.started, Names{"now"});
}

TEST_F(JobQueueTest, ClosedGateKeepsWhatWaits) {
  queue_->SetOpen(true);
  ASSERT_TRUE(queue_->Submit(seen_.Make("a")).ok());
  ASSERT_TRUE(queue_->Submit(seen_.Make("b")).ok());
  queue_->SetOpen(false);
  seen_.tickets[0].reset();
  EXPECT_EQ(seen_.started, Names{"a"});
  queue_->SetOpen(true);
  EXPECT_EQ(seen_.started, (Names{"a", "b"}));
}

TEST_F(JobQueueTest, AbandonAllTellsEveryoneThatWaits) {
  ASSERT_TRUE(queue_->Submit(seen_.Make("a")).ok());
  ASSERT_TRUE(queue_->Submit(seen_.Make("b")).ok());
  queue_->AbandonAll(MakeError(ErrorCode::kUnavailable, "failed"));
  EXPECT_EQ(seen_.abandoned, (Names{"a", "b"}));
  EXPECT_EQ(queue_->load().queued, 0);
  EXPECT_EQ(queue_->load().memory_bytes(), 0U);
}

TEST_F(JobQueueTest, EndOfTheQueueTellsThoseThatWaitAndOutlivesTickets) {
  queue_->SetOpen(true);
  ASSERT_TRUE(queue_->Submit(seen_.Make("a")).ok());
  ASSERT_TRUE(queue_->Submit(seen_.Make("b")).ok());
  queue_.reset();
  EXPECT_EQ(seen_.abandoned, Names{"b"});
  seen_.tickets.clear();  // must not touch what is gone
  EXPECT_EQ(seen_.started, Names{"a"});
}

TEST(JobQueue, EveryAcceptedJobMeetsExactlyOneEndUnderFire) {
  Timer timer;
  std::atomic<int> accepted{0}, refused{0}, ended{0}, over_the_bound{0};
  {
    JobQueue queue({16, 1 << 20}, 3, &timer);
    std::atomic<int> inside{0};
    const auto hammer = [&](int seed) {
      for (int i = 0; i < 200; ++i) {
        Job job;
        job.memory.own_bytes = 1;
        job.deadline = i % 5 == 0 ? kLongAgo : kNever;
        job.start = [&](const JobTicket&) {
          if (++inside > 3) ++over_the_bound;
          --inside;
          ++ended;
        };
        job.abandon = [&](const Error&) { ++ended; };
        if (queue.load().queued > 16) ++over_the_bound;
        const auto id = queue.Submit(std::move(job));
        if (!id.ok()) {
          ++refused;
          continue;
        }
        ++accepted;
        if (i % 7 == seed && queue.Cancel(*id)) ++ended;
        if (i % 50 == 0) queue.SetOpen(i % 100 == 0);
      }
    };
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int seed = 0; seed < 4; ++seed) threads.emplace_back(hammer, seed);
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(accepted + refused, 800);
  EXPECT_EQ(over_the_bound, 0);
  // The timer may be telling the last one.
  while (ended < accepted) std::this_thread::yield();
  EXPECT_EQ(ended, accepted);
}

}  // namespace
}  // namespace prewarm
