// A cron expression: what is accepted comes, and forwards and backwards meet.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/fuzz/require.h"
#include "warmup-controller/calendar/cron.h"

using prewarm::Cron;
using prewarm::Require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const auto cron = Cron::Parse({reinterpret_cast<const char*>(data), size});
  if (!cron.ok()) {
    Require(!cron.error().message.empty());
    return 0;
  }
  const prewarm::CivilMinute start(2024, 2, 28, 23, 59);
  const prewarm::CivilMinute first = cron->Next(start);
  Require(first > start && cron->Matches(first));
  const prewarm::CivilMinute second = cron->Next(first);
  Require(second > first && cron->Matches(second));
  Require(cron->Previous(second) == first);
  Require(cron->Previous(first + 1) == first);
  return 0;
}
