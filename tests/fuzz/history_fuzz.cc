// A line of a warm-up history: what is accepted has finite, bounded numbers
// and comes back as it was written; the ETA of it is finite.
#include <cmath>
#include <cstdint>
#include <string>

#include "inference-server/warmup/history.h"
#include "tests/fuzz/require.h"

using prewarm::Require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const auto record = prewarm::ParseRecord(
      std::string(reinterpret_cast<const char*>(data), size));
  if (!record) return 0;
  Require(record->total_ms >= 0 && std::isfinite(record->total_ms));
  const auto again = prewarm::ParseRecord(prewarm::FormatRecord(*record));
  Require(again && again->total_ms == record->total_ms &&
          again->phases.size() == record->phases.size());
  const prewarm::EtaModel model({*record});
  const auto eta = model.Remaining({1, record->phases, record->cached});
  Require(!eta.p50_ms || (std::isfinite(*eta.p50_ms) && *eta.p50_ms >= 0));
  Require(!eta.p90_ms || std::isfinite(*eta.p90_ms));
  return 0;
}
