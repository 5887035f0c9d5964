// An iCalendar file: what it gives is sorted, apart, and within what was asked.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/fuzz/require.h"
#include "warmup-controller/calendar/ical.h"

using prewarm::CivilDay;
using prewarm::Require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static const auto zone = prewarm::Zone::Load("Europe/Berlin");
  const CivilDay from(2024, 1, 1), until(2029, 1, 1);
  const auto days = prewarm::ReadHolidays(
      {reinterpret_cast<const char*>(data), size}, *zone, from, until);
  if (!days.ok()) {
    Require(!days.error().message.empty());
    return 0;
  }
  for (std::size_t i = 0; i < days->size(); ++i) {
    const auto& [first, last] = (*days)[i];
    Require(from <= first && first < last && last <= until);
    Require(i == 0 || (*days)[i - 1].last < first);
  }
  return 0;
}
