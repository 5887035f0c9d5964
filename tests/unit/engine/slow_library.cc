// A shared object that takes its time to be opened: until the file that
// PREWARM_TEST_GATE names is there.
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "inference-server/engine/fake/fake_engine.h"

namespace {

bool WaitForGate() {
  const char* const gate = std::getenv("PREWARM_TEST_GATE");
  while (gate != nullptr && access(gate, F_OK) != 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

const bool kOpen = WaitForGate();

}  // namespace

extern "C" prewarm::EngineFactory* prewarm_engine_factory() {
  static auto* factory = kOpen ? new prewarm::FakeEngineFactory : nullptr;
  return factory;
}
