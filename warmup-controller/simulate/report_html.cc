#include <algorithm>
#include <cmath>

#include "warmup-controller/plots/format.h"
#include "warmup-controller/plots/style.h"
#include "warmup-controller/plots/svg_plot.h"
#include "warmup-controller/simulate/report.h"
#include "warmup-controller/simulate/report_words.h"
#include "warmup-controller/simulate/timeline.h"

namespace prewarm {
namespace {

constexpr int kParts = 480;
// More would only be drawn over each other.
constexpr std::size_t kMaxDots = 4000;

std::string Escaped(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

const Scenario& Named(const std::vector<Scenario>& scenarios,
                      const char* name) {
  return *std::find_if(scenarios.begin(), scenarios.end(),
                       [&](const Scenario& one) { return one.name == name; });
}

// Scale to zero as people have it: the middle one of the keep-alives.
const Scenario& ScaleToZero(const std::vector<Scenario>& scenarios) {
  std::vector<const Scenario*> kept;
  for (const Scenario& one : scenarios) {
    if (one.name.rfind("keepalive_", 0) == 0) kept.push_back(&one);
  }
  return *kept[kept.size() / 2];
}

std::string After(const Scenario& kept) {
  return kept.name.substr(kept.name.find('_') + 1);
}

double Percent(double part, double whole) {
  return whole > 0 ? 100 * part / whole : 0;
}

double ColdPercent(const Scenario& scenario) {
  return Percent(static_cast<double>(scenario.cold_requests),
                 static_cast<double>(scenario.requests));
}

std::string Card(const std::string& number, const std::string& text) {
  return "<div class=\"card\"><b>" + number + "</b><span>" + text +
         "</span></div>\n";
}

// The news, in four numbers; without a request two of them mean nothing.
std::string Cards(const std::vector<Scenario>& scenarios) {
  const Scenario& policy = Named(scenarios, "policy");
  const Scenario& always = Named(scenarios, "always_on");
  const Scenario& keep = ScaleToZero(scenarios);
  const double saved = always.cost - policy.cost;
  const std::string found =
      policy.requests == 0
          ? Card("none", "of the requests came in this time")
          : Card(Format("%.1f %%", 100 - ColdPercent(policy)),
                 "of requests found a warm instance") +
                Card(Format("%.1f %%", 100 - ColdPercent(keep)),
                     "would have, with scale to zero after " + After(keep));
  return "<div class=\"cards\">\n" + found +
         Card(Format("%.0f %%",
                     Percent(policy.instance_hours, always.instance_hours)),
              "of the instance-hours of always-on") +
         Card(Format("%.2f", std::abs(saved)),
              saved >= 0 ? "saved against always-on"
                         : "spent more than by always-on") +
         "</div>\n";
}

std::string Table(const std::vector<Scenario>& scenarios) {
  const double always = Named(scenarios, "always_on").instance_hours;
  std::string table =
      "<table><thead><tr><th>scenario</th><th>cold requests</th><th></th>"
      "<th>wait p50</th><th>p95</th><th>p99</th><th>max</th>"
      "<th>instance-hours</th><th>of always-on</th><th>cost</th></tr></thead>"
      "<tbody>\n";
  for (const Scenario& scenario : scenarios) {
    const WaitQuantiles& waits = scenario.wait_seconds;
    table += Format(
        "<tr%s><th>%s</th><td>%lld</td><td>%.2f %%</td><td>%.1f s</td>"
        "<td>%.1f s</td><td>%.1f s</td><td>%.1f s</td><td>%.1f</td>"
        "<td>%.1f %%</td><td>%.2f</td></tr>\n",
        scenario.name == "policy" ? " class=\"ours\"" : "",
        scenario.name.c_str(), static_cast<long long>(scenario.cold_requests),
        ColdPercent(scenario), waits.p50, waits.p95, waits.p99, waits.max,
        scenario.instance_hours, Percent(scenario.instance_hours, always),
        scenario.cost);
  }
  return table + "</tbody></table>\n";
}

std::string TrafficPlot(const SimulatedTraffic& traffic,
                        const std::vector<double>& requests) {
  const double most = *std::max_element(requests.begin(), requests.end());
  SvgPlot plot({traffic.begin, traffic.end, most, 110, "requests over time"});
  plot.AddArea(requests, "traffic");
  return plot.Text();
}

// Existing instances, how many of them were warm, and of those at work. Each
// area covers what is below it in the legend.
std::string InstancesPlot(const SimulatedTraffic& traffic,
                          const Scenario& scenario,
                          std::vector<double> requests) {
  const auto exist =
      InstancesOver(scenario.fleet.counts, traffic.begin, traffic.end, kParts);
  const auto warm =
      InstancesOver(scenario.fleet.counts, traffic.begin, traffic.end, kParts,
                    &FleetResult::Count::warm);
  const double seconds =
      static_cast<double>(traffic.end - traffic.begin) / kSecond / kParts;
  const double service =
      scenario.requests > 0
          ? scenario.fleet.busy_seconds / static_cast<double>(scenario.requests)
          : 0;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    // Where many wait, work of one part is done in the next one.
    requests[i] = std::min(requests[i] * service / seconds, warm[i]);
  }
  const double most = *std::max_element(exist.begin(), exist.end());
  SvgPlot plot({traffic.begin, traffic.end, std::max(1.0, most), 130,
                "instances over time"});
  plot.AddArea(exist, "starting");
  plot.AddArea(warm, "exist");
  plot.AddArea(requests, "busy");
  return plot.Text();
}

std::string WaitsPlot(const SimulatedTraffic& traffic,
                      const Scenario& scenario) {
  double most = 1;
  const auto& waits = scenario.fleet.cold_waits;
  for (const auto& wait : waits) {
    most = std::max(most, static_cast<double>(wait.seconds));
  }
  SvgPlot plot({traffic.begin, traffic.end, most, 90,
                "seconds that cold requests waited, over time"});
  const std::size_t stride = waits.size() / kMaxDots + 1;
  for (std::size_t i = 0; i < waits.size(); i += stride) {
    plot.AddDot(waits[i].at, waits[i].seconds, "cold");
  }
  return plot.Text();
}

std::string Scene(const SimulatedTraffic& traffic, const Scenario& scenario,
                  const std::vector<double>& requests,
                  const std::string& title) {
  return "<h3>" + title + "</h3>\n" +
         InstancesPlot(traffic, scenario, requests) +
         "<p class=\"key\"><i class=\"starting\"></i>instances that start "
         "<i class=\"exist\"></i>warm and idle "
         "<i class=\"busy\"></i>warm and at work</p>\n" +
         WaitsPlot(traffic, scenario) +
         "<p class=\"key\"><i class=\"cold\"></i>a cold request, by the "
         "seconds "
         "that it waited</p>\n";
}

std::string About(const SimulatedTraffic& traffic,
                  const std::vector<Scenario>& scenarios) {
  std::string about =
      "<p>" + Requests(scenarios.front().requests) + " in " +
      Length(traffic.begin, traffic.end) + " of " + Escaped(traffic.trace) +
      Format(", scaled by %g, seed %llu. A request takes ", traffic.scale,
             static_cast<unsigned long long>(traffic.seed)) +
      Escaped(traffic.service) + ", a cold start " +
      Escaped(traffic.cold_start) +
      Format("; an instance-hour costs %g.", traffic.price_per_instance_hour);
  const auto& punctuality = Named(scenarios, "policy").punctuality;
  if (punctuality) about += " " + InTime(*punctuality);
  return about + "</p>\n";
}

}  // namespace

std::string SimulationHtml(const SimulatedTraffic& traffic,
                           const std::vector<Scenario>& scenarios,
                           const std::vector<Moment>& arrivals) {
  const auto requests =
      RequestsOver(arrivals, traffic.begin, traffic.end, kParts);
  std::string page =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n"
      "<title>Pre-warming, simulated</title>\n<style>\n";
  page += PlotStyle();
  page += "</style>\n</head>\n<body>\n<h1>" + Escaped(traffic.policy) +
          ": what it would have cost and saved</h1>\n";
  page += Cards(scenarios) + About(traffic, scenarios);
  page += "<h2>Traffic</h2>\n" + TrafficPlot(traffic, requests) +
          "<p class=\"key\"><i class=\"traffic\"></i>requests</p>\n";
  page += "<h2>Instances and waits</h2>\n";
  page += Scene(traffic, Named(scenarios, "policy"), requests, "The policy");
  const Scenario& kept = ScaleToZero(scenarios);
  page += Scene(traffic, kept, requests, "Scale to zero after " + After(kept));
  page += "<h2>All scenarios, on the same requests</h2>\n" + Table(scenarios);
  page +=
      "<p class=\"note\">A request is cold if it was served by an instance "
      "that "
      "could not serve yet when the request arrived. always_on has the named "
      "number of instances all the time and more when they are busy; "
      "keepalive_N lets an idle instance go after N minutes; keda_cron has the "
      "policy's windows without a lead; hybrid_histogram is that of Shahrad et "
      "al. (USENIX ATC 2020); oracle knows the future.</p>\n</body>\n</html>\n";
  return page;
}

}  // namespace prewarm
