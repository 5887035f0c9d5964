#include <algorithm>
#include <vector>

#include "warmup-controller/simulate/trace.h"
#include "warmup-controller/simulate/trace_text.h"

namespace prewarm {
namespace {

constexpr char kExpectedCsv[] =
    "a time and a number of requests, as 2026-03-29 01:00:00,42";
// A row lasts this many usual rows at most: what is longer is a gap.
constexpr int kLongestRow = 2;

struct Row {
  Moment at;
  double requests;
};

Result<Row> ParseRow(int number, std::string_view line) {
  std::string_view rest = line;
  const auto time = TakeField(&rest);
  const auto count = TakeField(&rest);
  if (!time || !count || !rest.empty()) {
    return LineError(number, line, kExpectedCsv);
  }
  const auto at = ParseMoment(*time);
  const auto requests = ParseNumber(*count);
  if (!at || !requests || *requests < 0) {
    return LineError(number, line, kExpectedCsv);
  }
  return Row{*at, *requests};
}

// Most rows' length.
Moment UsualLength(const std::vector<Row>& rows) {
  std::vector<Moment> lengths;
  lengths.reserve(rows.size());
  for (std::size_t i = 1; i < rows.size(); ++i) {
    lengths.push_back(rows[i].at - rows[i - 1].at);
  }
  if (lengths.empty()) return 60 * kSecond;
  const auto middle =
      lengths.begin() + static_cast<std::ptrdiff_t>(lengths.size() / 2);
  std::nth_element(lengths.begin(), middle, lengths.end());
  return *middle;
}

}  // namespace

Result<Trace> ReadCsvTrace(std::string_view text) {
  std::vector<Row> rows;
  double all = 0;
  bool is_first = true;
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view line = TakeLine(&text);
    if (IsBlank(line)) continue;
    auto row = ParseRow(number, line);
    const bool is_header = is_first && !row.ok();
    is_first = false;
    if (is_header) continue;
    if (!row.ok()) return row.error();
    if (!rows.empty() && row->at <= rows.back().at) {
      return LineError(number, line,
                       "a later time than that of the line before");
    }
    rows.push_back(*row);
    all += row->requests;
  }
  if (all <= 0) {
    return MakeError(ErrorCode::kInvalidArgument,
                     std::string("the trace holds no request: expected lines "
                                 "of ") +
                         kExpectedCsv);
  }
  Trace trace;
  const Moment usual = UsualLength(rows);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Moment end = rows[i].at + usual;
    if (i + 1 < rows.size() &&
        rows[i + 1].at - rows[i].at <= kLongestRow * usual) {
      end = rows[i + 1].at;
    }
    trace.bins.push_back({rows[i].at, end, rows[i].requests});
  }
  return trace;
}

}  // namespace prewarm
