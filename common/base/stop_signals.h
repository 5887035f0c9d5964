// SIGTERM and SIGINT as a question instead of an interruption.
#pragma once

namespace prewarm {

class StopSignals {
 public:
  // Blocks what Await waits for, for this thread and those that begin after
  // it: one makes it before any exists. Children get their own mask.
  StopSignals();

  // Blocks until SIGTERM or SIGINT comes, and answers it; 0 after Wake. One
  // thread at a time.
  static int Await();
  // Ends Await, now or the next one. From any thread.
  static void Wake();
};

}  // namespace prewarm
