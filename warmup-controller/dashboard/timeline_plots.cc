#include <algorithm>
#include <utility>

#include "warmup-controller/dashboard/timeline.h"
#include "warmup-controller/plots/svg_plot.h"

namespace prewarm {
namespace {

using PlotSteps = std::vector<SvgPlot::Step>;

SvgPlot::Frame FrameOf(const Timeline& timeline, double most, int height,
                       const char* label) {
  return {MomentOf(timeline.from),
          MomentOf(timeline.until),
          most,
          height,
          label,
          {},
          false};
}

double PlotSeconds(std::chrono::milliseconds time) {
  return std::chrono::duration<double>(time).count();
}

struct PlotRun {
  PlotSteps steps;
  Moment end = 0;
};

// Of what was counted until now: nothing is drawn before it was, nor where
// nobody looked.
std::vector<PlotRun> RunsOf(const Timeline& timeline, int CountStep::*count) {
  std::vector<PlotRun> runs(1);
  const Instant begin = std::max(timeline.from, timeline.record.steps_since);
  for (const CountStep& one : timeline.record.steps) {
    const Moment at = MomentOf(std::max(one.at, begin));
    if (one.known) {
      runs.back().steps.push_back({at, static_cast<double>(one.*count)});
    } else {
      runs.back().end = at;
      runs.emplace_back();
    }
  }
  runs.back().end = MomentOf(timeline.at);
  return runs;
}

// The past of which nothing is known.
void AddUnseen(const Timeline& timeline, SvgPlot* plot) {
  const TargetRecord& record = timeline.record;
  Moment end = MomentOf(std::min(record.steps_since, timeline.at));
  plot->AddBand(MomentOf(timeline.from), end, "unseen");
  for (std::size_t i = 0; i < record.steps.size(); ++i) {
    if (record.steps[i].known) continue;
    end = MomentOf(i + 1 < record.steps.size() ? record.steps[i + 1].at
                                               : timeline.at);
    plot->AddBand(MomentOf(record.steps[i].at), end, "unseen");
  }
}

PlotSteps PlannedOf(const Timeline& timeline) {
  PlotSteps steps;
  steps.reserve(timeline.planned.size());
  for (const PlannedFloor& one : timeline.planned) {
    steps.push_back({MomentOf(one.at), static_cast<double>(one.floor)});
  }
  return steps;
}

std::string InstancesPlot(const Timeline& timeline) {
  int most = 1;
  for (const CountStep& one : timeline.record.steps) {
    most = std::max({most, one.asked, one.exist, one.warm});
  }
  for (const PlannedFloor& one : timeline.planned) {
    most = std::max(most, one.floor);
  }
  SvgPlot::Frame frame =
      FrameOf(timeline, most, 150,
              "instances asked for, existing and warm over time, and windows "
              "that are open");
  frame.whole = true;
  SvgPlot plot(std::move(frame));
  for (const Occasion& one : timeline.occasions) {
    plot.AddBand(MomentOf(one.opens), MomentOf(one.closes), "open");
  }
  AddUnseen(timeline, &plot);
  const Moment now = MomentOf(timeline.at);
  for (const PlotRun& run : RunsOf(timeline, &CountStep::exist)) {
    plot.AddStepArea(run.steps, run.end, "exist");
  }
  for (const PlotRun& run : RunsOf(timeline, &CountStep::warm)) {
    plot.AddStepArea(run.steps, run.end, "warm");
  }
  for (const PlotRun& run : RunsOf(timeline, &CountStep::asked)) {
    plot.AddStepLine(run.steps, run.end, "asked");
  }
  plot.AddStepLine(PlannedOf(timeline), MomentOf(timeline.until), "planned");
  plot.AddMoment(now, "now", "now");
  return plot.Text();
}

std::string LatenessPlot(const Timeline& timeline) {
  double most = 1;
  for (const OpeningStatus& one : timeline.openings) {
    most = std::max(most, -PlotSeconds(one.warm_before));
  }
  SvgPlot plot(FrameOf(timeline, most, 80,
                       "seconds that openings of windows were late, over "
                       "time; 0: warm in time"));
  for (const OpeningStatus& one : timeline.openings) {
    const double late = -PlotSeconds(one.warm_before);
    if (late > 0) {
      plot.AddCross(MomentOf(one.due), late, "late");
    } else {
      plot.AddDot(MomentOf(one.due), 0, "in-time");
    }
  }
  plot.AddMoment(MomentOf(timeline.at), "now", "now");
  return plot.Text();
}

std::string WarmupsPlot(const Timeline& timeline) {
  double most = 1;
  for (const WarmupRecord& one : timeline.record.warmups) {
    most = std::max(most, PlotSeconds(one.took));
  }
  SvgPlot plot(FrameOf(timeline, most, 80,
                       "seconds that warm-ups of instances took, over time"));
  for (const WarmupRecord& one : timeline.record.warmups) {
    const Moment at = MomentOf(one.ended);
    if (one.verified) {
      plot.AddDot(at, PlotSeconds(one.took), "in-time");
    } else {
      plot.AddCross(at, PlotSeconds(one.took), "late");
    }
  }
  plot.AddMoment(MomentOf(timeline.at), "now", "now");
  return plot.Text();
}

// One place for each start that is kept, the newest on the right.
std::string LeadsPlot(const Timeline& timeline) {
  constexpr int kPlaces = static_cast<int>(MakespanModel::kKept);
  double most = 1;
  for (const Makespan& one : timeline.samples) {
    most = std::max(most, PlotSeconds(one.took));
  }
  const double lead =
      timeline.leads.empty() ? 0 : PlotSeconds(timeline.leads.back().lead);
  most = std::max(most, lead);
  SvgPlot::Frame frame = {0, kPlaces + 1, most, 110,
                          "seconds of the last starts, the newest on the "
                          "right, and the lead that follows from them"};
  const int count = static_cast<int>(timeline.samples.size());
  for (const int back : {63, 48, 32, 16, 1}) {
    frame.ticks.push_back({kPlaces - back + 1, std::to_string(back) + " ago"});
  }
  frame.ticks.back().label = "last";
  SvgPlot plot(frame);
  plot.AddLevel(lead, "lead");
  for (int i = 0; i < count; ++i) {
    const Makespan& one = timeline.samples[static_cast<std::size_t>(i)];
    const Moment place = kPlaces - count + i + 1;
    if (one.censored) {
      plot.AddCross(place, PlotSeconds(one.took), "late");
    } else {
      plot.AddDot(place, PlotSeconds(one.took), "in-time");
    }
  }
  return plot.Text();
}

}  // namespace

TimelinePlots PlotsOf(const Timeline& timeline) {
  return {InstancesPlot(timeline), LatenessPlot(timeline),
          WarmupsPlot(timeline), LeadsPlot(timeline)};
}

}  // namespace prewarm
