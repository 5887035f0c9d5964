#include "inference-server/quality/table.h"

#include "inference-server/quality/names.h"

namespace prewarm::quality {
namespace {

constexpr std::size_t kColumns = 80;
constexpr std::size_t kMetricColumns = 10;
constexpr std::size_t kNumberColumns = 9;

std::string Left(const std::string& text, std::size_t columns) {
  return text + std::string(columns - std::min(columns, text.size()), ' ');
}

std::string Right(const std::string& text, std::size_t columns) {
  return std::string(columns - std::min(columns, text.size()), ' ') + text;
}

// The rest of a line is a file's name, if there is one to blame.
void EndLine(const std::string& name, std::string* line) {
  *line += "  ";
  *line += name.empty() ? "-" : Fit(name, kColumns - line->size());
  *line += '\n';
}

std::string Count(std::size_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string DifferencePart(const Comparison& comparison) {
  std::string text = Left("", kMetricColumns) + Right("mean", kNumberColumns) +
                     Right("worst", kNumberColumns) + "  worst picture\n";
  for (const Metric& metric : kMetrics) {
    const Summary summary = Summarise(comparison, Pairing::kBToA, metric);
    std::string line = Left(metric.name, kMetricColumns) +
                       Right(FormatScore(summary.mean), kNumberColumns) +
                       Right(FormatScore(summary.worst), kNumberColumns);
    EndLine(summary.worst_name, &line);
    text += line;
  }
  return text;
}

std::string TruthPart(const Comparison& comparison) {
  std::string text = "\nagainst the truth\n" + Left("", kMetricColumns);
  for (const char* title : {"A mean", "A worst", "B mean", "B worst"}) {
    text += Right(title, kNumberColumns);
  }
  text += "  worst picture of B\n";
  for (const Metric& metric : kMetrics) {
    const Summary a = Summarise(comparison, Pairing::kAToTruth, metric);
    const Summary b = Summarise(comparison, Pairing::kBToTruth, metric);
    std::string line = Left(metric.name, kMetricColumns);
    for (const double value : {a.mean, a.worst, b.mean, b.worst}) {
      line += Right(FormatScore(value), kNumberColumns);
    }
    EndLine(b.worst_name, &line);
    text += line;
  }
  return text;
}

}  // namespace

std::string MakeTable(const Comparison& comparison) {
  std::string text = "A  " + comparison.a + ", the reference\nB  " +
                     comparison.b + "\n   " +
                     Count(comparison.judged.size(), "picture");
  if (!comparison.skipped.empty()) {
    text += ", " + std::to_string(comparison.skipped.size()) + " skipped";
  }
  text += "; MAE: 0 is best, of all others 1\n\nB against A\n";
  text += DifferencePart(comparison);
  if (comparison.with_truth) text += TruthPart(comparison);
  return text;
}

}  // namespace prewarm::quality
