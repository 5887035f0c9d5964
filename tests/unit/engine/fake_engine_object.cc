// A shared object that is an engine: the fake one.
#include "inference-server/engine/fake/fake_engine.h"

extern "C" prewarm::EngineFactory* prewarm_engine_factory() {
  static auto* factory = new prewarm::FakeEngineFactory;
  return factory;
}
