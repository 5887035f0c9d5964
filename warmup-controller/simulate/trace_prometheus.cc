#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "warmup-controller/simulate/trace.h"
#include "warmup-controller/simulate/trace_text.h"

namespace prewarm {
namespace {

using nlohmann::json;

// Parsed it takes ten times as much.
constexpr std::size_t kMaxJsonBytes = std::size_t{64} << 20;

Error Wrong(const std::string& what) {
  return MakeError(ErrorCode::kInvalidArgument,
                   what +
                       ": expected the answer of Prometheus' "
                       "/api/v1/query_range");
}

// {"data": {"resultType": "matrix", "result": [...]}} or what is in it.
Result<const json*> SeriesOf(const json& answer) {
  const json* data = &answer;
  if (answer.contains("data")) data = &answer["data"];
  if (!data->is_object() || !data->contains("result")) {
    return Wrong("data.result is missing");
  }
  // Compared as JSON: it may be of any type.
  if (data->contains("resultType") && (*data)["resultType"] != "matrix") {
    return Wrong("data.resultType is not \"matrix\"");
  }
  const json& result = (*data)["result"];
  if (!result.is_array()) return Wrong("data.result is no list");
  return &result;
}

// Requests per second by time, of all series.
Result<std::map<Moment, double>> RatesOf(const json& series) {
  std::map<Moment, double> rates;
  for (std::size_t i = 0; i < series.size(); ++i) {
    const std::string place = "data.result[" + std::to_string(i) + "].values";
    if (!series[i].is_object() || !series[i].contains("values") ||
        !series[i]["values"].is_array()) {
      return Wrong(place + " is missing");
    }
    for (const json& value : series[i]["values"]) {
      const bool is_pair = value.is_array() && value.size() == 2 &&
                           value[0].is_number() && value[1].is_string();
      const auto at = is_pair ? ParseMoment(value[0].dump()) : std::nullopt;
      const auto rate =
          is_pair ? ParseNumber(value[1].get<std::string>()) : std::nullopt;
      // Prometheus writes NaN where it divided by nothing.
      if (is_pair && at && value[1] == "NaN") continue;
      if (!at || !rate || *rate < 0) {
        return Wrong(place + " holds " + value.dump().substr(0, 60));
      }
      rates[*at] += *rate;
    }
  }
  return rates;
}

}  // namespace

Result<Trace> ReadPrometheusTrace(std::string_view text) {
  if (text.size() > kMaxJsonBytes) return Wrong("more than 64 MiB");
  const json answer = json::parse(text, nullptr, false);
  if (answer.is_discarded()) return Wrong("the JSON can't be read");
  PREWARM_ASSIGN_OR_RETURN(const json* series, SeriesOf(answer));
  PREWARM_ASSIGN_OR_RETURN(const auto rates, RatesOf(*series));
  double all = 0;
  for (const auto& [at, rate] : rates) all += rate;
  if (rates.size() < 2 || all <= 0) return Wrong("there is no request");
  // The step is the shortest distance: where a scrape failed there is a gap.
  Moment step = rates.rbegin()->first - rates.begin()->first;
  for (auto at = std::next(rates.begin()); at != rates.end(); ++at) {
    step = std::min(step, at->first - std::prev(at)->first);
  }
  Trace trace;
  for (const auto& [at, rate] : rates) {
    const double seconds = static_cast<double>(step) / kSecond;
    trace.bins.push_back({at, at + step, rate * seconds});
  }
  return trace;
}

}  // namespace prewarm
