// What calls have brought, from the threads that they end on to the one that
// decides.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "warmup-controller/warmer/warmer.h"

namespace prewarm {

struct News {
  std::string target;    // its key
  std::string instance;  // its id; "" of intents
  // Of a look, of a warm-up, or that visitors have come or gone.
  std::variant<std::monostate, Result<InstanceHealth>, Result<WarmupProof>>
      what;
};

// Thread-safe.
class Inbox {
 public:
  void Post(News news);
  std::vector<News> Take();  // in the order of Post
  // Ends a wait without news.
  void Wake();
  // Until there are news, somebody wakes or it is `when`.
  void WaitUntil(SteadyTime when);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<News> news_;
  bool woken_ = false;
};

}  // namespace prewarm
