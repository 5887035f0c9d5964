#include "warmup-controller/dashboard/timeline_json.h"

#include <nlohmann/json.hpp>

#include "warmup-controller/calendar/instant_text.h"

namespace prewarm {
namespace {

using Json = nlohmann::ordered_json;

std::string Text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json Time(const std::optional<Instant>& at) {
  return at ? Json(FormatInstant(*at)) : Json(nullptr);
}

double Seconds(std::chrono::milliseconds time) {
  return std::chrono::duration<double>(time).count();
}

Json SavingsJson(const Savings& savings, const std::optional<Instant>& since,
                 std::optional<double> price) {
  const double saved = savings.saved_hours();
  return {{"since", Time(since)},
          {"hours", savings.hours},
          {"instanceHours", savings.instance_hours},
          {"alwaysOn", savings.always_on},
          {"alwaysOnInstanceHours", savings.always_on_hours},
          {"savedInstanceHours", saved},
          {"pricePerInstanceHour", price ? Json(*price) : Json(nullptr)},
          {"savedCost", price ? Json(*price * saved) : Json(nullptr)}};
}

Json OccasionsJson(const Timeline& timeline) {
  Json json = Json::array();
  for (const Occasion& one : timeline.occasions) {
    json.push_back({{"window", one.window},
                    {"opens", Time(one.opens)},
                    {"closes", Time(one.closes)}});
  }
  return json;
}

Json PlanJson(const Timeline& timeline) {
  Json json = Json::array();
  for (const Transition& one : timeline.plan) {
    json.push_back({{"at", Time(one.at)},
                    {"kind", KindName(one.kind)},
                    {"replicas", one.replicas},
                    {"previous", one.previous},
                    {"windows", one.windows},
                    {"reason", one.reason}});
  }
  return json;
}

Json OpeningsJson(const Timeline& timeline) {
  Json json = Json::array();
  for (const OpeningStatus& one : timeline.openings) {
    json.push_back({{"due", Time(one.due)},
                    {"asked", one.asked},
                    {"warmAt", Time(one.warm_at)},
                    {"warmSecondsBefore", one.warm_before.count()},
                    {"missed", one.missed}});
  }
  return json;
}

Json WarmupsJson(const Timeline& timeline) {
  Json json = Json::array();
  for (const WarmupRecord& one : timeline.record.warmups) {
    const char* const outcome = !one.verified      ? "failed"
                                : one.already_warm ? "already_warm"
                                                   : "verified";
    json.push_back(
        {{"began",
          Time(one.ended - std::chrono::floor<std::chrono::seconds>(one.took))},
         {"ended", Time(one.ended)},
         {"seconds", Seconds(one.took)},
         {"instance", one.instance},
         {"outcome", outcome},
         {"error", one.error}});
  }
  return json;
}

Json StepsJson(const Timeline& timeline) {
  Json json = Json::array();
  const auto count = [](const CountStep& step, int number) {
    return step.known ? Json(number) : Json(nullptr);
  };
  for (const CountStep& one : timeline.record.steps) {
    json.push_back({{"at", Time(one.at)},
                    {"desired", count(one, one.asked)},
                    {"current", count(one, one.exist)},
                    {"warm", count(one, one.warm)}});
  }
  return json;
}

Json LeadJson(const Timeline& timeline) {
  Json leads = Json::array();
  for (const LeadOf& one : timeline.leads) {
    leads.push_back(
        {{"instances", one.instances}, {"seconds", one.lead.count()}});
  }
  Json samples = Json::array();
  for (const Makespan& one : timeline.samples) {
    samples.push_back({{"instances", one.instances},
                       {"parallelism", one.parallelism},
                       {"seconds", Seconds(one.took)},
                       {"coldNode", one.cold_node},
                       {"givenUp", one.censored}});
  }
  return {{"mode", timeline.lead_mode},
          {"quantile", timeline.quantile},
          {"leads", std::move(leads)},
          {"samples", std::move(samples)}};
}

}  // namespace

std::string SummaryJson(const Summary& summary, std::optional<double> price) {
  return Text(
      {{"at", Time(summary.at)},
       {"standsBy", summary.stands_by},
       {"policies", summary.policies},
       {"degraded", summary.degraded},
       {"targets", summary.targets},
       {"desired", summary.desired},
       {"current", summary.current},
       {"warm", summary.warm},
       {"savings", SavingsJson(summary.savings, summary.since, price)}});
}

std::string TimelineJson(const Timeline& timeline, const TimelinePlots& plots,
                         std::optional<double> price) {
  const TargetRecord& record = timeline.record;
  Json planned = Json::array();
  for (const PlannedFloor& one : timeline.planned) {
    planned.push_back({{"at", Time(one.at)}, {"floor", one.floor}});
  }
  return Text(
      {{"at", Time(timeline.at)},
       {"from", Time(timeline.from)},
       {"until", Time(timeline.until)},
       {"words", timeline.words},
       {"windows", OccasionsJson(timeline)},
       {"windowsLeftOut", timeline.occasions_left_out},
       {"plan", PlanJson(timeline)},
       {"planLeftOut", timeline.plan_left_out},
       {"plannedFloors", std::move(planned)},
       {"openings", OpeningsJson(timeline)},
       {"recordedSince", Time(record.account.since)},
       {"counts", StepsJson(timeline)},
       {"countsSince", Time(record.steps_since)},
       {"warmups", WarmupsJson(timeline)},
       {"warmupsSince", Time(record.warmups_since)},
       {"leadTime", LeadJson(timeline)},
       {"savings", timeline.savings ? SavingsJson(*timeline.savings,
                                                  record.account.since, price)
                                    : Json(nullptr)},
       {"plots",
        {{"instances", plots.instances},
         {"lateness", plots.lateness},
         {"warmups", plots.warmups},
         {"leads", plots.leads}}}});
}

}  // namespace prewarm
