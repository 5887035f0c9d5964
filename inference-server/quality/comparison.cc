#include "inference-server/quality/comparison.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "inference-server/quality/names.h"

namespace prewarm::quality {
namespace {

using nlohmann::ordered_json;

const Scores& ScoresOf(const Judged& judged, Pairing pairing) {
  switch (pairing) {
    case Pairing::kAToTruth:
      return *judged.a_to_truth;
    case Pairing::kBToTruth:
      return *judged.b_to_truth;
    case Pairing::kBToA:
      break;
  }
  return judged.b_to_a;
}

ordered_json ScoresJson(const Scores& scores) {
  ordered_json json;
  for (const Metric& metric : kMetrics) {
    json[metric.key] = scores.*metric.value;
  }
  return json;
}

}  // namespace

double ValueOf(const Judged& judged, Pairing pairing, const Metric& metric) {
  return ScoresOf(judged, pairing).*metric.value;
}

Summary Summarise(const Comparison& comparison, Pairing pairing,
                  const Metric& metric) {
  Summary summary;
  const Judged* worst = nullptr;
  for (const Judged& judged : comparison.judged) {
    const double value = ValueOf(judged, pairing, metric);
    summary.mean += value / static_cast<double>(comparison.judged.size());
    const bool worse =
        metric.more_is_better ? value < summary.worst : value > summary.worst;
    if (worst == nullptr || worse) {
      worst = &judged;
      summary.worst = value;
    }
  }
  const double perfect = metric.more_is_better ? 1 : 0;
  if (worst != nullptr && summary.worst != perfect) {
    summary.worst_name = worst->name;
  }
  return summary;
}

std::string FormatScore(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.5f", value);
  return text;
}

std::string ToJson(const Comparison& comparison) {
  ordered_json json;
  json["a"] = comparison.a;
  json["b"] = comparison.b;
  json["pictures"] = ordered_json::array();
  for (const Judged& judged : comparison.judged) {
    ordered_json one;
    one["name"] = Printable(judged.name);
    one["b_to_a"] = ScoresJson(judged.b_to_a);
    if (judged.a_to_truth) one["a_to_truth"] = ScoresJson(*judged.a_to_truth);
    if (judged.b_to_truth) one["b_to_truth"] = ScoresJson(*judged.b_to_truth);
    json["pictures"].push_back(std::move(one));
  }
  json["skipped"] = ordered_json::array();
  for (const Skipped& skipped : comparison.skipped) {
    json["skipped"].push_back({{"name", Printable(skipped.name)},
                               {"reason", Printable(skipped.reason)}});
  }
  return json.dump(2);
}

}  // namespace prewarm::quality
