// Recorded traffic.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "warmup-controller/plots/moment.h"

namespace prewarm {

// Requests that arrived within a time, nobody knows when exactly.
struct TraceBin {
  Moment begin;
  Moment end;
  double requests;
};

// Either bins, by time and apart, or moments of requests, sorted.
struct Trace {
  std::vector<TraceBin> bins;
  std::vector<Moment> requests;

  Moment begin() const;
  Moment end() const;
};

// kCsv: a header and two columns, time and requests since then. The time is
// RFC 3339, or `2026-03-29 01:00:00` of UTC, or seconds of Unix time. Each row
// lasts until the next one; the last and those before a gap as long as most do.
// kPrometheus: the answer of /api/v1/query_range, a matrix, or what is in its
// `data`; values are requests per second, and series are added.
// kAccessLog: common or combined log format; a request for each line.
enum class TraceFormat { kCsv, kPrometheus, kAccessLog };

// By its first characters. At most kMaxTraceBytes; a negative or odd value, a
// time that goes back (but in access logs, which are sorted) or no request at
// all is kInvalidArgument with the line, or the place in the JSON.
Result<Trace> ReadTrace(std::string_view text);
TraceFormat GuessFormat(std::string_view text);

inline constexpr Moment kCopiesAround = 150 * kSecond;
inline constexpr std::size_t kMaxTraceBytes = std::size_t{256} << 20;

Result<Trace> ReadCsvTrace(std::string_view text);
Result<Trace> ReadPrometheusTrace(std::string_view text);
Result<Trace> ReadAccessLog(std::string_view text);

// Moments of requests, sorted: as recorded, or in each bin a Poisson number at
// random places. `scale`: so much of the traffic. Of recorded requests a share
// is drawn with that probability; above 1 each comes so often, and once more
// with the probability that is left (2.3: twice or three times): first when it
// did, again within kCopiesAround of that, so that copies keep its hours and
// don't come at once. kTooLarge: more than 200 million.
Result<std::vector<Moment>> ArrivalsOf(const Trace& trace, double scale,
                                       std::uint64_t seed);

}  // namespace prewarm
