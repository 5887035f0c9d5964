// Between the warm-up and everybody who watches or joins it: one thread,
// however many they are. The warm-up hands its changes over and goes on; it
// never waits for a socket. Thread-safe.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "inference-server/api/warmup_events.h"
#include "inference-server/api/warmup_joiners.h"

namespace prewarm {

class WarmupRelay : public std::enable_shared_from_this<WarmupRelay> {
 public:
  // The context and its warm-up outlive it.
  explicit WarmupRelay(const ApiContext* context, EventPace pace = {});
  // Streams are closed, joiners get a 500.
  ~WarmupRelay();
  WarmupRelay(const WarmupRelay&) = delete;
  WarmupRelay& operator=(const WarmupRelay&) = delete;

  // Answers with the stream of events.
  void Watch(const http::ResponderPtr& responder, std::string last_event_id);
  // Answers when the warm-up is settled by a change that is newer than
  // `joiner.after`, or at its deadline.
  void Join(WarmupJoiners::Joiner joiner);

 private:
  void OnChange(const WarmStatus& status);
  void Post(std::function<void()> task);
  void Run();

  const ApiContext* const context_;
  std::atomic<std::uint64_t> next_id_{1};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<WarmStatus> changes_;
  std::vector<std::function<void()>> tasks_;
  bool stop_ = false;
  // Touched by the thread only.
  WarmupEvents events_;
  WarmupJoiners joiners_;
  std::thread thread_;
  WarmUp::ObserverId observer_ = 0;
};

}  // namespace prewarm
