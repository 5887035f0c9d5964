#include "common/base/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <thread>
#include <vector>

namespace prewarm {
namespace {

TEST(WorkerPool, OneThreadRunsInTheOrderOfPosting) {
  std::vector<int> order;
  {
    WorkerPool pool(1);
    for (int i = 0; i < 100; ++i) {
      pool.Post([&order, i] { order.push_back(i); });
    }
  }
  ASSERT_EQ(order.size(), 100U);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(order[static_cast<unsigned>(i)], i);
}

TEST(WorkerPool, DestructorRunsWhatWasPosted) {
  std::atomic<int> ran{0};
  {
    WorkerPool pool(3);
    for (int i = 0; i < 1000; ++i) pool.Post([&ran] { ++ran; });
  }
  EXPECT_EQ(ran, 1000);
}

TEST(WorkerPool, LoadIsWhatWaitsAndWhatHasCome) {
  std::promise<void> begun;
  std::promise<void> go;
  WorkerPool pool(1);
  pool.Post([&begun, gone = go.get_future().share()] {
    begun.set_value();
    gone.wait();
  });
  begun.get_future().wait();
  pool.Post([] {});
  EXPECT_EQ(pool.load().waiting, 1U);
  EXPECT_EQ(pool.load().posted, 2U);
  go.set_value();
}

// Who posted may still be on the way back: ThreadSanitizer sees it.
TEST(WorkerPool, MayEndAsSoonAsItsTaskHasRun) {
  for (int i = 0; i < 500; ++i) {
    auto pool = std::make_unique<WorkerPool>(1);
    std::atomic<bool> ran{false};
    std::thread poster([&, posted_to = pool.get()] {
      posted_to->Post([&ran] { ran = true; });
    });
    while (!ran) std::this_thread::yield();
    pool.reset();
    poster.join();
  }
}

TEST(WorkerPool, ThreadsWorkAtTheSameTime) {
  std::promise<void> first;
  std::promise<void> second;
  auto first_came = first.get_future();
  auto second_came = second.get_future();
  std::atomic<int> met{0};
  {
    WorkerPool pool(2);
    // Each waits for the other: one thread alone would never finish.
    pool.Post([&] {
      first.set_value();
      met += second_came.wait_for(std::chrono::seconds(20)) ==
             std::future_status::ready;
    });
    pool.Post([&] {
      second.set_value();
      met += first_came.wait_for(std::chrono::seconds(20)) ==
             std::future_status::ready;
    });
  }
  EXPECT_EQ(met, 2);
}

TEST(WorkerPool, TaskMayPostATask) {
  std::promise<void> done;
  WorkerPool pool(1);
  pool.Post([&] { pool.Post([&] { done.set_value(); }); });
  EXPECT_EQ(done.get_future().wait_for(std::chrono::seconds(20)),
            std::future_status::ready);
}

}  // namespace
}  // namespace prewarm
