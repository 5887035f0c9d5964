#include "warmup-controller/simulate/trace.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace prewarm {
namespace {

constexpr double kMaxArrivals = 200e6;

std::size_t FirstLetter(std::string_view text) {
  return std::min(text.find_first_not_of(" \t\r\n\xef\xbb\xbf"), text.size());
}

void AddBin(const TraceBin& bin, double scale, std::mt19937_64* random,
            std::vector<Moment>* arrivals) {
  const double mean = bin.requests * scale;
  if (mean <= 0) return;
  std::poisson_distribution<std::int64_t> count(mean);
  std::uniform_int_distribution<Moment> place(bin.begin, bin.end - 1);
  const std::size_t first = arrivals->size();
  for (std::int64_t left = count(*random); left > 0; --left) {
    arrivals->push_back(place(*random));
  }
  std::sort(arrivals->begin() + static_cast<std::ptrdiff_t>(first),
            arrivals->end());
}

}  // namespace

Moment Trace::begin() const {
  return bins.empty() ? requests.front() : bins.front().begin;
}

Moment Trace::end() const {
  return bins.empty() ? requests.back() + 1 : bins.back().end;
}

TraceFormat GuessFormat(std::string_view text) {
  const std::size_t first = FirstLetter(text);
  if (first < text.size() && text[first] == '{') {
    return TraceFormat::kPrometheus;
  }
  const std::string_view line = text.substr(0, text.find('\n'));
  const bool is_log = line.find(" [") != std::string_view::npos &&
                      line.find("] \"") != std::string_view::npos;
  return is_log ? TraceFormat::kAccessLog : TraceFormat::kCsv;
}

Result<Trace> ReadTrace(std::string_view text) {
  if (text.size() > kMaxTraceBytes) {
    return MakeError(ErrorCode::kTooLarge,
                     "a trace of more than 256 MiB: take a part of it");
  }
  switch (GuessFormat(text)) {
    case TraceFormat::kPrometheus:
      return ReadPrometheusTrace(text);
    case TraceFormat::kAccessLog:
      return ReadAccessLog(text);
    case TraceFormat::kCsv:
      break;
  }
  return ReadCsvTrace(text);
}

Result<std::vector<Moment>> ArrivalsOf(const Trace& trace, double scale,
                                       std::uint64_t seed) {
  double expected = static_cast<double>(trace.requests.size()) * scale;
  for (const TraceBin& bin : trace.bins) expected += bin.requests * scale;
  if (expected > kMaxArrivals) {
    return MakeError(ErrorCode::kTooLarge,
                     "more than 200 million requests: scale the trace down");
  }
  std::mt19937_64 random(seed);
  std::vector<Moment> arrivals;
  arrivals.reserve(static_cast<std::size_t>(expected * 1.01) + 100);
  for (const TraceBin& bin : trace.bins) {
    AddBin(bin, scale, &random, &arrivals);
  }
  std::bernoulli_distribution drawn(std::min(1.0, scale));
  for (const Moment request : trace.requests) {
    if (scale >= 1 || drawn(random)) arrivals.push_back(request);
  }
  return arrivals;
}

}  // namespace prewarm
