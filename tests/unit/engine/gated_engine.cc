// The engine that PREWARM_TEST_ENGINE names, but not before the file that
// PREWARM_TEST_GATE names is there: a cold start as long as a test wants it.
#include <dlfcn.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "inference-server/engine/engine.h"

extern "C" prewarm::EngineFactory* prewarm_engine_factory() {
  const char* const gate = std::getenv("PREWARM_TEST_GATE");
  while (gate != nullptr && access(gate, F_OK) != 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  const char* const path = std::getenv("PREWARM_TEST_ENGINE");
  void* const library =
      path != nullptr ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : nullptr;
  if (library == nullptr) return nullptr;
  using FactoryFunction = prewarm::EngineFactory* (*)();
  auto* make = reinterpret_cast<FactoryFunction>(
      dlsym(library, "prewarm_engine_factory"));
  return make != nullptr ? make() : nullptr;
}
