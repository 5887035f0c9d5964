#include "inference-server/quality/html_report.h"

#include <vector>

#include "inference-server/quality/html.h"

namespace prewarm::quality {
namespace {

// Colours of the system, so that it is dark where everything is.
constexpr char kHead[] = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mattes compared</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 88rem;
  margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; }
th, td { padding: .2rem .8rem; text-align: right;
  border-bottom: 1px solid #8886; font-variant-numeric: tabular-nums; }
th:first-child, td:first-child, .name { text-align: left;
  overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
.row { display: grid; gap: .5rem; margin: 0 0 1.5rem;
  grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); }
h3 { margin: 0 0 .3rem; font-size: 1rem; overflow-wrap: anywhere; }
figure { margin: 0; }
figure img { width: 100%; border: 1px solid #8886; }
figcaption { font-size: .85rem; opacity: .8; }
</style>
</head>
<body>
)";

struct Column {
  const char* title;
  Pairing pairing;
};

std::vector<Column> ColumnsOf(const Comparison& comparison) {
  std::vector<Column> columns = {{"B against A", Pairing::kBToA}};
  if (comparison.with_truth) {
    columns.push_back({"A against the truth", Pairing::kAToTruth});
    columns.push_back({"B against the truth", Pairing::kBToTruth});
  }
  return columns;
}

std::string Cell(const std::string& text) { return "<td>" + text + "</td>"; }

std::string Name(const std::string& name) {
  if (name.empty()) return "<td class=\"name\">-</td>";
  return "<td class=\"name\"><bdi>" + EscapeHtml(name) + "</bdi></td>";
}

std::string SummaryTable(const Comparison& comparison, const Column& column) {
  std::string html = std::string("<h2>") + column.title +
                     "</h2>\n<div class=\"scroll\"><table>\n<tr><th></th>"
                     "<th>mean</th><th>worst</th>"
                     "<th class=\"name\">worst picture</th></tr>\n";
  for (const Metric& metric : kMetrics) {
    const Summary summary = Summarise(comparison, column.pairing, metric);
    html += "<tr>" + Cell(metric.name) + Cell(FormatScore(summary.mean)) +
            Cell(FormatScore(summary.worst)) + Name(summary.worst_name) +
            "</tr>\n";
  }
  return html + "</table></div>\n";
}

std::string Figure(const std::string& jpeg, const std::string& caption) {
  return "<figure><img alt=\"" + caption + "\" src=\"" + JpegUri(jpeg) +
         "\"><figcaption>" + caption + "</figcaption></figure>\n";
}

std::string Exhibits(const Comparison& comparison, const Gallery& gallery) {
  std::string html =
      "<h2>Where they differ most</h2>\n<p>By MAE of B against A, the worst "
      "first. In the difference red is where B keeps more and blue where it "
      "keeps less.</p>\n";
  if (gallery.exhibits().empty()) html += "<p>Nowhere.</p>\n";
  for (const Exhibit& exhibit : gallery.exhibits()) {
    html += "<h3><bdi>" + EscapeHtml(exhibit.name) + "</bdi>, MAE " +
            FormatScore(exhibit.mae) + "</h3>\n<div class=\"row\">\n" +
            Figure(exhibit.picture, "picture") +
            Figure(exhibit.a, "A, " + EscapeHtml(comparison.a)) +
            Figure(exhibit.b, "B, " + EscapeHtml(comparison.b)) +
            Figure(exhibit.difference,
                   "difference, " + std::to_string(kAmplified) + " times");
    if (!exhibit.truth.empty()) html += Figure(exhibit.truth, "truth");
    html += "</div>\n";
  }
  return html;
}

std::string AllPictures(const Comparison& comparison) {
  std::string html = "<h2>All pictures</h2>\n";
  for (const Column& column : ColumnsOf(comparison)) {
    html += std::string("<details><summary>") + column.title +
            "</summary><div class=\"scroll\"><table>\n<tr>"
            "<th class=\"name\">picture</th>";
    for (const Metric& metric : kMetrics) {
      html += std::string("<th>") + metric.name + "</th>";
    }
    html += "</tr>\n";
    for (const Judged& judged : comparison.judged) {
      html += "<tr>" + Name(judged.name);
      for (const Metric& metric : kMetrics) {
        html += Cell(FormatScore(ValueOf(judged, column.pairing, metric)));
      }
      html += "</tr>\n";
    }
    html += "</table></div></details>\n";
  }
  return html;
}

std::string SkippedList(const Comparison& comparison) {
  if (comparison.skipped.empty()) return "";
  std::string html = "<h2>Skipped</h2>\n<ul>\n";
  for (const Skipped& skipped : comparison.skipped) {
    html += "<li><bdi>" + EscapeHtml(skipped.name) +
            "</bdi>: " + EscapeHtml(skipped.reason) + "</li>\n";
  }
  return html + "</ul>\n";
}

}  // namespace

std::string MakeHtmlReport(const Comparison& comparison,
                           const Gallery& gallery) {
  std::string html = kHead;
  html += "<h1>" + EscapeHtml(comparison.b) + " against " +
          EscapeHtml(comparison.a) + "</h1>\n<p>" +
          std::to_string(comparison.judged.size()) + " compared, " +
          std::to_string(comparison.skipped.size()) +
          " skipped. A is the reference, " + EscapeHtml(comparison.a) +
          "; B is " + EscapeHtml(comparison.b) +
          ". MAE: 0 is best, of all others 1.</p>\n";
  for (const Column& column : ColumnsOf(comparison)) {
    html += SummaryTable(comparison, column);
  }
  html += Exhibits(comparison, gallery) + AllPictures(comparison) +
          SkippedList(comparison);
  return html + "</body>\n</html>\n";
}

}  // namespace prewarm::quality
