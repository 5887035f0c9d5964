// A controller's state file: what is accepted is written and read the same.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/fuzz/require.h"
#include "warmup-controller/reconcile/history.h"

using prewarm::Require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const auto history = prewarm::ReadHistory(
      std::string_view(reinterpret_cast<const char*>(data), size));
  if (!history.ok()) return 0;
  for (const auto& [key, target] : history->targets) {
    prewarm::MakespanModel model;
    for (const prewarm::Makespan& one : target.makespans) model.Add(one);
    Require(model.Quantile(1, 1, 0.99).count() >= 0);
  }
  const std::string text = prewarm::HistoryText(*history);
  const auto again = prewarm::ReadHistory(text);
  Require(again.ok());
  Require(again->record_damage.empty());
  Require(prewarm::HistoryText(*again) == text);
  return 0;
}
