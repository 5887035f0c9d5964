// Recorded traffic in any of its formats: what is read is in order, finite, and
// makes arrivals within it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/fuzz/require.h"
#include "warmup-controller/simulate/trace.h"

using prewarm::Require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const auto trace =
      prewarm::ReadTrace({reinterpret_cast<const char*>(data), size});
  if (!trace.ok()) {
    Require(!trace.error().message.empty());
    return 0;
  }
  Require(trace->bins.empty() != trace->requests.empty());
  double all = 0;
  for (std::size_t i = 0; i < trace->bins.size(); ++i) {
    const prewarm::TraceBin& bin = trace->bins[i];
    Require(bin.begin < bin.end && bin.requests >= 0);
    Require(i == 0 || trace->bins[i - 1].end <= bin.begin);
    all += bin.requests;
  }
  // A thousand at most of counts: reading is what is looked at here.
  const double scale = trace->bins.empty() ? 2.5 : 1000 / (all + 1000);
  const auto arrivals = prewarm::ArrivalsOf(*trace, scale, 1);
  Require(arrivals.ok());
  Require(std::is_sorted(arrivals->begin(), arrivals->end()));
  Require(arrivals->empty() || (trace->begin() <= arrivals->front() &&
                                arrivals->back() < trace->end()));
  return 0;
}
