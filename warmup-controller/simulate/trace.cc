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

// Of a log. What is at most its own traffic is in its order.
void AddRequests(const Trace& trace, double scale, std::mt19937_64* random,
                 std::vector<Moment>* arrivals) {
  const double whole = std::floor(scale);
  std::bernoulli_distribution drawn(scale - whole);
  for (const Moment request : trace.requests) {
    auto times = static_cast<std::int64_t>(whole);
    if (scale > whole && drawn(*random)) ++times;
    if (times > 0) arrivals->push_back(request);
    std::uniform_int_distribution<Moment> around(
        std::max(trace.begin(), request - kCopiesAround),
        std::min(trace.end() - 1, request + kCopiesAround));
    for (; times > 1; --times) arrivals->push_back(around(*random));
  }
  if (scale > 1) std::sort(arrivals->begin(), arrivals->end());
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
  // Where a log was cut there may be an empty line before it.
  const std::string_view rest = text.substr(first);
  const std::string_view line = rest.substr(0, rest.find('\n'));
  const bool is_log = line.find(" [") != std::string_view::npos &&
                      line.find("] \"") != std::string_view::npos;
  return is_log ? TraceFormat::kAccessLog : TraceFormat::kCsv;
}

Result<Trace> ReadTrace(std::string_view text) {
  if (text.size() > kMaxTraceBytes) {
    return MakeError(ErrorCode::kTooLarge,
                     "a trace of more than 256 MiB: take a part of it");
  }
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    text.remove_prefix(kByteOrderMark.size());
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
  // Written so that NaN is refused as well.
  if (!(expected >= 0 && expected <= kMaxArrivals)) {
    return MakeError(ErrorCode::kTooLarge,
                     "more than 200 million requests: scale the trace down");
  }
  std::mt19937_64 random(seed);
  std::vector<Moment> arrivals;
  arrivals.reserve(static_cast<std::size_t>(expected * 1.01) + 100);
  for (const TraceBin& bin : trace.bins) {
    AddBin(bin, scale, &random, &arrivals);
  }
  if (!trace.requests.empty()) AddRequests(trace, scale, &random, &arrivals);
  return arrivals;
}

}  // namespace prewarm
