#include "warmup-controller/plots/svg_plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "warmup-controller/plots/format.h"

namespace prewarm {
namespace {

constexpr int kWidth = 960;
constexpr int kLeft = 52;
constexpr int kRight = 12;
constexpr int kTop = 8;
constexpr int kBottom = 22;
constexpr int kMaxTicks = 10;
constexpr int kLabelRoom = 40;  // half of a label's width

// 29 Mar, or 29 Mar 06:00 where ticks are closer than a day.
std::string TickLabel(Moment at, bool with_time) {
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr",
                                                   "May", "Jun", "Jul", "Aug",
                                                   "Sep", "Oct", "Nov", "Dec"};
  const Moment days = at / (24 * kHour);
  const CivilDay day = CivilDay(1970, 1, 1) + days;
  const auto month = static_cast<std::size_t>(day.month()) - 1;
  std::string label = Format("%d %s", day.day(), kMonths[month]);
  if (with_time) {
    label += Format(" %02d:%02d", static_cast<int>(at / kHour % 24),
                    static_cast<int>(at / kMinute % 60));
  }
  return label;
}

std::vector<SvgPlot::Tick> TicksOf(const SvgPlot::Frame& frame) {
  if (!frame.ticks.empty()) return frame.ticks;
  const std::vector<Moment> times = TimeTicks(frame.begin, frame.end);
  const bool with_time = times.size() > 1 && times[1] - times[0] < 24 * kHour;
  std::vector<SvgPlot::Tick> ticks;
  ticks.reserve(times.size());
  for (const Moment at : times) {
    ticks.push_back({at, TickLabel(at, with_time)});
  }
  return ticks;
}

}  // namespace

std::vector<double> NiceSteps(double most, int count) {
  if (!(most > 0)) return {0, 1};
  const double rough = most / count;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {5.0, 2.0, 1.0}) {
    if (factor * power >= rough * (1 - 1e-9)) step = factor * power;
  }
  std::vector<double> steps;
  for (int i = 0; i <= std::ceil(most / step - 1e-9); ++i) {
    steps.push_back(i * step);
  }
  return steps;
}

std::vector<Moment> TimeTicks(Moment begin, Moment end) {
  Moment step = kMinute;
  for (const int minutes : {5, 15, 30, 60, 180, 360, 720, 1440, 2880, 10080,
                            20160, 43200, 129600, 525600}) {
    step = minutes * kMinute;
    if ((end - begin) / step < kMaxTicks) break;
  }
  // Decades and longer.
  while ((end - begin) / step >= kMaxTicks) step *= 2;
  std::vector<Moment> ticks;
  for (Moment at = (begin + step - 1) / step * step; at <= end; at += step) {
    ticks.push_back(at);
  }
  return ticks;
}

SvgPlot::SvgPlot(Frame frame)
    : frame_(std::move(frame)), values_(NiceSteps(frame_.most, 4)) {
  if (frame_.whole) {
    values_.erase(
        std::remove_if(values_.begin(), values_.end(),
                       [](double value) { return value != std::floor(value); }),
        values_.end());
    if (values_.back() < frame_.most) values_.push_back(std::ceil(frame_.most));
  }
  top_ = values_.back();
}

double SvgPlot::X(Moment at) const {
  const double share =
      std::clamp(static_cast<double>(at - frame_.begin) /
                     static_cast<double>(frame_.end - frame_.begin),
                 0.0, 1.0);
  return kLeft + share * (kWidth - kLeft - kRight);
}

double SvgPlot::Y(double value) const {
  return kTop + frame_.height * (1 - std::clamp(value / top_, 0.0, 1.0));
}

std::string SvgPlot::Steps(const std::vector<Step>& steps, Moment until) const {
  std::string path;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Moment end = i + 1 < steps.size() ? steps[i + 1].at : until;
    path += Format("%s%.1f %.1fH%.1f", i == 0 ? "M" : "L", X(steps[i].at),
                   Y(steps[i].value), X(end));
  }
  return path;
}

void SvgPlot::AddArea(const std::vector<double>& values,
                      const char* css_class) {
  const double length = static_cast<double>(frame_.end - frame_.begin) /
                        static_cast<double>(values.size());
  std::vector<Step> steps;
  steps.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto after = static_cast<Moment>(length * static_cast<double>(i));
    steps.push_back({frame_.begin + after, values[i]});
  }
  AddStepArea(steps, frame_.end, css_class);
}

void SvgPlot::AddStepArea(const std::vector<Step>& steps, Moment until,
                          const char* css_class) {
  if (steps.empty()) return;
  inside_ += Format("<path class=\"%s\" d=\"", css_class);
  inside_ += Steps(steps, until);
  inside_ += Format("V%.1fH%.1fZ\"/>\n", Y(0), X(steps.front().at));
}

void SvgPlot::AddStepLine(const std::vector<Step>& steps, Moment until,
                          const char* css_class) {
  if (steps.empty()) return;
  inside_ += Format("<path class=\"%s\" d=\"", css_class);
  inside_ += Steps(steps, until);
  inside_ += "\"/>\n";
}

void SvgPlot::AddBand(Moment begin, Moment end, const char* css_class) {
  if (end <= frame_.begin || begin >= frame_.end) return;
  const double left = X(begin);
  inside_ += Format(
      "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" "
      "height=\"%d\"/>\n",
      css_class, left, kTop, X(end) - left, frame_.height);
}

void SvgPlot::AddDot(Moment at, double value, const char* css_class) {
  inside_ += Format("<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"2\"/>\n",
                    css_class, X(at), Y(value));
}

void SvgPlot::AddCross(Moment at, double value, const char* css_class) {
  constexpr double kArm = 4;
  const double x = X(at);
  const double y = Y(value);
  inside_ += Format(
      "<path class=\"%s\" d=\"M%.1f %.1fL%.1f %.1fM%.1f %.1fL%.1f %.1f\"/>\n",
      css_class, x - kArm, y - kArm, x + kArm, y + kArm, x - kArm, y + kArm,
      x + kArm, y - kArm);
}

void SvgPlot::AddLevel(double value, const char* css_class) {
  inside_ += Format("<path class=\"%s\" d=\"M%d %.1fH%d\"/>\n", css_class,
                    kLeft, Y(value), kWidth - kRight);
}

void SvgPlot::AddMoment(Moment at, const char* name, const char* css_class) {
  inside_ += Format(
      "<path class=\"%s\" d=\"M%.1f %dV%d\"/>"
      "<text class=\"tick\" x=\"%.1f\" y=\"%d\">%s</text>\n",
      css_class, X(at), kTop, kTop + frame_.height, X(at) + 4, kTop + 10, name);
}

std::string SvgPlot::Text() const {
  const int height = kTop + frame_.height + kBottom;
  std::string text =
      Format("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n",
             kWidth, height, frame_.label);
  for (const double value : values_) {
    text += Format(
        "<path class=\"grid\" d=\"M%d %.1fH%d\"/>"
        "<text class=\"tick\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%g"
        "</text>\n",
        kLeft, Y(value), kWidth - kRight, kLeft - 6, Y(value) + 4, value);
  }
  for (const Tick& tick : TicksOf(frame_)) {
    // At the right edge a label ends where the picture does.
    const bool is_last = X(tick.at) > kWidth - kLabelRoom;
    text += Format(
        "<path class=\"grid\" d=\"M%.1f %dV%d\"/>"
        "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%s"
        "</text>\n",
        X(tick.at), kTop, kTop + frame_.height,
        is_last ? static_cast<double>(kWidth) : X(tick.at), height - 6,
        is_last ? "end" : "middle", tick.label.c_str());
  }
  return text + inside_ + "</svg>\n";
}

}  // namespace prewarm
